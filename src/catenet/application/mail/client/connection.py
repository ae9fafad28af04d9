"""A client's connection: commands and replies, EHLO, STARTTLS and AUTH (RFC 5321, 3207, 4954)."""

from __future__ import annotations

import asyncio
import re
import ssl
from base64 import b64encode
from typing import Final, Self

from catenet.application.mail.replies import ProtocolError, Reply, SmtpError

CONNECT_S: Final = 30.0
COMMAND_S: Final = 300.0
"""Seconds for a reply (RFC 5321 section 4.5.3.2: at least five minutes for most commands)."""
LINES_MAX: Final = 100
"""Lines of a reply."""
LINE_OCTETS_MAX: Final = 2_048


class Connection:
    """A connection to a server, after its greeting; ``extensions`` are what EHLO told, by keyword."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, hostname: str) -> None:
        self.extensions: dict[str, str] = {}
        self.is_encrypted: bool = False
        self.peer: Final[str] = str((writer.get_extra_info("peername") or ("",))[0])
        self._reader: Final = reader
        self._writer: Final = writer
        self._hostname: Final = hostname

    @classmethod
    async def open(cls, host: str, port: int, hostname: str, tls: ssl.SSLContext | None = None) -> Self:
        """Connect, with ``tls`` encrypted from the first octet, and say EHLO as ``hostname``.

        Raises OSError and :class:`.SmtpError`.
        """
        opening = asyncio.open_connection(host, port, limit=LINE_OCTETS_MAX, ssl=tls)
        reader, writer = await asyncio.wait_for(opening, CONNECT_S)
        connection = cls(reader, writer, hostname)
        connection.is_encrypted = tls is not None
        try:
            await connection.expect(2, "greeting")
            await connection.ehlo()
        except BaseException:
            connection.abort()
            raise
        return connection

    async def command(self, text: str, timeout_s: float = COMMAND_S) -> Reply:
        """Send a command, and return the reply.  Raises OSError."""
        if not text.isascii() or "\r" in text or "\n" in text:
            raise ValueError(f"{text!r} is not one command")
        self._writer.write(text.encode("ascii") + b"\r\n")
        return await self.reply(timeout_s)

    async def reply(self, timeout_s: float = COMMAND_S) -> Reply:
        """The next reply.  Raises OSError."""
        return await asyncio.wait_for(self._reply(), timeout_s)

    async def expect(self, first_digit: int, what: str, text: str | None = None) -> Reply:
        """The reply to a command, or the next one, if its class is right; raises :class:`.SmtpError` if it is not."""
        reply = await (self.reply() if text is None else self.command(text))
        if reply.code // 100 != first_digit:
            raise SmtpError(what, reply)
        return reply

    async def ehlo(self) -> None:
        """Ask for the extensions; a server that has none is greeted with HELO."""
        self.extensions = {}
        reply = await self.command(f"EHLO {self._hostname}")
        if reply.code // 100 == 5:
            await self.expect(2, "HELO", f"HELO {self._hostname}")
            return
        if reply.code // 100 != 2:
            raise SmtpError("EHLO", reply)
        for line in reply.text.splitlines()[1:]:
            keyword, _, rest = line.partition(" ")
            self.extensions[keyword.upper()] = rest

    async def starttls(self, context: ssl.SSLContext, server: str) -> None:
        """Encrypt, and check that the certificate is ``server``'s.  Raises OSError (ssl.SSLError among them)."""
        await self.expect(2, "STARTTLS", "STARTTLS")
        if self._reader._buffer:  # type: ignore[attr-defined]
            raise ProtocolError("octets after the reply to STARTTLS, before TLS (RFC 3207 section 6)")
        starting = self._writer.start_tls(context, server_hostname=server)
        await asyncio.wait_for(starting, CONNECT_S)
        self.is_encrypted = True
        await self.ehlo()

    async def login(self, user: str, password: str) -> None:
        """Authenticate by PLAIN (RFC 4616), over TLS only.  Raises :class:`.SmtpError` for a wrong password."""
        if not self.is_encrypted:
            raise ProtocolError("a password is sent over TLS only; the server did not offer STARTTLS")
        if "PLAIN" not in self.extensions.get("AUTH", "").split():
            raise ProtocolError("the server does not offer AUTH PLAIN")
        secret = b64encode(f"\0{user}\0{password}".encode()).decode()
        await self.expect(2, f"login as {user}", f"AUTH PLAIN {secret}")

    async def data(self, octets: bytes, timeout_s: float) -> None:
        """Send the octets of a message."""
        self._writer.write(octets)
        await asyncio.wait_for(self._writer.drain(), timeout_s)

    async def quit(self) -> None:
        """Say QUIT and close; what fails now does not matter any more."""
        try:
            await self.command("QUIT", CONNECT_S)
        except OSError:
            pass
        finally:
            self.abort()

    def abort(self) -> None:
        """Close without a word."""
        self._writer.close()

    async def _reply(self) -> Reply:
        lines: list[str] = []
        code = 0
        while len(lines) < LINES_MAX:
            try:
                line = (await self._reader.readuntil(b"\n")).decode("utf-8", "replace").rstrip("\r\n")
            except asyncio.IncompleteReadError:
                raise ConnectionResetError("the server has closed the connection") from None
            except asyncio.LimitOverrunError:
                raise ProtocolError(f"a line of a reply is longer than {LINE_OCTETS_MAX} octets") from None
            digits, mark = line[:3], line[3:4]
            is_line = re.fullmatch(r"[2-5][0-9][0-9]", digits) and mark in ("", " ", "-")
            if not is_line or code not in (0, int(digits)):
                raise ProtocolError(f"{line[:80]!r} is not a line of an SMTP reply")
            code = int(digits)
            lines.append(line[4:])
            if mark != "-":
                return Reply(code, "\n".join(lines))
        raise ProtocolError(f"a reply of more than {LINES_MAX} lines")
