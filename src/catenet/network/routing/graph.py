"""The picture of a network that shortest paths are computed on: directed edges with costs, kept by number.

Nodes and edges are numbers, counted from 0.  An edge keeps its number for good: one that is removed can be put back,
so a link that goes down and comes up is the same edge.  Two edges may lead from one node to another (parallel links),
and count as two ways.
"""

from __future__ import annotations

from bisect import insort
from typing import Final

from mypy_extensions import mypyc_attr

UNREACHED: Final = -(1 << 59)
"""The distance of a node that no path leads to.  Not -1: with edges of negative cost, that is a distance too."""


class Graph:
    """A directed graph.  Read its lists freely; change it through its methods alone.

    ``tails[edge]``, ``heads[edge]`` and ``costs[edge]`` describe an edge; ``out[node]`` and ``into[node]`` hold the
    edges that leave a node and lead to it, in order.  Costs are integers of any sign; who needs them to be 0 or
    more says so.
    """

    def __init__(self, nodes: int = 0) -> None:
        self.tails: Final[list[int]] = []
        self.heads: Final[list[int]] = []
        self.costs: Final[list[int]] = []
        self.out: Final[list[list[int]]] = [[] for _ in range(nodes)]
        self.into: Final[list[list[int]]] = [[] for _ in range(nodes)]
        self._present: Final[list[bool]] = []

    def __len__(self) -> int:
        """How many nodes there are."""
        return len(self.out)

    def add_node(self) -> int:
        """A new node, as yet without edges; its number."""
        self.out.append([])
        self.into.append([])
        return len(self.out) - 1

    def add_edge(self, tail: int, head: int, cost: int) -> int:
        """A new edge from ``tail`` to ``head``; its number.  O(1).

        Raises ValueError for a node that is not there, and for an edge from a node to itself.
        """
        size = len(self.out)
        if not (0 <= tail < size and 0 <= head < size):
            raise ValueError(f"an edge leads from {tail} to {head}, and the nodes are 0 to {size - 1}")
        if tail == head:
            raise ValueError(f"an edge leads from {tail} to itself; leave it out")
        edge = len(self.tails)
        self.tails.append(tail)
        self.heads.append(head)
        self.costs.append(cost)
        self._present.append(True)
        self.out[tail].append(edge)
        self.into[head].append(edge)
        return edge

    def has_edge(self, edge: int) -> bool:
        """Whether the edge of that number is there now."""
        return self._present[edge]

    def set_cost(self, edge: int, cost: int) -> None:
        """Change what an edge costs, also one that is not there now."""
        self.costs[edge] = cost

    def remove_edge(self, edge: int) -> None:
        """Take an edge out; its number stays its own.  O(degree).  Raises ValueError if it is not there."""
        if not self._present[edge]:
            raise ValueError(f"the edge {edge} is not there, and cannot be removed")
        self._present[edge] = False
        self.out[self.tails[edge]].remove(edge)
        self.into[self.heads[edge]].remove(edge)

    def restore_edge(self, edge: int) -> None:
        """Put back an edge that was removed, at its old place.  O(degree).  Raises ValueError if it is there."""
        if self._present[edge]:
            raise ValueError(f"the edge {edge} is there already")
        self._present[edge] = True
        insort(self.out[self.tails[edge]], edge)
        insort(self.into[self.heads[edge]], edge)

    def check_node(self, node: int) -> None:
        """Raise ValueError, which says what the nodes are, for one that is not there."""
        if not 0 <= node < len(self.out):
            raise ValueError(f"there is no node {node}; the nodes are 0 to {len(self.out) - 1}")

    def edges(self) -> list[int]:
        """The edges that are there, in order of their numbers."""
        return [edge for edge in range(len(self.tails)) if self._present[edge]]


@mypyc_attr(native_class=False)
class NegativeCycle(ValueError):
    """Edges lead round in a circle and cost less than nothing, so that no path is shortest.

    ``edges`` is such a circle, in walking order.
    """

    def __init__(self, edges: list[int], cost: int) -> None:
        super().__init__(f"the edges {', '.join(map(str, edges))} form a cycle that costs {cost}")
        self.edges = edges
        self.cost = cost
