"""A server on real sockets and files: the same code as on a simulated host."""

from __future__ import annotations

import asyncio
import smtplib
from pathlib import Path

import pytest

from catenet.application.mail import Mailboxes, MailServer
from catenet.application.storage.disk import FileDisk


@pytest.mark.slow
def test_smtplib_sends_to_a_real_server_and_the_mailbox_is_on_the_disk(tmp_path: Path) -> None:
    def send(port: int) -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP("127.0.0.1", port) as client:
            return client.sendmail("a@a.test", ["bob@b.test", "eve@b.test"], "Subject: real\r\n\r\n.\r\nyes\r\n")

    async def main() -> tuple[object, list[bytes]]:
        disk = FileDisk(tmp_path)
        server = MailServer("mail.b.test", {"b.test": {"bob": "x"}}, disk=disk, encryption="never")
        port, _ = await server.start("127.0.0.1", port=0)
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
