"""The hash ring (Karger and others, 1997): nodes and keys are points on a circle; a key is on the next node clockwise.

As in textbooks, a host is placed by the hash of its IP address, and a key by its own hash.  One point per node gives a
bad balance; with v *virtual points* per node, the share of a node has a standard deviation of about 1/sqrt(v) of its
mean.  The circle has 2^32 positions.  A node's first point is the hash of its identity, point i that of ``identity#i``.
The lightest node has v points and the others have proportionally more, so only ratios of weights count; if the lightest
weight changes, the points of all nodes change, unless ``unit`` fixes the weight of v points.

A look-up is one access to a table of about as many slots as there are points, and a search over one or two points.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.application.placement.hashing import octets_of, signed_hash
from catenet.application.placement.node import MAX_WEIGHT, Node, Nodes, PlacementError
from catenet.application.placement.placement import Placement

CIRCLE: Final = 1 << 32
"""The length of the circle."""
MAX_POINTS: Final = 1 << 23
"""The maximum number of points of a ring: about a gigabyte of memory."""


@mypyc_attr(allow_interpreted_subclasses=True)
class HashRing(Placement):
    """A ring with ``points`` virtual points for a node of weight ``unit``.

    ``unit`` is by default the weight of the lightest node.  If it is given, a node that joins or leaves never moves the
    points of others.  Raises PlacementError if the weights would need more than 2^23 points.
    """

    def __init__(self, nodes: Nodes = (), points: int = 100, unit: float = 0.0) -> None:
        if not 1 <= points <= MAX_POINTS:
            raise PlacementError(f"the number of points must be from 1 to {MAX_POINTS}, not {points}")
        if not 0.0 <= unit <= MAX_WEIGHT:
            raise PlacementError(f"the weight of {points} points must be positive, not {unit}")
        self.points_each: Final[int] = points
        self.unit: Final[float] = unit
        self._positions: list[int] = []
        self._owners: list[int] = []
        self._starts: list[int] = []
        self._shift: i64 = 32
        super().__init__(nodes)

    def position(self, key: str | bytes) -> int:
        """The position of a key on the circle, in [0, 2^32)."""
        return int((self._hash(octets_of(key)) >> 32) & 0xFFFFFFFF)

    def points(self) -> list[tuple[int, str]]:
        """All points around the circle, with their nodes."""
        return [(at, self._names[owner]) for at, owner in zip(self._positions, self._owners, strict=True)]

    def shares(self) -> dict[str, float]:
        """The share of the circle of each node; the sum is 1."""
        lengths: dict[str, int] = dict.fromkeys(self._nodes, 0)
        before = self._positions[-1] - CIRCLE if self._positions else 0
        for position, name in self.points():
            lengths[name] += position - before
            before = position
        return {name: length / CIRCLE for name, length in lengths.items()}

    def preference(self, key: str | bytes, most: int = 0) -> list[str]:
        """All nodes (or the first ``most``), in the order in which their points follow the key."""
        if not self._names:
            raise PlacementError("there is no node to place a key on")
        start: int = self._point(self._hash(octets_of(key)))
        found: dict[str, None] = {}
        wanted = min(most, len(self._names)) if most else len(self._names)
        for step in range(len(self._owners)):
            at = start + step
            if at >= len(self._owners):
                at -= len(self._owners)
            found[self._names[self._owners[at]]] = None
            if len(found) == wanted:
                break
        return list(found)

    def _counts(self) -> dict[str, float]:
        """The number of points of each node, before rounding."""
        unit = self.unit or min((each.weight for each in self._nodes.values()), default=1.0)
        return {each.name: self.points_each * (each.weight / unit) for each in self._nodes.values()}

    def _positions_of(self, node: Node, points: float) -> list[int]:
        """The positions of a node's points."""
        count = max(1, round(points))
        labels = [node.identity, *(f"{node.identity}#{number}" for number in range(1, count))]
        return [int((signed_hash(octets_of(label)) >> 32) & 0xFFFFFFFF) for label in labels]

    def _lay_out(self) -> None:
        counts = self._counts()
        if sum(counts.values()) > MAX_POINTS:
            heaviest = max(counts, key=counts.__getitem__)
            raise PlacementError(
                f"a ring has at most {MAX_POINTS} points, and {heaviest} alone would have {counts[heaviest]:.0f} "
                f"of {sum(counts.values()):.0f}: take fewer points, weights that are closer to each other, or "
                f"rendezvous hashing"
            )
        self._names = list(self._nodes)
        placed: list[tuple[int, str, int]] = []
        for owner, node in enumerate(self._nodes.values()):
            for position in self._positions_of(node, counts[node.name]):
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
