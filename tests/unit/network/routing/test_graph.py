"""A graph keeps its edges' numbers, whatever comes and goes."""

from __future__ import annotations

import pytest

from catenet.network.routing.graph import Graph


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
