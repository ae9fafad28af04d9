"""Measures the balance of a placement, and the keys that move when it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from catenet.application.placement.placement import Placement


class Balance(NamedTuple):
    """Loads relative to the weights: ``spread`` is the standard deviation divided by the mean.

    ``most`` is the maximum load divided by the mean, ``least`` the minimum.
    """

    spread: float
    most: float
    least: float


def loads(placement: Placement, keys: Iterable[str]) -> dict[str, int]:
    """The number of keys on each node."""
    found: dict[str, int] = {node.name: 0 for node in placement.nodes}
    for key in keys:
        found[placement.place(key)] += 1
    return found


def balance(amounts: Mapping[str, float], weights: Mapping[str, float]) -> Balance:
    """The balance of amounts (loads, or shares of a ring) of at least one node."""
    total, weight = sum(amounts.values()), sum(weights.values())
    relative: list[float] = [amounts[name] * weight / (total * weights[name]) if total else 1.0 for name in weights]
    mean = sum(relative) / len(relative)
    variance = sum((each - mean) ** 2 for each in relative) / len(relative)
    return Balance(float(variance**0.5), max(relative), min(relative))


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> int:
    """The number of keys of ``before`` that are on another node in ``after``."""
    return sum(1 for key, name in before.items() if after[key] != name)


def places(placement: Placement, keys: Iterable[str]) -> dict[str, str]:
    """The node of each key."""
    return {key: placement.place(key) for key in keys}
