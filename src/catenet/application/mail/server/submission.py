"""Ports 587 and 465: messages of this server's users, who log in over TLS (RFC 6409, 8314)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from catenet.application.counters import Counters
from catenet.application.mail.address import Address, parse_address
from catenet.application.mail.message import completed
from catenet.application.mail.queue.queue import Queue
from catenet.application.mail.server.hooks import Hooks
from catenet.application.mail.settings import Limits


class Submission(Hooks):
    """``passwords`` are by address.  A user sends as their own address only (section 6.1)."""

    def __init__(
        self,
        hostname: str,
        queue: Queue,
        limits: Limits,
        counters: Counters,
        has_mailbox: Callable[[Address], bool | None],
        passwords: Mapping[str, str],
    ) -> None:
        super().__init__(hostname, queue, limits, counters)
        self._has_mailbox: Final = has_mailbox
        self._passwords: Final = dict(passwords)

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """Check a login; too many that fail end the connection."""
        assert isinstance(data, LoginPassword)
        try:
            user = parse_address(data.login.decode("ascii")).key
        except ValueError:
            user = ""
        password = self._passwords.get(user)
        if password is not None and hmac.compare_digest(password.encode(), data.password):
            self.counters.add("logins")
            return AuthResult(success=True, auth_data=user)
        failures = int(getattr(session, "failed_logins", 0)) + 1
        session.failed_logins = failures  # type: ignore[attr-defined]
        self.counters.add("logins-failed")
        if failures < self.limits.logins:
            return AuthResult(success=False, handled=False)
        assert server.transport is not None
        server.loop.call_soon(server.transport.close)
        reply = self.refused("logins", "421 4.7.0 too many failed logins")
        return AuthResult(success=False, handled=False, message=reply)

    def refuse_sender(self, session: Session, address: str) -> str | None:
        if address and parse_address(address).key == session.auth_data:
            return None
        return self.refused("sender", "553 5.7.1 you may send as your own address only")

    def refuse_recipient(self, session: Session, address: Address) -> str | None:
        if self._has_mailbox(address) is False:
            return self.refused("unknown-recipient", "550 5.1.1 no such mailbox")
        return None

    def prepare(self, content: bytes) -> bytes:
        return completed(content, self.hostname)
