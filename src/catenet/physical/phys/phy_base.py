"""The interface of a PHY: its rate, its reach, and its frame error rate."""

from __future__ import annotations

import copy
import math
from abc import ABC, abstractmethod
from typing import Final, Self

from catenet.physical.phys.link_budget import Medium


def q_function(x: float) -> float:
    """The tail of the standard normal distribution (Proakis, equation 2.3-10)."""
    return 0.5 * math.erfc(x / math.sqrt(2.0))


class Phy(ABC):
    """A PHY.  ``clause`` names its standard; ``rate_bit_s`` is the rate of a frame's octets.

    Signal-to-noise ratios are those at the receiver's decision: the mean power of the signal without its DC component
    divided by the variance of the noise of the path, after a filter that is matched to a symbol, and an equaliser if
    there is one.  With two levels the ratio is the square of the Q factor, so 17 dB is a bit error rate of 7e-13.  What
    the receiver's converter adds, crosstalk and dispersion are no part of the ratio: they raise the error rates.
    ``length_m`` is the length of the path.
    """

    length_m: float = 0.0

    def __init__(self, name: str, clause: str, rate_bit_s: int, medium: Medium) -> None:
        self.name: Final = name
        self.clause: Final = clause
        self.rate_bit_s: Final = rate_bit_s
        self.medium: Final = medium

    @abstractmethod
    def symbol_error_rate(self, snr_db: float) -> float:
        """The probability of a wrong decision about a symbol on the line."""

    @abstractmethod
    def units(self, octets: int) -> int:
        """The number of units with independent errors in a frame of ``octets`` octets, check sequence included."""

    def unit_error_rate(self, snr_db: float) -> float:
        """The probability that a unit is wrong; a unit is a symbol unless the PHY overrides this."""
        return self.symbol_error_rate(snr_db)

    def frame_error_rate(self, octets: int, snr_db: float) -> float:
        """The probability that a frame of ``octets`` octets, check sequence included, arrives damaged or not at all."""
        return any_of(self.unit_error_rate(snr_db), self.units(octets))

    def over(self, length_m: float) -> Self:
        """The same PHY with a path of a length.  Raises ValueError beyond its reach."""
        self.check_length(length_m)
        other = copy.copy(self)
        other.length_m = float(length_m)
        return other

    def snr_db(self, length_m: float) -> float:
        """The signal-to-noise ratio, in dB, after a length.  Raises ValueError beyond the PHY's reach."""
        self.check_length(length_m)
        return self.medium.snr_db(length_m)

    def check_length(self, length_m: float) -> None:
        """Raises ValueError for a length that is negative or beyond the PHY's specified reach."""
        if not 0.0 <= length_m <= self.medium.longest_m:
            raise ValueError(
                f"{self.name} reaches from 0 to {_metres(self.medium.longest_m)} over {self.medium.name}"
                f" ({self.clause}), not {_metres(length_m)}"
            )


def any_of(chance: float, count: float) -> float:
    """The probability that at least one of ``count`` independent events of probability ``chance`` occurs."""
    if chance >= 1.0:
        return 1.0 if count > 0 else 0.0
    return -math.expm1(count * math.log1p(-chance))


def ratio_of(decibels: float) -> float:
    """The power ratio of a number of decibels."""
    return float(10.0 ** (decibels / 10.0))


def _metres(length_m: float) -> str:
    return f"{length_m / 1000.0:g} km" if abs(length_m) >= 1000.0 else f"{length_m:g} m"
