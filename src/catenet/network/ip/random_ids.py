"""The random numbers of one host's network layer, drawn on first use."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.streams import Stream


class RandomIds:
    """Random numbers of a stack: those that every stack needs are drawn first, in a fixed order.

    So they do not depend on the order of use.  Nothing is drawn before the first use: an idle router draws none.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream: Final = stream
        self._drawn = False
        self._hash_seed4: i64 = 0
        self._hash_seed6: i64 = 0
        self._identification4: i64 = 0
        self._identification6: i64 = 0

    def stream(self) -> Stream:
        """The stream for draws during a run."""
        self._draw()
        return self._stream

    def hash_seed(self, version: i64) -> i64:
        """A 32-bit seed by which routers choose differently among equal-cost paths."""
        self._draw()
        return self._hash_seed4 if version == 4 else self._hash_seed6

    def next_identification4(self) -> i64:
        """The 16-bit identification of the next fragmentable IPv4 packet."""
        self._draw()
        self._identification4 = (self._identification4 + 1) & 0xFFFF
        return self._identification4

    def next_identification6(self) -> i64:
        """The 32-bit identification of the next packet fragmented here."""
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
