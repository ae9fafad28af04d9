"""Bit errors on the wire.

Each bit flips independently with the same small probability.  The number of good bits before the next error has a
geometric distribution, so it is drawn at once and counted down frame by frame: an intact frame costs one subtraction.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Octets, Pdu
from catenet.kernel.streams import Stream
from catenet.physical.loss import checked_share

FAR: Final = 1 << 60
"""More bits than any run sends."""


class BitErrors:
    """Flips bits with probability ``rate`` each; the count continues from frame to frame."""

    def __init__(self, rate: float, stream: Stream) -> None:
        self.rate: Final = checked_share(rate, "a bit error rate")
        self._stream: Final = stream
        self._good_bits: i64 = self._draw()

    def _draw(self) -> int:
        if self.rate == 0.0:
            return FAR
        return min(self._stream.geometric(self.rate), FAR)

    def flips(self, bits: i64) -> list[int] | None:
        """The positions, from 0, of the bit errors among the next ``bits`` bits; None if there are none."""
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
    """The octets of a PDU with some bits flipped; bit 0 is the most significant bit of the first octet."""
    data = bytearray(pdu.emit())
    for place in places:
        data[place >> 3] ^= 0x80 >> (place & 7)
    return Octets(bytes(data))
