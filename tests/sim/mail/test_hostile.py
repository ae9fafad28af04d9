"""Hostile clients and servers: refused with the right code, bounded, counted and logged."""

from __future__ import annotations

import asyncio
import logging
import ssl
from typing import Any

import pytest

from catenet.application.mail import Limits, fetch, submit

from .three_domains import ThreeDomains, letter, post

pytestmark = pytest.mark.slow


async def talk(*writes: bytes, host: str = "mail-b", port: int = 25) -> bytes:
    """Send octets, each after a whole reply, and return all that comes after."""
    reader, writer = await asyncio.open_connection(host, port)
    for octets in writes:
        while (await reader.readline())[3:4] == b"-":
            pass
        writer.write(octets)
    answer = await reader.read()
    writer.close()
    return answer


LETTER = (b"HELO x\r\n", b"MAIL FROM:<eve@x.test>\r\n", b"RCPT TO:<bob@b.test>\r\n", b"DATA\r\n")
SMUGGLED = b"MAIL FROM:<a@a.test>\r\nRCPT TO:<bob@b.test>\r\nDATA\r\nsmuggled\r\n.\r\n"


BARE, PIPELINED = ("521", "refused-bare-line-end"), ("503", "refused-pipelining")
TWO_WAYS = [
    ((*LETTER, b"hello\r\r\n.\r\n" + SMUGGLED), BARE),
    ((*LETTER, b"hello\r\n.\r" + SMUGGLED), BARE),
    ((*LETTER, b"hello\r.\r" + SMUGGLED), BARE),
    ((b"HELO x\n",), BARE),
    ((LETTER[0], b"MAIL FROM:<eve@x.test>\rRCPT TO:<bob@b.test>\r\n"), BARE),
    ((b"HELO x\r\nMAIL FROM:<eve@x.test>\r\n",), PIPELINED),
    ((LETTER[0], b"".join(LETTER[1:]) + b"Subject: x\r\n\r\n.\r\n"), PIPELINED),
    ((*LETTER[:3], b"DATA\r\nSubject: x\r\n\r\n.\r\n"), PIPELINED),
    ((b"GET / HTTP/1.1\r\nHost: mail-b\r\n\r\n",), PIPELINED),
]


def test_what_could_be_read_in_two_ways_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "catenet.mail")
    lab = ThreeDomains()

    async def main() -> int:
        await asyncio.sleep(1)
        for writes, (code, counter) in TWO_WAYS:
            before = lab.counted("mail-b", counter)
            answer = await talk(*writes)
            assert answer.splitlines()[-1][:3].decode() == code, writes
            assert lab.counted("mail-b", counter) == before + 1
            assert caplog.records.pop().message.startswith(f"refused: {code}")
        await asyncio.sleep(10)
        return len(await lab.servers["mail-b"].mailboxes.messages("bob@b.test"))

    assert lab.run(main) == lab.counted("mail-b", "messages-accepted") == 0
    assert caplog.records == []


def test_a_client_that_speaks_before_the_greeting_is_refused() -> None:
    lab = ThreeDomains()

    async def main() -> bytes:
        await asyncio.sleep(1)
        reader, writer = await asyncio.open_connection("mail-b", 25)
        writer.write(b"HELO x\r\nMAIL FROM:<>\r\n")
        return await reader.read()

    assert lab.run(main).splitlines()[-1][:3] == b"503"
    assert lab.counted("mail-b", "refused-pipelining") == 1


def test_commands_without_end_too_many_or_none_end_the_connection() -> None:
    lab = ThreeDomains(**{"mail-b": {"limits": Limits(commands=20, idle_timeout_s=30)}})

    async def main() -> list[Any]:
        await asyncio.sleep(1)
        reader, writer = await asyncio.open_connection("mail-b", 25)
        seen: list[Any] = []
        for _ in range(22):
            writer.write(b"NOOP\r\n")
            seen.append((await reader.readline())[:3])
        seen = seen[:1] + seen[-2:] + [await reader.read()]
        before = lab.counted("mail-b", "replies-500")
        seen.append((await talk(b"HELO " + 100_000 * b"x" + b"\r\n", b"QUIT\r\n"))[:3])
        started = asyncio.get_running_loop().time()
        await talk(b"HELO x\r\n")  # and then nothing
        seen += [lab.counted("mail-b", "replies-500") - before, round(asyncio.get_running_loop().time() - started)]
        return seen

    assert lab.run(main) == [b"220", b"250", b"421", b"", b"221", 1, 30]


def test_a_message_over_the_limit_is_refused_at_its_size_and_at_its_end() -> None:
    lab = ThreeDomains(**{"mail-b": {"limits": Limits(message_bytes=10_000)}})

    async def main() -> list[bytes]:
        await asyncio.sleep(1)
        told = await talk(b"EHLO x\r\n", b"MAIL FROM:<eve@x.test> SIZE=10001\r\n", b"QUIT\r\n")
        content = 200 * (b"x" * 98 + b"\r\n")
        sent = await talk(*LETTER, content + b".\r\n", b"QUIT\r\n")
        line = await talk(*LETTER, 9_000 * b"x" + b"\r\n.\r\n", b"QUIT\r\n")
        return [told, sent, line]

    told, sent, line = lab.run(main)
    assert (told[:3], sent[:3], line[:3]) == (b"221", b"221", b"221")
    assert [lab.counted("mail-b", f"replies-{code}") for code in ("552", "500")] == [2, 1]
    assert lab.counted("mail-b", "messages-accepted") == 0


@pytest.mark.parametrize(
    ("fault", "encryption"),
    [
        ("expired", "required"),
        ("wrong name", "offered"),
        pytest.param("expired", "offered", marks=pytest.mark.long),
        pytest.param("wrong name", "required", marks=pytest.mark.long),
        pytest.param("not yet valid", "required", marks=pytest.mark.long),
    ],
)
def test_a_server_with_a_wrong_certificate(fault: str, encryption: str) -> None:
    lab = ThreeDomains(**{"mail-a": {"encryption": encryption}})
    authority = lab.net.tls()
    certificate = {
        "expired": lambda: authority.certificate("mail-b", "mail-b.lab.example", not_before="-9d", not_after="-1s"),
        "not yet valid": lambda: authority.certificate("mail-b", "mail-b.lab.example", not_before="1d"),
        "wrong name": lambda: authority.certificate("mail-c", "mail-c.lab.example"),
    }[fault]()
    lab.options["mail-b"] = {"tls": authority.server_context(certificate=certificate)}

    async def main() -> list[Any]:
        await asyncio.sleep(1)
        seen: list[Any] = []
        login = {"server": "mail-b", "user": "bob@b.test", "password": "battery"}
        for attempt in (
            submit(letter("bob@b.test"), **login),
            submit(letter("bob@b.test"), **login, port=587),
            fetch(**login),
        ):
            try:
                await attempt
            except ssl.SSLCertVerificationError as error:
                seen.append(error.verify_message.split(",")[0])
        await post("bob@b.test")
        await asyncio.sleep(20)
        found = await lab.servers["mail-b"].mailboxes.messages("bob@b.test")
        return [*seen, [str(one.message()["Received"]).split(" with ")[1].split()[0] for one in found]]

    *seen, protocols = lab.run(main)
    reason = {
        "expired": "certificate has expired",
        "not yet valid": "certificate is not yet valid",
        "wrong name": "Hostname mismatch",
    }[fault]
    assert seen == [reason] * 3
    assert protocols == (["ESMTP"] if encryption == "offered" else [])
    assert lab.counted("mail-a", "starttls-failed") >= 1
    assert (lab.counted("mail-b", "logins"), lab.counted("mail-b", "logins-failed")) == (0, 0)
    assert lab.queued() == (encryption == "required")
