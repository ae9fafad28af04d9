from __future__ import annotations

import hashlib

import anyio
import anyio.to_thread
from anyio.abc import SocketAttribute, SocketStream
from anyio.streams.tls import TLSListener, TLSStream

from tests.compat.site import ADDRESS, BODY, Row, Site


async def echo(stream: TLSStream) -> None:
    async with stream:
        async for data in stream:
            await stream.send(data)


async def digest(stream: SocketStream) -> None:
    async with stream:
        data = b"".join([part async for part in stream])
        await stream.send((await anyio.to_thread.run_sync(lambda: hashlib.sha256(data).hexdigest())).encode())


async def answer_datagrams() -> None:
    async with await anyio.create_udp_socket(local_host=ADDRESS, local_port=7) as udp:
        async for data, (host, port) in udp:
            await udp.sendto(data[::-1], host, port)


async def serve(site: Site) -> None:
    secure = TLSListener(await anyio.create_tcp_listener(local_port=443), site.server_tls())
    plain = await anyio.create_tcp_listener(local_port=80)
    async with anyio.create_task_group() as group:
        group.start_soon(secure.serve, echo)
        group.start_soon(plain.serve, digest)
        group.start_soon(answer_datagrams)


async def over_tls(site: Site, body: bytes) -> None:
    async with await anyio.connect_tcp("server", 443, ssl_context=site.client_tls()) as stream:
        assert stream.extra(SocketAttribute.remote_port) == 443
        async with anyio.create_task_group() as group:
            group.start_soon(stream.send, body)
            received = bytearray()
            while len(received) < len(body):
                received += await stream.receive()
        assert received == body


async def plainly(body: bytes) -> None:
    async with await anyio.connect_tcp("server", 80) as stream:
        await stream.send(body)
        await stream.send_eof()
        assert (await stream.receive()).decode() == hashlib.sha256(body).hexdigest()


async def datagrams() -> None:
    async with await anyio.create_connected_udp_socket(ADDRESS, 7) as udp:
        for number in range(20):
            message = b"%d datagram" % number
            with anyio.move_on_after(1):
                await udp.send(message)
                assert await udp.receive() == message[::-1]


async def ask(site: Site) -> None:
    async with anyio.create_task_group() as group:
        for body in (b"one", BODY):
            group.start_soon(over_tls, site, body)
            group.start_soon(plainly, body)
        group.start_soon(datagrams)
    with anyio.move_on_after(3) as scope:
        async with await anyio.connect_tcp("server", 80) as stream:
            await stream.receive()
    assert scope.cancelled_caught


ROW = Row(
    ("anyio",),
    "Task groups and cancel scopes over TLS, TCP with a half-close, and UDP: 300 kB on each stream",
    "1.3, and none",
    serve,
    ask,
    "Worker threads are steps of virtual time",
)
