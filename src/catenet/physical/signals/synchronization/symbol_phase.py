"""Clock recovery at once, for a whole stretch of samples: where its symbols begin.

The matched filter's output is squared.  Its mean is greatest where the filter covers one symbol and least where it
covers two halves, so it has a spectral line at the symbol rate, whose phase is that of the symbols (Oerder and Meyr,
IEEE Trans. Commun. 36(5), 1988).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def symbol_phase(samples: NDArray[Any], samples_per_symbol: int) -> int:
    """The number of samples before the first whole symbol, from 0 to ``samples_per_symbol`` − 1.

    Symbols are rectangular and some of them differ; 0 for fewer samples than two symbols have.
    """
    if samples.size < 2 * samples_per_symbol:
        return 0
    sums = np.cumsum(np.concatenate((np.zeros(1), samples)), dtype=np.float64)
    matched = (sums[samples_per_symbol:] - sums[:-samples_per_symbol]) ** 2
    turns = np.arange(samples_per_symbol) / samples_per_symbol
    means = np.array([matched[phase::samples_per_symbol].mean() for phase in range(samples_per_symbol)])
    line = means @ np.exp(-2j * np.pi * turns)
    return round(-float(np.angle(line)) / (2.0 * np.pi) * samples_per_symbol) % samples_per_symbol
