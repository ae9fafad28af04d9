"""A program reads its mailbox from a server: the client's side of POP3 (RFC 1939), over TLS (RFC 8314)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Collection
from email.message import EmailMessage
from typing import Final, NamedTuple

from catenet.application.mail.message import parsed
from catenet.application.mail.replies import PopError, ProtocolError

POPS_PORT: Final = 995
REPLY_S: Final = 300.0
"""Seconds for a reply, or for the next line of one."""
LINE_OCTETS_MAX: Final = 65_536
MESSAGE_OCTETS_MAX: Final = 64 << 20
LISTING_OCTETS_MAX: Final = 16 << 20


class Fetched(NamedTuple):
    """A message; ``uid`` names it for ever in this mailbox."""

    uid: str
    content: bytes

    def message(self) -> EmailMessage:
        """The message, parsed."""
        return parsed(self.content)


async def fetch(
    *,
    server: str,
    user: str,
    password: str,
    known: Collection[str] = (),
    delete: bool = False,
    port: int = POPS_PORT,
    tls: ssl.SSLContext | None = None,
) -> list[Fetched]:
    """The messages of a mailbox, the oldest first, without those whose uid is in ``known``.

    With ``delete`` the server removes what was fetched.  ``tls`` is a client's context, by default one that trusts what
    the host trusts.  Raises :class:`.PopError` if the server refuses a command, and OSError.
    """
    opening = asyncio.open_connection(server, port, ssl=tls or ssl.create_default_context(), limit=LINE_OCTETS_MAX)
    reader, writer = await asyncio.wait_for(opening, REPLY_S)
    connection = _PopClient(reader, writer)
    try:
        await connection.command("", "greeting")
        await connection.command(f"USER {user}", "USER")
        await connection.command(f"PASS {password}", f"login as {user}")
        found = []
        for line in (await connection.lines("UIDL", LISTING_OCTETS_MAX)).decode("ascii", "replace").splitlines():
            number, _, uid = line.partition(" ")
            if uid not in known:
                found.append(Fetched(uid, await connection.lines(f"RETR {number}", MESSAGE_OCTETS_MAX)))
                if delete:
                    await connection.command(f"DELE {number}", "DELE")
        await connection.command("QUIT", "QUIT")
    finally:
        writer.close()
    return found


class _PopClient:
    """Commands and replies."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader: Final = reader
        self._writer: Final = writer

    async def command(self, text: str, what: str) -> None:
        """Send a command (empty: none), and read the reply."""
        if "\r" in text or "\n" in text:
            raise ValueError(f"{what}: a line end is not part of a command")
        if text:
            self._writer.write(text.encode() + b"\r\n")
        reply = (await self._line()).decode("utf-8", "replace").rstrip("\r\n")
        if reply.split(" ")[0] == "-ERR":
            raise PopError(what, reply.removeprefix("-ERR").strip())
        if reply.split(" ")[0] != "+OK":
            raise ProtocolError(f"{reply[:80]!r} is not a reply of POP3")

    async def lines(self, text: str, octets_max: int) -> bytes:
        """Send a command, and read the lines of the reply up to the dot."""
        await self.command(text, text)
        lines: list[bytes] = []
        octets = 0
        while (line := await self._line()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
            octets += len(line)
            if octets > octets_max:
                raise ProtocolError(f"{text}: more than {octets_max} octets")
        return b"".join(lines)

    async def _line(self) -> bytes:
        try:
            return await asyncio.wait_for(self._reader.readuntil(b"\r\n"), REPLY_S)
        except asyncio.IncompleteReadError:
            raise ConnectionResetError("the server has closed the connection") from None
        except asyncio.LimitOverrunError:
            raise ProtocolError(f"a line of a reply is longer than {LINE_OCTETS_MAX} octets") from None
