"""Listens on one port of POP3."""

from __future__ import annotations

import asyncio
import ssl
from typing import Final

from catenet.application.mail.reading.connection import LINE_OCTETS_MAX, Accounts, PopConnection


class PopService:
    """A port and its connections; with ``is_implicit`` they begin with TLS (RFC 8314), else STLS begins it."""

    def __init__(self, hostname: str, accounts: Accounts, tls: ssl.SSLContext, *, is_implicit: bool) -> None:
        self._hostname: Final = hostname
        self._accounts: Final = accounts
        self._tls: Final = tls
        self._is_implicit: Final = is_implicit
        self._present: Final[list[asyncio.StreamWriter]] = []
        self._server: asyncio.Server | None = None

    async def start(self, host: str | None, port: int) -> int:
        """Listen, and return the port.  Raises OSError."""
        self._server = await asyncio.start_server(
            self._serve, host, port, limit=LINE_OCTETS_MAX, ssl=self._tls if self._is_implicit else None
        )
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Stop listening, and close all connections."""
        if self._server is not None:
            self._server.close()
        for writer in self._present:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._present) >= self._accounts.limits.connections:
            self._accounts.counters.add("refused-connections")
            writer.write(b"-ERR [SYS/TEMP] too many connections\r\n")
            writer.close()
            return
        self._present.append(writer)
        try:
            tls = None if self._is_implicit else self._tls
            await PopConnection(self._accounts, reader, writer, tls).run(self._hostname)
        finally:
            self._present.remove(writer)
            writer.close()
