"""Linear equalisers: filters that compensate for a channel (Proakis, sections 9.4 and 10.1)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes, Reals


class ZeroForcing:
    """The filter of ``length`` taps whose cascade with the channel is nearest, in least squares, to a pure delay.

    With many taps it approaches the inverse of the channel, which amplifies noise where the channel is weak.  ``delay``
    is by default half of the length of the cascade.
    """

    def __init__(self, channel: ArrayLike, length: int, *, delay: int | None = None) -> None:
        impulse = np.asarray(channel, np.complex128)
        if impulse.ndim != 1 or impulse.size == 0 or not impulse.any():
            raise ValueError("a channel must have at least one tap that is not 0, in an array of one dimension")
        if length < 1:
            raise ValueError(f"an equaliser must have at least one tap, not {length}")
        total = length + impulse.size - 1
        self.delay: Final = (total - 1) // 2 if delay is None else delay
        if not 0 <= self.delay < total:
            raise ValueError(f"the delay must be from 0 to {total - 1}, not {self.delay}")
        convolution = np.zeros((total, length), np.complex128)
        for column in range(length):
            convolution[column : column + impulse.size, column] = impulse
        wanted = np.zeros(total, np.complex128)
        wanted[self.delay] = 1.0
        self.taps: Final[Complexes] = np.asarray(np.linalg.lstsq(convolution, wanted, rcond=None)[0], np.complex128)
        self.residual: Final = float(np.sum(np.abs(convolution @ self.taps - wanted) ** 2))
        """The residual squared error: remaining intersymbol interference, and the error of the main tap."""

    def equalise(self, samples: ArrayLike) -> Complexes:
        """The equalised symbols, aligned with the transmitted ones, one per sample."""
        given = np.asarray(samples, np.complex128)
        if given.size == 0:
            return given
        filtered = np.convolve(np.concatenate((given, np.zeros(self.delay))), self.taps)
        return np.asarray(filtered[self.delay : self.delay + given.size], np.complex128)


class Lms:
    """Least mean squares: the taps follow the gradient of the error (Widrow and Hoff, 1960; Proakis, section 10.1-2).

    The loop is stable for ``step`` below 2 / (``length`` × the power of the samples).  ``delay`` is half of the length
    by default.  Train it with known symbols first; then it can follow its own decisions.  The taps are kept between
    calls.
    """

    def __init__(self, length: int, *, step: float = 0.01, delay: int | None = None) -> None:
        if length < 1 or not step > 0:
            raise ValueError(f"an equaliser needs at least one tap and a positive step, not {length} and {step}")
        self.delay: Final = length // 2 if delay is None else delay
        if not 0 <= self.delay < length:
            raise ValueError(f"the delay must be from 0 to {length - 1}, not {self.delay}")
        self.step: Final = step
        self.taps: Complexes = np.zeros(length, np.complex128)
        self.taps[self.delay] = 1.0

    def train(self, samples: ArrayLike, symbols: ArrayLike) -> Reals:
        """Adapt to known symbols, one per sample; returns the squared error of each."""
        known = np.asarray(symbols, np.complex128)
        rows = self._rows(samples)
        if known.shape != (rows.shape[0],):
            raise ValueError(f"{rows.shape[0]} samples need {rows.shape[0]} known symbols, not {known.size}")
        errors = np.zeros(known.size)
        for number in range(known.size):
            error = known[number] - rows[number] @ self.taps
            self.taps = self.taps + self.step * error * np.conj(rows[number])
            errors[number] = abs(error) ** 2
        return errors

    def follow(self, samples: ArrayLike, points: ArrayLike) -> Complexes:
        """Equalise and adapt to the own decisions: the nearest of ``points`` is taken as the transmitted symbol."""
        constellation, rows = np.asarray(points, np.complex128), self._rows(samples)
        found = np.zeros(rows.shape[0], np.complex128)
        for number in range(found.size):
            found[number] = rows[number] @ self.taps
            decided = constellation[np.argmin(np.abs(constellation - found[number]))]
            self.taps = self.taps + self.step * (decided - found[number]) * np.conj(rows[number])
        return found

    def equalise(self, samples: ArrayLike) -> Complexes:
        """The equalised symbols with the current taps, aligned with the transmitted ones."""
        return np.asarray(self._rows(samples) @ self.taps, np.complex128)

    def _rows(self, samples: ArrayLike) -> Complexes:
        """The samples that contribute to each symbol, the latest first."""
        given, length = np.asarray(samples, np.complex128), self.taps.size
        before, after = length - 1 - self.delay, self.delay
        padded = np.concatenate((np.zeros(before), given, np.zeros(after)))
        if given.size == 0:
            return np.zeros((0, length), np.complex128)
        return np.asarray(sliding_window_view(padded, length)[:, ::-1], np.complex128)
