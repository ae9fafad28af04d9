from __future__ import annotations

import asyncio

import aiosmtplib
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.compat.site import TEXT, Row, Site

STORED: dict[str, bytes] = {}


class Mailbox(Sink):
    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        STORED.update(dict.fromkeys(envelope.rcpt_tos, envelope.content))
        return "250 OK"


async def serve(site: Site) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Mailbox(), hostname="server"), None, 465, ssl=site.server_tls())
    await server.serve_forever()


async def send(site: Site, number: int) -> None:
    text = "\r\n".join(TEXT[start : start + 70] for start in range(number, len(TEXT) // 3, 70))
    people = [f"{number}@server", f"nobody{number}@server"]
    async with aiosmtplib.SMTP(hostname="server", port=465, use_tls=True, tls_context=site.client_tls()) as client:
        refused, _ = await client.sendmail("alice@client", people, text)
    assert refused == {people[1]: aiosmtplib.SMTPResponse(550, "no such mailbox")}
    assert STORED[people[0]] == text.encode() + b"\r\n"


async def ask(site: Site) -> None:
    STORED.clear()
    await asyncio.gather(*(send(site, number) for number in range(5)))
    assert len(STORED) == 5


ROW = Row(
    ("aiosmtplib", "aiosmtpd"),
    "SMTP over TLS: five connections at once, 100 kB each, a refused recipient",
    "1.3",
    serve,
    ask,
)
