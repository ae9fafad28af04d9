"""Timing-error detectors: is the sampling of a symbol early or late?  The error is positive when it is early."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final


class TimingDetector(ABC):
    """Looks at samples around a symbol, ``offsets`` symbols away from where it is thought to be."""

    offsets: tuple[float, ...]

    @abstractmethod
    def error(self, samples: list[complex], previous: complex) -> float:
        """The error by samples at ``offsets``; ``previous`` is the last symbol's sample at offset 0."""


class EarlyLate(TimingDetector):
    """Early–late gate: samples before and after a pulse's peak are alike when it is hit (Proakis, section 5.3)."""

    def __init__(self, *, spacing_symbols: float = 0.25) -> None:
        if not 0 < spacing_symbols <= 0.5:
            raise ValueError(f"early and late are up to half a symbol away, not {spacing_symbols}")
        self.offsets = (-spacing_symbols, 0.0, spacing_symbols)
        self._scale: Final = 0.25 / spacing_symbols

    def error(self, samples: list[complex], previous: complex) -> float:
        early, prompt, late = samples
        return self._scale * (prompt.conjugate() * (late - early)).real


class Gardner(TimingDetector):
    """The sample half way between two symbols that differ is 0 when they are hit (Gardner, IEEE Trans. Commun. 34(5),
    1986).  It needs no carrier phase, and two samples a symbol.
    """

    offsets = (-0.5, 0.0)

    def error(self, samples: list[complex], previous: complex) -> float:
        middle, current = samples
        return (middle.conjugate() * (previous - current)).real
