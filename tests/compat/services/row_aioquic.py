from __future__ import annotations

import asyncio
from typing import Any

from aioquic.asyncio import QuicConnectionProtocol, connect
from aioquic.asyncio import serve as serve_quic
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, H3Event, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ProtocolNegotiated, QuicEvent

from tests.compat.site import BODY, Row, Site


class H3Protocol(QuicConnectionProtocol):
    """HTTP/3 on a QUIC connection: headers and bodies by stream."""

    http: H3Connection

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headers: dict[int, dict[bytes, bytes]] = {}
        self.bodies: dict[int, bytearray] = {}

    def quic_event_received(self, event: QuicEvent) -> None:
        if isinstance(event, ProtocolNegotiated):
            self.http = H3Connection(self._quic)
        for received in self.http.handle_event(event) if hasattr(self, "http") else ():
            self.http_event_received(received)

    def http_event_received(self, event: H3Event) -> None:
        if isinstance(event, HeadersReceived):
            self.headers[event.stream_id] = dict(event.headers)
            self.bodies[event.stream_id] = bytearray()
        elif isinstance(event, DataReceived):
            self.bodies[event.stream_id] += event.data
            if event.stream_ended:
                self.ended(event.stream_id)

    def ended(self, stream: int) -> None:
        raise AssertionError("each end has its own")

    def send(self, stream: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        self.http.send_headers(stream, headers)
        self.http.send_data(stream, body, end_stream=True)
        self.transmit()


class Server(H3Protocol):
    def ended(self, stream: int) -> None:
        path = self.headers[stream][b":path"]
        self.send(stream, [(b":status", b"200"), (b"path", path)], bytes(self.bodies[stream]))


class Client(H3Protocol):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: dict[int, asyncio.Future[bytes]] = {}

    def ended(self, stream: int) -> None:
        assert self.headers[stream][b":status"] == b"200"
        self.waiting.pop(stream).set_result(bytes(self.bodies[stream]))

    async def post(self, path: bytes, body: bytes) -> bytes:
        stream = self._quic.get_next_available_stream_id()
        self.waiting[stream] = asyncio.get_running_loop().create_future()
        pseudo = [(b":method", b"POST"), (b":scheme", b"https"), (b":authority", b"server"), (b":path", path)]
        self.send(stream, pseudo, body)
        return await self.waiting[stream]


async def serve(site: Site) -> None:
    configuration = QuicConfiguration(is_client=False, alpn_protocols=H3_ALPN)
    configuration.load_cert_chain(site.certificate, site.certificate)
    await serve_quic("::", 443, configuration=configuration, create_protocol=Server, retry=True)
    await asyncio.Event().wait()


async def ask(site: Site) -> None:
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN)
    configuration.load_verify_locations(site.authority)
    async with connect("server", 443, configuration=configuration, create_protocol=Client) as client:
        assert isinstance(client, Client)
        assert await client.post(b"/first", b"one") == b"one"
        bodies = [BODY, *(bytes([number]) * 5_000 for number in range(6))]
        assert await asyncio.gather(*(client.post(b"/", body) for body in bodies)) == bodies


ROW = Row(
    ("aioquic",),
    "HTTP/3: address validation by Retry, seven streams at once, 330 kB both ways",
    "QUIC (TLS 1.3)",
    serve,
    ask,
    "Its keys are made by `cryptography`",
)
