"""The interface of all placements: the node of a key, and the nodes of its replicas."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.application.placement.hashing import octets_of, signed_hash
from catenet.application.placement.node import Node, Nodes, NodeTable, PlacementError
from catenet.application.placement.score import draw, weighed


@mypyc_attr(allow_interpreted_subclasses=True)
class Placement:
    """Places keys on nodes.  The same nodes give the same placement in any process.

    Jump hash and AnchorHash also depend on the order of the nodes (AnchorHash: of all joins and leaves).  Subclasses
    override ``_bucket``, which maps a key's hash to a node, and ``_lay_out``, which is called when nodes have changed.
    Look-ups raise PlacementError if there are no nodes.
    """

    def __init__(self, nodes: Nodes = ()) -> None:
        self._table_of_nodes: Final[NodeTable] = NodeTable(nodes)
        self._nodes: Final[dict[str, Node]] = self._table_of_nodes.by_name
        self._names: list[str] = []
        self._lay_out()

    @property
    def nodes(self) -> list[Node]:
        """The nodes, in the order in which they were added."""
        return list(self._nodes.values())

    def add(self, node: str | Node, weight: float = 1.0, zone: str = "", address: str = "") -> None:
        """Add a node; keys move only to it.

        Raises PlacementError, without any change, if the node exists or is invalid for this placement.
        """
        whole = node if isinstance(node, Node) else Node(node, weight, zone, address)
        self._table_of_nodes.add(whole)
        try:
            self._lay_out()
        except PlacementError:
            self._table_of_nodes.remove(whole.name)
            self._lay_out()
            raise

    def remove(self, name: str) -> None:
        """Remove a node; only its keys move.  Raises PlacementError if there is no such node."""
        self._table_of_nodes.remove(name)
        self._lay_out()

    def place(self, key: str | bytes) -> str:
        """The node of a key."""
        if not self._names:
            raise PlacementError("there is no node to place a key on")
        return self._names[self._bucket(self._hash(octets_of(key)))]

    def replicas(self, key: str | bytes, count: int, *, zones: bool = True) -> list[str]:
        """The nodes of a key's replicas; the first is that of :meth:`place`.

        With ``zones``, replicas are spread over as many zones as possible; a node without a zone is a zone of its own.
        The result has fewer than ``count`` nodes if there are fewer.
        """
        if not zones:
            return self.preference(key, count)
        order = self.preference(key)
        chosen: list[str] = []
        seen: set[str] = set()
        for name in order:
            zone = self._nodes[name].zone
            if zone not in seen:
                chosen.append(name)
                if zone:
                    seen.add(zone)
        rest = [name for name in order if name not in chosen]
        return (chosen + rest)[:count]

    def preference(self, key: str | bytes, most: int = 0) -> list[str]:
        """All nodes (or the first ``most``), in the order in which they take over a key as earlier ones are removed.

        If a placement defines only the first node, the others are in the order of their weighted draws.
        """
        first = self.place(key)
        if most == 1:
            return [first]
        others = self._by_draw(self._hash(octets_of(key)))
        order = [first, *(name for name in others if name != first)]
        return order[:most] if most else order

    def _by_draw(self, key_hash: i64) -> list[str]:
        drawn: list[tuple[float, str]] = []
        for name, node in self._nodes.items():
            drawn.append((-weighed(draw(key_hash, signed_hash(octets_of(node.identity))), node.weight), name))
        drawn.sort()
        return [name for _, name in drawn]

    def _unweighted(self, what: str) -> None:
        for node in self._nodes.values():
            if node.weight != 1.0:
                raise PlacementError(f"{what} has no weights: {node.name} must have weight 1, not {node.weight}")

    def _hash(self, octets: bytes) -> i64:
        return signed_hash(octets)

    def _bucket(self, key_hash: i64) -> i64:
        """The index in ``_names`` of a key's node."""
        return 0

    def _lay_out(self) -> None:
        """Compute the data of look-ups from the current nodes."""
        self._names = list(self._nodes)
