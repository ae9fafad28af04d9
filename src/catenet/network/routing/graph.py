"""The graph for shortest paths: numbered directed edges with costs.

Nodes and edges are numbers, counted from 0.  An edge keeps its number permanently: a removed one can be restored, so a
link that goes down and comes up is the same edge.  Parallel edges are permitted, and count as two paths.
"""

from __future__ import annotations

from bisect import insort
from typing import Final

from mypy_extensions import mypyc_attr

UNREACHED: Final = -(1 << 59)
"""The distance of an unreachable node.  Not -1, which negative costs make a valid distance."""


class Graph:
    """A directed graph.  Read its lists freely; change it by its methods only.

    ``tails[edge]``, ``heads[edge]`` and ``costs[edge]`` describe an edge; ``out[node]`` and ``into[node]`` hold the
    edges that leave a node and lead to it, in order.  Costs are integers of any sign; algorithms that require
    non-negative ones say so.
    """

    def __init__(self, nodes: int = 0) -> None:
        self.tails: Final[list[int]] = []
        self.heads: Final[list[int]] = []
        self.costs: Final[list[int]] = []
        self.out: Final[list[list[int]]] = [[] for _ in range(nodes)]
        self.into: Final[list[list[int]]] = [[] for _ in range(nodes)]
        self._present: Final[list[bool]] = []

    def __len__(self) -> int:
        """The number of nodes."""
        return len(self.out)

    def add_node(self) -> int:
        """Add a node; returns its number."""
        self.out.append([])
        self.into.append([])
        return len(self.out) - 1

    def add_edge(self, tail: int, head: int, cost: int) -> int:
        """Add an edge from ``tail`` to ``head``; returns its number.  O(1).

        Raises ValueError for an unknown node, and for an edge from a node to itself.
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
        """Whether the edge exists now."""
        return self._present[edge]

    def set_cost(self, edge: int, cost: int) -> None:
        """Change the cost of an edge, also of a removed one."""
        self.costs[edge] = cost

    def remove_edge(self, edge: int) -> None:
        """Remove an edge; its number stays reserved.  O(degree).  Raises ValueError if it is removed already."""
        if not self._present[edge]:
            raise ValueError(f"the edge {edge} is not there, and cannot be removed")
        self._present[edge] = False
        self.out[self.tails[edge]].remove(edge)
        self.into[self.heads[edge]].remove(edge)

    def restore_edge(self, edge: int) -> None:
        """Restore a removed edge at its old position.  O(degree).  Raises ValueError if it exists."""
        if self._present[edge]:
            raise ValueError(f"the edge {edge} is there already")
        self._present[edge] = True
        insort(self.out[self.tails[edge]], edge)
        insort(self.into[self.heads[edge]], edge)

    def check_node(self, node: int) -> None:
        """Raise ValueError, which names the valid range, for an unknown node."""
        if not 0 <= node < len(self.out):
            raise ValueError(f"there is no node {node}; the nodes are 0 to {len(self.out) - 1}")

    def edges(self) -> list[int]:
        """The existing edges, in order of their numbers."""
        return [edge for edge in range(len(self.tails)) if self._present[edge]]


@mypyc_attr(native_class=False)
class NegativeCycle(ValueError):
    """A cycle has a negative cost, so there is no shortest path.

    ``edges`` is such a cycle, in order.
    """

    def __init__(self, edges: list[int], cost: int) -> None:
        super().__init__(f"the edges {', '.join(map(str, edges))} form a cycle that costs {cost}")
        self.edges = edges
        self.cost = cost
