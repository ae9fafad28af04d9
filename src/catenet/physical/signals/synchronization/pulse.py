"""Pulses without intersymbol interference: the raised cosine and its root (Proakis, section 9.2)."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Complexes, Reals


class RaisedCosine:
    """A pulse of ``span_symbols`` symbols at ``samples_per_symbol``, with excess bandwidth ``rolloff`` from 0 to 1.

    With ``root`` it is the root-raised cosine, for use in sender and receiver, with energy 1; otherwise the peak is 1.
    """

    def __init__(
        self, samples_per_symbol: int, *, rolloff: float = 0.35, span_symbols: int = 12, root: bool = False
    ) -> None:
        if samples_per_symbol < 2 or span_symbols < 2 or span_symbols % 2:
            raise ValueError(
                f"a pulse needs at least 2 samples per symbol and an even number of symbols, not {samples_per_symbol}"
                f" and {span_symbols}"
            )
        if not 0 <= rolloff <= 1:
            raise ValueError(f"the roll-off must be from 0 to 1, not {rolloff}")
        self.samples_per_symbol: Final = samples_per_symbol
        half = span_symbols * samples_per_symbol // 2
        time = np.arange(-half, half + 1) / samples_per_symbol
        taps = _root_raised_cosine(time, rolloff) if root else _raised_cosine(time, rolloff)
        self.taps: Final[Reals] = taps / math.sqrt(float(np.sum(taps**2))) if root else taps

    @property
    def delay_samples(self) -> int:
        """The delay from a symbol to the peak of its pulse, in samples."""
        return self.taps.size // 2

    def shape(self, symbols: ArrayLike) -> Complexes:
        """The waveform of symbols, one pulse each; it is longer than the symbols by the length of the pulse."""
        given = np.asarray(symbols, np.complex128)
        impulses = np.zeros(max(given.size * self.samples_per_symbol, 1), np.complex128)
        impulses[:: self.samples_per_symbol][: given.size] = given
        return np.asarray(np.convolve(impulses, self.taps), np.complex128)

    def match(self, samples: ArrayLike) -> Complexes:
        """The matched filter, which equals the symmetric pulse; the result is longer by the length of the pulse."""
        return np.asarray(np.convolve(np.asarray(samples, np.complex128), self.taps), np.complex128)


def _raised_cosine(time: Reals, rolloff: float) -> Reals:
    if rolloff == 0.0:
        return np.asarray(np.sinc(time), np.float64)
    singular = np.isclose(np.abs(2.0 * rolloff * time), 1.0)
    below = np.where(singular, 1.0, 1.0 - (2.0 * rolloff * time) ** 2)
    limit = math.pi / 4.0 * np.sinc(1.0 / (2.0 * rolloff))
    return np.asarray(np.where(singular, limit, np.sinc(time) * np.cos(np.pi * rolloff * time) / below), np.float64)


def _root_raised_cosine(time: Reals, rolloff: float) -> Reals:
    if rolloff == 0.0:
        return np.asarray(np.sinc(time), np.float64)
    quarter = np.isclose(np.abs(4.0 * rolloff * time), 1.0)
    zero = time == 0.0
    safe = np.where(quarter | zero, 0.1, time)
    above = np.sin(np.pi * safe * (1 - rolloff)) + 4 * rolloff * safe * np.cos(np.pi * safe * (1 + rolloff))
    found = above / (np.pi * safe * (1 - (4 * rolloff * safe) ** 2))
    angle = math.pi / (4.0 * rolloff)
    limit = rolloff / math.sqrt(2.0) * ((1 + 2 / math.pi) * math.sin(angle) + (1 - 2 / math.pi) * math.cos(angle))
    found = np.where(quarter, limit, found)
    return np.asarray(np.where(zero, 1.0 + rolloff * (4.0 / math.pi - 1.0), found), np.float64)
