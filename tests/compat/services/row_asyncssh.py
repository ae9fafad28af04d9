from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import asyncssh
import pytest

from tests.compat.site import BODY, Row, Site


class Server(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("alice", "correct horse")

    def connection_requested(self, host: str, port: int, from_host: str, from_port: int) -> bool:
        return port == 8000


async def run(process: asyncssh.SSHServerProcess[bytes]) -> None:
    data = await process.stdin.read()
    if process.command == "sha256sum":
        process.stdout.write(hashlib.sha256(data).hexdigest().encode())
    else:
        process.stdout.write(data)
    process.stderr.write(b"done")
    process.exit(len(data) % 7)


async def upper(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write((await reader.readexactly(5)).upper())
    writer.close()


async def serve(site: Site) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_public_key(str(site.folder / "host_key.pub"))
    inside = await asyncio.start_server(upper, "127.0.0.1", 8000)
    server = await asyncssh.create_server(
        Server, None, 22, server_host_keys=[key], process_factory=run, encoding=None, sftp_factory=chroot(site.folder)
    )
    async with inside, server:
        await asyncio.Event().wait()


def chroot(folder: Path) -> object:
    return lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder))


async def ask(site: Site) -> None:
    host_key = (site.folder / "host_key.pub").read_text()
    known_hosts = asyncssh.import_known_hosts(f"server {host_key}")
    options = {"username": "alice", "known_hosts": known_hosts, "client_keys": None, "config": None}
    with pytest.raises(asyncssh.PermissionDenied):
        await asyncssh.connect("server", password="wrong", **options)
    async with asyncssh.connect("server", password="correct horse", **options) as connection:
        await commands(connection)
        async with connection.start_sftp_client() as sftp:
            async with sftp.open("/file", "wb") as file:
                await file.write(BODY)
            assert (await sftp.stat("/file")).size == len(BODY)
        assert (site.folder / "file").read_bytes() == BODY
        reader, writer = await connection.open_connection("127.0.0.1", 8000)
        writer.write(b"hello")
        assert await reader.read() == b"HELLO"


async def commands(connection: asyncssh.SSHClientConnection) -> None:
    for command, expected in (("cat", BODY), ("sha256sum", hashlib.sha256(BODY).hexdigest().encode())):
        result = await connection.run(command, input=BODY, encoding=None)
        assert (result.stdout, result.stderr, result.exit_status) == (expected, b"done", len(BODY) % 7)


ROW = Row(
    ("asyncssh",),
    "SSH: a wrong and a right password, two commands with 300 kB of input, SFTP of 300 kB, a forwarded connection",
    "SSH",
    serve,
    ask,
    "Its keys are made by `cryptography`",
)
