from __future__ import annotations

import asyncio
from typing import Any

import pytest
from grpclib.client import Channel, StreamStreamMethod, UnaryUnaryMethod
from grpclib.const import Cardinality, Handler, Status
from grpclib.encoding.base import CodecBase
from grpclib.exceptions import GRPCError
from grpclib.server import Server, Stream

from tests.compat.site import BODY, Row, Site


class Octets(CodecBase):
    """Messages are bytes: protocol buffers are not what is tested."""

    __content_subtype__ = "octets"

    def encode(self, message: bytes, message_type: object) -> bytes:
        return message

    def decode(self, data: bytes, message_type: object) -> bytes:
        return data


class Echo:
    async def reverse(self, stream: Stream[bytes, bytes]) -> None:
        message = await stream.recv_message()
        if not message:
            raise GRPCError(Status.INVALID_ARGUMENT, "an empty message")
        await stream.send_message(message[::-1])

    async def chat(self, stream: Stream[bytes, bytes]) -> None:
        async for message in stream:
            await stream.send_message(message[::-1])

    async def sleep(self, stream: Stream[bytes, bytes]) -> None:
        await stream.recv_message()
        await asyncio.sleep(3600)

    def __mapping__(self) -> dict[str, Handler]:
        return {
            "/test.Echo/Reverse": Handler(self.reverse, Cardinality.UNARY_UNARY, bytes, bytes),
            "/test.Echo/Chat": Handler(self.chat, Cardinality.STREAM_STREAM, bytes, bytes),
            "/test.Echo/Sleep": Handler(self.sleep, Cardinality.UNARY_UNARY, bytes, bytes),
        }


async def serve(site: Site) -> None:
    server = Server([Echo()], codec=Octets())
    await server.start(None, 443, ssl=site.server_tls("h2"))
    await server.wait_closed()


async def ask(site: Site) -> None:
    async with Channel("server", 443, ssl=site.client_tls("h2"), codec=Octets()) as channel:
        reverse: Any = UnaryUnaryMethod(channel, "/test.Echo/Reverse", bytes, bytes)
        messages = [BODY, b"one", b"two"]
        assert await asyncio.gather(*map(reverse, messages)) == [message[::-1] for message in messages]
        with pytest.raises(GRPCError, match="an empty message"):
            await reverse(b"")
        sleep: Any = UnaryUnaryMethod(channel, "/test.Echo/Sleep", bytes, bytes)
        with pytest.raises(TimeoutError):
            await sleep(b"x", timeout=2)
        chat: Any = StreamStreamMethod(channel, "/test.Echo/Chat", bytes, bytes)
        parts = [bytes([number]) * 999 + b"." for number in range(20)]
        assert await chat(parts) == [part[::-1] for part in parts]


ROW = Row(
    ("grpclib", "h2"),
    "gRPC: three calls at once, up to 300 kB both ways, a refusal, a deadline, a stream of messages both ways",
    "1.3",
    serve,
    ask,
)
