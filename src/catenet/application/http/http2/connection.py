"""A connection of HTTP/2 at either end: octets become h2's events, and bodies become frames as flow control allows."""

from __future__ import annotations

import asyncio

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    Event,
    RemoteSettingsChanged,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings
from hyperframe.frame import Frame, GoAwayFrame

from catenet.application.http.http2.floods import Flood, FrameCounter
from catenet.application.http.http2.stream import Stream
from catenet.application.http.limits import Limits

READ_BYTES = 65536
WINDOW_BYTES = 1 << 20
"""Of a stream, and of the connection: what may be on its way, or wait here for its reader."""
PREFACE_BYTES = 24


class GracefulConnection(H2Connection):
    """Goes on with the streams that a peer's GOAWAY leaves open (RFC 9113 section 6.8); h2 does not."""

    def _receive_goaway_frame(self, frame: GoAwayFrame) -> tuple[list[Frame], list[Event]]:
        state, pending = self.state_machine.state, self.data_to_send()
        found = super()._receive_goaway_frame(frame)
        self.state_machine.state = state
        self._data_to_send += pending
        return found


class Http2Connection:
    """What both ends do.  A subclass adds :meth:`other_event`."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limits: Limits, *, client_side: bool
    ) -> None:
        self.reader: asyncio.StreamReader = reader
        self.writer: asyncio.StreamWriter = writer
        self.limits: Limits = limits
        self.h2: GracefulConnection = GracefulConnection(H2Configuration(client_side=client_side, header_encoding=None))
        self.h2.local_settings = Settings(
            client=client_side,
            initial_values={
                SettingCodes.ENABLE_PUSH: 0,
                SettingCodes.MAX_CONCURRENT_STREAMS: limits.streams,
                SettingCodes.INITIAL_WINDOW_SIZE: WINDOW_BYTES,
                SettingCodes.MAX_HEADER_LIST_SIZE: limits.header_bytes,
            },
        )
        self.h2.decoder.max_header_list_size = limits.header_bytes
        self._counter = FrameCounter(limits, 0 if client_side else PREFACE_BYTES)
        self.streams: dict[int, Stream] = {}
        self.closed: bool = False
        """No new stream can begin."""

    def begin(self) -> None:
        """Send the settings, and open the connection's window."""
        self.h2.initiate_connection()
        self.h2.increment_flow_control_window(WINDOW_BYTES - 65535)
        self.flush_now()

    async def pump(self, early: bytes = b"") -> None:
        """Read until the peer closes, or breaks a rule.  Raises Flood, h2's ProtocolError, OSError."""
        loop = asyncio.get_running_loop()
        data = early or await self.next_octets()
        while data:
            try:
                self._counter.feed(data, loop.time())
                events = self.h2.receive_data(data)
                for event in events:
                    if isinstance(event, StreamReset) and not event.remote_reset:
                        self._counter.count_reset(loop.time())
            except Flood:
                self.h2.close_connection(ErrorCodes.ENHANCE_YOUR_CALM)
                await self.flush()
                raise
            except ProtocolError:
                await self.flush()  # h2 has put GOAWAY, with the reason
                raise
            for event in events:
                self._event(event)
            await self.flush()
            data = b"" if self.h2_is_over() else await self.next_octets()

    async def next_octets(self) -> bytes:
        """What the peer sends; none at its end."""
        return await self.reader.read(READ_BYTES)

    def h2_is_over(self) -> bool:
        """The peer has said goodbye, and all streams have ended."""
        return self.closed and not self.streams

    def _event(self, event: Event) -> None:
        match event:
            case DataReceived():
                self._data(event)
            case StreamEnded():
                stream = self.streams.get(event.stream_id or 0)
                if stream is not None:
                    stream.ended = True
                    stream.received.set()
            case StreamReset():
                stream = self.streams.pop(event.stream_id or 0, None)
                if stream is not None:
                    stream.fail(ConnectionResetError(f"the peer reset the stream: {event.error_code!r}"))
                    self.stream_reset(stream)
            case WindowUpdated() | RemoteSettingsChanged():
                for stream in list(self.streams.values()):
                    stream.window.set()
                self.other_event(event)
            case ConnectionTerminated():
                self.closed = True
                self.other_event(event)
            case _:
                self.other_event(event)

    def _data(self, event: DataReceived) -> None:
        size = event.flow_controlled_length or 0
        stream = self.streams.get(event.stream_id or 0)
        if stream is None or stream.error is not None or stream.body_error is not None:
            self.acknowledge(event.stream_id or 0, size)  # nobody reads it
            return
        stream.size_bytes += len(event.data or b"")
        stream.pieces.append((bytes(event.data or b""), size))
        stream.received.set()
        self.data_arrived(stream)

    def other_event(self, event: Event) -> None:
        """All that is not a body's."""

    def data_arrived(self, stream: Stream) -> None:
        """``stream`` has more octets."""

    def stream_reset(self, stream: Stream) -> None:
        """The peer has no more interest in ``stream``."""

    def acknowledge(self, number: int, size_bytes: int) -> None:
        """These octets have been read: the peer may send as many more."""
        if size_bytes:
            try:
                self.h2.acknowledge_received_data(size_bytes, number)
            except ProtocolError:
                return  # the connection is over
            self.flush_now()

    async def read_piece(self, stream: Stream, timeout_s: float) -> bytes:
        """The next octets of a body; none at its end.  Raises TimeoutError, the stream's error."""
        while True:
            await stream.wait_received(timeout_s)
            if stream.body_error is not None:
                raise stream.body_error
            if stream.pieces:
                data, size = stream.pieces.popleft()
                self.acknowledge(stream.number, size)
                if data:
                    return data
            elif stream.ended:
                return b""  # also if the connection has ended since
            elif stream.error is not None:
                raise stream.error

    async def send_piece(self, stream: Stream, data: bytes) -> None:
        """Send ``data`` as windows allow; other streams take their turns.  Raises OSError, TimeoutError."""
        place = 0
        while place < len(data):
            if stream.error is not None:
                raise stream.error
            room = min(self.h2.local_flow_control_window(stream.number), self.h2.max_outbound_frame_size)
            if room <= 0:
                stream.window.clear()
                async with asyncio.timeout(self.limits.write_timeout_s):
                    await stream.window.wait()
                continue
            self.h2.send_data(stream.number, data[place : place + room])
            place += room
            await self.flush()
            await asyncio.sleep(0)

    def flush_now(self) -> None:
        """Give the transport what h2 has to send, without waiting."""
        data = self.h2.data_to_send()
        if data and not self.writer.is_closing():
            self.writer.write(data)

    async def flush(self) -> None:
        """Send, and wait while the peer is slow.  Raises OSError, TimeoutError."""
        self.flush_now()
        if self.writer.transport.get_write_buffer_size():
            async with asyncio.timeout(self.limits.write_timeout_s):
                await self.writer.drain()

    def fail_all(self, error: Exception) -> None:
        """The connection is over."""
        self.closed = True
        streams, self.streams = list(self.streams.values()), {}
        for stream in streams:
            stream.fail(error)
