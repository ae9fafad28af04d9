"""The hash ring: nodes and keys are points on a circle, and a key belongs to the next node clockwise.

From Karger and others (1997), as textbooks have it: a host is placed by the hash of its IP address, a key by its own.
One point a node spreads the load badly; with v *virtual points* each, a node's share has a standard deviation of
about 1/sqrt(v) of its mean.  The circle is 2^32 long.  A node's first point is the hash of its identity, point i that
of ``identity#i``, and the number of points is in proportion to its weight.

A look-up is a step into a table of as many slots as there are points, and one or two along them.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.application.placement.hashing import octets_of, signed_hash
from catenet.application.placement.node import Node, Nodes, PlacementError
from catenet.application.placement.placement import Placement

CIRCLE: Final = 1 << 32
"""The length of the circle."""


@mypyc_attr(allow_interpreted_subclasses=True)
class HashRing(Placement):
    """A ring with ``points`` virtual points for a node of weight 1; with ``points=1`` it is the textbook's first."""

    def __init__(self, nodes: Nodes = (), points: int = 100) -> None:
        if points < 1:
            raise PlacementError(f"a node needs a point at least, not {points}")
        self.points_each: Final[int] = points
        self._positions: list[int] = []
        self._owners: list[int] = []
        self._starts: list[int] = []
        self._shift: i64 = 32
        super().__init__(nodes)

    def position(self, key: str | bytes) -> int:
        """Where a key is on the circle, in [0, 2^32)."""
        return int((self._hash(octets_of(key)) >> 32) & 0xFFFFFFFF)

    def points(self) -> list[tuple[int, str]]:
        """All points around the circle, and their nodes."""
        return [(at, self._names[owner]) for at, owner in zip(self._positions, self._owners, strict=True)]

    def shares(self) -> dict[str, float]:
        """Which share of the circle each node has; together they are 1."""
        lengths: dict[str, int] = dict.fromkeys(self._nodes, 0)
        before = self._positions[-1] - CIRCLE if self._positions else 0
        for position, name in self.points():
            lengths[name] += position - before
            before = position
        return {name: length / CIRCLE for name, length in lengths.items()}

    def preference(self, key: str | bytes) -> list[str]:
        """All nodes in the order in which their first points follow the key."""
        if not self._names:
            raise PlacementError("there is no node to place a key on")
        start: int = self._point(self._hash(octets_of(key)))
        found: dict[str, None] = {}
        for step in range(len(self._owners)):
            at = start + step
            if at >= len(self._owners):
                at -= len(self._owners)
            found[self._names[self._owners[at]]] = None
            if len(found) == len(self._names):
                break
        return list(found)

    def _positions_of(self, node: Node) -> list[int]:
        """Where a node's points are."""
        count = max(1, round(self.points_each * node.weight))
        labels = [node.identity, *(f"{node.identity}#{number}" for number in range(1, count))]
        return [int((signed_hash(octets_of(label)) >> 32) & 0xFFFFFFFF) for label in labels]

    def _lay_out(self) -> None:
        self._names = list(self._nodes)
        placed: list[tuple[int, str, int]] = []
        for owner, node in enumerate(self._nodes.values()):
            for position in self._positions_of(node):
                placed.append((position, node.name, owner))
        placed.sort()
        self._positions = [position for position, _, _ in placed]
        self._owners = [owner for _, _, owner in placed]
        bits = max(1, len(placed)).bit_length()
        self._shift = 32 - bits
        self._starts = []
        at = 0
        for slot in range(1 << bits):
            while at < len(placed) and self._positions[at] < slot << (32 - bits):
                at += 1
            self._starts.append(at)

    def _bucket(self, key_hash: i64) -> i64:
        return self._owners[self._point(key_hash)]

    def _point(self, key_hash: i64) -> i64:
        """The first point at or after a key."""
        position = (key_hash >> 32) & 0xFFFFFFFF
        at: i64 = self._starts[position >> self._shift]
        count: i64 = len(self._positions)
        while at < count and i64(self._positions[at]) < position:
            at += 1
        return at if at < count else 0
