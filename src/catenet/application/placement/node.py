"""What keys are placed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from mypy_extensions import mypyc_attr


@mypyc_attr(native_class=False)
class PlacementError(ValueError):
    """Something that a placement cannot do: says what, and what would be right."""


class Node(NamedTuple):
    """A place for keys.

    A node of ``weight`` 2 gets twice as many keys as one of 1; only the weights' ratios count.  ``zone`` is what fails
    together (a rack, a city): replicas avoid each other's.  With an ``address``, a ring places the node by that instead
    of its name, so that renaming a host moves nothing; no two nodes may have the same.
    """

    name: str
    weight: float = 1.0
    zone: str = ""
    address: str = ""

    @property
    def identity(self) -> str:
        """What is hashed: the address if there is one, else the name."""
        return self.address or self.name


Nodes = Mapping[str, float] | Iterable[str] | Iterable[Node]
"""Names, names with weights, or whole nodes."""


LEAST_WEIGHT: Final = 1e-100
MOST_WEIGHT: Final = 1e100
"""Sums and quotients of weights stay within what a float can hold."""


class NodeTable:
    """Nodes by name, in their order.  No two have a name in common, nor what is hashed."""

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
        """Add a node.  Raises PlacementError, and keeps nothing, if it is there or cannot be."""
        if not node.name:
            raise PlacementError("a node needs a name")
        if node.name in self.by_name:
            raise PlacementError(f"there is a node {node.name!r} already")
        owner = self._owners.get(node.identity)
        if owner is not None:
            raise PlacementError(
                f"{node.name} and {owner} are both placed by {node.identity!r}, and would have the same points; "
                f"give each its own address"
            )
        if not LEAST_WEIGHT <= node.weight <= MOST_WEIGHT:
            raise PlacementError(
                f"the weight of {node.name} must be positive, from {LEAST_WEIGHT:g} to {MOST_WEIGHT:g}, "
                f"not {node.weight}"
            )
        self.by_name[node.name] = node
        self._owners[node.identity] = node.name

    def remove(self, name: str) -> None:
        """Remove a node.  Raises PlacementError if it is not there."""
        if name not in self.by_name:
            raise PlacementError(f"there is no node {name!r}")
        del self._owners[self.by_name.pop(name).identity]

    def remove_by_swap(self, name: str) -> None:
        """Remove a node and let the last one take its place in the order.  Raises PlacementError."""
        gone = list(self.by_name).index(name) if name in self.by_name else 0
        self.remove(name)
        nodes = list(self.by_name.values())
        if gone < len(nodes):
            nodes.insert(gone, nodes.pop())
            self.by_name.clear()
            self.by_name.update({each.name: each for each in nodes})
