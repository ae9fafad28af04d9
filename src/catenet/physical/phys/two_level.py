"""PHYs with two levels: Manchester, 8b/10b, 64b/66b."""

from __future__ import annotations

import math
from typing import Final

from catenet.physical.phys.link_budget import Medium
from catenet.physical.phys.phy_base import Phy, q_function, ratio_of


class TwoLevelPhy(Phy):
    """Two levels; a frame is damaged if any symbol of its octets or of its delimiters is wrong.

    ``symbols_per_octet`` is the number of symbols that the line code sends per octet; ``marks`` is the number of
    symbols of the delimiters.
    """

    def __init__(
        self, name: str, clause: str, rate_bit_s: int, medium: Medium, *, symbols_per_octet: float, marks: int
    ) -> None:
        super().__init__(name, clause, rate_bit_s, medium)
        self.symbols_per_octet: Final = symbols_per_octet
        self.marks: Final = marks

    def symbol_error_rate(self, snr_db: float) -> float:
        """Q(√SNR)."""
        return q_function(math.sqrt(ratio_of(snr_db)))

    def units(self, octets: int) -> int:
        return math.ceil(self.symbols_per_octet * octets) + self.marks
