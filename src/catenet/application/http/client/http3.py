"""A connection of HTTP/3 at the client (RFC 9114)."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any

from aioquic.h3.connection import ErrorCode
from aioquic.h3.events import HeadersReceived
from aioquic.quic.events import HandshakeCompleted, QuicEvent

from catenet.application.http.client.answer import NotProcessed
from catenet.application.http.client.multiplexed import MultiplexedClient
from catenet.application.http.errors import ClientError
from catenet.application.http.http3.connection import Address, Http3Connection
from catenet.application.http.http3.quic import HostQuic
from catenet.application.http.http3.settings import client_configuration
from catenet.application.http.multiplexed.fields import Fields
from catenet.application.http.multiplexed.stream import Stream


class Http3ClientConnection(MultiplexedClient, Http3Connection):
    """Sends requests over one connection of QUIC."""

    def __init__(
        self,
        quic: HostQuic,
        transport: Any,
        on_close: Callable[[MultiplexedClient], None],
    ) -> None:
        MultiplexedClient.__init__(self, "https", on_close)
        self._transport = transport
        addresses = transport.get_extra_info("peername"), transport.get_extra_info("sockname")
        self.attach(quic, self._send_to_server, addresses)
        self._settled: asyncio.Future[None] = self._loop.create_future()

    def _send_to_server(self, data: bytes, address: Address) -> None:
        self._transport.sendto(data)  # the socket has one peer only

    async def handshake(self) -> None:
        """Raises ClientError."""
        self.quic.connect(self.addresses[0], now=self._loop.time())
        self.transmit()
        await self._settled

    def datagram_received(self, data: bytes, address: Address) -> None:
        super().datagram_received(data, self.addresses[0])
        self._slot.set()  # the server may allow more streams

    def send_head(self, stream: Stream, fields: Fields, *, end_stream: bool) -> None:
        if (b":method", b"HEAD") in fields:
            self.h3.without_content.add(stream.number)
        super().send_head(stream, fields, end_stream=end_stream)

    def head_event(self, event: HeadersReceived) -> None:
        if not dict(event.headers).get(b":status", b"2").startswith(b"1"):
            self.head_arrived(event.stream_id, event.headers)

    def other_event(self, event: QuicEvent) -> None:
        if isinstance(event, HandshakeCompleted) and not self._settled.done():
            self._settled.set_result(None)

    def reset_error(self, code: int) -> Exception:
        if code == ErrorCode.H3_REQUEST_REJECTED:  # RFC 9114 section 4.1.1
            return NotProcessed("the server did not process the request")
        return super().reset_error(code)

    def lost(self, error: Exception) -> None:
        self.stop()
        self._transport.close()
        if not self._settled.done():
            self._settled.set_exception(ClientError(str(error)))
        self.has_ended(error)

    def may_open(self) -> bool:
        return self.quic.may_open()

    def next_number(self) -> int:
        return self.quic.get_next_available_stream_id()

    def stream_reset(self, stream: Stream) -> None:
        super().stream_reset(stream)
        self.cancel(stream)  # what may be left of the request

    def cancel(self, stream: Stream) -> None:
        for end in (self.quic.reset_stream, self.quic.stop_stream):
            try:
                self._command(end, stream.number, ErrorCode.H3_REQUEST_CANCELLED)
            except ConnectionError:
                continue  # it has ended already

    def close(self) -> None:
        if not self.over:
            self.say_goodbye()
            self.lost(ConnectionAbortedError("the client closed the connection"))


class ClientSocket(asyncio.DatagramProtocol):
    """Gives the datagrams of a socket to its connection, and its errors (ICMP)."""

    def __init__(self) -> None:
        self.connection: Http3ClientConnection | None = None

    def datagram_received(self, data: bytes, address: Any) -> None:
        if self.connection is not None and not self.connection.over:
            self.connection.datagram_received(data, address)

    def error_received(self, error: Exception) -> None:
        if self.connection is not None and isinstance(error, ConnectionRefusedError) and not self.connection.over:
            self.connection.lost(error)


async def open_quic(
    host: str,
    address: str,
    port: int,
    tls: ssl.SSLContext,
    idle_timeout_s: float,
    on_close: Callable[[MultiplexedClient], None],
) -> Http3ClientConnection:
    """Connect to ``address`` for the server ``host``.  Raises ClientError, OSError."""
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(ClientSocket, remote_addr=(address, port))
    configuration = client_configuration(host, tls, idle_timeout_s)
    quic = HostQuic(configuration=configuration, streams_max=0)
    protocol.connection = connection = Http3ClientConnection(quic, transport, on_close)
    try:
        await connection.handshake()
    except BaseException:
        connection.close()
        raise
    return connection
