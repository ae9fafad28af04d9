"""Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, SODA 2018): no node is ever too full.

With m keys on n nodes, a node of mean weight holds at most ceil((1 + epsilon) m / n) of them.  A key goes to the first
node of its order of preference (on a ring: clockwise) that is not full.  Always true: each node that comes before a
key's own in its order is full.  So where a node gets room, a key that waits for it moves there, and leaves room
behind; where a bound shrinks below what a node holds, the keys that came last move on.
"""

from __future__ import annotations

import math
from typing import Final

from catenet.application.placement.node import Node, PlacementError
from catenet.application.placement.placement import Placement


class BoundedLoads:
    """Keys that are placed by ``placement``, as far as there is room.  ``epsilon`` is how much above the mean is room.

    Unlike a placement, this remembers every key; ``placement`` is its own from then on.
    """

    def __init__(self, placement: Placement, epsilon: float = 0.25) -> None:
        if not epsilon > 0.0:
            raise PlacementError(f"epsilon must be positive, not {epsilon}")
        self.epsilon: Final[float] = epsilon
        self._placement: Final[Placement] = placement
        self._place_of: Final[dict[str, str]] = {}
        self._orders: Final[dict[str, list[str]]] = {}
        self._held: Final[dict[str, dict[str, None]]] = {}
        self._waiting: Final[dict[str, dict[str, None]]] = {}
        self._weights: dict[str, float] = {}
        self._weight = 1.0
        self._note_nodes()

    @property
    def loads(self) -> dict[str, int]:
        """How many keys each node has."""
        return {name: len(keys) for name, keys in self._held.items()}

    def bound(self, name: str) -> int:
        """How many keys a node may have now.  Raises PlacementError if there is no such node."""
        if name not in self._weights:
            raise PlacementError(f"there is no node {name!r}")
        mean = len(self._orders) * self._weights[name] / self._weight
        return math.ceil((1.0 + self.epsilon) * mean - 1e-9)

    def place(self, key: str) -> str:
        """The node that has a key.  Raises PlacementError if there is no such key."""
        if key not in self._place_of:
            raise PlacementError(f"there is no key {key!r}; insert it first")
        return self._place_of[key]

    def insert(self, key: str) -> str:
        """Add a key; the node that has it now.  Raises PlacementError if it is there."""
        if key in self._orders:
            raise PlacementError(f"there is a key {key!r} already")
        before = {name: self.bound(name) for name in self._held}
        self._orders[key] = self._placement.preference(key)
        self._settle(key)
        self._fill([name for name in self._held if self.bound(name) > before[name]])
        return self._place_of[key]

    def delete(self, key: str) -> None:
        """Take a key away.  Raises PlacementError if there is no such key."""
        left = self.place(key)
        self._lift(key)
        del self._orders[key]
        self._fill([left])
        self._spill()

    def add(self, node: str | Node, weight: float = 1.0) -> None:
        """Add a node.  Raises PlacementError if it is there."""
        self._placement.add(node, weight)
        self._change_nodes()

    def remove(self, name: str) -> None:
        """Remove a node, and move its keys.  Raises PlacementError if it is not there, or the last one."""
        if name in self._held and len(self._held) == 1:
            raise PlacementError(f"{name} is the last node")
        self._placement.remove(name)
        self._change_nodes()

    def _settle(self, key: str) -> None:
        """Put a key on the first node of its order that has room; it waits for those before."""
        for name in self._orders[key]:
            if len(self._held[name]) < self.bound(name):
                self._held[name][key] = None
                self._place_of[key] = name
                return
            self._waiting[name][key] = None
        raise AssertionError("together, the nodes have room for all keys")

    def _lift(self, key: str) -> None:
        """Take a key off its node, and out of all that it waits for."""
        del self._held[self._place_of.pop(key)][key]
        for name in self._orders[key]:
            self._waiting[name].pop(key, None)

    def _fill(self, roomy: list[str]) -> None:
        """Move keys that wait to nodes that have room, and so on where they leave room.

        This ends, since each move brings a key nearer to the beginning of its order.
        """
        while roomy:
            name = roomy.pop()
            while self._waiting[name] and len(self._held[name]) < self.bound(name):
                key = next(iter(self._waiting[name]))
                roomy.append(self._place_of[key])
                self._lift(key)
                self._settle(key)

    def _spill(self) -> None:
        """Where a node holds more than it may, its last keys go on to the next with room in their order."""
        for name, held in self._held.items():
            while len(held) > self.bound(name):
                key = next(reversed(held))
                self._lift(key)
                self._settle(key)

    def _note_nodes(self) -> None:
        self._weights = {node.name: node.weight for node in self._placement.nodes}
        if not self._weights:
            raise PlacementError("there must be a node at least")
        self._weight = sum(self._weights.values())
        for name in [each for each in self._held if each not in self._weights]:
            del self._held[name]
        for name in self._weights:
            self._held.setdefault(name, {})
            self._waiting[name] = {}

    def _change_nodes(self) -> None:
        """Nodes came or went: new orders and bounds, and homes for the keys of lost nodes."""
        self._waiting.clear()
        self._note_nodes()
        homeless: list[str] = []
        for key in self._orders:
            order = self._placement.preference(key)
            self._orders[key] = order
            if self._place_of[key] not in self._held:
                homeless.append(key)
                continue
            for name in order[: order.index(self._place_of[key])]:
                self._waiting[name][key] = None
        for key in homeless:
            del self._place_of[key]
            self._settle(key)
        self._spill()
        self._fill(list(self._held))
