"""Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, SODA 2018): every node has a maximum load.

With m keys on n nodes, a node of mean weight holds at most ceil((1 + epsilon) m / n) keys.  A key goes to the first
node in its order of preference (on a ring: clockwise) that is not full.  Invariant: every node before a key's own node
in its order is full.  So when a node gets room, a key that waits for it moves there and leaves room behind; when a
bound falls below the load of a node, the keys that came last move on.

On a ring, the cost per key does not depend on the number of nodes, except for the logarithm of two heaps: the full node
that gets room next as keys are added, and the node that exceeds its bound next as keys are removed.
"""

from __future__ import annotations

import heapq
import math
from collections import OrderedDict
from typing import Final

from catenet.application.placement.node import Node, PlacementError
from catenet.application.placement.placement import Placement

MAX_EPSILON: Final = 1e9
_FIRST_LOOK: Final = 1
_ROUNDING: Final = 1e-9
_NEVER: Final = 1 << 52
"""An upper bound for the number of keys that a float still represents exactly."""


class BoundedLoads:
    """Keys placed by ``placement``, with bounds that exceed the mean load by the fraction ``epsilon``.

    Unlike a placement, this object stores every key; do not change ``placement`` afterwards.  ``looks`` counts
    examined nodes.
    """

    def __init__(self, placement: Placement, epsilon: float = 0.25) -> None:
        if not 0.0 < epsilon <= MAX_EPSILON:
            raise PlacementError(f"epsilon must be positive and at most {MAX_EPSILON:g}, not {epsilon}")
        self.epsilon: Final[float] = epsilon
        self.looks: int = 0
        self._placement: Final[Placement] = placement
        self._place_of: Final[dict[str, str]] = {}
        self._passed: Final[dict[str, list[str]]] = {}
        """By key: the full nodes before its own in its order, for which it waits."""
        self._held: Final[dict[str, OrderedDict[str, None]]] = {}
        self._waiting: Final[dict[str, OrderedDict[str, None]]] = {}
        self._rising: list[tuple[int, str, int]] = []
        """``(total keys, node, its load)``: from this total on, the node has room for one more."""
        self._falling: list[tuple[int, str, int]] = []
        """``(-total keys, node, its load)``: from this total down, the node exceeds its bound."""
        self._weights: dict[str, float] = {}
        self._weight = 1.0
        self._update_nodes()

    @property
    def loads(self) -> dict[str, int]:
        """The number of keys on each node."""
        return {name: len(keys) for name, keys in self._held.items()}

    def bound(self, name: str) -> int:
        """The current maximum number of keys of a node.  Raises PlacementError if there is no such node."""
        if name not in self._weights:
            raise PlacementError(f"there is no node {name!r}")
        return self._bound_among(name, len(self._passed))

    def place(self, key: str) -> str:
        """The node that has a key.  Raises PlacementError if there is no such key."""
        if key not in self._place_of:
            raise PlacementError(f"there is no key {key!r}; insert it first")
        return self._place_of[key]

    def insert(self, key: str) -> str:
        """Add a key; returns its node.  Raises PlacementError if the key exists."""
        if key in self._passed:
            raise PlacementError(f"the key {key!r} exists already")
        self._passed[key] = []
        self._place_key(key)
        while self._rising and self._rising[0][0] <= len(self._passed):
            _, name, load = heapq.heappop(self._rising)
            self.looks += 1
            if load == len(self._held[name]):
                self._fill([name])
        return self._place_of[key]

    def delete(self, key: str) -> None:
        """Remove a key.  Raises PlacementError if there is no such key."""
        left = self.place(key)
        self._lift(key)
        del self._passed[key]
        self._fill([left])
        while self._falling and -self._falling[0][0] >= len(self._passed):
            _, name, load = heapq.heappop(self._falling)
            self.looks += 1
            if load == len(self._held[name]):
                self._spill(name)

    def add(self, node: str | Node, weight: float = 1.0) -> None:
        """Add a node.  Raises PlacementError if it exists."""
        self._placement.add(node, weight)
        self._change_nodes()

    def remove(self, name: str) -> None:
        """Remove a node, and move its keys.  Raises PlacementError for an unknown node and for the last one."""
        if name in self._held and len(self._held) == 1:
            raise PlacementError(f"{name} is the last node and cannot be removed")
        self._placement.remove(name)
        self._change_nodes()

    # -- bounds

    def _bound_among(self, name: str, keys: int) -> int:
        """The bound of a node for a total of ``keys`` keys."""
        mean = keys * self._weights[name] / self._weight
        return math.ceil((1.0 + self.epsilon) * mean - _ROUNDING)

    def _keys_for(self, name: str, load: int) -> int:
        """The smallest total number of keys at which the node's bound is above ``load``."""
        share = (1.0 + self.epsilon) * self._weights[name] / self._weight
        if load > share * _NEVER:
            return _NEVER
        keys = max(0, int((load + _ROUNDING) / share))
        while self._bound_among(name, keys) <= load:
            keys += 1
        while keys > 0 and self._bound_among(name, keys - 1) > load:
            keys -= 1
        return keys

    def _update_load(self, name: str) -> None:
        """Record, after a change of a node's load or of its waiting keys, when the node must be examined again."""
        load = len(self._held[name])
        self.looks += 1
        if self._waiting[name]:
            heapq.heappush(self._rising, (self._keys_for(name, load), name, load))
        if load:
            heapq.heappush(self._falling, (1 - self._keys_for(name, load - 1), name, load))
        if len(self._rising) + len(self._falling) > 64 + 8 * len(self._held):
            self._renew_heaps()

    def _renew_heaps(self) -> None:
        """Remove outdated entries."""
        self._rising = [each for each in self._rising if len(self._held[each[1]]) == each[2] and self._waiting[each[1]]]
        self._falling = [each for each in self._falling if len(self._held[each[1]]) == each[2]]
        self._rising = sorted(set(self._rising))
        self._falling = sorted(set(self._falling))

    # -- keys

    def _place_key(self, key: str) -> None:
        """Put a key on the first node in its order that has room; it waits for the nodes before that one."""
        passed = self._passed[key]
        most = _FIRST_LOOK
        while True:
            order = self._placement.preference(key, most)
            for name in order[len(passed) :]:
                self.looks += 1
                if len(self._held[name]) < self.bound(name):
                    self._put(key, name)
                    return
                self._wait(key, name)
            if len(order) < most:
                raise AssertionError("no node has room, although the bounds add up to more than all keys")
            most *= 4

    def _put(self, key: str, name: str) -> None:
        self._held[name][key] = None
        self._place_of[key] = name
        self._update_load(name)

    def _wait(self, key: str, name: str) -> None:
        self._passed[key].append(name)
        self._waiting[name][key] = None
        if len(self._waiting[name]) == 1:
            self._update_load(name)

    def _lift(self, key: str) -> None:
        """Remove a key from its node, and from the nodes for which it waits."""
        name = self._place_of.pop(key)
        del self._held[name][key]
        for before in self._passed[key]:
            self.looks += 1
            del self._waiting[before][key]
        self._passed[key].clear()
        self._update_load(name)

    def _fill(self, roomy: list[str]) -> None:
        """Move waiting keys to nodes with room, and repeat where they leave room.

        This terminates, since each move brings a key closer to the beginning of its order.
        """
        while roomy:
            name = roomy.pop()
            while self._waiting[name] and len(self._held[name]) < self.bound(name):
                key = next(iter(self._waiting[name]))
                roomy.append(self._place_of[key])
                self._lift(key)
                self._place_key(key)

    def _spill(self, name: str) -> None:
        """Move the last keys of a node that exceeds its bound to the next nodes with room in their order."""
        held = self._held[name]
        while len(held) > self.bound(name):
            key = next(reversed(held))
            self._lift(key)
            self._place_key(key)

    # -- nodes

    def _update_nodes(self) -> None:
        self._weights = {node.name: node.weight for node in self._placement.nodes}
        if not self._weights:
            raise PlacementError("bounded loads need at least one node")
        self._weight = sum(self._weights.values())
        for name in [each for each in self._held if each not in self._weights]:
            del self._held[name]
            del self._waiting[name]
        for name in self._weights:
            self._held.setdefault(name, OrderedDict())
            self._waiting[name] = OrderedDict()

    def _change_nodes(self) -> None:
        """Recompute orders and bounds after a change of nodes, and place the keys of removed nodes."""
        self._update_nodes()
        self._rising, self._falling = [], []
        homeless: list[str] = []
        for key, passed in self._passed.items():
            passed.clear()
            if self._place_of[key] not in self._held:
                homeless.append(key)
                continue
            for name in self._before(key, self._place_of[key]):
                passed.append(name)
                self._waiting[name][key] = None
        for name in self._held:
            self._update_load(name)
        for key in homeless:
            del self._place_of[key]
            self._place_key(key)
        for name in self._held:
            self._spill(name)
        self._fill(list(self._held))

    def _before(self, key: str, name: str) -> list[str]:
        """The nodes before ``name`` in a key's order."""
        most = _FIRST_LOOK
        while True:
            order = self._placement.preference(key, most)
            if name in order:
                return order[: order.index(name)]
            most *= 4
