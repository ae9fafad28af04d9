"""100GBASE-R with RS-FEC: a frame is damaged if a code word that carries a part of it cannot be corrected."""

from __future__ import annotations

import math
from typing import Final

from catenet.physical.phys.optical import OpticalPhy
from catenet.physical.phys.phy_base import any_of

SYMBOL_BITS: Final = 10
WORD_SYMBOLS: Final = 528
CORRECTABLE: Final = 7
WORD_BLOCKS: Final = 80
"""66-bit blocks per code word: twenty groups of four, each transcoded to 257 bits (clause 91.5.2.5)."""
BLOCK_OCTETS: Final = 8


class RsFecPhy(OpticalPhy):
    """RS(528,514) over GF(2^10) (IEEE 802.3 clause 91.5.2.7)."""

    def unit_error_rate(self, snr_db: float) -> float:
        """The probability of more than seven wrong symbols among 528."""
        symbol = any_of(self.symbol_error_rate(snr_db), SYMBOL_BITS)
        return binomial_tail(WORD_SYMBOLS, symbol, CORRECTABLE)

    def units(self, octets: int) -> int:
        return words_of(octets)


def words_of(octets: int) -> int:
    """The number of code words of a frame, whose first block holds the start and preamble, and the last its end."""
    blocks = 1 + octets // BLOCK_OCTETS + 1
    return -(-blocks // WORD_BLOCKS)


def binomial_tail(trials: int, chance: float, most: int) -> float:
    """The probability of more than ``most`` successes in ``trials`` trials."""
    if chance <= 0.0:
        return 0.0
    if chance >= 1.0:
        return 1.0
    logs = math.log(chance), math.log1p(-chance)
    terms = [
        math.exp(_log_choices(trials, count) + count * logs[0] + (trials - count) * logs[1])
        for count in range(most + 1, trials + 1)
    ]
    return min(1.0, math.fsum(terms))


def _log_choices(trials: int, count: int) -> float:
    return math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
