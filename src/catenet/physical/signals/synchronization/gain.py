"""Automatic gain control: brings the power of a signal to a target (Rice, section 9.5)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes, Reals

_DOWN_MAX: Final = 20.0


class AutomaticGain:
    """A loop on the logarithm of the gain, which settles within about 1/``step`` samples per 9 dB of error.

    Each sample changes the logarithm by ``step`` times (1 − power/target) of the amplified sample; the decrease is
    limited to 20 times ``step``, so that one loud sample does not collapse the gain.  ``max_gain`` limits the gain
    during silence.
    """

    def __init__(self, *, target_power: float = 1.0, step: float = 0.01, max_gain: float = 1e6) -> None:
        if not (target_power > 0 and 0 < step <= 0.05 and max_gain >= 1):
            raise ValueError(
                f"the target power must be positive, the step above 0 and up to 0.05, and the maximum gain at least 1,"
                f" not {target_power}, {step} and {max_gain}"
            )
        self._target: Final = target_power
        self._step: Final = step
        self._limit: Final = math.log(max_gain)
        self._log_gain = 0.0

    @property
    def gain(self) -> float:
        """The current amplitude gain."""
        return math.exp(self._log_gain)

    def control(self, samples: ArrayLike) -> tuple[Complexes, Reals]:
        """The amplified samples, and the gain of each.  The gain is kept between calls."""
        given = np.asarray(samples, np.complex128)
        gains = np.zeros(given.size)
        for number, power in enumerate((np.abs(given) ** 2).tolist()):
            gains[number] = math.exp(self._log_gain)
            excess = 1.0 - gains[number] ** 2 * power / self._target
            moved = self._log_gain + self._step * max(excess, -_DOWN_MAX)
            self._log_gain = min(max(moved, -self._limit), self._limit)
        return given * gains, gains
