"""Timing-error detectors.  The error is positive if a symbol is sampled too early."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final


class TimingDetector(ABC):
    """A detector that uses samples at ``offsets``, in symbols, from the estimated position of a symbol."""

    offsets: tuple[float, ...]

    @abstractmethod
    def error(self, samples: list[complex], previous: complex) -> float:
        """The error from samples at ``offsets``; ``previous`` is the previous symbol's sample at offset 0."""


class EarlyLate(TimingDetector):
    """Early–late gate: at the peak of a pulse, the samples before and after it are equal (Proakis, section 5.3)."""

    def __init__(self, *, spacing_symbols: float = 0.25) -> None:
        if not 0 < spacing_symbols <= 0.5:
            raise ValueError(f"the spacing must be above 0 and up to half a symbol, not {spacing_symbols}")
        self.offsets = (-spacing_symbols, 0.0, spacing_symbols)
        self._scale: Final = 0.25 / spacing_symbols

    def error(self, samples: list[complex], previous: complex) -> float:
        early, prompt, late = samples
        return self._scale * (prompt.conjugate() * (late - early)).real


class Gardner(TimingDetector):
    """With correct timing, the sample half-way between two different symbols is 0.

    It needs two samples per symbol and no carrier phase (Gardner, IEEE Trans. Commun. 34(5), 1986).
    """

    offsets = (-0.5, 0.0)

    def error(self, samples: list[complex], previous: complex) -> float:
        middle, current = samples
        return (middle.conjugate() * (previous - current)).real
