"""The analogue-to-digital converter of a receiver, and the noise that it adds, in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Converter:
    """An ADC of ``bits`` bits behind an automatic gain.

    The gain makes the full scale ``loading`` times the root mean square of what arrives, signal and noise.  Four is the
    textbook's four-sigma loading (Jayant and Noll, Digital Coding of Waveforms, chapter 4): a Gaussian input is
    clipped in 6 of 100,000 samples.  ``samples_per_symbol`` is how often it samples.
    """

    bits: int = 8
    loading: float = 4.0
    samples_per_symbol: int = 4

    def noise_share(self) -> float:
        """The variance of its error, divided by the power at its input: quantisation and clipping.

        With k for the loading, Δ = 2k/2^N and m = k − Δ/2, the last code's value: Δ²/12 + 2[(1 + m²)Q(m) − mφ(m)].  The
        second term is the mean square of what a Gaussian input has beyond m.
        """
        k = self.loading
        step = 2.0 * k / (1 << self.bits)
        last = k - step / 2.0
        beyond = 0.5 * math.erfc(last / math.sqrt(2.0))
        density = math.exp(-last * last / 2.0) / math.sqrt(2.0 * math.pi)
        return step * step / 12.0 + 2.0 * ((1.0 + last * last) * beyond - last * density)
