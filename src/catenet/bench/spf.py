"""The cost of shortest paths: a full SPF calculation, its first hops, and an incremental update after a change.

The network is a random tree with additional random links, at random costs from 1 to 100, so ties are few and there are
no hubs.  Each link is two edges.
"""

from __future__ import annotations

import random
import time
from typing import Final

from catenet.bench.baseline import us_per_heapq_push_pop
from catenet.network.routing import dijkstra
from catenet.network.routing.graph import Graph
from catenet.network.routing.incremental_spf import IncrementalSpf

MAX_SOURCES: Final = 50
MAX_COST: Final = 100


def spf(nodes: int = 1000, links: int = 2000, *, changes: int = 200, seed: int = 1) -> dict[str, object]:
    """Measure on one network.


    ``us_per_spf`` and ``us_per_first_hops`` are the minimum over up to 50 sources; ``us_per_change`` is the mean over
    ``changes`` cuts and as many repairs of a random link, ``us_per_dearest_change`` their maximum.  ``ratio`` divides
    ``us_per_spf`` by the time of a push and pop of ``heapq`` in the same run.  There are at least ``nodes`` - 1 links.
    """
    graph = random_network(nodes, max(links, nodes - 1), random.Random(seed))
    spf_s, hops_s = _full(graph)
    followed_s = _follow(graph, changes, random.Random(seed))
    us_per_heapq = us_per_heapq_push_pop()
    return {
        "bench": "spf",
        "build": "interpreted" if dijkstra.__file__.endswith(".py") else "compiled",
        "nodes": nodes,
        "links": len(graph.tails) // 2,
        "changes": len(followed_s),
        "us_per_spf": spf_s * 1e6,
        "us_per_first_hops": hops_s * 1e6,
        "us_per_change": sum(followed_s) / len(followed_s) * 1e6,
        "us_per_dearest_change": max(followed_s) * 1e6,
        "us_per_heapq_push_pop": us_per_heapq,
        "ratio": spf_s * 1e6 / us_per_heapq,
    }


def random_network(nodes: int, links: int, drawn: random.Random) -> Graph:
    """A connected network; link ``n`` consists of the edges ``2 n`` and ``2 n + 1``."""
    graph = Graph(nodes)
    for link in range(links):
        tail, head = (link + 1, drawn.randrange(link + 1)) if link < nodes - 1 else drawn.sample(range(nodes), 2)
        cost = drawn.randint(1, MAX_COST)
        graph.add_edge(tail, head, cost)
        graph.add_edge(head, tail, cost)
    return graph


def _full(graph: Graph) -> tuple[float, float]:
    spf_s = hops_s = float("inf")
    for source in range(min(MAX_SOURCES, len(graph))):
        start = time.perf_counter()
        paths = dijkstra.shortest_paths(graph, source)
        found = time.perf_counter()
        paths.first_hops()
        spf_s, hops_s = min(spf_s, found - start), min(hops_s, time.perf_counter() - found)
    return spf_s, hops_s


def _follow(graph: Graph, changes: int, drawn: random.Random) -> list[float]:
    follower = IncrementalSpf(graph, 0)
    taken_s = []
    for _ in range(changes):
        edge = 2 * drawn.randrange(len(graph.tails) // 2)
        both = [edge, edge + 1]
        for change in (graph.remove_edge, graph.restore_edge):
            for each in both:
                change(each)
            start = time.perf_counter()
            follower.follow(both)
            taken_s.append(time.perf_counter() - start)
    return taken_s
