"""Listens on one port."""

from __future__ import annotations

import asyncio
import ssl
from typing import Final

from aiosmtpd.smtp import AuthenticatorType

from catenet.application.mail.server.hooks import Hooks
from catenet.application.mail.server.protocol import SmtpProtocol


class Service:
    """A port, its hooks and its connections; with ``is_implicit`` they begin with TLS, else STARTTLS begins it."""

    def __init__(
        self,
        hooks: Hooks,
        tls: ssl.SSLContext | None = None,
        authenticator: AuthenticatorType | None = None,
        *,
        is_implicit: bool = False,
    ) -> None:
        self._hooks: Final = hooks
        self._tls: Final = tls
        self._authenticator: Final = authenticator
        self._is_implicit: Final = is_implicit
        self._present: Final[set[SmtpProtocol]] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str | None, port: int) -> int:
        """Listen, and return the port.  Raises OSError."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._connection, host, port, ssl=self._tls if self._is_implicit else None
        )
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Stop listening, and close all connections."""
        if self._server is not None:
            self._server.close()
        for connection in sorted(self._present, key=lambda one: str(one.session and one.session.peer)):
            if connection.transport is not None:
                connection.transport.close()

    def _connection(self) -> SmtpProtocol:
        return SmtpProtocol(self._hooks, self._present, None if self._is_implicit else self._tls, self._authenticator)
