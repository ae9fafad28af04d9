"""Known results on consistent hashing: balance and movement of keys."""

from __future__ import annotations

import math
from statistics import fmean
from typing import Final

from catenet.application.placement import BoundedLoads, HashRing, Maglev, hashing
from catenet.application.placement.balance import balance
from catenet.application.placement.jump import jump
from catenet.experiments.comparison import Comparison

RING_NODES: Final = 100
JUMP_KEYS: Final = 20_000
BACKENDS: Final = 1_000


def placement(seed: int) -> list[Comparison]:
    """All of it.  ``seed`` is part of the names of nodes and keys, the only random input."""
    return [*_spread(seed), *_jumps(seed), *_maglev(seed), *_bounded(seed)]


def _spread(seed: int) -> list[Comparison]:
    """A node's share of a ring with v points each: the standard deviation is 1/sqrt(v) of the mean."""
    found = []
    for points, rings in ((100, 4), (1000, 1)):
        spreads = []
        for number in range(rings):
            ring = HashRing([f"node {seed}-{number}-{node}" for node in range(RING_NODES)], points)
            shares = ring.shares()
            spreads.append(100 * balance(shares, dict.fromkeys(shares, 1.0)).spread)
        expected = 100 / math.sqrt(points)
        what = f"ring of {RING_NODES} nodes, {points} points each: spread of the shares (standard deviation over mean)"
        runs = tuple(spreads) if rings > 1 else ()
        told = f"{expected:.1f} % (±25 %)"
        found.append(Comparison(what, told, 0.75 * expected, 1.25 * expected, fmean(spreads), "%", runs))
    return found


def _jumps(seed: int) -> list[Comparison]:
    keys = [hashing.hash64(f"key {seed}-{number}".encode()) for number in range(JUMP_KEYS)]
    found = []
    for buckets in (10, 100):
        before, after = [jump(key, buckets) for key in keys], [jump(key, buckets + 1) for key in keys]
        moves = [new for old, new in zip(before, after, strict=True) if old != new]
        share = 1 / (buckets + 1)
        slack = 400 * math.sqrt(share * (1 - share) / JUMP_KEYS)
        what = f"jump hash, {buckets} to {buckets + 1} nodes: keys that move"
        told = f"1/{buckets + 1} = {100 * share:.2f} % (±{slack:.2f}: four standard deviations)"
        measured = 100 * len(moves) / JUMP_KEYS
        found.append(Comparison(what, told, 100 * share - slack, 100 * share + slack, measured, "%"))
        astray = sum(1 for new in moves if new != buckets)
        found.append(Comparison(f"    of these, to another than node {buckets + 1}", "none", 0, 0, astray, "keys"))
    return found


def _maglev(seed: int) -> list[Comparison]:
    """Section 5.3 of the paper, figures 12: the smaller table, and backends that fail."""
    names = [f"backend {seed}-{number}" for number in range(BACKENDS)]
    table = Maglev(names).table()
    counts: dict[str, int] = dict.fromkeys(names, 0)
    for name in table:
        counts[name] += 1
    most = 100 * max(counts.values()) * BACKENDS / len(table)
    what = f"Maglev, {BACKENDS:,} backends, {len(table):,} slots: the fullest one's share over the mean"
    found = [Comparison(what, "100.7 %", 100.65, 100.75, most, "%")]
    for failures, expected, rounds in ((1, 0.66, 5), (10, 3.34, 3), (50, 8.42, 2)):
        runs = []
        for number in range(rounds):
            gone = set(names[number * failures : (number + 1) * failures])
            after = Maglev([name for name in names if name not in gone]).table()
            runs.append(100 * sum(1 for old, new in zip(table, after, strict=True) if old != new) / len(table))
        what = f"    slots that change after {failures} failure{'s' if failures > 1 else ''}"
        told = f"{expected} % (±15 %)"
        found.append(Comparison(what, told, 0.85 * expected, 1.15 * expected, fmean(runs), "%", tuple(runs)))
    return found


def _bounded(seed: int) -> list[Comparison]:
    """No node above ceil((1 + epsilon) m / n), while keys are added and after nodes are removed."""
    found = []
    for epsilon in (0.1, 0.5):
        bounded = BoundedLoads(HashRing([f"node {seed}-{number}" for number in range(40)], points=20), epsilon)
        over = 0
        for number in range(2_000):
            bounded.insert(f"key {seed}-{number}")
            over = max(over, _most_over(bounded))
        for number in range(10):
            bounded.remove(f"node {seed}-{number}")
            over = max(over, _most_over(bounded))
        what = f"bounded loads, epsilon {epsilon}, 2,000 keys on 40 nodes, then 30: keys above ceil((1 + epsilon) m/n)"
        found.append(Comparison(what, "none, ever", -math.inf, 0, over, "keys"))
    return found


def _most_over(bounded: BoundedLoads) -> int:
    loads = bounded.loads
    bound = math.ceil((1 + bounded.epsilon) * sum(loads.values()) / len(loads) - 1e-9)
    return max(0, max(loads.values()) - bound)
