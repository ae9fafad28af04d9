"""AnchorHash (Mendelson, Vargaftik, Barabash, Lorenz, Keslassy, Orda, 2020): nodes join and leave in any order.

The *anchor* is a fixed set of buckets, some of which hold a node.  A key is hashed to a bucket; if that bucket was
removed, the key is hashed again among the buckets that remained after the removal, and so on until a bucket holds a
node.  Only the keys of a removed node move, they spread evenly, and a new node takes the bucket that was removed last.
Memory is four numbers per bucket; a look-up takes about 1 + ln(buckets / nodes) steps.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.application.placement.hashing import signed_mix
from catenet.application.placement.node import Node, Nodes, NodeTable, PlacementError
from catenet.application.placement.placement import Placement


class AnchorHash(Placement):
    """An anchor of ``capacity`` buckets, which is the maximum number of nodes.  All weights are 1.

    The placement depends on the order in which nodes joined and left.
    """

    def __init__(self, nodes: Nodes = (), capacity: int = 0) -> None:
        first = NodeTable(nodes).by_name
        if not capacity:
            capacity = max(16, 2 * len(first))
        if len(first) > capacity:
            raise PlacementError(f"an anchor of {capacity} buckets holds at most {capacity} nodes, not {len(first)}")
        self.capacity: Final[int] = capacity
        self._after: Final[list[int]] = [0] * capacity
        self._working: Final[list[int]] = list(range(capacity))
        self._place_of: Final[list[int]] = list(range(capacity))
        self._next: Final[list[int]] = list(range(capacity))
        self._removed: Final[list[int]] = []
        self._count: int = capacity
        self._buckets: Final[dict[str, int]] = {}
        super().__init__()
        self._names = [""] * capacity
        for bucket in range(capacity - 1, -1, -1):
            self._empty(bucket)
        for node in first.values():
            self.add(node)

    def add(self, node: str | Node, weight: float = 1.0, zone: str = "", address: str = "") -> None:
        """Add a node.  Raises PlacementError if the anchor is full."""
        whole = node if isinstance(node, Node) else Node(node, weight, zone, address)
        if not self._removed:
            raise PlacementError(f"the anchor is full: it has {self.capacity} buckets; make it with a larger capacity")
        if whole.weight != 1.0:
            raise PlacementError(f"an anchor has no weights: {whole.name} must have weight 1, not {whole.weight}")
        super().add(whole)
        bucket = self._removed.pop()
        self._after[bucket] = 0
        self._place_of[self._working[self._count]] = self._count
        self._working[self._place_of[bucket]] = bucket
        self._next[bucket] = bucket
        self._count += 1
        self._names[bucket] = whole.name
        self._buckets[whole.name] = bucket

    def remove(self, name: str) -> None:
        super().remove(name)
        bucket = self._buckets.pop(name)
        self._names[bucket] = ""
        self._empty(bucket)

    def place(self, key: str | bytes) -> str:
        if not self._nodes:
            raise PlacementError("there is no node to place a key on")
        return super().place(key)

    def _empty(self, bucket: int) -> None:
        """Remove a bucket from the working set (the paper's algorithm 3)."""
        self._removed.append(bucket)
        self._count -= 1
        self._after[bucket] = self._count
        last = self._working[self._count]
        self._working[self._place_of[bucket]] = last
        self._next[bucket] = last
        self._place_of[last] = self._place_of[bucket]

    def _lay_out(self) -> None:
        """Does nothing: buckets change one at a time."""

    def _bucket(self, key_hash: i64) -> i64:
        mixed = key_hash
        bucket: i64 = _within(mixed, self.capacity)
        while self._after[bucket] > 0:
            mixed = signed_mix(mixed + bucket)
            following: i64 = _within(mixed, self._after[bucket])
            while i64(self._after[following]) >= i64(self._after[bucket]):
                following = self._next[following]
            bucket = following
        return bucket


def _within(value: i64, bound: i64) -> i64:
    return ((value >> 1) & 0x7FFFFFFFFFFFFFFF) % bound
