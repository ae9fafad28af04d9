"""The base of incremental decoders."""

from __future__ import annotations

from typing import Final

MESSAGE_BYTES_MAX: Final = 16 << 20
"""The default limit of one message: 16 MiB."""


class FramingError(ValueError):
    """A stream is invalid: what is wrong, at which octet of the stream, and what would be right."""


class FrameDecoder:
    """Takes a stream in pieces, and returns its messages.

    ``message_bytes_max`` is the limit of a message's size.  A decoder keeps at most one incomplete message.  After an
    error it stays invalid, since the place of the next frame is unknown.
    """

    def __init__(self, message_bytes_max: int = MESSAGE_BYTES_MAX) -> None:
        self.message_bytes_max: Final = message_bytes_max
        self._buffer: Final = bytearray()
        self._at = 0
        self._passed = 0
        self._error: FramingError | None = None

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are complete with this piece.

        Raises :class:`FramingError` for an invalid stream.  Messages that were complete before the error are returned
        first: the error then comes at the next call, or at :meth:`finish`.
        """
        if self._error is not None:
            raise self._error
        self._buffer.extend(data)
        messages: list[bytes] = []
        try:
            while (message := self._take()) is not None:
                messages.append(message)
        except FramingError as error:
            self._error = error
            if not messages:
                raise
        del self._buffer[: self._at]
        self._passed += self._at
        self._at = 0
        return messages

    def finish(self) -> None:
        """The stream has ended.  Raises :class:`FramingError` if it ends within a frame, or was invalid."""
        if self._error is not None:
            raise self._error
        if self._buffer:
            raise self.error(f"the stream ends within a frame, of which {len(self._buffer)} octets have arrived")

    def error(self, problem: str, at: int = 0) -> FramingError:
        """The error for the octet ``at`` of the present frame."""
        return FramingError(f"octet {self._passed + self._at + at}: {problem}")

    def check_size(self, size: int) -> int:
        """A message's size.  Raises :class:`FramingError` if it is above the limit."""
        if size > self.message_bytes_max:
            raise self.error(f"a message of {size} octets; the limit is {self.message_bytes_max}")
        return size

    def _take(self) -> bytes | None:
        """The message that begins at ``_at``, which is moved behind its frame; None if it is incomplete."""
        raise AssertionError(f"{type(self).__name__} cannot decode")

    def _cut(self, head: int, size: int, tail: int = 0) -> bytes | None:
        """The message of ``size`` octets between ``head`` and ``tail`` octets; None if it is incomplete."""
        begin = self._at + head
        end = begin + size
        if len(self._buffer) < end + tail:
            return None
        self._at = end + tail
        return bytes(self._buffer[begin:end])
