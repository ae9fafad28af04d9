"""Graphs to test with: random ones, published ones, and what SciPy says of them."""

from __future__ import annotations

import pathlib
from typing import Any

import networkx as nx
import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csgraph

from catenet.network.routing.graph import UNREACHED, Graph

NODES = 8
TOPOLOGIES = ("Abilene", "AttMpls", "Cogentco", "Geant2012", "Nsfnet", "Sinet")

Line = tuple[int, int, int]


def lines(least: int = 1, most: int = 4, size: int = 30) -> st.SearchStrategy[list[Line]]:
    """Edges of small cost, so that ties are many: tail, head, cost."""
    ends = st.integers(0, NODES - 1)
    line = st.tuples(ends, ends, st.integers(least, most)).filter(lambda line: line[0] != line[1])
    return st.lists(line, max_size=size)


def graph_of(edges: list[Line], nodes: int = NODES) -> Graph:
    graph = Graph(nodes)
    for tail, head, cost in edges:
        graph.add_edge(tail, head, cost)
    return graph


def published_graph(folder: pathlib.Path, name: str, costs: tuple[int, ...] = (1, 2, 3)) -> Graph:
    """A published topology with small costs, the same in both directions."""
    picture = nx.read_graphml(folder / "topologies" / f"{name}.graphml")
    numbers = {node: number for number, node in enumerate(picture.nodes)}
    graph = Graph(len(numbers))
    for place, (a, b, *_) in enumerate(picture.edges):
        if a != b:
            cost = costs[place % len(costs)]
            graph.add_edge(numbers[a], numbers[b], cost)
            graph.add_edge(numbers[b], numbers[a], cost)
    return graph


def cheapest(graph: Graph) -> dict[tuple[int, int], int]:
    """The least cost from node to node, over one edge."""
    least: dict[tuple[int, int], int] = {}
    for edge in graph.edges():
        pair = graph.tails[edge], graph.heads[edge]
        least[pair] = min(graph.costs[edge], least.get(pair, graph.costs[edge]))
    return least


def scipy_distances(graph: Graph, method: str = "D") -> list[list[int]]:
    """All distances, by ``scipy.sparse.csgraph.shortest_path``.

    A dense matrix with NaN for no edge: that is how SciPy knows an edge that costs 0 from one that is not there.
    """
    dense = np.full((len(graph), len(graph)), np.nan)
    for (tail, head), cost in cheapest(graph).items():
        dense[tail, head] = cost
    matrix: Any = csgraph.csgraph_from_dense(dense, null_value=np.nan)
    found = csgraph.shortest_path(matrix, method=method)
    return [[UNREACHED if np.isinf(distance) else int(distance) for distance in row] for row in found]


def tight_parents(graph: Graph, source: int, distances: list[int]) -> list[list[int]]:
    """The last edges of all shortest paths to each node, worked out from distances that are known to be right."""
    parents: list[list[int]] = [[] for _ in distances]
    for edge in graph.edges():
        tail, head = graph.tails[edge], graph.heads[edge]
        reached = distances[tail] != UNREACHED and head != source
        if reached and distances[tail] + graph.costs[edge] == distances[head]:
            parents[head].append(edge)
    return parents


def multigraph(graph: Graph) -> nx.MultiDiGraph[int]:
    """The same for networkx; the keys are the edges' numbers."""
    oracle: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    oracle.add_nodes_from(range(len(graph)))
    for edge in graph.edges():
        oracle.add_edge(graph.tails[edge], graph.heads[edge], key=edge, weight=graph.costs[edge])
    return oracle
