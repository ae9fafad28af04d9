"""The cost of looking up a key's node: six placements, and PyPI's uhashring for comparison if installed."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any, Final

from catenet.application.placement import (
    AnchorHash,
    HashRing,
    JumpHash,
    KetamaRing,
    Maglev,
    Placement,
    Rendezvous,
    hashing,
)

KEYS: Final = 2_000
BATCHES: Final = 40
"""Batches are short and the fastest one counts, so that other work on the machine disturbs the result little."""


def ring(nodes: int = 100, points: int = 100) -> dict[str, object]:
    """Microseconds for a look-up with ``nodes`` nodes, and ``points`` points per node on the ring.

    ``us_per_uhashring`` is for PyPI's uhashring with the same number of points, None if it is not installed; ``ratio``
    divides it by ``us_per_ring``.
    """
    names = [f"10.{number >> 8 & 255}.{number & 255}.1" for number in range(nodes)]
    keys = [f"user:{number}" for number in range(KEYS)]
    placements: dict[str, Placement] = {
        "ring": HashRing(names, points),
        "jump": JumpHash(names),
        "maglev": Maglev(names),
        "anchor": AnchorHash(names),
        "rendezvous": Rendezvous(names),
        "ketama": KetamaRing(names),
    }
    found = {name: _us_per_look_up(placement.place, keys) for name, placement in placements.items()}
    other = _uhashring(names, points)
    theirs = None if other is None else _us_per_look_up(other, keys)
    return {
        "bench": "ring",
        "build": "compiled" if hashing.COMPILED else "interpreted",
        "nodes": nodes,
        "points": points,
        **{f"us_per_{name}": taken for name, taken in found.items()},
        "us_per_uhashring": theirs,
        "ratio": None if theirs is None else theirs / found["ring"],
    }


def _us_per_look_up(place: Callable[[str], Any], keys: list[str]) -> float:
    best_s = float("inf")
    for batch in range(BATCHES):
        some = keys[batch * len(keys) // BATCHES : (batch + 1) * len(keys) // BATCHES]
        for _ in range(5):
            start = time.perf_counter()
            for key in some:
                place(key)
            best_s = min(best_s, (time.perf_counter() - start) / len(some))
    return best_s * 1e6


def _uhashring(names: list[str], points: int) -> Callable[[str], Any] | None:
    try:
        module = importlib.import_module("uhashring")
    except ImportError:
        return None
    look_up: Callable[[str], Any] = module.HashRing(names, vnodes=points).get_node
    return look_up
