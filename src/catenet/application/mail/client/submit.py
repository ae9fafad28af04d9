"""Submission (RFC 6409): a program hands its message to its own server."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from copy import deepcopy
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import getaddresses
from typing import Final

from catenet.application.mail.client.connection import Connection
from catenet.application.mail.client.transaction import send
from catenet.application.mail.replies import Reply

SUBMISSIONS_PORT: Final = 465
"""The port that begins with TLS (RFC 8314 section 3.3); on others STARTTLS begins it."""


async def submit(
    message: EmailMessage | bytes,
    *,
    server: str,
    user: str,
    password: str,
    sender: str | None = None,
    recipients: Sequence[str] | None = None,
    port: int = SUBMISSIONS_PORT,
    tls: ssl.SSLContext | None = None,
    hostname: str = "localhost",
) -> dict[str, Reply]:
    """Send a message with a login over TLS, and return the server's reply for each recipient.

    ``sender`` is the user by default; ``recipients`` are those of To, Cc and Bcc, and Bcc is not sent.  ``tls`` is a
    client's context, by default one that trusts what the host trusts.  Raises :class:`.SmtpError` if the server refuses
    the connection or the login, OSError, and ValueError if there is no recipient.
    """
    if recipients is None:
        recipients = _recipients(message)
    if not recipients:
        raise ValueError("the message has no recipient; write To, or give recipients")
    tls = tls or ssl.create_default_context()
    connection = await Connection.open(server, port, hostname, tls if port == SUBMISSIONS_PORT else None)
    try:
        if not connection.is_encrypted:
            await connection.starttls(tls, server)
        await connection.login(user, password)
        replies = await send(connection, user if sender is None else sender, recipients, _octets(message))
    except BaseException:
        connection.abort()
        raise
    await connection.quit()
    return replies


def _recipients(message: EmailMessage | bytes) -> list[str]:
    if isinstance(message, bytes):
        return []
    fields = [str(field) for name in ("To", "Cc", "Bcc") for field in message.get_all(name, [])]
    return list(dict.fromkeys(address for _, address in getaddresses(fields) if address))


def _octets(message: EmailMessage | bytes) -> bytes:
    if isinstance(message, bytes):
        return message
    copy = deepcopy(message)
    del copy["Bcc"]
    return copy.as_bytes(policy=SMTP)
