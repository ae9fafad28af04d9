"""What a PHY tells of itself: its rate, its reach, and how often a frame arrives damaged."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import Final

from catenet.physical.phys.link_budget import Medium


def q_function(x: float) -> float:
    """The tail of the standard normal distribution (Proakis, equation 2.3-10)."""
    return 0.5 * math.erfc(x / math.sqrt(2.0))


class Phy(ABC):
    """A PHY.  ``clause`` says which standard describes it; ``rate_bit_s`` is the rate of a frame's octets.

    A signal-to-noise ratio is that at the receiver's decision: the mean power of the signal without its constant part
    over the variance of the noise, after the filter that is matched to a symbol.  With two levels it is the square of
    the Q factor, so 17 dB is a bit error rate of 7e-13.
    """

    def __init__(self, name: str, clause: str, rate_bit_s: int, medium: Medium) -> None:
        self.name: Final = name
        self.clause: Final = clause
        self.rate_bit_s: Final = rate_bit_s
        self.medium: Final = medium

    @abstractmethod
    def symbol_error_rate(self, snr_db: float) -> float:
        """The chance that a symbol on the line is decided wrongly."""

    @abstractmethod
    def units(self, octets: int) -> int:
        """Of how many units, each right or wrong by itself, a frame of ``octets`` is, check sequence included."""

    def unit_error_rate(self, snr_db: float) -> float:
        """The chance that a unit is wrong: a symbol, unless the PHY says what else."""
        return self.symbol_error_rate(snr_db)

    def frame_error_rate(self, octets: int, snr_db: float) -> float:
        """The chance that a frame of ``octets``, check sequence included, does not arrive as it was sent."""
        return any_of(self.unit_error_rate(snr_db), self.units(octets))

    def snr_db(self, length_m: float) -> float:
        """The signal-to-noise ratio at the end of a length.  ValueError for one that the PHY does not reach."""
        self.check_length(length_m)
        return self.medium.snr_db(length_m)

    def check_length(self, length_m: float) -> None:
        """Raises ValueError for a length that is negative, or longer than the PHY is specified for."""
        if not 0.0 <= length_m <= self.medium.longest_m:
            raise ValueError(
                f"{self.name} reaches from 0 to {_metres(self.medium.longest_m)} over {self.medium.name}"
                f" ({self.clause}), not {_metres(length_m)}"
            )


def any_of(chance: float, count: float) -> float:
    """The chance that at least one of ``count`` independent events of this chance happens."""
    if chance >= 1.0:
        return 1.0 if count > 0 else 0.0
    return -math.expm1(count * math.log1p(-chance))


def ratio_of(decibels: float) -> float:
    """The ratio of two powers."""
    return float(10.0 ** (decibels / 10.0))


def _metres(length_m: float) -> str:
    return f"{length_m / 1000.0:g} km" if abs(length_m) >= 1000.0 else f"{length_m:g} m"
