"""The random numbers of one host's network layer, drawn when the first of them is asked for."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.streams import Stream


class RandomIds:
    """What every stack needs comes first from the stream, and in this order; then :meth:`stream` serves the others.

    So the numbers do not depend on which is asked for first, and a router that nobody sends through draws none.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream: Final = stream
        self._drawn = False
        self._hash_seed4: i64 = 0
        self._hash_seed6: i64 = 0
        self._identification4: i64 = 0
        self._identification6: i64 = 0

    def stream(self) -> Stream:
        """For all who draw in the course of a run."""
        self._draw()
        return self._stream

    def hash_seed(self, version: i64) -> i64:
        """32 bits by which a router's choice among equal ways differs from others'."""
        self._draw()
        return self._hash_seed4 if version == 4 else self._hash_seed6

    def next_identification4(self) -> i64:
        """The 16 bits that number the next IPv4 packet that may be cut."""
        self._draw()
        self._identification4 = (self._identification4 + 1) & 0xFFFF
        return self._identification4

    def next_identification6(self) -> i64:
        """The 32 bits that number the next packet that is cut here."""
        self._draw()
        self._identification6 = (self._identification6 + 1) & 0xFFFFFFFF
        return self._identification6

    def _draw(self) -> None:
        if self._drawn:
            return
        self._drawn = True
        self._hash_seed4 = self._stream.bits(32)
        self._hash_seed6 = self._stream.bits(32)
        self._identification4 = self._stream.bits(16)
        self._identification6 = self._stream.bits(32)
