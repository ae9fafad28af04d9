"""A graph keeps its edges' numbers, whatever comes and goes."""

from __future__ import annotations

import pytest

from catenet.network.routing import bellman_ford, dijkstra
from catenet.network.routing.explain import explain
from catenet.network.routing.graph import Graph
from catenet.network.routing.yen import k_shortest


def test_an_edge_that_comes_back_stands_where_it_stood() -> None:
    graph = Graph(3)
    first, second, third = (graph.add_edge(0, head, cost) for head, cost in ((1, 5), (2, 1), (1, 5)))
    graph.remove_edge(second)
    assert (graph.out[0], graph.into[2], graph.edges()) == ([first, third], [], [first, third])
    graph.remove_edge(first)
    graph.restore_edge(second)
    graph.restore_edge(first)
    assert (graph.out[0], graph.into[1], graph.into[2]) == ([first, second, third], [first, third], [second])


def test_what_cannot_be_is_refused() -> None:
    graph = Graph(2)
    edge = graph.add_edge(0, 1, 1)
    with pytest.raises(ValueError, match="the nodes are 0 to 1"):
        graph.add_edge(0, 2, 1)
    with pytest.raises(ValueError, match="to itself"):
        graph.add_edge(1, 1, 1)
    with pytest.raises(ValueError, match="is there already"):
        graph.restore_edge(edge)
    graph.remove_edge(edge)
    with pytest.raises(ValueError, match="cannot be removed"):
        graph.remove_edge(edge)


def test_a_new_node_can_have_edges() -> None:
    graph = Graph()
    a, b = graph.add_node(), graph.add_node()
    assert (len(graph), graph.into[b], graph.add_edge(a, b, 0), graph.into[b]) == (2, [0], 0, [0])


@pytest.mark.parametrize("node", [-1, 2])
def test_every_question_about_a_node_that_is_not_there_is_refused(node: int) -> None:
    graph = Graph(2)
    words = f"there is no node {node}; the nodes are 0 to 1"
    for ask in (dijkstra.shortest_paths, dijkstra.distances_to, bellman_ford.shortest_paths):
        with pytest.raises(ValueError, match=words):
            ask(graph, node)
    for source, target in ((0, node), (node, 0)):
        with pytest.raises(ValueError, match=words):
            explain(graph, source, target)
        with pytest.raises(ValueError, match=words):
            k_shortest(graph, source, target, 1)
