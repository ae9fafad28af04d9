"""One message over a connection: MAIL, RCPT, DATA (RFC 5321 section 3.3), with SIZE and 8BITMIME."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from catenet.application.mail.client.connection import Connection
from catenet.application.mail.message import crlf, is_8bit
from catenet.application.mail.replies import Reply

DATA_S: Final = 180.0
"""Seconds in which a server must take the message (RFC 5321 section 4.5.3.2.5)."""
END_S: Final = 600.0
"""Seconds for the reply to the end of a message (section 4.5.3.2.6)."""
_LEADING_DOT: Final = re.compile(rb"^\.", re.MULTILINE)
TOO_LARGE: Final = Reply(552, "5.3.4 the message is larger than the server takes")
NOT_7BIT: Final = Reply(554, "5.6.3 the message has octets above 127, and the server does not take 8BITMIME")


class InDoubt(OSError):
    """The connection broke after the end of the message and before the reply: it may have been accepted."""


async def send(connection: Connection, sender: str, recipients: Sequence[str], content: bytes) -> dict[str, Reply]:
    """Send a message, and return the reply that decided about each recipient.

    Raises OSError if the connection breaks, :class:`InDoubt` among them.
    """
    content = crlf(content)
    problem = _unfit(connection, content)
    reply = problem or await connection.command(f"MAIL FROM:<{sender}>{_parameters(connection, content)}")
    if reply.code // 100 != 2:
        if problem is None:
            await connection.command("RSET")
        return dict.fromkeys(recipients, reply)
    replies = {recipient: await connection.command(f"RCPT TO:<{recipient}>") for recipient in recipients}
    accepted = [recipient for recipient, reply in replies.items() if reply.code // 100 == 2]
    if not accepted:
        await connection.command("RSET")
        return replies
    reply = await connection.command("DATA")
    if reply.code == 354:
        reply = await _data(connection, content)
    elif reply.code // 100 == 2:
        reply = Reply(451, f"4.5.0 the reply to DATA was {reply}")
    replies.update(dict.fromkeys(accepted, reply))
    return replies


def _unfit(connection: Connection, content: bytes) -> Reply | None:
    """What the server would reply, if it is known beforehand."""
    size = connection.extensions.get("SIZE", "")
    if size.isdigit() and 0 < int(size) < len(content):
        return TOO_LARGE
    if is_8bit(content) and "8BITMIME" not in connection.extensions:
        return NOT_7BIT
    return None


def _parameters(connection: Connection, content: bytes) -> str:
    text = f" SIZE={len(content)}" if "SIZE" in connection.extensions else ""
    return f"{text} BODY=8BITMIME" if is_8bit(content) else text


async def _data(connection: Connection, content: bytes) -> Reply:
    await connection.data(_LEADING_DOT.sub(b"..", content), DATA_S)
    try:
        await connection.data(b".\r\n", DATA_S)
        return await connection.reply(END_S)
    except OSError as error:
        raise InDoubt(f"no reply to the end of the message: {error or type(error).__name__}") from error
