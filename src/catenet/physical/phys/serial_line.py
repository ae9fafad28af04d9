"""A serial line: start bit, eight data bits, stop bit, and a receiver that takes three samples of each."""

from __future__ import annotations

import math

from catenet.physical.phys.binary import BinaryPhy
from catenet.physical.phys.phy import q_function, ratio_of


class SerialLine(BinaryPhy):
    """The signal-to-noise ratio is that of one sample: a receiver that oversamples has no filter before it."""

    def symbol_error_rate(self, snr_db: float) -> float:
        """Two or three of three samples on the wrong side: 3q² − 2q³ with q = Q(√SNR)."""
        sample = q_function(math.sqrt(ratio_of(snr_db)))
        return 3.0 * sample**2 - 2.0 * sample**3
