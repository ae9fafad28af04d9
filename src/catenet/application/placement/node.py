"""Nodes, on which keys are placed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from mypy_extensions import mypyc_attr


@mypyc_attr(native_class=False)
class PlacementError(ValueError):
    """An invalid node, key or parameter of a placement."""


class Node(NamedTuple):
    """A node.

    A node of ``weight`` 2 gets twice as many keys as one of weight 1; only ratios count.  ``zone`` is a failure domain
    (a rack, a city): the replicas of a key are in different zones.  A node with an ``address`` is hashed by it instead
    of its name, so renaming a host moves no keys; addresses must be unique.
    """

    name: str
    weight: float = 1.0
    zone: str = ""
    address: str = ""

    @property
    def identity(self) -> str:
        """The hashed text: the address if there is one, else the name."""
        return self.address or self.name


Nodes = Mapping[str, float] | Iterable[str] | Iterable[Node]
"""Names, names with weights, or nodes."""


MIN_WEIGHT: Final = 1e-100
MAX_WEIGHT: Final = 1e100
"""With these limits, sums and quotients of weights fit into a float."""


class NodeTable:
    """Nodes by name, in their order.  Names and identities are unique."""

    def __init__(self, nodes: Nodes = ()) -> None:
        self.by_name: Final[dict[str, Node]] = {}
        self._owners: Final[dict[str, str]] = {}
        if isinstance(nodes, Mapping):
            listed: list[Node] = [Node(name, weight) for name, weight in nodes.items()]
        else:
            listed = [each if isinstance(each, Node) else Node(each) for each in nodes]
        for node in listed:
            self.add(node)

    def add(self, node: Node) -> None:
        """Add a node.  Raises PlacementError, without any change, if it is invalid or exists."""
        if not node.name:
            raise PlacementError("a node must have a name that is not empty")
        if node.name in self.by_name:
            raise PlacementError(f"the node {node.name!r} exists already")
        owner = self._owners.get(node.identity)
        if owner is not None:
            raise PlacementError(
                f"{node.name} and {owner} are both placed by {node.identity!r}, and would have the same points; "
                f"give each its own address"
            )
        if not MIN_WEIGHT <= node.weight <= MAX_WEIGHT:
            raise PlacementError(
                f"the weight of {node.name} must be positive, from {MIN_WEIGHT:g} to {MAX_WEIGHT:g}, not {node.weight}"
            )
        self.by_name[node.name] = node
        self._owners[node.identity] = node.name

    def remove(self, name: str) -> None:
        """Remove a node.  Raises PlacementError if there is no such node."""
        if name not in self.by_name:
            raise PlacementError(f"there is no node {name!r}")
        del self._owners[self.by_name.pop(name).identity]

    def remove_by_swap(self, name: str) -> None:
        """Remove a node; the last one takes its place in the order.  Raises PlacementError if there is no such node."""
        gone = list(self.by_name).index(name) if name in self.by_name else 0
        self.remove(name)
        nodes = list(self.by_name.values())
        if gone < len(nodes):
            nodes.insert(gone, nodes.pop())
            self.by_name.clear()
            self.by_name.update({each.name: each for each in nodes})
