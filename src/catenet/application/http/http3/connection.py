"""A connection of HTTP/3 at either end: datagrams become events, and bodies become frames as flow control allows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aioquic.h3.connection import ErrorCode
from aioquic.h3.connection import ProtocolError as H3ProtocolError
from aioquic.h3.events import DataReceived, H3Event, HeadersReceived
from aioquic.quic.events import ConnectionTerminated, QuicEvent, StreamReset

from catenet.application.http.http3.framing import LimitedFraming
from catenet.application.http.http3.quic import HostQuic
from catenet.application.http.multiplexed.connection import Multiplexed
from catenet.application.http.multiplexed.fields import Fields
from catenet.application.http.multiplexed.stream import Stream

Address = Any
"""Of a socket, as asyncio gives it."""
PIECE_BYTES = 16384
UNSENT_BYTES = 4 * PIECE_BYTES
"""A writer waits while so much of its stream has not been sent."""
TIMER_GRANULARITY_S = 1e-6
"""From one timer to the next at least."""
REFUSED = (H3ProtocolError, RuntimeError, ValueError)
"""What aioquic raises if a stream does not allow what is asked of it."""


class Http3Connection(Multiplexed):
    """What both ends do.  A subclass has :meth:`head_event`, :meth:`other_event` and :meth:`lost`."""

    version = "3"

    def attach(self, quic: HostQuic, send: Callable[[bytes, Address], None], addresses: tuple[Any, Any]) -> None:
        """Speak by these datagrams.  ``addresses`` are the peer's and this end's."""
        self.quic: HostQuic = quic
        self.h3: LimitedFraming = LimitedFraming(quic, self.limits)
        self._send_datagram = send
        self._addresses = addresses
        self._loop = asyncio.get_running_loop()
        self._fired_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._sending: asyncio.Handle | None = None
        self._pinging: asyncio.TimerHandle | None = None
        self.over: bool = False

    @property
    def addresses(self) -> tuple[Any, Any]:
        return self._addresses

    def datagram_received(self, data: bytes, address: Address) -> None:
        """A datagram of the peer."""
        self.quic.receive_datagram(data, address, now=self._now_s())
        self._process()

    def _now_s(self) -> float:
        """Not before the last timer, for which asyncio may be early by the resolution of its clock."""
        return max(self._fired_s, self._loop.time())

    def _process(self) -> None:
        while (event := self.quic.next_event()) is not None:
            self._event(event)
        self.transmit()

    def _event(self, event: QuicEvent) -> None:
        for http_event in self.h3.handle_event(event):
            self._http_event(http_event)
        if isinstance(event, StreamReset):
            stream = self.streams.pop(event.stream_id, None)
            if stream is not None:
                stream.fail(self.reset_error(event.error_code))
                self.stream_reset(stream)
        elif isinstance(event, ConnectionTerminated):
            self._end(event)
        self.other_event(event)

    def _http_event(self, event: H3Event) -> None:
        if isinstance(event, HeadersReceived):
            self.head_event(event)
            if event.stream_ended:
                self.message_ended(event.stream_id)
        elif isinstance(event, DataReceived):
            if event.data:
                self.quic.keep(event.stream_id, len(event.data))
                self.store(event.stream_id, event.data, len(event.data))
            if event.stream_ended:
                self.message_ended(event.stream_id)

    def head_event(self, event: HeadersReceived) -> None:
        """The fields of a message, or its trailers."""

    def other_event(self, event: QuicEvent) -> None:
        """All that is not a body's."""

    def lost(self, error: Exception) -> None:
        """The connection is over."""

    def reset_error(self, code: int) -> Exception:
        """What a reader gets whose stream the peer reset."""
        return ConnectionResetError(f"the peer reset the stream: {_code_name(code)}")

    def _end(self, event: ConnectionTerminated) -> None:
        self.stop()
        why = event.reason_phrase or _code_name(event.error_code)
        self.lost(ConnectionResetError(f"QUIC: {why}"))

    def stop(self) -> None:
        """No more timers."""
        self.over = self.closed = True
        for handle in (self._timer, self._sending, self._pinging):
            if handle is not None:
                handle.cancel()
        self._timer = self._sending = self._pinging = None

    def say_goodbye(self, code: int = ErrorCode.H3_NO_ERROR, reason: str = "") -> None:
        """End the connection at once."""
        if not self.over:
            self.quic.close(error_code=code, reason_phrase=reason)
            self.transmit()

    def transmit(self) -> None:
        """Send what is due, set the timer, and wake the writers that may go on."""
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None
        if self.over:
            return
        for data, address in self.quic.datagrams_to_send(now=self._now_s()):
            self._send_datagram(data, address)
        self._set_timer()
        for stream in list(self.streams.values()):
            if not stream.window.is_set() and self.quic.unsent_bytes(stream.number) < UNSENT_BYTES:
                stream.window.set()

    def _set_timer(self) -> None:
        due_s = self.quic.get_timer()
        if due_s is not None:  # rounding may leave a packet not quite late enough to be lost, in time that stands still
            due_s = max(due_s, self._fired_s + TIMER_GRANULARITY_S)
        if self._timer is not None:
            if self._timer.when() == due_s:
                return
            self._timer.cancel()
        self._timer = None if due_s is None else self._loop.call_at(due_s, self._timer_fired, due_s)

    def _timer_fired(self, due_s: float) -> None:
        self._timer = None
        self._fired_s = due_s
        self.quic.handle_timer(now=self._now_s())
        self._process()

    def transmit_soon(self) -> None:
        """Send at the end of the loop's turn what is written until then."""
        if self._sending is None and not self.over:
            self._sending = self._loop.call_soon(self.transmit)
            self._keep_alive()

    def _keep_alive(self) -> None:
        """While a request is under way, the connection does not become idle (RFC 9114 section 5.1)."""
        if self._pinging is None:
            self._pinging = self._loop.call_later(self.quic.configuration.idle_timeout / 3, self._ping)

    def _ping(self) -> None:
        self._pinging = None
        if self.streams:
            self.quic.send_ping(0)
            self.transmit_soon()

    def send_head(self, stream: Stream, fields: Fields, *, end_stream: bool) -> None:
        self._command(self.h3.send_headers, stream.number, fields, end_stream)

    def end_stream(self, stream: Stream) -> None:
        self._command(self.h3.send_data, stream.number, b"", True)

    async def send_piece(self, stream: Stream, data: bytes) -> None:
        for place in range(0, len(data), PIECE_BYTES):
            if stream.error is not None:
                raise stream.error
            self._command(self.h3.send_data, stream.number, data[place : place + PIECE_BYTES], False)
            while self.quic.unsent_bytes(stream.number) >= UNSENT_BYTES and stream.error is None:
                stream.window.clear()
                async with asyncio.timeout(self.limits.write_timeout_s):
                    await stream.window.wait()

    def _command(self, do: Callable[..., Any], *arguments: Any) -> None:
        if self.over:
            raise ConnectionResetError("the connection of HTTP/3 is over")
        try:
            do(*arguments)
        except REFUSED as error:
            raise ConnectionAbortedError(f"HTTP/3: {error}") from error
        self.transmit_soon()

    async def flush(self) -> None:
        self.transmit()

    def acknowledge(self, number: int, size_bytes: int) -> None:
        if size_bytes:
            self.quic.release(number, size_bytes)
            self.transmit_soon()


def _code_name(code: int) -> str:
    try:
        return ErrorCode(code).name
    except ValueError:
        return f"error {code:#x}"
