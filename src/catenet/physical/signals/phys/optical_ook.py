"""On–off keying of light, received by a photodiode with shot and thermal noise (Agrawal, chapter 4); 8b/10b framing."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.random import Generator

from catenet.physical.phys.phy import ratio_of
from catenet.physical.signals.channels.photodetector import Photodetector
from catenet.physical.signals.phys.signal_phy import Samples
from catenet.physical.signals.phys.thousand_base_x import ThousandBaseX

RESPONSIVITY_A_W: Final = 0.8


class OpticalOok(ThousandBaseX):
    """Light for a 1, none for a 0.  The optical power is such that the squared Q factor is the signal-to-noise ratio.

    A 1 has more noise than a 0, so the optimum threshold of the receiver is not half-way.
    """

    def noisy(self, samples: Samples, snr_db: float, rng: Generator) -> Samples:
        """The photodiode's current minus the threshold."""
        symbol_rate_hz = self.phy.rate_bit_s * 10 / 8
        filtered = Photodetector(rng, responsivity_a_w=RESPONSIVITY_A_W, bandwidth_hz=symbol_rate_hz / 2.0)
        power_w = filtered.power_for(ratio_of(snr_db / 2.0))
        threshold_a = filtered.decision(power_w).threshold_a
        # averaging the samples of a symbol reduces the noise bandwidth to half the symbol rate
        bandwidth_hz = filtered.bandwidth_hz * self.samples_per_symbol
        detector = Photodetector(rng, responsivity_a_w=RESPONSIVITY_A_W, bandwidth_hz=bandwidth_hz)
        return np.asarray(detector.detect((samples > 0) * power_w) - threshold_a)
