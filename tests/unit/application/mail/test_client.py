"""The client against servers that follow a script, on the loopback interface."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from catenet.application.mail.client.connection import LINE_OCTETS_MAX, LINES_MAX, Connection
from catenet.application.mail.client.transaction import InDoubt, send
from catenet.application.mail.replies import ProtocolError, Reply, SmtpError

Talk = Callable[[Connection], Awaitable[Any]]
HELLO = [b"220 hi\r\n", b"250-mail\r\n250-8BITMIME\r\n250 SIZE 1000\r\n"]


def against(script: list[bytes], talk: Talk) -> tuple[Any, list[bytes]]:
    """What ``talk`` returns, and the lines that a server got which sends one piece of the script after each line."""

    async def main() -> tuple[Any, list[bytes]]:
        got: list[bytes] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            for piece in script:
                writer.write(piece)
                got.append(await reader.readline())
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        try:
            connection = await Connection.open("127.0.0.1", server.sockets[0].getsockname()[1], "me")
            try:
                return await talk(connection), got
            finally:
                connection.abort()
        finally:
            server.close()

    return asyncio.run(main())


async def keep(connection: Connection) -> dict[str, str]:
    return connection.extensions


def test_extensions_are_read_and_an_old_server_gets_helo() -> None:
    assert against(HELLO, keep)[0] == {"8BITMIME": "", "SIZE": "1000"}
    extensions, got = against([b"220 hi\r\n", b"502 what?\r\n", b"250 mail\r\n"], keep)
    assert extensions == {}
    assert got[:2] == [b"EHLO me\r\n", b"HELO me\r\n"]


@pytest.mark.parametrize(
    "greeting",
    [b"hello\r\n", b"220-a\r\n221 b\r\n", b"2200 a\r\n", b"120 a\r\n", b"220-a\r\n" * (LINES_MAX + 1),
     b"220 " + b"x" * 2 * LINE_OCTETS_MAX + b"\r\n"],
)  # fmt: skip
def test_what_is_no_reply_ends_the_connection(greeting: bytes) -> None:
    with pytest.raises(ProtocolError):
        against([greeting, *HELLO[1:]], keep)


def test_a_server_that_refuses_the_session_says_why() -> None:
    with pytest.raises(SmtpError, match="greeting: 554 5.3.2 not today"):
        against([b"554 5.3.2 not today\r\n"], keep)


def test_octets_after_the_reply_to_starttls_are_refused() -> None:
    async def encrypt(connection: Connection) -> None:
        await connection.starttls(ssl.create_default_context(), "mail")

    with pytest.raises(ProtocolError, match="RFC 3207"):
        against([*HELLO, b"220 go\r\n250 injected\r\n"], encrypt)


def test_a_password_is_not_sent_in_clear_text() -> None:
    async def login(connection: Connection) -> None:
        await connection.login("alice", "secret")

    with pytest.raises(ProtocolError, match="TLS only"):
        against([*HELLO, b"235 ok\r\n"], login)


@pytest.mark.parametrize("text", ["RSET\r\nQUIT", "RSET\n", "MAIL FROM:<ä@b>"])
def test_no_argument_is_a_second_command(text: str) -> None:
    with pytest.raises(ValueError, match="not one command"):
        against([*HELLO, b"250 ok\r\n"], lambda connection: connection.command(text))


def sending(content: bytes, *recipients: str) -> Talk:
    return lambda connection: send(connection, "a@a.test", recipients or ("b@b.test",), content)


def test_dots_are_doubled_lines_end_with_cr_lf_and_each_recipient_has_a_reply() -> None:
    envelope = [b"250 ok\r\n", b"250 ok\r\n", b"550 5.1.1 no\r\n"]
    script = [*HELLO, *envelope, b"354 go\r\n", b"", b"", b"", b"250 2.0.0 in\r\n"]
    replies, got = against(script, sending(b"a: b\n\n.c\n", "b@b.test", "x@b.test"))
    assert replies == {"b@b.test": Reply(250, "2.0.0 in"), "x@b.test": Reply(550, "5.1.1 no")}
    assert got[1] == b"MAIL FROM:<a@a.test> SIZE=12\r\n"
    assert got[5:9] == [b"a: b\r\n", b"\r\n", b"..c\r\n", b".\r\n"]


def test_a_message_that_the_server_cannot_take_is_not_sent() -> None:
    large, _ = against(HELLO, sending(b"x" * 1001))
    assert large["b@b.test"].status == "5.3.4"
    eight, _ = against([b"220 hi\r\n", b"250 mail\r\n"], sending("ü".encode()))
    assert eight["b@b.test"].status == "5.6.3"


def test_a_connection_that_breaks_at_the_end_leaves_a_doubt() -> None:
    with pytest.raises(InDoubt):
        against([*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b""], sending(b"x"))
