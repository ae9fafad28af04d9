"""What a PHY's noise does to a frame, as its closed form says, or as a receiver of its waveform finds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.pdu import Pdu
from catenet.kernel.streams import Stream
from catenet.physical.bit_errors import FAR


@mypyc_attr(allow_interpreted_subclasses=True)
class FrameErrors:
    """Decides frame by frame."""

    def flips(self, pdu: Pdu) -> list[int] | None:
        """Which bits of the next frame are received wrongly, from 0; None if none is.

        An empty list says that the receiver finds no frame in the signal at all.
        """
        raise AssertionError(f"{type(self).__name__} does not say which bits of a frame are wrong")


class PhyErrors(FrameErrors):
    """Damages frames as often as a PHY's closed form says.

    A frame is of so many ``units`` (symbols of the line, or words of its code) for its octets, of which any may be
    wrong with the chance ``rate``, each by itself.  The number of good ones up to the next that is wrong is drawn at
    once, and counted down: a frame that arrives whole costs a subtraction.  Which bit of a damaged frame is wrong is
    drawn evenly: every one makes its check sequence fail.
    """

    def __init__(self, rate: float, units: Callable[[int], int], stream: Stream) -> None:
        self.rate: Final = rate
        self._units_of: Final = units
        self._stream: Final = stream
        self._known: Final[dict[int, int]] = {}
        self._good: i64 = self._draw()

    def spares(self, octets: i64) -> bool:
        """True if the next frame, of so many octets, arrives whole; then it has passed.  Else nothing is drawn."""
        units = self._units(octets)
        if units > self._good:
            return False
        self._good -= units
        return True

    def flips(self, pdu: Pdu) -> list[int] | None:
        octets = pdu.wire_length()
        if self.spares(octets):
            return None
        self._good = self._draw()
        return [self._stream.below(octets * 8)]

    def _units(self, octets: i64) -> i64:
        known = self._known.get(octets)
        if known is None:
            known = self._units_of(octets)
            self._known[octets] = known
        return known

    def _draw(self) -> int:
        if self.rate <= 0.0:
            return FAR
        return min(self._stream.geometric(self.rate), FAR) if self.rate < 1.0 else 0
