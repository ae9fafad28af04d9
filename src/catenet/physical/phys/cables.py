"""Cables of twisted pairs: attenuation and crosstalk by frequency (ANSI/TIA-568-C.2, clause 6, formulas for cables).

In the formulas, frequencies are in MHz and attenuations in dB per 100 m.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

REFERENCE_M: Final = 100.0
LOWEST_MHZ: Final = 1.0
"""The standard's formula begins here; below, the attenuation is taken as proportional to √f (skin effect)."""


class Category(NamedTuple):
    """Attenuation a√f + bf + c/√f; near-end crosstalk and equal-level far-end crosstalk of two pairs at 100 MHz."""

    root: float
    linear: float
    inverse_root: float
    next_db: float
    elfext_db: float
    highest_mhz: float

    def attenuation_db(self, frequency_mhz: float) -> float:
        """The loss of 100 m at a frequency; 0 at 0 Hz."""
        above = math.sqrt(max(frequency_mhz, LOWEST_MHZ))
        loss = self.root * above + self.linear * above**2 + self.inverse_root / above
        return loss * math.sqrt(min(frequency_mhz, LOWEST_MHZ) / LOWEST_MHZ)

    def near_end_crosstalk_db(self, frequency_mhz: float) -> float:
        """Near-end crosstalk loss (NEXT): it decreases by 15 dB per decade."""
        return self.next_db - 15.0 * math.log10(max(frequency_mhz, 1e-6) / 100.0)


CATEGORIES: Final = {
    "cat5e": Category(1.967, 0.023, 0.050, 35.3, 23.8, 100.0),
    "cat6": Category(1.808, 0.017, 0.200, 44.3, 27.8, 250.0),
    "cat6a": Category(1.820, 0.0091, 0.250, 44.3, 27.8, 500.0),
}
"""By name; the standard's formulas are valid up to ``highest_mhz``."""
