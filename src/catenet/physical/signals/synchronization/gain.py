"""Automatic gain control: the power of a signal is brought to what comes after expects (Rice, section 9.5)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes, Reals

_DOWN_MOST: Final = 20.0


class AutomaticGain:
    """A loop on the logarithm of the gain, which settles within some 1/``step`` samples for each 9 dB that it is off.

    At each sample it moves by ``step`` times 1 − power/target, of the amplified sample, with at most 20 down, so that
    one loud sample does not end it.  ``gain_most`` bounds the gain: silence is not amplified without end.
    """

    def __init__(self, *, target_power: float = 1.0, step: float = 0.01, gain_most: float = 1e6) -> None:
        if not (target_power > 0 and 0 < step <= 0.05 and gain_most >= 1):
            raise ValueError("the target power is positive, the step up to 0.05 and the highest gain at least 1")
        self._target: Final = target_power
        self._step: Final = step
        self._limit: Final = math.log(gain_most)
        self._log_gain = 0.0

    @property
    def gain(self) -> float:
        """The factor of amplitudes as it is now."""
        return math.exp(self._log_gain)

    def control(self, samples: ArrayLike) -> tuple[Complexes, Reals]:
        """The samples with their gain, and the gain that each had; it goes on from call to call."""
        given = np.asarray(samples, np.complex128)
        gains = np.zeros(given.size)
        for number, power in enumerate((np.abs(given) ** 2).tolist()):
            gains[number] = math.exp(self._log_gain)
            excess = 1.0 - gains[number] ** 2 * power / self._target
            moved = self._log_gain + self._step * max(excess, -_DOWN_MOST)
            self._log_gain = min(max(moved, -self._limit), self._limit)
        return given * gains, gains
