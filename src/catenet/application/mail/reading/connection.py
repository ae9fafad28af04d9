"""A client's connection: the commands of POP3 (RFC 1939, 2449, 2595)."""

from __future__ import annotations

import asyncio
import hmac
import logging
import ssl
from typing import Final

from catenet.application.counters import Counters
from catenet.application.mail.address import parse_address
from catenet.application.mail.mailboxes import Entry, Mailboxes
from catenet.application.mail.reading.maildrop import Maildrop, multiline
from catenet.application.mail.settings import Limits

LINE_OCTETS_MAX: Final = 255
"""Of a command (RFC 2449 section 4)."""
LOG: Final = logging.getLogger("catenet.mail")
_CAPABILITIES: Final = ("USER", "TOP", "UIDL", "RESP-CODES", "PIPELINING", "IMPLEMENTATION Catenet")


class Accounts:
    """Passwords by address, the mailboxes, and those that a client has open."""

    def __init__(self, passwords: dict[str, str], boxes: Mailboxes, limits: Limits, counters: Counters) -> None:
        self.passwords: Final = passwords
        self.boxes: Final = boxes
        self.limits: Final = limits
        self.counters: Final = counters
        self.open: Final[set[str]] = set()


class PopConnection:
    """One connection; ``tls`` is the context for STLS, None if the connection is encrypted already."""

    def __init__(
        self,
        accounts: Accounts,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._accounts: Final = accounts
        self._reader: Final = reader
        self._writer: Final = writer
        self._tls = tls
        self._user: str | None = None
        self._drop: Maildrop | None = None
        self._failures = 0
        self._is_open = True

    async def run(self, hostname: str) -> None:
        """Serve until QUIT, a limit, or the end of the connection, which removes nothing (RFC 1939 section 3)."""
        try:
            await self._ok(f"{hostname} POP3")
            while self._is_open:
                await self._command(await self._line())
        except (asyncio.IncompleteReadError, OSError) as error:
            if isinstance(error, TimeoutError):
                self._accounts.counters.add("pop3-idle")
        except asyncio.LimitOverrunError:
            await self._refused("line", "a command has at most 255 octets")
        finally:
            if self._drop is not None:
                self._accounts.open.discard(self._drop.address)

    async def _line(self) -> str:
        waiting = self._reader.readuntil(b"\n")
        line = await asyncio.wait_for(waiting, self._accounts.limits.reading_timeout_s)
        return line.decode("utf-8", "replace").rstrip("\r\n")

    async def _command(self, line: str) -> None:
        keyword, _, argument = line.partition(" ")
        keyword, argument = keyword.upper(), argument if keyword.upper() == "PASS" else argument.strip()
        if keyword in ("CAPA", "QUIT"):
            await (self._capa() if keyword == "CAPA" else self._quit())
        elif self._drop is None:
            await self._authorization(keyword, argument)
        else:
            try:
                await self._transaction(self._drop, keyword, argument)
            except FileNotFoundError:
                await self._error("the message is no longer there")
            except OSError as error:
                LOG.error("cannot read a mailbox: %s", error)
                await self._error("[SYS/TEMP] the disk fails")

    # -- before the login

    async def _authorization(self, keyword: str, argument: str) -> None:
        if keyword == "STLS" and self._tls is not None:
            await self._start_tls(self._tls)
        elif keyword not in ("USER", "PASS"):
            await self._error("log in first" if keyword in _TRANSACTION else "unknown command")
        elif self._tls is not None:
            await self._refused("pop3-clear-text", "a login needs TLS; say STLS first")
        elif keyword == "USER":
            self._user = argument
            await self._ok("now the password")
        elif self._user is None:
            await self._error("say USER first")
        else:
            await self._login(self._user, argument)

    async def _start_tls(self, context: ssl.SSLContext) -> None:
        if self._reader._buffer:  # type: ignore[attr-defined]
            await self._refused("pipelining", "octets after STLS, before TLS")
            self._is_open = False
            return
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]  # the answer is for TLS, not for the reader
        await self._ok("begin TLS")
        await asyncio.wait_for(self._writer.start_tls(context), self._accounts.limits.reading_timeout_s)
        self._tls = self._user = None

    async def _login(self, user: str, password: str) -> None:
        self._user = None
        accounts = self._accounts
        try:
            address = parse_address(user).key
        except ValueError:
            address = ""
        right = accounts.passwords.get(address)
        if right is None or not hmac.compare_digest(right.encode(), password.encode()):
            self._failures += 1
            accounts.counters.add("logins-failed")
            self._is_open = self._failures < accounts.limits.logins
            text = "[AUTH] wrong user or password"
            await (self._error(text) if self._is_open else self._refused("logins", text))
            return
        if address in accounts.open:
            await self._refused("in-use", "[IN-USE] another client has the mailbox open")
            return
        accounts.open.add(address)
        try:
            self._drop = await Maildrop.open(accounts.boxes, address)
        except OSError as error:
            LOG.error("cannot open a mailbox: %s", error)
            await self._error("[SYS/TEMP] the disk fails")
        finally:
            if self._drop is None:
                accounts.open.discard(address)
        if self._drop is not None:
            accounts.counters.add("logins")
            await self._ok(self._summary(self._drop))

    # -- after it

    async def _transaction(self, drop: Maildrop, keyword: str, argument: str) -> None:
        if keyword == "STAT":
            await self._ok(" ".join(map(str, _totals(drop))))
        elif keyword in ("LIST", "UIDL"):
            await self._list(drop, keyword, argument)
        elif keyword in ("RETR", "DELE", "TOP"):
            await self._message(drop, keyword, argument)
        elif keyword in ("NOOP", "RSET"):
            if keyword == "RSET":
                drop.reset()
            await self._ok(self._summary(drop))
        else:
            await self._error("unknown command")

    async def _list(self, drop: Maildrop, keyword: str, argument: str) -> None:
        def shown(number: int, entry: Entry) -> str:
            return f"{number} {entry.octets if keyword == 'LIST' else entry.name}"

        if argument:
            found = drop.find(argument)
            await (self._error("no such message") if found is None else self._ok(shown(*found)))
            return
        lines = "".join(f"{shown(*one)}\r\n" for one in drop.present())
        await self._ok(self._summary(drop), multiline(lines.encode()))

    async def _message(self, drop: Maildrop, keyword: str, argument: str) -> None:
        words = argument.split()
        found = drop.find(words[0]) if len(words) == (2 if keyword == "TOP" else 1) else None
        if found is None:
            await self._error("no such message")
            return
        number, entry = found
        if keyword == "DELE":
            drop.delete(number)
            await self._ok(f"message {number} is marked")
        elif keyword == "RETR":
            content = await drop.content(entry)
            self._accounts.counters.add("messages-read")
            await self._ok(f"{entry.octets} octets", multiline(content))
        elif not words[1].isascii() or not words[1].isdigit() or len(words[1]) > 9:
            await self._error("write TOP MESSAGE LINES")
        else:
            await self._ok("the top follows", multiline(await drop.top(entry, int(words[1]))))

    # -- in both states

    async def _capa(self) -> None:
        names = [name for name in _CAPABILITIES if name != "USER" or self._tls is None]
        names += ["STLS"] if self._tls is not None else []
        await self._ok("capabilities", multiline("".join(f"{name}\r\n" for name in names).encode()))

    async def _quit(self) -> None:
        self._is_open = False
        try:
            removed = 0 if self._drop is None else await self._drop.update()
        except OSError as error:
            LOG.error("cannot remove messages: %s", error)
            await self._error("[SYS/TEMP] some messages were not removed")
            return
        if removed:
            self._accounts.counters.add("messages-removed", removed)
        await self._ok("goodbye")

    def _summary(self, drop: Maildrop) -> str:
        count, octets = _totals(drop)
        return f"{count} messages, {octets} octets"

    async def _ok(self, text: str, lines: bytes = b"") -> None:
        await self._send(f"+OK {text}\r\n".encode() + lines)

    async def _error(self, text: str) -> None:
        await self._send(f"-ERR {text}\r\n".encode())

    async def _refused(self, reason: str, text: str) -> None:
        self._accounts.counters.add(f"refused-{reason}")
        LOG.info("refused: %s", text)
        await self._error(text)

    async def _send(self, octets: bytes) -> None:
        self._writer.write(octets)
        await asyncio.wait_for(self._writer.drain(), self._accounts.limits.reading_timeout_s)


_TRANSACTION: Final = ("STAT", "LIST", "UIDL", "RETR", "DELE", "TOP", "NOOP", "RSET")


def _totals(drop: Maildrop) -> tuple[int, int]:
    present = drop.present()
    return len(present), sum(entry.octets for _, entry in present)
