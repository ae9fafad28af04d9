"""The figures of Ethernet: full duplex, then half duplex."""

from __future__ import annotations

from collections.abc import Iterator

from catenet.experiments.comparison import Comparison
from catenet.experiments.ethernet.collisions import collisions
from catenet.experiments.ethernet.efficiency import efficiency
from catenet.experiments.ethernet.full_duplex import full_duplex


def ethernet(seed: int) -> Iterator[Comparison]:
    """All of them."""
    yield from full_duplex()
    yield from efficiency(seed)
    yield from collisions(seed)
