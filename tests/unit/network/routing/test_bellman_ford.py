"""Shortest paths with edges below 0, and the cycles that have none."""

from __future__ import annotations

import pytest
from hypothesis import given
from scipy.sparse.csgraph import NegativeCycleError

from catenet.network.routing import bellman_ford, dijkstra
from catenet.network.routing.graph import Graph, NegativeCycle
from tests.unit.network.routing.known_graphs import Line, graph_of, lines, scipy_distances, tight_parents


def check_cycle(graph: Graph, cycle: list[int]) -> None:
    assert [graph.heads[edge] for edge in cycle] == [graph.tails[edge] for edge in cycle[1:] + cycle[:1]]
    assert sum(graph.costs[edge] for edge in cycle) < 0
    assert len({graph.tails[edge] for edge in cycle}) == len(cycle)


@pytest.mark.slow
@given(lines(least=-1, most=5, size=14))
def test_it_agrees_with_scipy_and_tells_negative_cycles(edges: list[Line]) -> None:
    graph = graph_of(edges)
    try:
        table = scipy_distances(graph, method="BF")
    except NegativeCycleError:
        check_cycle(graph, bellman_ford.negative_cycle(graph))
        return
    assert bellman_ford.negative_cycle(graph) == []
    for source, expected in enumerate(table):
        found = bellman_ford.shortest_paths(graph, source)
        assert found.distances == expected
        assert found.parents == tight_parents(graph, source, expected)


@pytest.mark.slow
@given(lines(least=0))
def test_it_agrees_with_dijkstra(edges: list[Line]) -> None:
    graph = graph_of(edges)
    ours, other = bellman_ford.shortest_paths(graph, 0), dijkstra.shortest_paths(graph, 0)
    assert (ours.distances, ours.parents) == (other.distances, other.parents)


def test_a_negative_cycle_is_told_edge_by_edge() -> None:
    graph = graph_of([(0, 1, 1), (1, 2, 2), (2, 3, -4), (3, 1, 1), (3, 4, 1)])
    with pytest.raises(NegativeCycle, match="form a cycle that costs -1") as caught:
        bellman_ford.shortest_paths(graph, 0)
    assert (sorted(caught.value.edges), caught.value.cost) == ([1, 2, 3], -1)
    check_cycle(graph, caught.value.edges)


def test_a_negative_cycle_out_of_reach_does_not_matter() -> None:
    graph = graph_of([(0, 1, -3), (2, 3, 1), (3, 2, -2)])
    assert bellman_ford.shortest_paths(graph, 0).distances[1] == -3
    assert sorted(bellman_ford.negative_cycle(graph)) == [1, 2]
