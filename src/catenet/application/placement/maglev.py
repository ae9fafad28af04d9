"""Maglev's table (Eisenbud and others, NSDI 2016, section 3.4): one array access per look-up, and nearly even shares.

Every node has a permutation of all slots of the table, from two hashes of its name.  The nodes take turns: each takes
the next free slot of its permutation, until all slots are taken.  A node of weight w has w times as many turns as one
of weight 1.  When a node is removed, its slots are reassigned, and a few other slots change their nodes too.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.application.placement.hashing import hash64, octets_of
from catenet.application.placement.node import Nodes, PlacementError
from catenet.application.placement.placement import Placement

TABLE: Final = 65_537
"""The paper's smaller table size.  It is a prime, so every skip visits all slots."""
_OFFSET_SEED: Final = 1
_SKIP_SEED: Final = 2
_FREE: Final = -1


class Maglev(Placement):
    """A look-up table of ``slots`` slots, a prime that should be at least a hundred times the number of nodes."""

    def __init__(self, nodes: Nodes = (), slots: int = TABLE) -> None:
        if not _is_prime(slots):
            raise PlacementError(f"the number of slots must be a prime, such as {TABLE}, not {slots}")
        self.slots: Final[int] = slots
        self._count: Final[i64] = slots
        self._table: list[int] = []
        super().__init__(nodes)

    def table(self) -> list[str]:
        """The node of each slot."""
        return [self._names[owner] for owner in self._table]

    def _lay_out(self) -> None:
        nodes = sorted(self._nodes.values(), key=lambda each: each.name)
        if len(nodes) > self.slots:
            raise PlacementError(f"{len(nodes)} nodes are too many for a table of {self.slots} slots")
        self._names = [each.name for each in nodes]
        slots = self.slots
        at: list[int] = [int(hash64(octets_of(each.identity), _OFFSET_SEED) % slots) for each in nodes]
        skips: list[int] = [int(hash64(octets_of(each.identity), _SKIP_SEED) % (slots - 1)) + 1 for each in nodes]
        heaviest = max((each.weight for each in nodes), default=1.0)
        gains: list[float] = [each.weight / heaviest for each in nodes]
        self._table = _dealt(slots, at, skips, gains)

    def _bucket(self, key_hash: i64) -> i64:
        slot = (key_hash >> 1) & 0x7FFFFFFFFFFFFFFF
        return self._table[slot % self._count]


def _dealt(slots: i64, at: list[int], skips: list[int], gains: list[float]) -> list[int]:
    """Assign the slots in turns.  A node takes a slot whenever its credit has reached 1."""
    table: list[int] = [_FREE] * int(slots)
    credit: list[float] = [0.0] * len(gains)
    left: i64 = slots if gains else 0
    while left > 0:
        for owner in range(len(gains)):
            credit[owner] += gains[owner]
            if credit[owner] < 1.0:
                continue
            credit[owner] -= 1.0
            slot: i64 = at[owner]
            skip: i64 = skips[owner]
            while table[slot] != _FREE:
                slot += skip
                if slot >= slots:
                    slot -= slots
            table[slot] = owner
            at[owner] = int(slot)
            left -= 1
            if left == 0:
                break
    return table


def _is_prime(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))
