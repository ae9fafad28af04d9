"""How even a placement is, and how much moves when it changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from catenet.application.placement.placement import Placement


class Balance(NamedTuple):
    """Loads against what the weights would have: ``spread`` is the standard deviation over the mean.

    ``most`` is the fullest node's load over the mean, ``least`` the emptiest one's.
    """

    spread: float
    most: float
    least: float


def loads(placement: Placement, keys: Iterable[str]) -> dict[str, int]:
    """How many of some keys each node has."""
    found: dict[str, int] = {node.name: 0 for node in placement.nodes}
    for key in keys:
        found[placement.place(key)] += 1
    return found


def balance(amounts: Mapping[str, float], weights: Mapping[str, float]) -> Balance:
    """The balance of amounts (loads, or shares of a ring).  There is one node at least."""
    total, weight = sum(amounts.values()), sum(weights.values())
    relative: list[float] = [amounts[name] * weight / (total * weights[name]) if total else 1.0 for name in weights]
    mean = sum(relative) / len(relative)
    variance = sum((each - mean) ** 2 for each in relative) / len(relative)
    return Balance(float(variance**0.5), max(relative), min(relative))


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> int:
    """How many of the keys of ``before`` are on another node in ``after``."""
    return sum(1 for key, name in before.items() if after[key] != name)


def places(placement: Placement, keys: Iterable[str]) -> dict[str, str]:
    """Where each of some keys is."""
    return {key: placement.place(key) for key in keys}
