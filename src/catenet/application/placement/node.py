"""What keys are placed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mypy_extensions import mypyc_attr


@mypyc_attr(native_class=False)
class PlacementError(ValueError):
    """Something that a placement cannot do: says what, and what would be right."""


class Node(NamedTuple):
    """A place for keys.

    A node of ``weight`` 2 gets twice as many keys as one of 1.  ``zone`` is what fails together (a rack, a city):
    replicas avoid each other's.  With an ``address``, a ring places the node by that instead of its name, so that
    renaming a host moves nothing.
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


def read_nodes(nodes: Nodes) -> dict[str, Node]:
    """Nodes by name, in their order.  Raises PlacementError if a name comes twice, or a weight is not positive."""
    found: dict[str, Node] = {}
    if isinstance(nodes, Mapping):
        listed: list[Node] = [Node(name, weight) for name, weight in nodes.items()]
    else:
        listed = [each if isinstance(each, Node) else Node(each) for each in nodes]
    for node in listed:
        check_node(node, found)
    return found


def check_node(node: Node, among: dict[str, Node]) -> None:
    """Add a node to others, or raise PlacementError."""
    if not node.name:
        raise PlacementError("a node needs a name")
    if node.name in among:
        raise PlacementError(f"there is a node {node.name!r} already")
    if not 0.0 < node.weight < float("inf"):
        raise PlacementError(f"the weight of {node.name} must be positive, not {node.weight}")
    among[node.name] = node
