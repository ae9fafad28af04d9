"""MLT-3: three levels; the middle one is sent half of the time."""

from __future__ import annotations

import math

from catenet.physical.phys.binary import BinaryPhy
from catenet.physical.phys.phy import q_function, ratio_of


class Mlt3Phy(BinaryPhy):
    """The thresholds lie half a step from each level; the mean power is half the square of a step.

    A wrong decision damages at least one bit: the receiver sees a change where there was none, or misses one.
    """

    def symbol_error_rate(self, snr_db: float) -> float:
        """½·2Q + ½·Q at half a step: 3/2 Q(√(SNR/2))."""
        return min(1.0, 1.5 * q_function(math.sqrt(ratio_of(snr_db) / 2.0)))
