from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import redis.asyncio as redis

from tests.compat.site import BODY, Row, Site

OK = b"+OK\r\n"


def bulk(data: bytes | None) -> bytes:
    return b"$-1\r\n" if data is None else b"$%d\r\n%b\r\n" % (len(data), data)


def array(*items: bytes) -> bytes:
    return b"*%d\r\n" % len(items) + b"".join(items)


class Store:
    """A server of a few commands of Redis, RESP2."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self.lists: dict[bytes, asyncio.Queue[bytes]] = {}
        self.subscribers: dict[bytes, list[asyncio.StreamWriter]] = {}

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            words = [await self.word(reader) for _ in range(int(line[1:]))]
            command = getattr(self, words[0].lower().decode(), None)
            if command is None:
                writer.write(b"-ERR unknown command '%b'\r\n" % words[0])
            elif words[0].upper() == b"SUBSCRIBE":
                self.subscribers.setdefault(words[1], []).append(writer)
                writer.write(array(bulk(b"subscribe"), bulk(words[1]), b":1\r\n"))
            else:
                writer.write(await command(*words[1:]))
            await writer.drain()
        writer.close()

    async def word(self, reader: asyncio.StreamReader) -> bytes:
        length = int((await reader.readline())[1:])
        return (await reader.readexactly(length + 2))[:-2]

    subscribe = True

    async def set(self, key: bytes, value: bytes) -> bytes:
        self.values[key] = value
        return OK

    async def get(self, key: bytes) -> bytes:
        return bulk(self.values.get(key))

    async def incrby(self, key: bytes, by: bytes) -> bytes:
        self.values[key] = b"%d" % (int(self.values.get(key, b"0")) + int(by))
        return b":%b\r\n" % self.values[key]

    async def rpush(self, key: bytes, value: bytes) -> bytes:
        queue = self.lists.setdefault(key, asyncio.Queue())
        queue.put_nowait(value)
        return b":%d\r\n" % queue.qsize()

    async def blpop(self, key: bytes, timeout: bytes) -> bytes:
        return array(bulk(key), bulk(await self.lists.setdefault(key, asyncio.Queue()).get()))

    async def publish(self, channel: bytes, message: bytes) -> bytes:
        writers = self.subscribers.get(channel, [])
        for writer in writers:
            writer.write(array(bulk(b"message"), bulk(channel), bulk(message)))
        return b":%d\r\n" % len(writers)


async def serve(site: Site) -> None:
    async with await asyncio.start_server(Store().connection, None, 6379, ssl=site.server_tls()) as server:
        await server.serve_forever()


async def ask(site: Site) -> None:
    options = {"ssl": True, "ssl_ca_certs": site.authority, "socket_timeout": 60, "protocol": 2}
    async with redis.Redis(host="server", **options) as client:
        for key, value in (("one", b"1"), ("large", BODY)):
            assert await client.set(key, value)
            assert await client.get(key) == value
        assert await client.get("absent") is None
        async with client.pipeline(transaction=False) as pipeline:
            for _ in range(200):
                pipeline.incr("count")
            assert await pipeline.execute() == list(range(1, 201))
        popped, _ = await asyncio.gather(client.blpop(["jobs"]), later(client.rpush, "jobs", b"work"))
        assert popped == (b"jobs", b"work") or popped == [b"jobs", b"work"]
        await channel(client)


async def later(call: Callable[..., Awaitable[object]], *args: object) -> None:
    await asyncio.sleep(5)
    await call(*args)


async def channel(client: redis.Redis) -> None:
    async with client.pubsub(ignore_subscribe_messages=True) as subscriber:
        await subscriber.subscribe("news")
        await asyncio.sleep(1)
        for number in range(10):
            assert await client.publish("news", b"%d" % number) == 1
        received: list[bytes] = []
        while len(received) < 10:
            message = await subscriber.get_message(timeout=10)
            received += [message["data"]] if message else []
        assert received == [b"%d" % number for number in range(10)]


ROW = Row(
    ("redis",),
    "redis.asyncio: values up to 300 kB, a pipeline of 200 commands, a blocking command, published messages",
    "1.3",
    serve,
    ask,
    "The server is a RESP server of the test: Redis is no Python program",
)
