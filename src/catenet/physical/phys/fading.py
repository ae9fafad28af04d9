"""Block fading of a radio path: each frame has one gain (Goldsmith, Wireless Communications, 3.2 and 6.3)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from catenet.kernel.streams import Stream

MIN_GAIN: Final = 1e-30
_STEPS: Final = 240
_ANGLES: Final = 96
_LOWEST: Final = math.log(1e-8)
_HIGHEST: Final = math.log(40.0)


class Fading:
    """Rician fading: ``k_factor`` is the power of the line of sight over that of the scattered paths.

    0 is Rayleigh fading: there is no line of sight.  The mean power gain is 1, so a signal-to-noise ratio is the mean.
    """

    def __init__(self, k_factor: float = 0.0) -> None:
        if not (k_factor >= 0.0 and math.isfinite(k_factor)):
            raise ValueError(f"the K factor must be finite and not negative, not {k_factor}")
        self.k_factor: Final = k_factor
        self._direct: Final = math.sqrt(k_factor / (k_factor + 1.0))
        self._scattered: Final = math.sqrt(1.0 / (k_factor + 1.0))

    def draw_db(self, stream: Stream) -> float:
        """The power gain of the next frame, in dB."""
        in_phase = self._direct + self._scattered * math.sqrt(0.5) * stream.normal()
        quadrature = self._scattered * math.sqrt(0.5) * stream.normal()
        return _decibels(in_phase**2 + quadrature**2)

    def bit_error_rate(self, bit_ratio: float) -> float:
        """The bit error rate of coherent BPSK or QPSK at a mean Eb/N0, in closed form.

        Rayleigh: ½(1 − √(γ/(1+γ))) (Goldsmith, 6.58).  Rician: the moment generating function of the ratio, over the
        angles of Craig's formula (6.67 and Table 6.1); the trapezoidal rule is exact to rounding.
        """
        if self.k_factor == 0.0:
            return 0.5 * (1.0 - math.sqrt(bit_ratio / (1.0 + bit_ratio)))
        steps, line = 256, 1.0 + self.k_factor
        total = 0.0
        for step in range(steps):
            squared = math.sin((step + 0.5) * math.pi / (2 * steps)) ** 2
            below = line * squared + bit_ratio
            total += line * squared / below * math.exp(-self.k_factor * bit_ratio / below)
        return total / (2 * steps)

    def mean(self, chance: Callable[[float], float]) -> float:
        """The mean of a function of the power gain in dB, over all gains.

        The scattered power is exponential; on a logarithmic scale the trapezoidal rule is exact to about 1e-3.
        """
        total = weights = 0.0
        for step in range(_STEPS):
            power = math.exp(_LOWEST + (_HIGHEST - _LOWEST) * step / (_STEPS - 1))
            weight = power * math.exp(-power)
            weights += weight
            total += weight * self._around(self._scattered * math.sqrt(power), chance)
        return total / weights

    def _around(self, scattered: float, chance: Callable[[float], float]) -> float:
        """The mean over the phase between line of sight and scattered paths."""
        if self._direct == 0.0:
            return chance(_decibels(scattered**2))
        found = 0.0
        for step in range(_ANGLES):
            turned = math.cos(math.pi * (step + 0.5) / _ANGLES)
            found += chance(_decibels(self._direct**2 + scattered**2 + 2.0 * self._direct * scattered * turned))
        return found / _ANGLES


def _decibels(gain: float) -> float:
    return 10.0 * math.log10(max(gain, MIN_GAIN))
