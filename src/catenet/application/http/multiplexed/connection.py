"""The streams of one connection, at either end, and what each version of HTTP does in its own way."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from catenet.application.http.limits import Limits
from catenet.application.http.multiplexed.fields import Fields
from catenet.application.http.multiplexed.stream import Stream


class Multiplexed(ABC):
    """Streams by number.  Subclasses frame what is sent, and fill the streams with what arrives."""

    version: str
    """Of HTTP, as requests and answers tell it."""

    def __init__(self, limits: Limits) -> None:
        self.limits: Limits = limits
        self.streams: dict[int, Stream] = {}
        self.closed: bool = False
        """No new stream can begin."""

    @abstractmethod
    def send_head(self, stream: Stream, fields: Fields, *, end_stream: bool) -> None:
        """Send the fields of a message.  Raises ConnectionError if they cannot be sent."""

    @abstractmethod
    async def send_piece(self, stream: Stream, data: bytes) -> None:
        """Send ``data`` as windows allow; other streams take their turns.  Raises OSError, TimeoutError."""

    @abstractmethod
    def end_stream(self, stream: Stream) -> None:
        """The message is complete.  Raises ConnectionError."""

    @abstractmethod
    async def flush(self) -> None:
        """Send, and wait while the peer is slow.  Raises OSError, TimeoutError."""

    @abstractmethod
    def acknowledge(self, number: int, size_bytes: int) -> None:
        """These octets have been read: the peer may send as many more."""

    @property
    @abstractmethod
    def addresses(self) -> tuple[Any, Any]:
        """Of the peer, and of this end."""

    def data_arrived(self, stream: Stream) -> None:
        """``stream`` has more octets."""

    def stream_reset(self, stream: Stream) -> None:
        """The peer has no more interest in ``stream``."""

    def store(self, number: int, data: bytes, size_bytes: int) -> None:
        """Octets of a body, with their size for flow control, wait for their reader."""
        stream = self.streams.get(number)
        if stream is None or stream.error is not None or stream.body_error is not None:
            self.acknowledge(number, size_bytes)  # nobody reads it
            return
        stream.size_bytes += len(data)
        stream.pieces.append((data, size_bytes))
        stream.received.set()
        self.data_arrived(stream)

    def message_ended(self, number: int) -> None:
        """The peer has sent all of its message."""
        stream = self.streams.get(number)
        if stream is not None:
            stream.ended = True
            stream.received.set()

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

    def fail_all(self, error: Exception) -> None:
        """The connection is over."""
        self.closed = True
        streams, self.streams = list(self.streams.values()), {}
        for stream in streams:
            stream.fail(error)
