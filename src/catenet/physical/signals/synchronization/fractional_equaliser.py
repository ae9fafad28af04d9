"""A zero-forcing equaliser that is fractionally spaced: several samples of each symbol (Proakis, section 9.4-4)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from catenet.physical.signals.bits import Reals

REGULARISATION: Final = 3e-4
"""The weight of the taps' squares against the squared error: it chooses the filter with the least noise."""


class FractionalEqualiser:
    """Matched filter and equaliser in one, for pulses of the form ``pulse``, which begin with their symbol.

    It looks at ``span`` symbols before and after the one that it decides.  ``taps`` are scaled so that a symbol comes
    out as it was sent.  ``noise_gain`` is the variance of a decision value for white noise of variance 1 per sample;
    ``residual`` is the remaining interference, as a share of the power of a symbol.
    """

    def __init__(self, pulse: ArrayLike, samples_per_symbol: int, span: int) -> None:
        form = np.asarray(pulse, np.float64)
        if span < 0 or form.ndim != 1 or not form.any():
            raise ValueError("an equaliser needs a pulse that is not 0, and a span that is not negative")
        self.samples_per_symbol: Final = samples_per_symbol
        self.span: Final = span
        length = samples_per_symbol * (2 * span + 1)
        reach = -(-form.size // samples_per_symbol)
        offsets = np.arange(-span - reach + 1, span + 1)
        at = np.arange(length) - samples_per_symbol * span - samples_per_symbol * offsets[:, None]
        heard = np.where((at >= 0) & (at < form.size), form[np.clip(at, 0, form.size - 1)], 0.0)
        own = heard[offsets == 0][0]
        scale = REGULARISATION * float(own @ own)
        taps = np.linalg.solve(heard.T @ heard + scale * np.eye(length), own)
        self.taps: Final[Reals] = np.asarray(taps / (own @ taps), np.float64)
        self.noise_gain: Final = float(self.taps @ self.taps)
        self.residual: Final = float(np.sum((heard @ self.taps)[offsets != 0] ** 2))
        self._rows: Final = self.taps.reshape(2 * span + 1, samples_per_symbol).astype(np.float32)

    def filtered(self, samples: NDArray[Any]) -> Reals:
        """Each sample as the decision value of a symbol that begins with it: the line behind the equaliser."""
        more = self.span * self.samples_per_symbol
        padded = np.concatenate((np.zeros(more), samples, np.zeros(more + self.samples_per_symbol - 1)))
        return np.asarray(np.correlate(padded, self.taps, "valid"), np.float64)

    def equalise(self, samples: NDArray[Any], start: int = 0) -> Reals:
        """The decision value of each whole symbol from ``start`` on."""
        each, more = self.samples_per_symbol, self.span * self.samples_per_symbol
        count = max(samples.size - start, 0) // each
        padded = np.zeros((count + 2 * self.span) * each, np.float32)
        first = max(start - more, 0)
        known = samples[first : start + count * each + more]
        padded[first - start + more :][: known.size] = known
        parts = self._rows @ padded.reshape(-1, each).T
        found = parts[0, :count].copy()
        for number in range(1, 2 * self.span + 1):
            found += parts[number, number : number + count]
        return np.asarray(found, np.float64)
