"""A radio similar to IEEE 802.11 clause 17: OFDM, QPSK, and a convolutional code with a Viterbi decoder."""

from __future__ import annotations

import copy
import math
from typing import Final, Self

from catenet.physical.phys.converter import Converter
from catenet.physical.phys.fading import Fading
from catenet.physical.phys.phy_base import Phy, q_function, ratio_of

WEIGHTS: Final = {10: 11, 12: 38, 14: 193, 16: 1331, 18: 7275, 20: 40406}
"""Error events of the code (171, 133, constraint length 7) by their distance (Proakis, Table 8.3-4)."""
TIGHT_DB: Final = 3.5
"""From this ratio on, the union bound over these events is practically exact."""
MEASURED: Final = ((1.0, 3.076e-3), (2.0, 5.93e-4), (2.5, 2.15e-4), (3.0, 6.76e-5))
"""Below it the bound is loose: measured error events per bit, by the ratio in dB."""
USED_SHARE: Final = 0.75
"""48 of 64 subcarriers carry power."""
TRAINING_ENERGY: Final = 60.0
"""The energy of the training field, from which the receiver takes the carrier's phase: 80 samples."""
TAIL_BITS: Final = 22
"""Sixteen bits of the length field, and six tail bits of the code."""


class RadioPhy(Phy):
    """QPSK on 48 subcarriers, coded at rate 1/2.  The signal-to-noise ratio is that of a subcarrier.

    The sum of many subcarriers is nearly Gaussian, so the converter has two bits more than for two levels.  Error
    events are rare and far apart, so a frame is intact if no event begins at any of its bits.

    With ``fading`` a ratio is the mean one, and error rates are means over the gains.
    """

    fading: Fading | None = None
    converter: Converter = Converter(bits=10, samples_per_symbol=1)

    def decision_db(self, snr_db: float) -> float:
        """The ratio with the converter's noise: 1/(1/SNR + c(¾ + 1/SNR)), with c for its share.

        The error of the phase adds 1/(2E) of the noise, with E for the energy of the training field.
        """
        noise = (1.0 + 0.5 / TRAINING_ENERGY) / ratio_of(snr_db)
        return -10.0 * math.log10(noise + self.converter.noise_share() * (USED_SHARE + noise))

    def symbol_error_rate(self, snr_db: float) -> float:
        """The error probability of a coded bit: Q(√SNR), with the converter's noise."""
        if self.fading is not None:
            return self.fading.bit_error_rate(ratio_of(self.decision_db(snr_db)) / 2.0)
        return q_function(math.sqrt(ratio_of(self.decision_db(snr_db))))

    def unit_error_rate(self, snr_db: float) -> float:
        """Error events per bit: the union bound where it is tight, else log-linear interpolation of measurements."""
        snr_db = self.decision_db(snr_db)
        if snr_db >= TIGHT_DB:
            return union_bound(snr_db)
        points = [*MEASURED, (TIGHT_DB, union_bound(TIGHT_DB))]
        place = 1
        while points[place][0] < snr_db:
            place += 1
        (low_db, low), (high_db, high) = points[place - 1], points[place]
        slope = math.log(high / low) / (high_db - low_db)
        return min(1.0, low * math.exp(slope * (snr_db - low_db)))

    def frame_error_rate(self, octets: int, snr_db: float) -> float:
        if self.fading is None:
            return super().frame_error_rate(octets, snr_db)
        return self.fading.mean(lambda gain_db: self.faded(None).frame_error_rate(octets, snr_db + gain_db))

    def faded(self, fading: Fading | None) -> Self:
        """The same PHY over a path with fading, or without."""
        other = copy.copy(self)
        other.fading = fading
        return other

    def units(self, octets: int) -> int:
        return 8 * octets + TAIL_BITS


def union_bound(snr_db: float) -> float:
    """The sum over the error events of each distance d, each with probability Q(√(d SNR)) (Proakis, 8.2-14)."""
    ratio = ratio_of(snr_db)
    return math.fsum(count * q_function(math.sqrt(distance * ratio)) for distance, count in WEIGHTS.items())
