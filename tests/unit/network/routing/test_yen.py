"""The k shortest paths, against networkx's shortest_simple_paths."""

from __future__ import annotations

import itertools
import pathlib

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.routing.graph import Graph
from catenet.network.routing.yen import Path, k_shortest
from tests.unit.network.routing.known_graphs import (
    TOPOLOGIES,
    Line,
    cheapest,
    graph_of,
    lines,
    multigraph,
    published_graph,
)


def check_paths(graph: Graph, source: int, target: int, paths: list[Path]) -> None:
    """Each is a path without loops that costs what it says, none comes twice, and the cheapest come first."""
    for path in paths:
        nodes = [source, *(graph.heads[edge] for edge in path.edges)]
        assert [graph.tails[edge] for edge in path.edges] == nodes[:-1]
        assert nodes[-1] == target
        assert len(set(nodes)) == len(nodes)
        assert path.cost == sum(graph.costs[edge] for edge in path.edges)
    assert len({tuple(path.edges) for path in paths}) == len(paths)
    assert [path.cost for path in paths] == sorted(path.cost for path in paths)


@pytest.mark.slow
@given(lines(least=0, size=16))
def test_asked_for_more_than_there_are_it_finds_every_path(edges: list[Line]) -> None:
    graph = graph_of(edges)
    paths = k_shortest(graph, 0, 1, 100_000)
    check_paths(graph, 0, 1, paths)
    walks = nx.all_simple_edge_paths(multigraph(graph), 0, 1)
    assert {tuple(path.edges) for path in paths} == {tuple(edge for _, _, edge in walk) for walk in walks}


def simple_costs(graph: Graph, source: int, target: int, k: int) -> list[int]:
    """The costs of networkx's k shortest paths."""
    oracle: nx.DiGraph[int] = nx.DiGraph()
    oracle.add_nodes_from(range(len(graph)))
    costs = cheapest(graph)
    for (tail, head), cost in costs.items():
        oracle.add_edge(tail, head, weight=cost)
    try:
        paths = list(itertools.islice(nx.shortest_simple_paths(oracle, source, target, weight="weight"), k))
    except nx.NetworkXNoPath:
        return []
    return [sum(costs[pair] for pair in itertools.pairwise(path)) for path in paths]


@pytest.mark.slow
@given(lines(), st.integers(1, 12))
def test_the_costs_of_the_first_k_are_networkx_s(edges: list[Line], k: int) -> None:
    single = graph_of([(tail, head, cost) for (tail, head), cost in cheapest(graph_of(edges)).items()])
    paths = k_shortest(single, 0, 1, k)
    check_paths(single, 0, 1, paths)
    assert [path.cost for path in paths] == simple_costs(single, 0, 1, k)


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_published_topologies_agree_with_networkx(name: str, published: pathlib.Path) -> None:
    read = published_graph(published, name)
    graph = graph_of([(tail, head, cost) for (tail, head), cost in cheapest(read).items()], len(read))
    source, target = 0, len(graph) - 1
    paths = k_shortest(graph, source, target, 25)
    check_paths(graph, source, target, paths)
    assert [path.cost for path in paths] == simple_costs(graph, source, target, 25)


def test_from_a_node_to_itself_there_is_one_path_and_to_nowhere_none() -> None:
    graph = graph_of([(0, 1, 1), (1, 0, 1)], 3)
    assert [(path.cost, path.edges) for path in k_shortest(graph, 0, 0, 5)] == [(0, [])]
    assert k_shortest(graph, 0, 2, 5) == []
    assert k_shortest(graph, 0, 1, 5)[0].nodes(graph) == [0, 1]


def test_k_below_1_is_refused() -> None:
    with pytest.raises(ValueError, match="k must be at least 1, not 0"):
        k_shortest(graph_of([(0, 1, 1)]), 0, 1, 0)
