"""MLT-3: three levels, of which the middle one is sent half the time."""

from __future__ import annotations

import math

from catenet.physical.phys.binary import BinaryPhy
from catenet.physical.phys.phy import q_function, ratio_of


class Mlt3Phy(BinaryPhy):
    """The thresholds lie half a step from each level; the mean power is half a step's square.

    A symbol that is decided wrongly damages at least one bit: a change is seen where there was none, or the reverse.
    """

    def symbol_error_rate(self, snr_db: float) -> float:
        """½·2Q + ½·Q at half a step: 3/2 Q(√(SNR/2))."""
        return min(1.0, 1.5 * q_function(math.sqrt(ratio_of(snr_db) / 2.0)))
