"""A connection of HTTP/2 at either end: octets become h2's events, and bodies become frames as flow control allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

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

from catenet.application.http.http2.floods import BrokenRule, Flood, FrameCounter
from catenet.application.http.multiplexed.connection import Multiplexed
from catenet.application.http.multiplexed.fields import Fields
from catenet.application.http.multiplexed.stream import Stream

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


class Http2Connection(Multiplexed):
    """What both ends do.  A subclass adds :meth:`other_event`."""

    version = "2"

    def attach(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, client_side: bool) -> None:
        """Speak over this connection of TCP or TLS."""
        limits = self.limits
        self.reader: asyncio.StreamReader = reader
        self.writer: asyncio.StreamWriter = writer
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
            except BrokenRule as error:
                self.h2.close_connection(error.code)
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
                self.store(event.stream_id or 0, bytes(event.data or b""), event.flow_controlled_length or 0)
            case StreamEnded():
                self.message_ended(event.stream_id or 0)
            case StreamReset():
                stream = self.streams.pop(event.stream_id or 0, None)
                if stream is not None:
                    stream.fail(self.reset_error(event.error_code or 0))
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

    def reset_error(self, code: int) -> Exception:
        """What a reader gets whose stream the peer reset."""
        return ConnectionResetError(f"the peer reset the stream: {code!r}")

    def other_event(self, event: Event) -> None:
        """All that is not a body's."""

    @property
    def addresses(self) -> tuple[Any, Any]:
        return self.writer.get_extra_info("peername"), self.writer.get_extra_info("sockname")

    def send_head(self, stream: Stream, fields: Fields, *, end_stream: bool) -> None:
        self._command(self.h2.send_headers, stream.number, fields, end_stream=end_stream)

    def end_stream(self, stream: Stream) -> None:
        self._command(self.h2.end_stream, stream.number)

    @staticmethod
    def _command(do: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        try:
            return do(*arguments, **options)
        except ProtocolError as error:
            raise ConnectionAbortedError(f"HTTP/2: {error}") from error

    def acknowledge(self, number: int, size_bytes: int) -> None:
        if size_bytes:
            try:
                self.h2.acknowledge_received_data(size_bytes, number)
            except ProtocolError:
                return  # the connection is over
            self.flush_now()

    async def send_piece(self, stream: Stream, data: bytes) -> None:
        place = 0
        while place < len(data):
            if stream.error is not None:
                raise stream.error
            room = min(self._command(self.h2.local_flow_control_window, stream.number), self.h2.max_outbound_frame_size)
            if room <= 0:
                stream.window.clear()
                async with asyncio.timeout(self.limits.write_timeout_s):
                    await stream.window.wait()
                continue
            self._command(self.h2.send_data, stream.number, data[place : place + room])
            place += room
            await self.flush()
            await asyncio.sleep(0)

    def flush_now(self) -> None:
        """Give the transport what h2 has to send, without waiting."""
        data = self.h2.data_to_send()
        if data and not self.writer.is_closing():
            self.writer.write(data)

    async def flush(self) -> None:
        self.flush_now()
        if self.writer.transport.get_write_buffer_size():
            async with asyncio.timeout(self.limits.write_timeout_s):
                await self.writer.drain()
