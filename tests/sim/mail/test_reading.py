"""Users read their mailboxes by POP3 over TLS, and send over TLS from the first octet."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

import aiosmtplib
import pytest

from catenet.application.mail import Limits, PopError, fetch

from .three_domains import ThreeDomains, letter, post

pytestmark = pytest.mark.slow
ALICE = {"server": "mail-a", "user": "alice@a.test", "password": "correct horse"}


class Reader:
    """A client that sends lines, and returns first lines of replies; or the whole of one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int = 995, host: str = "mail-a") -> Reader:
        tls = ssl.create_default_context() if port == 995 else None
        opened = cls(*await asyncio.open_connection(host, port, ssl=tls))
        assert await opened.reader.readline() == b"+OK mail-a.lab.example POP3\r\n"
        return opened

    async def ask(self, *commands: str) -> list[str]:
        return [(await self.whole(command, "."))[0] for command in commands]

    async def whole(self, command: str, lines: str = "") -> list[str]:
        """All lines of a reply; the first only if ``lines`` says so, or the command has one."""
        self.writer.write(command.encode() + b"\r\n")
        found = [(await self.reader.readline()).decode().rstrip("\r\n")]
        while not lines and found[0].startswith("+OK") and found[-1] != ".":
            found.append((await self.reader.readline()).decode().rstrip("\r\n"))
        return found

    async def login(self, user: str = "alice@a.test", password: str = "correct horse") -> list[str]:
        return await self.ask(f"USER {user}", f"PASS {password}")


def with_letters(lab: ThreeDomains, program: Callable[[], Any], count: int = 2) -> Any:
    """Run a program after Alice has sent herself letters."""

    async def main() -> Any:
        await asyncio.sleep(1)
        for number in range(count):
            assert await post("alice@a.test", subject=f"letter {number}") == {"alice@a.test": 250}
            await asyncio.sleep(1)
        return await program()

    return lab.run(main)


def test_a_program_fetches_what_is_new_and_removes_it() -> None:
    lab = ThreeDomains()

    async def main() -> list[Any]:
        first = await fetch(**ALICE)
        await post("alice@a.test", subject="letter 2")
        await asyncio.sleep(1)
        second = await fetch(**ALICE, known=[one.uid for one in first], delete=True)
        third = await fetch(**ALICE, delete=True)
        return [first, second, third, await fetch(**ALICE)]

    fetched = with_letters(lab, main)
    subjects = [[one.message()["Subject"] for one in some] for some in fetched]
    assert subjects == [["letter 0", "letter 1"], ["letter 2"], ["letter 0", "letter 1"], []]
    message = fetched[0][0].message()
    assert message["Return-Path"] == "<alice@a.test>"
    assert message.get_content().splitlines() == letter().get_content().splitlines()  # one begins with a dot
    assert (lab.counted("mail-a", "messages-read"), lab.counted("mail-a", "messages-removed")) == (5, 3)


def test_the_commands_of_rfc_1939() -> None:
    lab = ThreeDomains()

    async def main() -> None:
        client = await Reader.open()
        assert (await client.login())[1].startswith("+OK 2 messages, ")
        _, one, two, _ = await client.whole("LIST")
        octets = int(one.split()[1]) + int(two.split()[1])
        assert await client.ask("STAT", "LIST 2", "LIST 3") == [f"+OK 2 {octets}", f"+OK {two}", "-ERR no such message"]
        uids = [line.split()[1] for line in (await client.whole("UIDL"))[1:-1]]
        assert await client.ask("UIDL 1") == [f"+OK 1 {uids[0]}"]
        got = (await client.whole("RETR 1"))[1:-1]
        assert sum(len(line.encode().removeprefix(b".")) + 2 for line in got) == int(one.split()[1])
        assert ".." + "a line that begins with a dot" in got
        head = (await client.whole("TOP 1 1"))[1:-1]
        assert head[-2:] == ["", "Good morning."]
        assert (await client.whole("TOP 1 0"))[-2] == ""
        assert await client.ask("DELE 1", "DELE 1", "RETR 1", "STAT") == [
            "+OK message 1 is marked", "-ERR no such message", "-ERR no such message", f"+OK 1 {two.split()[1]}"
        ]  # fmt: skip
        assert await client.ask("RSET", "STAT") == [f"+OK 2 messages, {octets} octets", f"+OK 2 {octets}"]
        bad = [
            "RETR",
            "RETR x",
            "RETR 0",
            "RETR 99999999999",
            "RETR \u0661",
            "TOP 1",
            "TOP 1 x",
            "DELE 1 2",
            "STLS",
            "X",
        ]
        assert {reply[:4] for reply in await client.ask(*bad)} == {"-ERR"}
        await client.ask("DELE 2")
        client.writer.close()  # without QUIT nothing is removed
        await asyncio.sleep(1)
        client = await Reader.open()
        await client.login()
        assert (await client.whole("UIDL"))[1:-1] == [f"1 {uids[0]}", f"2 {uids[1]}"]
        client.writer.write(b"DELE 2\r\nQUIT\r\n")  # commands may follow each other (RFC 2449 section 6.6)
        assert (await client.reader.read()).split(b"\r\n")[1:] == [b"+OK goodbye", b""]
        found = await lab.servers["mail-a"].mailboxes.messages("alice@a.test")
        assert [(one.name, one.seen) for one in found] == [(uids[0], True)]

    with_letters(lab, main)


def test_stls_encrypts_and_nobody_logs_in_without() -> None:
    lab = ThreeDomains()

    async def main() -> None:
        client = await Reader.open(110)
        assert set((await client.whole("CAPA"))[1:-1]) >= {"STLS", "TOP", "UIDL"}
        assert await client.login() == ["-ERR a login needs TLS; say STLS first"] * 2
        assert await client.ask("STLS") == ["+OK begin TLS"]
        await client.writer.start_tls(ssl.create_default_context(), server_hostname="mail-a")
        assert "USER" in await client.whole("CAPA")
        assert await client.ask("STLS", "STAT") == ["-ERR unknown command", "-ERR log in first"]
        assert (await client.login())[1].startswith("+OK 0 messages")
        assert await client.ask("QUIT") == ["+OK goodbye"]
        client = await Reader.open(110)
        client.writer.write(b"STLS\r\nUSER eve@a.test\r\n")
        assert await client.reader.read() == b"-ERR octets after STLS, before TLS\r\n"

    with_letters(lab, main, 0)
    assert (lab.counted("mail-a", "refused-pop3-clear-text"), lab.counted("mail-a", "refused-pipelining")) == (2, 1)


def test_what_readers_do_is_limited_and_counted() -> None:
    limits = Limits(logins=3, connections=3, reading_timeout_s=60)
    lab = ThreeDomains(**{"mail-a": {"limits": limits}})

    async def main() -> None:
        client, second = await Reader.open(), await Reader.open()
        await client.login()
        assert (await second.login())[1] == "-ERR [IN-USE] another client has the mailbox open"
        for user, password in (("alice@a.test", "wrong"), ("nobody@a.test", "x"), ("\xff", "\xff")):
            assert (await second.login(user, password))[1] == "-ERR [AUTH] wrong user or password"
        assert await second.reader.read() == b""
        with pytest.raises(PopError, match=r"login as alice@a.test: \[AUTH\] wrong user or password"):
            await fetch(**{**ALICE, "password": "wrong"})
        long = await Reader.open()
        assert await long.ask("USER " + 300 * "x") == ["-ERR a command has at most 255 octets"]
        assert await long.reader.read() == b""
        more = [await Reader.open() for _ in range(2)]
        reader, _ = await asyncio.open_connection("mail-a", 995, ssl=ssl.create_default_context())
        assert await reader.read() == b"-ERR [SYS/TEMP] too many connections\r\n"
        for one in more:
            one.writer.close()
        await client.ask("DELE 1")
        started = asyncio.get_running_loop().time()
        assert await client.reader.read() == b""  # the server closes, and does not remove
        assert 59.9 < asyncio.get_running_loop().time() - started < 60.1
        assert len(await fetch(**ALICE)) == 1

    with_letters(lab, main, 1)
    counts = {name: lab.counted("mail-a", name) for name in lab.servers["mail-a"].counters.as_dict()}
    assert counts["logins-failed"] == 4
    assert [counts[f"refused-{reason}"] for reason in ("in-use", "logins", "line", "connections")] == [1, 1, 1, 1]
    assert counts["pop3-idle"] == 1


@pytest.mark.long
def test_a_crash_of_the_server_while_a_message_is_read_and_removed_loses_none() -> None:
    lab = ThreeDomains()

    async def main() -> list[int]:
        client = await Reader.open()
        await client.login()
        await client.ask("DELE 1")
        lab.net.at("20s").crash("mail-a")
        lab.net.at("21s").restart("mail-a")
        await asyncio.sleep(20)
        return [len(await fetch(**ALICE, delete=True)) for _ in range(2)]

    assert with_letters(lab, main) == [2, 0]


def test_an_unmodified_client_sends_over_tls_from_the_first_octet() -> None:
    lab = ThreeDomains()

    async def main() -> tuple[Any, ...]:
        async with aiosmtplib.SMTP(hostname="mail-a", port=465, use_tls=True) as client:
            with pytest.raises(aiosmtplib.SMTPResponseException) as unknown:
                await client.sendmail("alice@a.test", ["bob@b.test"], "Subject: no login\r\n\r\n")
            offered = set(client.esmtp_extensions)
            again = await client.execute_command(b"STARTTLS")
            await client.login("alice@a.test", "correct horse")
            sent = await client.send_message(letter("alice@a.test"))
        await asyncio.sleep(1)
        tls = lab.net.tls("other", trusted=False).client_context()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection("mail-a", 465, ssl=tls)
        return unknown.value.code, "starttls" in offered, again.code, sent[0], len(await fetch(**ALICE))

    assert with_letters(lab, main, 0) == (530, False, 503, {}, 1)
