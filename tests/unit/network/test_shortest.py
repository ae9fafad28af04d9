"""Shortest paths, against networkx."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.routing.shortest import UNREACHED, Graph, first_hops

edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 4)), max_size=30)


def graph_of(lines: list[tuple[int, int, int]]) -> Graph:
    graph: Graph = [[] for _ in range(8)]
    for a, b, cost in lines:
        if a != b:
            graph[a].append((b, cost))
    return graph


@given(edges)
def test_distances_and_first_hops_agree_with_networkx(lines: list[tuple[int, int, int]]) -> None:
    graph = graph_of(lines)
    oracle: nx.DiGraph[int] = nx.DiGraph()
    oracle.add_nodes_from(range(8))
    for node, out in enumerate(graph):
        for to, cost in out:
            if not oracle.has_edge(node, to) or oracle[node][to]["weight"] > cost:
                oracle.add_edge(node, to, weight=cost)
    distances, hops = first_hops(graph, 0)
    expected = nx.single_source_dijkstra_path_length(oracle, 0)
    assert distances == [expected.get(node, UNREACHED) for node in range(8)]
    for node in range(1, 8):
        firsts = {graph[0][place][0] for place in hops[node]}
        if node not in expected:
            assert firsts == set()
            continue
        paths = nx.all_shortest_paths(oracle, 0, node, weight="weight")
        assert firsts == {path[1] for path in paths}


def test_two_edges_of_equal_cost_to_one_node_are_two_ways() -> None:
    assert first_hops([[(1, 3), (1, 3), (1, 4)], []], 0) == ([0, 3], [[], [0, 1]])


def test_an_edge_that_costs_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="must cost at least 1"):
        first_hops([[(1, 0)], []], 0)
