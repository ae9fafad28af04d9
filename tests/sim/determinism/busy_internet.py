"""A lossy, jittery internet of twenty hosts, HTTPS among its traffic; writes its captures into a folder.

Run by ``test_same_bytes.py`` in processes of its own: ``python busy_internet.py FOLDER FIDELITY CERTIFICATES``.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import sys
import time
import uuid
from pathlib import Path

import catenet

CITIES = ("paris", "oslo", "rome", "wien", "bonn")
SERVERS = ("www", "files", "echo", "clock")


async def https_server(certificate: str) -> None:
    """Answer each request with what the host's clock and randomness say, over TLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = f"{time.time()} {uuid.uuid4()} {random.random()}\n".encode() * 400
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, None, 443, ssl=context)
    await server.serve_forever()


async def connect(server: str, port: int, **options: object) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect; again after a while if the network is unreachable, as it is for a moment after the cut."""
    while True:
        try:
            return await asyncio.open_connection(server, port, **options)
        except OSError:
            await asyncio.sleep(random.uniform(0.1, 0.3))


async def https_client(authority: str, server: str) -> None:
    """Fetch a few pages; lost packets make it slower, never wrong."""
    context = ssl.create_default_context(cafile=authority)
    for _ in range(3):
        await asyncio.sleep(random.uniform(0, 0.5))
        reader, writer = await connect(server, 443, ssl=context, server_hostname="server.test")
        writer.write(f"GET /{uuid.uuid4()} HTTP/1.1\r\nHost: {server}\r\n\r\n".encode())
        page = await reader.read()
        assert page.startswith(b"HTTP/1.1 200 OK")
        assert len(page) > 400 * 40
        writer.close()


async def echo_server() -> None:
    """Send back what comes, over TCP and UDP."""

    class Echo(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            self.transport.sendto(data, addr)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        writer.close()

    await asyncio.get_running_loop().create_datagram_endpoint(Echo, local_addr=("0.0.0.0", 7))
    server = await asyncio.start_server(answer, None, 7)
    await server.serve_forever()


async def echo_client(server: str) -> None:
    """Send random octets there and back, and a few datagrams, one of them in fragments."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(server, 7))
    reader, writer = await connect(server, 7)
    for size in (10, 3_000, 20_000):
        sent = random.randbytes(size)
        transport.sendto(sent[:5_000])
        writer.write(sent)
        assert await reader.readexactly(size) == sent
    writer.close()
    transport.close()


def build(fidelity: str, certificates: Path) -> catenet.Internet:
    """Five cities in a ring, four hosts at each."""
    net = catenet.Internet(seed=20, fidelity=fidelity)
    cities = net.routers(*CITIES)
    for number, city in enumerate(cities):
        net.link(
            city,
            cities[(number + 1) % 5],
            rate="20Mbit/s",
            delay=f"{3 + number}ms",
            jitter="1ms",
            loss="1%",
            reorder={"share": "1%", "late": "4ms"},
            duplicate="0.5%",
            bit_errors=1e-7,
            queue="60 frames",
        )
    hosts = [net.host(SERVERS[n] if n < 4 else f"host{n}", at=cities[n % 5], rate="100Mbit/s") for n in range(20)]
    hosts[0].run(https_server, str(certificates / "server.pem"), service=True)
    hosts[2].run(echo_server, service=True)
    for number, host in enumerate(hosts[4:]):
        if number % 2:
            host.run(echo_client, "echo")
        else:
            host.run(https_client, str(certificates / "authority.pem"), "www")
    net.at("0.4s").cut("paris", "oslo")
    net.at("2s").heal("paris", "oslo")
    return net


def main() -> None:
    """Run, and leave the captures."""
    folder, fidelity, certificates = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    net = build(fidelity, certificates)
    net.capture()
    net.run(until="20s").report(folder)


if __name__ == "__main__":
    main()
