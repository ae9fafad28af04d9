"""A message crosses three domains; what cannot be delivered comes back; who may not send is refused."""

from __future__ import annotations

import asyncio
import ssl
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest

from catenet.application.mail import Limits, SmtpError, submit
from catenet.application.mail.mailboxes import Stored

from .three_domains import ThreeDomains, letter, post

pytestmark = pytest.mark.slow


def bounces(found: list[Stored]) -> list[tuple[str, str]]:
    """The recipients and statuses that reports in a mailbox name."""
    named = []
    for stored in found:
        report: Any = stored.message()
        assert report.get_content_type() == "multipart/report"
        assert report["Return-Path"] == "<>"
        for group in report.get_payload()[1].get_payload()[1:]:
            named.append((str(group["Final-Recipient"]).removeprefix("rfc822; "), str(group["Status"])))
    return sorted(named)


def test_a_letter_crosses_three_domains_encrypted_and_whole() -> None:
    lab, found = ThreeDomains(), []
    lab.mailbox("mail-c", "carol@c.test", found, "20s")

    async def main() -> Any:
        await asyncio.sleep(1)
        codes = await post("carol@c.test")
        await asyncio.sleep(20)
        return codes

    assert lab.run(main) == {"carol@c.test": 250}
    (stored,) = found
    message = stored.message()
    assert message["Return-Path"] == "<alice@a.test>"
    trace = [str(field) for field in message.get_all("Received", [])]
    assert [line.split(" with ")[1].split()[0] for line in trace] == ["ESMTPS", "ESMTPS", "ESMTPSA"]
    assert [line.split("by ")[1].split()[0] for line in trace] == [
        "mail-c.lab.example", "mail-b.lab.example", "mail-a.lab.example"
    ]  # fmt: skip
    assert message.get_content().splitlines() == letter("carol@c.test").get_content().splitlines()
    assert lab.counted("mail-a", "starttls-sent") == lab.counted("mail-b", "starttls-sent") == 1


def test_what_cannot_be_delivered_comes_back_once_and_says_why() -> None:
    lab, found = ThreeDomains(), []
    lab.mailbox("mail-a", "alice@a.test", found, "100s")

    async def main() -> Any:
        await asyncio.sleep(1)
        codes = await post("nobody@c.test", "bob@b.test", "x@null.test", "y@missing.test", "z@a.test")
        await asyncio.sleep(100)
        return codes

    assert lab.run(main) == {
        "nobody@c.test": 250, "bob@b.test": 250, "x@null.test": 250, "y@missing.test": 250, "z@a.test": 550
    }  # fmt: skip
    assert bounces(found) == [("nobody@c.test", "5.1.1"), ("x@null.test", "5.1.10"), ("y@missing.test", "5.1.2")]
    assert lab.queued() == 0
    assert lab.counted("mail-b", "bounces") == 1  # mail-b had accepted nobody@c.test


def test_servers_are_tried_in_order_until_one_takes_the_message() -> None:
    lab = ThreeDomains(**{"mail-c": {"relay_domains": ["order.test"], "routes": {"order.test": "mail-a"}}})
    accepted = []

    async def main() -> None:
        await asyncio.sleep(1)
        await post("x@order.test")
        await asyncio.sleep(10)
        accepted.append(lab.counted("mail-c", "messages-accepted"))

    lab.run(main)
    assert accepted == [1]
    assert lab.counted("mail-a", "connections-failed") >= 1  # closed.lab.example refuses, on each address
    assert lab.counted("mail-a", "address-look-ups-failed") == 1  # nowhere.lab.example has none


@pytest.mark.parametrize(
    ("encryption", "protocol", "failed"), [("offered", "ESMTP", 1), ("never", "ESMTP", 0), ("required", None, 1)]
)
def test_a_certificate_that_is_not_trusted_is_not_used(encryption: str, protocol: str | None, failed: int) -> None:
    lab, found = ThreeDomains(**{"mail-a": {"encryption": encryption}}), []
    other = lab.net.tls("other", trusted=False)
    lab.options["mail-b"] = {"tls": other.server_context("mail-b", "mail-b.lab.example")}
    lab.mailbox("mail-b", "bob@b.test", found, "20s")

    async def main() -> None:
        await asyncio.sleep(1)
        await post("bob@b.test")
        await asyncio.sleep(20)

    lab.run(main)
    protocols = [str(one.message()["Received"]).split(" with ")[1].split()[0] for one in found]
    assert protocols == ([] if protocol is None else [protocol])
    assert lab.queued() == (protocol is None)
    assert min(lab.counted("mail-a", "starttls-failed"), 1) == failed


def test_the_same_seed_gives_the_same_mail() -> None:
    def content() -> list[bytes]:
        lab, found = ThreeDomains(seed=3), []
        lab.mailbox("mail-c", "carol@c.test", found, "20s")

        async def main() -> None:
            await asyncio.sleep(1)
            await post("carol@c.test")
            await asyncio.sleep(20)

        lab.run(main)
        return [stored.content for stored in found]

    assert content() == content() != []


def test_two_servers_that_route_to_each_other_end_the_loop() -> None:
    lab, found = ThreeDomains(**{
        "mail-a": {"relay_domains": ["loop.test"], "routes": {"loop.test": "mail-b"}, "limits": Limits(hops=5)},
        "mail-b": {"relay_domains": ["loop.test"], "routes": {"loop.test": "mail-a"}},
    }), []  # fmt: skip
    lab.mailbox("mail-a", "alice@a.test", found, "60s")

    async def main() -> None:
        await asyncio.sleep(1)
        await post("x@loop.test")
        await asyncio.sleep(60)

    lab.run(main)
    assert bounces(found) == [("x@loop.test", "5.4.6")]
    assert lab.counted("mail-a", "refused-hops") == 1


def test_the_null_sender_never_gets_a_bounce() -> None:
    lab = ThreeDomains()

    async def main() -> None:
        await asyncio.sleep(1)
        client = aiosmtplib.SMTP(hostname="mail-b", port=25, start_tls=False)
        await client.connect()
        await client.sendmail("", ["nobody@c.test"], "Subject: a bounce\r\n\r\n")
        await client.quit()
        await asyncio.sleep(10)

    lab.run(main)
    assert lab.counted("mail-b", "bounces-not-reported") == 1
    assert lab.counted("mail-b", "bounces") == 0
    assert lab.queued() == 0


def test_an_unmodified_client_sends_and_a_wrong_password_is_refused() -> None:
    lab, found = ThreeDomains(**{"mail-a": {"limits": Limits(message_bytes=100_000)}}), []
    lab.mailbox("mail-b", "bob@b.test", found, "20s")

    async def main() -> list[Any]:
        await asyncio.sleep(1)
        seen: list[Any] = []
        async with aiosmtplib.SMTP(hostname="mail-a", port=587, start_tls=True) as client:
            with pytest.raises(aiosmtplib.SMTPAuthenticationError) as refused:
                await client.login("alice@a.test", "wrong")
            seen.append(refused.value.code)
            await client.login("alice@a.test", "correct horse")
            seen.append((await client.send_message(letter("bob@b.test")))[0])
            with pytest.raises(aiosmtplib.SMTPSenderRefused) as refused_sender:
                await client.sendmail("carol@c.test", ["bob@b.test"], "Subject: forged\r\n\r\n")
            seen.append(refused_sender.value.code)
            with pytest.raises(aiosmtplib.SMTPSenderRefused) as refused_size:
                await client.sendmail("alice@a.test", ["bob@b.test"], "Subject: big\r\n\r\n" + 110_000 * "x\r\n")
            seen.append(refused_size.value.code)
        await asyncio.sleep(20)
        return seen

    assert lab.run(main) == [535, {}, 553, 552]
    assert [stored.message()["Subject"] for stored in found] == ["a letter"]
    assert (lab.counted("mail-a", "logins-failed"), lab.counted("mail-a", "logins")) == (2, 1)  # by PLAIN, by LOGIN


def test_many_wrong_passwords_end_the_connection() -> None:
    lab = ThreeDomains(**{"mail-a": {"limits": Limits(logins=2)}})

    async def main() -> Any:
        await asyncio.sleep(1)
        async with aiosmtplib.SMTP(hostname="mail-a", port=587, start_tls=True) as client:
            with pytest.raises(aiosmtplib.SMTPException) as refused:
                await client.login("alice@a.test", "wrong")
            await asyncio.sleep(1)
            return refused.value, client.is_connected

    error, is_connected = lab.run(main)
    assert (error.code, is_connected) == (421, False)
    assert lab.counted("mail-a", "refused-logins") == 1


def test_nobody_sends_without_tls_or_a_login() -> None:
    lab = ThreeDomains()

    async def ask(port: int, *commands: str) -> list[str]:
        reader, writer = await asyncio.open_connection("mail-a", port)
        codes = [(await reader.readline())[:3].decode()]
        for command in commands:
            writer.write(command.encode() + b"\r\n")
            line = await reader.readline()
            while line[3:4] == b"-":
                assert b"AUTH" not in line
                line = await reader.readline()
            codes.append(line[:3].decode())
        writer.close()
        return codes

    async def main() -> list[Any]:
        await asyncio.sleep(1)
        seen: list[Any] = [
            await ask(587, "EHLO x", "AUTH PLAIN AGFsaWNlAGE=", "MAIL FROM:<alice@a.test>"),
            await ask(25, "EHLO x", "MAIL FROM:<x@y.test>", "RCPT TO:<carol@c.test>", "RCPT TO:<eve@a.test>"),
        ]
        for context in (ssl.create_default_context(), lab.net.tls("other", trusted=False).client_context("client")):
            try:
                message = EmailMessage()
                message["To"] = "bob@b.test"
                await submit(message, server="mail-a", user="alice@a.test", password="wrong", tls=context)
            except (OSError, SmtpError) as error:
                seen.append(type(error).__name__)
        return seen

    assert lab.run(main) == [
        ["220", "250", "530", "530"],
        ["220", "250", "250", "554", "550"],
        "SmtpError",
        "SSLCertVerificationError",
    ]
    assert lab.counted("mail-a", "refused-relay") == 1


SMUGGLED = (
    b"Subject: x\r\n\r\nhello\n.\r\nMAIL FROM:<alice@a.test>\r\nRCPT TO:<bob@b.test>\r\nDATA\r\nsmuggled\r\n.\r\n"
)


@pytest.mark.parametrize(
    ("octets", "code", "counter"),
    [
        (SMUGGLED, b"521", "refused-bare-line-end"),
        (SMUGGLED.replace(b"hello\n.\r\n", b"hello\r\n.\n"), b"521", "refused-bare-line-end"),
        (SMUGGLED.replace(b"hello\n.\r\n", b"hello\r\n.\r\n"), b"503", "refused-pipelining"),
    ],
)
def test_a_smuggled_message_is_refused_with_the_one_before_it(octets: bytes, code: bytes, counter: str) -> None:
    lab, found = ThreeDomains(), []
    lab.mailbox("mail-b", "bob@b.test", found, "20s")

    async def main() -> bytes:
        await asyncio.sleep(1)
        reader, writer = await asyncio.open_connection("mail-b", 25)
        await reader.readline()
        for command in (b"HELO x", b"MAIL FROM:<eve@x.test>", b"RCPT TO:<bob@b.test>", b"DATA"):
            writer.write(command + b"\r\n")
            await reader.readline()
        writer.write(octets)
        answer = await reader.read()
        writer.close()
        await asyncio.sleep(20)
        return answer

    assert lab.run(main)[:3] == code
    assert found == []
    assert lab.counted("mail-b", counter) == 1
    assert lab.counted("mail-b", "messages-accepted") == 0


def test_commands_after_starttls_in_clear_text_are_refused() -> None:
    lab = ThreeDomains()

    async def main() -> bytes:
        await asyncio.sleep(1)
        reader, writer = await asyncio.open_connection("mail-a", 587)
        await reader.readline()
        writer.write(b"EHLO x\r\n")
        while (await reader.readline())[3:4] == b"-":
            pass
        writer.write(b"STARTTLS\r\nMAIL FROM:<alice@a.test>\r\n")
        return await reader.read()

    assert lab.run(main)[:3] == b"503"


def test_connections_and_recipients_are_limited() -> None:
    lab = ThreeDomains(**{"mail-b": {"limits": Limits(connections=2, recipients=2)}})

    async def main() -> list[bytes]:
        await asyncio.sleep(1)
        streams = [await asyncio.open_connection("mail-b", 25) for _ in range(3)]
        greetings = [(await reader.readline())[:3] for reader, _ in streams]
        reader, writer = streams[0]
        for command in (b"HELO x", b"MAIL FROM:<>", *[b"RCPT TO:<bob@b.test>"] * 3):
            writer.write(command + b"\r\n")
            greetings.append((await reader.readline())[:3])
        for _, writer in streams:
            writer.close()
        await asyncio.sleep(1)
        reader, _ = await asyncio.open_connection("mail-b", 25)
        return [*greetings, (await reader.readline())[:3]]

    assert lab.run(main) == [b"220", b"220", b"421", b"250", b"250", b"250", b"250", b"452", b"220"]
    assert (lab.counted("mail-b", "refused-connections"), lab.counted("mail-b", "refused-recipients")) == (1, 1)
