"""A server on real sockets and files: the same code as on a simulated host."""

from __future__ import annotations

import asyncio
import poplib
import smtplib
import ssl
from pathlib import Path

import pytest

from catenet.application.mail import Mailboxes, MailServer, Ports
from catenet.application.storage.disk import FileDisk


@pytest.mark.slow
def test_smtplib_sends_to_a_real_server_and_the_mailbox_is_on_the_disk(tmp_path: Path) -> None:
    def send(port: int) -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP("127.0.0.1", port) as client:
            return client.sendmail("a@a.test", ["bob@b.test", "eve@b.test"], "Subject: real\r\n\r\n.\r\nyes\r\n")

    async def main() -> tuple[object, list[bytes]]:
        disk = FileDisk(tmp_path)
        server = MailServer("mail.b.test", {"b.test": {"bob": "x"}}, disk=disk, encryption="never")
        port = (await server.start("127.0.0.1", ports=Ports(smtp=0))).smtp
        refused = await asyncio.to_thread(send, port)
        while len(server.queue):
            await asyncio.sleep(0.001)
        found = await Mailboxes(disk).messages("Bob@b.test")
        await server.close()
        disk.close()
        return refused, [stored.content for stored in found]

    refused, (content,) = asyncio.run(main())
    assert refused == {"eve@b.test": (550, b"5.1.1 no such mailbox")}
    assert content.startswith(b"Return-Path: <a@a.test>\r\nReceived: from ")
    assert content.endswith(b"Subject: real\r\n\r\n.\r\nyes\r\n")
    assert [path.name for path in (tmp_path / "mail" / "boxes").iterdir()] == ["bob@b.test"]
    assert list((tmp_path / "mail" / "queue").iterdir()) == []


@pytest.mark.slow
def test_smtplib_and_poplib_send_and_read_over_tls(tmp_path: Path) -> None:
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    client_tls = ssl.create_default_context()
    authority.configure_trust(client_tls)

    def send_and_read(ports: Ports) -> list[object]:
        with smtplib.SMTP_SSL("127.0.0.1", ports.submissions, context=client_tls) as smtp:
            smtp.login("bob@b.test", "x")
            smtp.sendmail("bob@b.test", ["bob@b.test"], "Subject: to himself\r\n\r\n.\r\nyes\r\n")
        secure = poplib.POP3_SSL("127.0.0.1", ports.pop3s, context=client_tls)
        secure.user("bob@b.test")
        secure.pass_("x")
        _, lines, octets = secure.retr(1)
        seen: list[object] = [lines[-3:], octets == sum(len(line) + 2 for line in lines), secure.stat()[0]]
        secure.dele(1)
        secure.quit()
        later = poplib.POP3("127.0.0.1", ports.pop3)
        later.stls(client_tls)
        later.user("bob@b.test")
        later.pass_("x")
        seen += [later.stat(), sorted(later.capa())]
        later.quit()
        return seen

    async def main() -> list[object]:
        disk = FileDisk(tmp_path)
        server = MailServer("mail.b.test", {"b.test": {"bob": "x"}}, disk=disk, tls=tls)
        found = await asyncio.to_thread(send_and_read, await server.start("127.0.0.1", ports=Ports(0, 0, 0, 0, 0)))
        await server.close()
        disk.close()
        return found

    capabilities = ["IMPLEMENTATION", "PIPELINING", "RESP-CODES", "TOP", "UIDL", "USER"]
    assert asyncio.run(main()) == [[b"", b".", b"yes"], True, 1, (0, 0), capabilities]
