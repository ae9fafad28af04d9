"""A connection of QUIC whose windows follow the readers of its streams, and whose runs repeat.

aioquic opens windows as octets arrive, whether anybody reads them or not, and keeps the order of streams in a set,
which follows addresses in memory.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from aioquic.quic.connection import QuicConnection
from aioquic.quic.packet_builder import QuicPacketBuilder
from aioquic.quic.stream import QuicStream

from catenet.application.http.http3.settings import WINDOW_BYTES
from catenet.application.http.http3.tls import use_host_keys

STEP_BYTES = WINDOW_BYTES // 4
"""A window is opened when it can be opened by so much."""


class NumberedStream(QuicStream):
    """A stream whose place in a set depends on its number only."""

    def __hash__(self) -> int:
        return hash(self.stream_id)


class HostQuic(QuicConnection):
    """``streams_max`` is for the streams that the peer opens at one time."""

    def __init__(self, *, streams_max: int, **options: Any) -> None:
        super().__init__(**options)
        self._local_max_streams_bidi.value = self._local_max_streams_bidi.sent = streams_max
        self._unread: Counter[int] = Counter()
        self._unread_bytes = 0

    def keep(self, number: int, size_bytes: int) -> None:
        """Octets of a stream wait for their reader."""
        self._unread[number] += size_bytes
        self._unread_bytes += size_bytes

    def release(self, number: int, size_bytes: int) -> None:
        """They have been read."""
        self._unread_bytes -= size_bytes
        self._unread[number] -= size_bytes
        if not self._unread[number]:
            del self._unread[number]

    def unsent_bytes(self, number: int) -> int:
        """Octets that were written and have not been sent for the first time, or again."""
        stream = self._streams.get(number)
        return 0 if stream is None else sum(part.stop - part.start for part in stream.sender._pending)

    def may_open(self) -> bool:
        """Whether the peer allows another stream."""
        return self._local_next_stream_id_bidi // 4 < self._remote_max_streams_bidi

    def _initialize(self, peer_cid: bytes) -> None:
        super()._initialize(peer_cid)
        use_host_keys(self.tls)

    def _get_or_create_stream(self, frame_type: int, stream_id: int) -> QuicStream:
        known = len(self._streams)
        stream = super()._get_or_create_stream(frame_type, stream_id)
        if len(self._streams) > known:
            for made in list(self._streams.values())[known:]:
                made.__class__ = NumberedStream
        return stream

    def _get_or_create_stream_for_send(self, stream_id: int) -> QuicStream:
        stream = super()._get_or_create_stream_for_send(stream_id)
        stream.__class__ = NumberedStream
        return stream

    def _write_stream_limits(self, builder: QuicPacketBuilder, space: Any, stream: QuicStream) -> None:
        receiver = stream.receiver
        if not stream.max_stream_data_local or receiver.is_finished:
            return
        wanted = receiver.starting_offset() - self._unread[stream.stream_id or 0] + WINDOW_BYTES
        if wanted - stream.max_stream_data_local_sent >= STEP_BYTES:
            stream.max_stream_data_local = max(wanted, stream.max_stream_data_local)
        highest, receiver.highest_offset = receiver.highest_offset, 0  # aioquic would double the window
        super()._write_stream_limits(builder, space, stream)
        receiver.highest_offset = highest

    def _write_connection_limits(self, builder: QuicPacketBuilder, space: Any) -> None:
        limit = self._local_max_data
        wanted = limit.used - self._unread_bytes + WINDOW_BYTES
        if wanted - limit.sent >= STEP_BYTES:
            limit.value = max(wanted, limit.value)
        used, limit.used = limit.used, 0  # aioquic would double the window
        super()._write_connection_limits(builder, space)
        limit.used = used
