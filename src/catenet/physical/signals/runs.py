"""Runs in arrays: the last element that is not 0, and the length of runs of zeros."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from catenet.physical.signals.bits import Indices

Kind = TypeVar("Kind", bound=np.generic)


def last_nonzero_before(values: NDArray[Kind], initial: int) -> NDArray[Kind]:
    """For each position, the nearest earlier element that is not 0; ``initial`` where there is none."""
    places = np.where(values != 0, np.arange(1, values.size + 1), 0)
    latest = np.concatenate(([0], np.maximum.accumulate(places)))[:-1]
    padded: NDArray[Any] = np.concatenate((np.array([initial], values.dtype), values))
    return padded[latest]


def zeros_since_nonzero(values: NDArray[Any]) -> NDArray[np.intp]:
    """For each position, the number of consecutive zeros up to and including it."""
    places = np.arange(1, values.size + 1)
    latest = np.maximum.accumulate(np.where(values != 0, places, 0)) if values.size else places
    return places - latest


def zero_groups(values: NDArray[Any], length: int) -> Indices:
    """Where groups of ``length`` zeros begin: each run is divided from its start, and a remainder is ignored."""
    count = zeros_since_nonzero(values)
    ends = np.flatnonzero((count > 0) & (count % length == 0))
    return ends - (length - 1)
