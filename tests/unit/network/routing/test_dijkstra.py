"""All shortest paths from one node, against SciPy's distances and networkx's paths."""

from __future__ import annotations

import pathlib

import networkx as nx
import pytest
from hypothesis import given

from catenet.network.routing.dijkstra import distances_to, shortest_paths
from catenet.network.routing.graph import UNREACHED, Graph
from catenet.network.routing.shortest import ShortestPaths
from tests.unit.network.routing.known_graphs import (
    TOPOLOGIES,
    Line,
    graph_of,
    lines,
    multigraph,
    published_graph,
    scipy_distances,
    tight_parents,
)


def all_paths_by_networkx(graph: Graph, source: int, target: int, distance: int) -> set[tuple[int, ...]]:
    """The edges of every path without loops that is as short as can be."""
    if source == target:
        return {()}
    walks = nx.all_simple_edge_paths(multigraph(graph), source, target)
    paths = [tuple(edge for _, _, edge in walk) for walk in walks]
    return {path for path in paths if sum(graph.costs[edge] for edge in path) == distance}


@pytest.mark.slow
@given(lines(least=0))
def test_distances_and_parents_agree_with_scipy_even_where_edges_cost_nothing(edges: list[Line]) -> None:
    graph = graph_of(edges)
    for source, expected in enumerate(scipy_distances(graph)):
        found = shortest_paths(graph, source)
        assert found.distances == expected
        assert found.parents == tight_parents(graph, source, expected)


@pytest.mark.slow
@pytest.mark.parametrize("name", TOPOLOGIES)
def test_published_topologies_agree_with_scipy(name: str, published: pathlib.Path) -> None:
    graph = published_graph(published, name)
    for source, expected in enumerate(scipy_distances(graph)):
        found = shortest_paths(graph, source)
        assert found.distances == expected
        assert found.parents == tight_parents(graph, source, expected)


@pytest.mark.slow
@given(lines(size=16))
def test_paths_counts_and_first_hops_are_those_of_every_shortest_path(edges: list[Line]) -> None:
    graph = graph_of(edges)
    found = shortest_paths(graph, 0)
    counts, hops = found.path_counts(), found.first_hops()
    for node, distance in enumerate(found.distances):
        expected = set() if distance == UNREACHED else all_paths_by_networkx(graph, 0, node, distance)
        paths = found.paths(node, 1000)
        assert {tuple(path) for path in paths} == expected
        assert counts[node] == len(paths) == len(expected)
        assert hops[node] == sorted({path[0] for path in expected if path})


@pytest.mark.slow
@given(lines(least=0))
def test_distances_to_a_node_are_those_from_it_the_other_way_round(edges: list[Line]) -> None:
    graph = graph_of(edges)
    table = scipy_distances(graph)
    for target in range(len(graph)):
        assert distances_to(graph, target) == [row[target] for row in table]


@pytest.mark.slow
@given(lines(size=60))
def test_distances_that_avoid_a_node_are_those_of_the_network_without_it(edges: list[Line]) -> None:
    without = graph_of([line for line in edges if 3 not in line[:2]])
    found, expected = distances_to(graph_of(edges), 0, avoided=3), distances_to(without, 0)
    assert found == expected
    assert set(distances_to(graph_of(edges), 3, avoided=3)) == {UNREACHED}


def test_two_edges_of_equal_cost_to_one_node_are_two_ways() -> None:
    found = shortest_paths(graph_of([(0, 1, 3), (0, 1, 3), (0, 1, 4)], 2), 0)
    assert (found.distances, found.parents, found.first_hops()) == ([0, 3], [[], [0, 1]], [[], [0, 1]])


def test_a_network_costs_nothing_to_leave() -> None:
    """Two routers on a transit network and a line between them that costs as much: RFC 2328 16.1's picture."""
    graph = graph_of([(0, 2, 10), (2, 0, 0), (1, 2, 10), (2, 1, 0), (0, 1, 10), (1, 0, 10)], 3)
    found = shortest_paths(graph, 0)
    assert (found.distances, found.first_hops()[1], found.path_counts()[1]) == ([0, 10, 10], [0, 4], 2)
    assert found.paths(1, 10) == [[0, 3], [4]]
    assert found.paths(1, 1) == [[0, 3]]


def test_an_edge_below_0_is_refused() -> None:
    with pytest.raises(ValueError, match="the edge 0 from 0 to 1 costs -1; it must cost 0 or more"):
        shortest_paths(graph_of([(0, 1, -1)]), 0)


def test_a_circle_that_costs_nothing_has_distances_and_no_order() -> None:
    found: ShortestPaths = shortest_paths(graph_of([(0, 1, 1), (1, 2, 0), (2, 1, 0)], 3), 0)
    assert found.distances == [0, 1, 1]
    with pytest.raises(ValueError, match="a cycle of edges that cost 0"):
        found.first_hops()


def test_distances_beyond_64_bits_are_exact() -> None:
    assert shortest_paths(graph_of([(0, 1, 1 << 62), (1, 2, (1 << 62) + 1)], 3), 0).distances[2] == (1 << 63) + 1
