"""Block interleaving: a burst of errors is spread over many words (Lin and Costello, section 15.2)."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray


class BlockInterleaver:
    """Writes ``rows`` rows of ``columns`` elements, and reads column by column.

    A burst of up to ``rows`` elements then hits each word of ``columns`` elements at most once.
    """

    def __init__(self, rows: int, columns: int) -> None:
        if rows < 1 or columns < 1:
            raise ValueError(f"an interleaver must have at least one row and one column, not {rows} and {columns}")
        self.rows: Final = rows
        self.columns: Final = columns

    def interleave(self, elements: NDArray[Any]) -> NDArray[Any]:
        """The elements in transmission order.  Raises ValueError unless they fill whole blocks."""
        return self._turned(elements, self.rows, self.columns)

    def deinterleave(self, elements: NDArray[Any]) -> NDArray[Any]:
        """The inverse."""
        return self._turned(elements, self.columns, self.rows)

    def _turned(self, elements: NDArray[Any], rows: int, columns: int) -> NDArray[Any]:
        if elements.ndim != 1 or elements.size % (rows * columns):
            raise ValueError(f"{elements.size} elements do not fill blocks of {rows * columns}")
        turned: NDArray[Any] = np.swapaxes(elements.reshape(-1, rows, columns), 1, 2).reshape(-1)
        return turned
