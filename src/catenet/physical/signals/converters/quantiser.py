"""An ideal quantiser: values to codes, and codes to values."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from catenet.physical.signals.bits import Reals

Kind = Literal["mid-rise", "mid-tread"]
BITS_MAX: Final = 24


class Quantiser:
    """Codes 0 … 2^N − 1 over −``full_scale`` … ``full_scale``, in steps (LSB) of 2 · ``full_scale`` / 2^N.


    ``"mid-rise"`` has a threshold at 0.  ``"mid-tread"`` has the value 0, and one step more below 0 than above, like
    two's complement.  Values outside the range are clipped.
    """

    def __init__(self, bits: int, *, full_scale: float = 1.0, kind: Kind = "mid-rise") -> None:
        if not 1 <= bits <= BITS_MAX:
            raise ValueError(f"a quantiser must have 1 to {BITS_MAX} bits, not {bits}")
        if not full_scale > 0:
            raise ValueError(f"the full scale must be positive, not {full_scale}")
        if kind not in ("mid-rise", "mid-tread"):
            raise ValueError(f"the kind of a quantiser must be 'mid-rise' or 'mid-tread', not {kind!r}")
        self.bits: Final = bits
        self.full_scale: Final = full_scale
        self.step: Final = 2.0 * full_scale / (1 << bits)
        self._zero: Final = (1 << bits) / 2.0 - (0.5 if kind == "mid-rise" else 0.0)

    @property
    def thresholds(self) -> Reals:
        """The 2^N − 1 values at which the code changes."""
        return np.asarray((np.arange((1 << self.bits) - 1) + 0.5 - self._zero) * self.step, np.float64)

    def codes(self, values: ArrayLike) -> NDArray[np.int64]:
        """The code of each value."""
        scaled = np.floor(np.asarray(values, np.float64) / self.step + self._zero + 0.5)
        return np.asarray(np.clip(scaled, 0, (1 << self.bits) - 1), np.int64)

    def values(self, codes: ArrayLike) -> Reals:
        """The value in the middle of each code's step.  Raises ValueError for a code outside the range."""
        given = np.asarray(codes, np.int64)
        if given.size and (given.min() < 0 or given.max() >> self.bits):
            raise ValueError(f"a code of {self.bits} bits must be from 0 to {(1 << self.bits) - 1}")
        return np.asarray((given - self._zero) * self.step, np.float64)

    def quantise(self, values: ArrayLike) -> Reals:
        """The nearest value that has a code."""
        return self.values(self.codes(values))

    def clipped(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Which values are outside the range, by more than half a step."""
        given = np.asarray(values, np.float64)
        low, high = self.values([0, (1 << self.bits) - 1])
        return np.asarray((given < low - self.step / 2) | (given > high + self.step / 2), np.bool_)
