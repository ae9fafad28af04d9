"""Why that way: each claim of an explanation, against every path that there is."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given

from catenet.network.routing.dijkstra import distances_to
from catenet.network.routing.explain import Explanation, explain
from catenet.network.routing.graph import UNREACHED, Graph
from tests.unit.network.routing.known_graphs import Line, graph_of, lines, multigraph, scipy_distances


def taken(explanation: Explanation) -> dict[int, list[int]]:
    """For each node that packets may pass, the edges that they take."""
    return {step.node: [way.edge for way in step.candidates if way.taken] for step in explanation.steps}


def least_cost_through(graph: Graph, edge: int, target: int) -> int:
    """The cheapest path without loops from an edge's tail to the target that begins with the edge."""
    tail = graph.tails[edge]
    costs = [
        sum(graph.costs[step] for _, _, step in walk)
        for walk in nx.all_simple_edge_paths(multigraph(graph), tail, target)
        if walk and walk[0][2] == edge
    ]
    return min(costs, default=UNREACHED)


@pytest.mark.slow
@given(lines(size=18))
def test_every_way_is_weighed_right_and_the_cheapest_are_taken(edges: list[Line]) -> None:
    graph = graph_of(edges)
    found = explain(graph, 0, 1)
    table = scipy_distances(graph)
    assert found.cost == table[0][1]
    on_shortest = {
        node
        for node in range(len(graph))
        if UNREACHED not in (table[0][node], table[node][1]) and table[0][node] + table[node][1] == table[0][1]
    }
    assert {step.node for step in found.steps} == on_shortest
    for step in found.steps:
        assert (step.distance, step.left) == (table[0][step.node], table[step.node][1])
        assert sorted(way.edge for way in step.candidates) == (graph.out[step.node] if step.node != 1 else [])
        for way in step.candidates:
            assert way.total == least_cost_through(graph, way.edge, 1)
            assert way.extra == (UNREACHED if way.total == UNREACHED else way.total - step.left)
        extras = [way.extra for way in step.candidates if way.extra != UNREACHED]
        assert extras == sorted(extras)


@pytest.mark.slow
@given(lines(size=18))
def test_what_is_called_loop_free_does_not_come_back(edges: list[Line]) -> None:
    graph = graph_of(edges)
    for step in explain(graph, 0, 1).steps:
        back = distances_to(graph, step.node)
        for way in step.candidates:
            left = distances_to(graph, 1)[way.head]
            returns = back[way.head] != UNREACHED and back[way.head] + step.left == left
            assert way.loop_free == (left != UNREACHED and not returns and way.total != UNREACHED)


def test_a_square_with_a_diagonal() -> None:
    """0-1-3 and 0-2-3 tie at 2; the line 0-3 costs 5; a dead end hangs at 0."""
    pairs = [(0, 1, 1), (1, 3, 1), (0, 2, 1), (2, 3, 1), (0, 3, 5), (0, 4, 1)]
    graph = graph_of([line for a, b, cost in pairs for line in ((a, b, cost), (b, a, cost))], 5)
    found = explain(graph, 0, 3)
    assert (found.cost, found.path_count, taken(found)) == (2, 2, {0: [0, 4], 1: [2], 2: [6], 3: []})
    first = found.steps[0]
    assert [(way.head, way.total, way.extra, way.loop_free) for way in first.candidates] == [
        (1, 2, 0, True),
        (2, 2, 0, True),
        (3, 5, 3, True),
        (4, UNREACHED, UNREACHED, False),
    ]


def test_where_no_path_leads_there_is_nothing_to_explain() -> None:
    found = explain(graph_of([(1, 0, 1)], 2), 0, 1)
    assert (found.cost, found.steps, found.path_count) == (UNREACHED, [], 0)


def test_a_neighbour_that_would_send_packets_back_is_not_loop_free() -> None:
    """2 has a way of its own to 1, but the one through 0 is shorter, or as short."""
    for own, loop_free in ((1, True), (2, False), (10, False)):
        found = explain(graph_of([(0, 1, 1), (0, 2, 1), (2, 0, 1), (2, 1, own)], 3), 0, 1)
        assert [(way.head, way.extra, way.loop_free) for way in found.steps[0].candidates] == [
            (1, 0, True),
            (2, own, loop_free),
        ]
