"""From a signal-to-noise ratio to frame errors: by a PHY's closed form, or by the reception of its waveform.

The closed forms themselves are the PHYs' (:mod:`catenet.physical.phys`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.pdu import Pdu
from catenet.kernel.streams import Stream
from catenet.physical.bit_errors import FAR
from catenet.physical.phys.fading import Fading
from catenet.physical.phys.phy_base import Phy


@mypyc_attr(allow_interpreted_subclasses=True)
class FrameErrors:
    """Decides frame by frame."""

    def flips(self, pdu: Pdu) -> list[int] | None:
        """The positions, from 0, of the bit errors in the next frame; None if it arrives intact.

        An empty list means that the receiver finds no frame in the signal.
        """
        raise AssertionError(f"{type(self).__name__} does not say which bits of a frame are wrong")


class PhyErrors(FrameErrors):
    """Damages frames with the probability of a PHY's closed form.

    A frame of a given number of octets consists of ``units`` (symbols of the line, or code words), each of which is
    wrong independently with probability ``rate``.  The number of good units before the next error is drawn at once and
    counted down: an intact frame costs one subtraction.  The wrong bit of a damaged frame is drawn uniformly; any
    single error makes the frame check sequence fail.
    """

    def __init__(self, rate: float, units: Callable[[int], int], stream: Stream) -> None:
        self.rate: Final = rate
        self._units_of: Final = units
        self._stream: Final = stream
        self._known: Final[dict[int, int]] = {}
        self._last_octets: i64 = -1
        self._last_units: i64 = 0
        self._good: i64 = self._draw()

    def spares(self, octets: i64) -> bool:
        """True if the next frame, of ``octets`` octets, arrives intact; it then counts as sent."""
        if octets != self._last_octets:  # Most frames of a direction are as long as the one before.
            self._last_units = self._units(octets)
            self._last_octets = octets
        units = self._last_units
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


class FadingErrors(FrameErrors):
    """Damages frames over a path with block fading: each frame has a ratio of its own.

    ``chance`` is the closed form for a frame of so many octets at a ratio in dB; ``snr_db`` is the mean ratio.
    """

    def __init__(self, fading: Fading, snr_db: float, chance: Callable[[int, float], float], stream: Stream) -> None:
        self.snr_db: Final = snr_db
        self._fading: Final = fading
        self._chance: Final = chance
        self._stream: Final = stream

    def flips(self, pdu: Pdu) -> list[int] | None:
        octets = pdu.wire_length()
        chance = self._chance(octets, self.snr_db + self._fading.draw_db(self._stream))
        if self._stream.unit() >= chance:
            return None
        return [self._stream.below(octets * 8)]


def model_errors(phy: Phy, snr_db: float, fading: Fading | None, stream: Stream) -> FrameErrors:
    """The frame errors of a PHY at a ratio in dB, by its closed form; ``snr_db`` is the mean over a fading path."""
    if fading is not None:
        return FadingErrors(fading, snr_db, phy.frame_error_rate, stream)
    return PhyErrors(phy.unit_error_rate(snr_db), phy.units, stream)
