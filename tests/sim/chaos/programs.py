"""What the hosts of a random universe do: servers that take anything, clients that check every octet."""

from __future__ import annotations

import asyncio
import hashlib
import random
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

PORT = 4000
TLS_PORT = 4443
HEAD = struct.Struct("!BII")
ECHO, UPLOAD, DOWNLOAD, HALF, COUNTED = range(5)
PIECE = 16_000
LEGITIMATE = (OSError, asyncio.IncompleteReadError)
"""How a stream may end when the network below it is broken: a reset, a time-out, no route."""

Note = Callable[[str, str], None]


def pattern(seed: int, size: int) -> bytes:
    """Octets that both ends know."""
    return random.Random(seed).randbytes(size)


# -- servers


class Server:
    """One host's servers, until a time; then all that is left is broken off."""

    def __init__(self, note: Note) -> None:
        self.note = note
        self.streams: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def run(self, until_s: float, certificate: str, receive_buffer: int) -> None:
        """Serve streams, TLS and datagrams."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        plain = await asyncio.start_server(self.answer, None, PORT, backlog=8, limit=receive_buffer)
        secure = await asyncio.start_server(self.answer, None, TLS_PORT, ssl=context)
        loop = asyncio.get_running_loop()
        datagrams, _ = await loop.create_datagram_endpoint(DatagramEcho, local_addr=("::", PORT))
        await asyncio.sleep(until_s - loop.time())
        plain.close()
        secure.close()
        datagrams.close()
        for task, writer in list(self.streams.items()):
            break_off(writer)
            task.cancel()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Do for one connection what its first octets ask for."""
        task = asyncio.current_task()
        assert task is not None
        self.streams[task] = writer
        try:
            kind, seed, size = HEAD.unpack(await reader.readexactly(HEAD.size))
            await (self.echo, self.upload, self.download, self.half, self.counted)[kind](reader, writer, seed, size)
            self.note("served", str(kind))
        except (*LEGITIMATE, asyncio.CancelledError) as error:
            self.note("service", type(error).__name__)
        finally:
            del self.streams[task]
            writer.close()

    async def echo(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seed: int, size: int) -> None:
        whole = b""
        while data := await reader.read(random.Random(len(whole)).randint(1, 70_000)):
            whole += data
            writer.write(data)
            await writer.drain()
        assert whole == pattern(seed, size)

    async def upload(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seed: int, size: int) -> None:
        data = await reader.read()
        assert data == pattern(seed, size)
        writer.write(hashlib.sha256(data).digest())
        await writer.drain()

    async def download(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seed: int, size: int) -> None:
        await send(writer, pattern(seed, size))

    async def half(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seed: int, size: int) -> None:
        await send(writer, pattern(seed, size))
        writer.write_eof()
        assert await reader.read() == pattern(seed + 1, size)

    async def counted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seed: int, size: int) -> None:
        data = await reader.readexactly(size)
        assert data == pattern(seed, size)
        await send(writer, data)


class DatagramEcho(asyncio.DatagramProtocol):
    """Sends back what comes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(data, addr)


async def send(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Send as fast as the network takes it."""
    for at in range(0, len(data), PIECE):
        writer.write(data[at : at + PIECE])
        await writer.drain()


# -- clients


@contextmanager
def closing(writer: asyncio.StreamWriter) -> Iterator[None]:
    """Close a stream in the end; break it off if anything went wrong, so that the peer cannot take it for whole."""
    try:
        yield
    except BaseException:
        break_off(writer)
        raise
    writer.close()


def break_off(writer: asyncio.StreamWriter) -> None:
    """Reset a stream: without SO_LINGER, aborting a transport closes its socket, and that is a FIN."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Client:
    """One program: a few streams or datagrams to one server."""

    def __init__(self, note: Note, seed: int, server: str, family: int, size: int) -> None:
        self.note = note
        self.seed = seed
        self.server = server
        self.family = family
        self.size = size
        self.dice = random.Random(seed)

    async def run(self, kind: str) -> None:
        """Do it, and say how it ended: an error of the network is legitimate, wrong octets are not."""
        try:
            await getattr(self, kind)()
            self.note(kind, "done")
        except LEGITIMATE as error:
            self.note(kind, type(error).__name__)

    async def open(self, kind: int, size: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        limit = self.dice.choice([2_000, 65_536])
        reader, writer = await asyncio.open_connection(self.server, PORT, family=self.family, limit=limit)
        writer.write(HEAD.pack(kind, self.seed, size))
        return reader, writer

    async def echo(self) -> None:
        reader, writer = await self.open(ECHO, self.size)
        data = pattern(self.seed, self.size)

        async def feed() -> None:
            await send(writer, data)
            writer.write_eof()

        with closing(writer):
            _, back = await asyncio.gather(feed(), reader.read())
        assert back == data, (len(back), len(data))

    async def upload(self) -> None:
        reader, writer = await self.open(UPLOAD, self.size)
        data = pattern(self.seed, self.size)
        with closing(writer):
            await send(writer, data)
            writer.write_eof()
            assert await reader.readexactly(32) == hashlib.sha256(data).digest()

    async def download(self) -> None:
        await self.read_all(0.0)

    async def slow(self) -> None:
        await self.read_all(0.05 + self.dice.random() / 2)

    async def read_all(self, pause_s: float) -> None:
        """Read a stream, with pauses at first, so that the window closes."""
        reader, writer = await self.open(DOWNLOAD, self.size)
        whole = b""
        with closing(writer):
            while data := await reader.read(self.dice.randint(1, 40_000)):
                whole += data
                if pause_s and len(whole) < 200_000:
                    await asyncio.sleep(pause_s)
        assert whole == pattern(self.seed, self.size), len(whole)

    async def half(self) -> None:
        reader, writer = await self.open(HALF, self.size)
        with closing(writer):
            assert await reader.read() == pattern(self.seed, self.size)
            await asyncio.sleep(self.dice.random())
            await send(writer, pattern(self.seed + 1, self.size))
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def abort(self) -> None:
        _, writer = await self.open(UPLOAD, self.size)
        writer.write(pattern(self.seed, self.size)[: self.dice.randint(0, self.size)])
        await asyncio.sleep(self.dice.random())
        break_off(writer)

    async def cancelled(self) -> None:
        """Break off in the middle, and be cancelled in whatever it is doing."""
        for kind in ("slow", "echo", "upload"):
            with suppress(TimeoutError):
                await asyncio.wait_for(getattr(self, kind)(), self.dice.random() * 2)

    async def many(self) -> None:
        for _ in range(12):
            await asyncio.gather(*(self.small() for _ in range(4)))

    async def small(self) -> None:
        size = self.dice.randint(0, 3_000)
        data = pattern(self.seed, size)
        reader, writer = await self.open(ECHO, size)
        writer.write(data)
        writer.write_eof()
        with closing(writer):
            assert await reader.read() == data

    async def tls(self) -> None:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        reader, writer = await asyncio.open_connection(self.server, TLS_PORT, family=self.family, ssl=context)
        data = pattern(self.seed, self.size)
        with closing(writer):
            writer.write(HEAD.pack(COUNTED, self.seed, self.size))
            await send(writer, data)
            assert await reader.readexactly(self.size) == data

    async def datagrams(self) -> None:
        loop = asyncio.get_running_loop()
        came: list[bytes] = []

        class Ear(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
                came.append(data)

        transport, _ = await loop.create_datagram_endpoint(Ear, remote_addr=(self.server, PORT), family=self.family)
        sent = set()
        for _ in range(20):
            data = self.dice.randbytes(self.dice.choice([0, 100, 1_400, 1_473, 4_000, 9_000, 30_000]))
            sent.add(data)
            transport.sendto(data)
            await asyncio.sleep(self.dice.random() / 3)
        transport.close()
        assert sent.issuperset(came)

    async def worker(self) -> None:
        """Ask an executor, which sleeps, while timers run."""

        def work(seconds: float) -> float:
            time.sleep(seconds)
            return seconds

        loop = asyncio.get_running_loop()
        for _ in range(10):
            seconds = self.dice.random() / 5
            began_s = loop.time()
            assert await loop.run_in_executor(None, work, seconds) == seconds
            assert loop.time() - began_s >= seconds - 1e-9
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.to_thread(work, 0.2), 0.1)


KINDS = ("echo", "upload", "download", "slow", "half", "abort", "cancelled", "many", "tls", "datagrams", "worker")
