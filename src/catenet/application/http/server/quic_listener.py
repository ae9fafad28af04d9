"""Receives the datagrams of a server, and gives each to its connection (RFC 9000 section 5.2)."""

from __future__ import annotations

import asyncio
from typing import Any

from aioquic._buffer import Buffer
from aioquic.quic.configuration import SMALLEST_MAX_DATAGRAM_SIZE, QuicConfiguration
from aioquic.quic.connection import TRANSPORT_CLOSE_FRAME_CAPACITY
from aioquic.quic.crypto import CryptoPair
from aioquic.quic.packet import (
    QuicErrorCode,
    QuicFrameType,
    QuicHeader,
    QuicPacketType,
    encode_quic_version_negotiation,
    pull_quic_header,
)
from aioquic.quic.packet_builder import QuicPacketBuilder

from catenet.application.http.errors import HttpError
from catenet.application.http.http3.quic import HostQuic
from catenet.application.http.http3.settings import server_configuration
from catenet.application.http.server.http3 import Http3ServerConnection
from catenet.application.http.server.service import Service


class QuicListener(asyncio.DatagramProtocol):
    """The connections of one socket, by the identifiers that their clients use."""

    def __init__(self, service: Service, configuration: QuicConfiguration) -> None:
        self._service, self._configuration = service, configuration
        self._routes: dict[bytes, Http3ServerConnection] = {}
        self._tasks: dict[asyncio.Task[None], None] = {}
        self._transport: Any = None

    @property
    def connections(self) -> int:
        return len(self._tasks)

    @property
    def port(self) -> int:
        number: int = self._transport.get_extra_info("sockname")[1]
        return number

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        try:
            header = pull_quic_header(Buffer(data=data), host_cid_length=self._configuration.connection_id_length)
        except ValueError:
            return
        connection = self._routes.get(header.destination_cid)
        if connection is None:
            connection = self._begin(data, header, address)
        if connection is not None:
            connection.datagram_received(data, address)

    def _begin(self, data: bytes, header: QuicHeader, address: Any) -> Http3ServerConnection | None:
        """A connection for a client's first datagram; None if it is not one."""
        if header.version is None or header.packet_type == QuicPacketType.VERSION_NEGOTIATION:
            return None
        if len(data) < SMALLEST_MAX_DATAGRAM_SIZE:  # an answer could be longer (RFC 9000 section 8.1)
            return None
        versions = self._configuration.supported_versions
        if header.version not in versions:
            offer = encode_quic_version_negotiation(
                source_cid=header.destination_cid, destination_cid=header.source_cid, supported_versions=versions
            )
            self._transport.sendto(offer, address)
            return None
        if header.packet_type != QuicPacketType.INITIAL:
            return None
        if len(self._tasks) >= self._service.limits.connections:
            self._service.refusals.refuse(HttpError(503, "connections"), address)
            self._transport.sendto(_refusal(header, header.version), address)
            return None
        return self._accept(header, address)

    def _accept(self, header: QuicHeader, address: Any) -> Http3ServerConnection:
        quic = HostQuic(
            configuration=self._configuration,
            original_destination_connection_id=header.destination_cid,
            streams_max=self._service.limits.streams,
        )
        addresses = address, self._transport.get_extra_info("sockname")
        connection = Http3ServerConnection(quic, self._service, self._transport.sendto, addresses, self._routes)
        self._routes[header.destination_cid] = self._routes[quic.host_cid] = connection
        task = asyncio.ensure_future(connection.run())
        self._tasks[task] = None
        task.add_done_callback(self._tasks.pop)
        return connection

    async def close(self) -> None:
        """End the connections at once, and receive no more."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._transport.close()
        await asyncio.sleep(0)  # its socket closes in the next turn of the loop


def _refusal(header: QuicHeader, version: int) -> bytes:
    """CONNECTION_CLOSE for a first datagram, without keeping anything of it (RFC 9000 section 5.2.2)."""
    crypto = CryptoPair()
    crypto.setup_initial(cid=header.destination_cid, is_client=False, version=version)
    builder = QuicPacketBuilder(
        host_cid=header.destination_cid,
        is_client=False,
        max_datagram_size=SMALLEST_MAX_DATAGRAM_SIZE,
        peer_cid=header.source_cid,
        version=version,
    )
    builder.start_packet(QuicPacketType.INITIAL, crypto)
    frame = builder.start_frame(QuicFrameType.TRANSPORT_CLOSE, capacity=TRANSPORT_CLOSE_FRAME_CAPACITY)
    frame.push_uint_var(QuicErrorCode.CONNECTION_REFUSED)
    frame.push_uint_var(QuicFrameType.PADDING)
    frame.push_uint_var(0)  # the length of a reason
    datagrams, _ = builder.flush()
    return datagrams[0]


async def listen(service: Service, host: str | None, port: int, certificate_pem: str, key_pem: str) -> QuicListener:
    """Receive at ``port``; ``host`` None means all addresses.  Raises OSError; ValueError for the certificate."""
    configuration = server_configuration(certificate_pem, key_pem, service.limits.idle_timeout_s)
    _, listener = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: QuicListener(service, configuration), local_addr=("::" if host is None else host, port)
    )
    return listener
