"""A digital-to-analogue converter: codes to voltages, each held until the next (Kester, 2005)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Reals
from catenet.physical.signals.converters.quantiser import Kind, Quantiser


class Dac:
    """N bits over ±``full_scale_v``, each voltage held for ``hold_samples`` samples of the waveform.

    ``level_errors_lsb`` is the error of each of the 2^N levels, in LSB (integral nonlinearity).
    """

    def __init__(
        self,
        bits: int,
        *,
        full_scale_v: float = 1.0,
        kind: Kind = "mid-rise",
        hold_samples: int = 1,
        level_errors_lsb: ArrayLike | None = None,
    ) -> None:
        if hold_samples < 1:
            raise ValueError(f"a voltage must be held for at least one sample, not {hold_samples}")
        self.quantiser: Final = Quantiser(bits, full_scale=full_scale_v, kind=kind)
        self.hold_samples: Final = hold_samples
        levels = self.quantiser.values(np.arange(1 << bits))
        if level_errors_lsb is not None:
            errors = np.asarray(level_errors_lsb, np.float64)
            if errors.shape != levels.shape:
                raise ValueError(f"a converter of {bits} bits needs {levels.size} level errors, not {errors.size}")
            levels = levels + errors * self.quantiser.step
        self.levels_v: Final[Reals] = np.asarray(levels, np.float64)

    def convert(self, codes: ArrayLike) -> Reals:
        """The waveform, in volts.  Raises ValueError for a code outside the range."""
        given = np.asarray(codes, np.int64)
        if given.size and (given.min() < 0 or given.max() >= self.levels_v.size):
            raise ValueError(f"a code of {self.quantiser.bits} bits must be from 0 to {self.levels_v.size - 1}")
        return np.asarray(np.repeat(self.levels_v[given], self.hold_samples), np.float64)

    def convert_values(self, values: ArrayLike) -> Reals:
        """The waveform of values, quantised and clipped first."""
        return self.convert(self.quantiser.codes(values))


def hold_response(frequency_hz: ArrayLike, update_rate_hz: float) -> Reals:
    """The amplitude response of zero-order hold: |sin(πf/F) / (πf/F)|, −3.92 dB at half the update rate."""
    return np.asarray(np.abs(np.sinc(np.asarray(frequency_hz, np.float64) / update_rate_hz)), np.float64)
