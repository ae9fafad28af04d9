from __future__ import annotations

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY

import aiosmtplib
import pytest
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.compat.site import BODY, Row, Site

USER, PASSWORD = "alice", "correct horse"
STORED: list[Envelope] = []


class Mailbox(Sink):
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert session.ssl is not None
        STORED.append(envelope)
        return f"250 stored as {len(STORED)}"


def check_password(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
) -> AuthResult:
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


async def serve(site: Site) -> None:
    def smtp() -> SMTP:
        tls = site.server_tls()
        return SMTP(
            Mailbox(),
            hostname="server",
            tls_context=tls,
            require_starttls=True,
            auth_required=True,
            authenticator=check_password,
        )

    server = await asyncio.get_running_loop().create_server(smtp, None, 587)
    await server.serve_forever()


def letter(number: int, attachment: bytes) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "alice@client", "bob@server, carol@server"
    message["Subject"] = f"letter {number}"
    message.set_content(".a line that begins with a dot\n")
    message.add_attachment(attachment, maintype="application", subtype="octet-stream")
    return message


async def ask(site: Site) -> None:
    STORED.clear()
    letters = [letter(1, b"small"), letter(2, BODY)]
    async with aiosmtplib.SMTP(hostname="server", port=587, start_tls=True, tls_context=site.client_tls()) as client:
        with pytest.raises(aiosmtplib.SMTPAuthenticationError, match="535"):
            await client.login(USER, "wrong")
        await client.login(USER, PASSWORD)
        for number, message in enumerate(letters, 1):
            assert await client.send_message(message) == ({}, f"stored as {number}")
    for message, envelope in zip(letters, STORED, strict=True):
        assert envelope.rcpt_tos == ["bob@server", "carol@server"]
        assert isinstance(envelope.content, bytes)
        received = message_from_bytes(envelope.content, policy=SMTP_POLICY)
        assert received["Subject"] == message["Subject"]
        for part, expected in zip(received.iter_parts(), message.iter_parts(), strict=True):
            assert part.get_payload(decode=True).splitlines() == expected.get_payload(decode=True).splitlines()


ROW = Row(
    ("aiosmtpd", "aiosmtplib"),
    "SMTP: STARTTLS, a wrong and a right password, two letters to two people, one of 400 kB",
    "STARTTLS",
    serve,
    ask,
)
