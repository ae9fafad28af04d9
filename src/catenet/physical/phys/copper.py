"""PHYs on twisted pairs: a zero-forcing equaliser behind a converter."""

from __future__ import annotations

import math
from functools import lru_cache

from catenet.physical.phys.converter import Converter
from catenet.physical.phys.pair_receiver import PairFigures, pair_figures
from catenet.physical.phys.phy_base import q_function, ratio_of
from catenet.physical.phys.two_level import TwoLevelPhy


class CopperPhy(TwoLevelPhy):
    """A PHY whose symbols have mean power ``mean_power`` and the sampled form ``pulse``.

    Symbols k apart correlate as ``mean_power`` times Re ``correlation``^k.

    The signal-to-noise ratio is that of the pair's noise at the decision, behind the equaliser.  The converter's noise
    and crosstalk are penalties of the closed form.
    """

    converter: Converter = Converter()
    mean_power: float = 1.0
    correlation: complex = 0j
    crosstalk: bool = False
    pulse: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0)
    symbol_rate_hz: float = 1.0

    def figures(self) -> PairFigures:
        """Noise gain and powers at the end of the pair."""
        return _figures(type(self), self.length_m)

    def decision_ratio(self, snr_db: float) -> float:
        """The power of the symbols divided by all noise: 1/(1/SNR + c(1/SNR + G·P/P₀) + X/P₀).

        c is the converter's share of noise, G the noise gain, P the power of the samples, P₀ that of the symbols, and
        X that of crosstalk.
        """
        figures, pair = self.figures(), 1.0 / ratio_of(snr_db)
        converted = pair + figures.noise_gain * figures.sample_power / self.mean_power
        others = figures.crosstalk / self.mean_power if self.crosstalk and self.length_m else 0.0
        return 1.0 / (pair + self.converter.noise_share() * converted + others)


class ManchesterPhy(CopperPhy):
    """Manchester code: a bit is a step in its middle."""

    pulse = (-1.0, -1.0, 1.0, 1.0)
    symbol_rate_hz = 10e6

    def symbol_error_rate(self, snr_db: float) -> float:
        """Q(√SNR) of all noise."""
        return q_function(math.sqrt(self.decision_ratio(snr_db)))


class Mlt3Phy(CopperPhy):
    """MLT-3: three levels; the middle one is sent half of the time.

    The thresholds lie half a step from each level; the mean power is half the square of a step.  A wrong decision
    damages at least one bit: the receiver sees a change where there was none, or misses one.  The pair on which this
    side sends disturbs the one on which it receives (near-end crosstalk).
    Each scrambled bit turns the cycle 0, 1, 0, −1 by a quarter or not: on the average by (1 + i)/2.
    """

    mean_power = 0.5
    correlation = 0.5 + 0.5j
    crosstalk = True
    symbol_rate_hz = 125e6

    def symbol_error_rate(self, snr_db: float) -> float:
        """½·2Q + ½·Q at half a step: 3/2 Q(√(SNR/2)), with all noise."""
        return min(1.0, 1.5 * q_function(math.sqrt(self.decision_ratio(snr_db) / 2.0)))


@lru_cache(maxsize=64)
def _figures(kind: type[CopperPhy], length_m: float) -> PairFigures:
    return pair_figures(
        kind.pulse, kind.symbol_rate_hz, length_m, mean_power=kind.mean_power, correlation=kind.correlation
    )
