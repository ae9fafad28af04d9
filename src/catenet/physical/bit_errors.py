"""Bits that flip on the wire.

Each bit flips with the same small chance, independently.  Instead of asking for every bit, the number of
good bits up to the next flip is drawn at once (it is geometric) and counted down frame by frame: a clean
frame costs a subtraction.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Octets, Pdu
from catenet.kernel.streams import Stream
from catenet.physical.loss import checked_share

FAR: Final = 1 << 60
"""A distance in bits that no run gets through."""


class BitErrors:
    """Flips bits at ``rate`` (a chance per bit), counting on from frame to frame."""

    def __init__(self, rate: float, stream: Stream) -> None:
        self.rate: Final = checked_share(rate, "a bit error rate")
        self._stream: Final = stream
        self._good_bits: i64 = self._draw()

    def _draw(self) -> int:
        if self.rate == 0.0:
            return FAR
        return min(self._stream.geometric(self.rate), FAR)

    def flips(self, bits: i64) -> list[int] | None:
        """Which of the next ``bits`` bits flip, as places from 0; None if none does."""
        place = self._good_bits
        if place >= bits:
            self._good_bits = place - bits
            return None
        places: list[int] = []
        while place < bits:
            places.append(place)
            place += 1 + self._draw()
        self._good_bits = place - bits
        return places


def flipped(pdu: Pdu, places: list[int]) -> Octets:
    """The octets of a PDU with some bits flipped; bit 0 is the top bit of the first octet."""
    data = bytearray(pdu.emit())
    for place in places:
        data[place >> 3] ^= 0x80 >> (place & 7)
    return Octets(bytes(data))
