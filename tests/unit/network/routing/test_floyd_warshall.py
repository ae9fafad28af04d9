"""All pairs, against SciPy, and the paths against their distances."""

from __future__ import annotations

import pathlib

import pytest
from hypothesis import given
from scipy.sparse.csgraph import NegativeCycleError

from catenet.network.routing.floyd_warshall import all_pairs
from catenet.network.routing.graph import UNREACHED, Graph, NegativeCycle
from tests.unit.network.routing.known_graphs import Line, graph_of, lines, published_graph, scipy_distances


def check(graph: Graph, table: list[list[int]]) -> None:
    """Distances are as told, and each path leads from its start to its end and costs its distance."""
    found = all_pairs(graph)
    assert found.distances == table
    for a, row in enumerate(table):
        for b, distance in enumerate(row):
            path = found.path(a, b)
            if distance == UNREACHED:
                assert path is None
                continue
            assert path is not None
            nodes = [a, *(graph.heads[edge] for edge in path)]
            assert [graph.tails[edge] for edge in path] == nodes[:-1]
            assert (nodes[-1], sum(graph.costs[edge] for edge in path)) == (b, distance)


@pytest.mark.slow
@given(lines(least=-1, most=5, size=16))
def test_it_agrees_with_scipy(edges: list[Line]) -> None:
    graph = graph_of(edges)
    try:
        table = scipy_distances(graph, method="FW")
    except NegativeCycleError:
        with pytest.raises(NegativeCycle):
            all_pairs(graph)
        return
    check(graph, table)


@pytest.mark.slow
@given(lines(least=0, most=2))
def test_edges_that_cost_nothing_lead_somewhere(edges: list[Line]) -> None:
    graph = graph_of(edges)
    check(graph, scipy_distances(graph))


@pytest.mark.parametrize("name", ["Abilene", "Geant2012", "Nsfnet"])
def test_published_topologies_agree_with_scipy(name: str, published: pathlib.Path) -> None:
    graph = published_graph(published, name)
    check(graph, scipy_distances(graph))
