"""The reflected Gray code: adjacent numbers differ in one bit (Gray, US patent 2,632,058, 1953)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def gray_code(width: int) -> NDArray[np.int64]:
    """The number of each level, in the order of levels: 0, 1, 3, 2, 6 …"""
    places = np.arange(1 << width, dtype=np.int64)
    return places ^ (places >> 1)


def gray_places(width: int) -> NDArray[np.int64]:
    """The inverse: the level of each number, counted from 0."""
    return np.argsort(gray_code(width))
