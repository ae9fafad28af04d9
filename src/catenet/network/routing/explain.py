"""The reasons for a path: the candidate edges at each node on the shortest paths, and their costs.

At each node that a packet may traverse, every outgoing edge is weighed: the cost of the edge, plus the distance from
its head to the target on paths that do not return to the node.  The smallest sum is chosen; equal smallest sums are a
tie, and share the traffic.  The excess over the smallest sum is the extra cost of an alternative.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.dijkstra import distances_to, shortest_paths
from catenet.network.routing.graph import UNREACHED, Graph
from catenet.network.routing.shortest import ShortestPaths


class CandidateEdge:
    """An outgoing edge of a node, with its cost.

    ``total`` is the cost of the cheapest path to the target that begins with this edge and does not return to the node;
    :data:`~catenet.network.routing.graph.UNREACHED` if there is none.  ``extra`` is its excess over the best, 0 for a
    chosen edge, UNREACHED like ``total``.  ``loop_free``: whether the neighbour is a loop-free alternate, whose own
    shortest paths all avoid this node (RFC 5286 3.1, inequality 1).
    """

    def __init__(self, edge: int, head: int, cost: int, total: int, extra: int, loop_free: bool) -> None:
        self.edge: Final = edge
        self.head: Final = head
        self.cost: Final = cost
        self.total: Final = total
        self.extra: Final = extra
        self.loop_free: Final = loop_free

    @property
    def taken(self) -> bool:
        """Whether packets use this edge."""
        return self.extra == 0


class Step:
    """A node that packets may traverse: its distances from the source and to the target, and its edges, best first."""

    def __init__(self, node: int, distance: int, left: int, candidates: list[CandidateEdge]) -> None:
        self.node: Final = node
        self.distance: Final = distance
        self.left: Final = left
        self.candidates: Final = candidates


class Explanation:
    """The reasons for the path of packets from ``source`` to ``target``.

    ``cost`` is the distance, UNREACHED if there is no path; then there are no steps.  ``steps`` are the nodes on
    shortest paths, in topological order.  ``path_count`` is the number of shortest paths; ``paths`` are all shortest
    paths from the source, the tree that its router computed.
    """

    def __init__(self, target: int, paths: ShortestPaths, steps: list[Step], path_count: int) -> None:
        self.source: Final = paths.source
        self.target: Final = target
        self.cost: Final = paths.distances[target]
        self.paths: Final = paths
        self.steps: Final = steps
        self.path_count: Final = path_count


def explain(graph: Graph, source: int, target: int) -> Explanation:
    """Explain the paths from ``source`` to ``target``.  O(S (V + E) log V) with S nodes on shortest paths.

    Raises ValueError for edges that cost less than 0, and for cycles that cost 0.
    """
    paths = shortest_paths(graph, source)
    left = distances_to(graph, target)
    cost = paths.distances[target]
    steps = [
        Step(node, paths.distances[node], left[node], weigh(graph, node, target, left))
        for node in paths.order()
        if left[node] != UNREACHED and paths.distances[node] + left[node] == cost
    ]
    return Explanation(target, paths, steps, paths.path_counts()[target])


def weigh(graph: Graph, node: int, target: int, left: list[int]) -> list[CandidateEdge]:
    """The candidate edges out of one node, best first; none out of the target.

    ``left`` are the distances of all nodes to the target.  No edge may have a negative cost.
    """
    if node == target:
        return []
    onward, back = distances_to(graph, target, node), distances_to(graph, node)
    weighed: list[tuple[int, int, CandidateEdge]] = []
    for edge in graph.out[node]:
        head, cost = graph.heads[edge], graph.costs[edge]
        total = extra = UNREACHED
        loop_free = False
        if onward[head] != UNREACHED:
            total = cost + onward[head]
            extra = total - left[node]
            loop_free = back[head] == UNREACHED or left[head] < back[head] + left[node]
        weighed.append((int(total == UNREACHED), total, CandidateEdge(edge, head, cost, total, extra, loop_free)))
    weighed.sort(key=_rank)
    return [way for _, _, way in weighed]


def _rank(weighed: tuple[int, int, CandidateEdge]) -> tuple[int, int, int]:
    return weighed[0], weighed[1], weighed[2].edge
