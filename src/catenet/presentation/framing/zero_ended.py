"""COBS in a stream: the code blocks of a message, which contain no zero, and a zero.

:mod:`catenet.link.framing.cobs` has the code itself.  A decoder that begins in the middle of a stream loses one message
only; here a broken one is an error, since TCP breaks none.
"""

from __future__ import annotations

from typing import Final

from catenet.link.framing.cobs import stuffed, unstuffed
from catenet.presentation.framing.decoder import MESSAGE_BYTES_MAX, FrameDecoder

BLOCK_BYTES_MAX: Final = 254
"""A code stands for up to 254 octets."""


def cobs_frame(message: bytes) -> bytes:
    """The frame of a message."""
    return stuffed(message) + b"\0"


class CobsDecoder(FrameDecoder):
    """Decodes :func:`cobs_frame`.  Zeros between frames are ignored."""

    def __init__(self, message_bytes_max: int = MESSAGE_BYTES_MAX) -> None:
        super().__init__(message_bytes_max)
        self._searched = 0
        """Octets of the present frame that contain no zero."""

    def _take(self) -> bytes | None:
        while True:
            end = self._buffer.find(b"\0", self._at + self._searched)
            waiting = (len(self._buffer) if end < 0 else end) - self._at
            if waiting > self.message_bytes_max + self.message_bytes_max // BLOCK_BYTES_MAX + 1:
                raise self.error(f"a frame of more than {self.message_bytes_max} octets, which is the limit")
            if end < 0:
                self._searched = waiting
                return None
            blocks = bytes(self._buffer[self._at : end])
            message = unstuffed(blocks)
            if message is None:
                raise self.error("a code of the frame points behind its end")
            self.check_size(len(message))
            self._at, self._searched = end + 1, 0
            if blocks:
                return message
