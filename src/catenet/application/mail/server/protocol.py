"""A connection of the server: aiosmtpd's protocol behind the line guard."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import sslproto
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthenticatorType, Session

from catenet.application.mail.server.hooks import Hooks
from catenet.application.mail.server.line_guard import BARE_LINE_END, LineGuard

REFUSALS: Final = {
    BARE_LINE_END: b"521 5.5.2 lines end with CR LF (RFC 5321 section 2.3.8)\r\n",
    "pipelining": b"503 5.5.0 wait for the reply: this server does not offer PIPELINING\r\n",
    "connections": b"421 4.3.2 too many connections\r\n",
}


class MailSession(Session):
    """A session without aiosmtpd's former name of ``auth_data``, which logs a warning at each login."""

    login_data: Any = None
    failed_logins: int = 0


class SmtpProtocol(SMTP):
    """``present`` holds the connections of the port; one over the limit is refused.

    Without ``tls`` there is no STARTTLS: a transport that is encrypted from the beginning is recognised as such.
    """

    def __init__(
        self,
        hooks: Hooks,
        present: set[SmtpProtocol],
        tls: ssl.SSLContext | None,
        authenticator: AuthenticatorType | None,
    ) -> None:
        self._hooks: Final = hooks
        self._present: Final = present
        self._guard: Final = LineGuard()
        self._is_refused: bool = False
        limits = hooks.limits
        super().__init__(
            hooks,
            data_size_limit=limits.message_bytes,
            hostname=hooks.hostname,
            ident="ESMTP",
            tls_context=tls,
            require_starttls=authenticator is not None and tls is not None,
            auth_required=authenticator is not None,
            authenticator=authenticator,
            auth_exclude_mechanism=None if authenticator else ("LOGIN", "PLAIN"),
            command_call_limit=limits.commands,
            timeout=limits.idle_timeout_s,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self._present:
            if len(self._present) >= self._hooks.limits.connections:
                self._refuse("connections", transport)
                return
            self._present.add(self)
        super().connection_made(transport)
        if isinstance(transport, sslproto._SSLProtocolTransport) and self._tls_protocol is None:
            self._tls_protocol = transport._ssl_protocol
            assert self.session is not None
            self.session.ssl = transport._ssl_protocol._extra  # type: ignore[union-attr]

    def connection_lost(self, error: Exception | None) -> None:
        self._present.discard(self)
        if self.session is not None and self.transport is not None:
            super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        reason = self._guard.received(data)
        if reason is None:
            super().data_received(data)
            return
        assert self.transport is not None
        self._refuse(reason, self.transport)

    def eof_received(self) -> bool | None:
        return False if self._is_refused else super().eof_received()

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        """TLS begins once (RFC 3207 section 4)."""
        if self._tls_protocol is not None:
            await self.push("503 5.5.1 the connection is encrypted already")
            return
        await super().smtp_STARTTLS(arg)

    async def push(self, status: str | bytes) -> None:
        """Send a line of a reply."""
        line = status.encode("ascii") if isinstance(status, str) else status
        self._guard.replied(line)
        if line[:1] in (b"4", b"5"):
            self._hooks.counters.add(f"replies-{line[:3].decode()}")
        await super().push(line)

    def _create_session(self) -> Session:
        return MailSession(self.loop)

    def _refuse(self, reason: str, transport: asyncio.BaseTransport) -> None:
        """Say why, and close; what is being done for the client is cancelled when the connection is lost."""
        self._is_refused = True
        self._hooks.refused(reason, REFUSALS[reason].decode().strip())
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(REFUSALS[reason])
        transport.close()
