"""Who sends another way after a change: as two full computations say, at a cost in proportion to the network."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.bench.spf import random_network
from catenet.network.routing.dijkstra import distances_to, distances_to_nearest, shortest_paths
from catenet.network.routing.graph import UNREACHED, Graph
from catenet.network.routing.next_hop_changes import NextHopChanges
from catenet.network.routing.reverse_spf import edges_out
from catenet.network.routing.snapshot import FAR, Snapshot
from tests.unit.network.routing.known_graphs import NODES, Line, graph_of, lines


def ways(graph: Graph, targets: list[int]) -> list[list[int]]:
    """All nodes' next edges to the nearest target, computed afresh."""
    distances = distances_to_nearest(graph, targets)
    return [edges_out(graph, node, distances) for node in range(len(graph))]


@pytest.mark.slow
@given(
    lines(),
    st.lists(st.integers(0, 29), max_size=4, unique=True),
    st.integers(0, 4),
    st.lists(st.lists(st.integers(0, NODES - 1), min_size=1, max_size=2, unique=True), min_size=1, max_size=4),
)
def test_as_two_full_computations(edges: list[Line], changed: list[int], come: int, places: list[list[int]]) -> None:
    """Several edges go and come at once; places of one node and of two."""
    graph = graph_of(edges)
    changed = [edge for edge in changed if edge < len(edges)]
    new, gone = changed[:come], changed[come:]
    for edge in new:
        graph.remove_edge(edge)
    old = [ways(graph, targets) for targets in places]
    before = Snapshot(graph)
    for edge in new:
        graph.restore_edge(edge)
    for edge in gone:
        graph.remove_edge(edge)
    changes = NextHopChanges(graph, before, Snapshot(graph), gone, new)
    for targets, were in zip(places, old, strict=True):
        now = ways(graph, targets)
        assert changes.towards(targets) == [node for node in range(NODES) if now[node] != were[node]]


@pytest.mark.slow
@given(lines(least=0), st.integers(0, NODES - 1), st.sampled_from([1, 1000, 1 << 40]), st.sampled_from([0, 5, 1 << 20]))
def test_distances_of_a_snapshot(edges: list[Line], node: int, scale: int, more: int) -> None:
    """Whether the costs are near each other, so that buckets are used, or far apart, so that a heap is."""
    graph = graph_of([(tail, head, cost * scale + more) for tail, head, cost in edges])
    snapshot = Snapshot(graph)
    told = [UNREACHED if distance == FAR else distance for distance in snapshot.distances_to([node])]
    assert told == distances_to(graph, node)
    told = [UNREACHED if distance == FAR else distance for distance in snapshot.distances_from(node)]
    assert told == shortest_paths(graph, node).distances


def test_costs_that_a_word_cannot_hold() -> None:
    with pytest.raises(ValueError, match="too large"):
        Snapshot(graph_of([(0, 1, 1 << 57)]))
    with pytest.raises(ValueError, match="costs -1"):
        Snapshot(graph_of([(0, 1, -1)]))


@pytest.mark.slow
def test_each_place_costs_one_search_and_what_has_moved() -> None:
    """Four times the network: each place costs four times as much, and no more.  Counted in edges looked at."""
    seen = []
    for nodes in (100, 400):
        graph = random_network(nodes, 2 * nodes, random.Random(1))
        before = Snapshot(graph)
        for edge in (0, 1):
            graph.remove_edge(edge)
        changes = NextHopChanges(graph, before, Snapshot(graph), [0, 1], [])
        for place in range(nodes):
            changes.towards([place])
        searches = int(before.edges_seen) / nodes
        assert 4 * nodes - 4 <= searches <= 1.1 * 4 * nodes
        seen.append(searches + int(changes.edges_seen) / nodes)
    assert seen[1] < 4.4 * seen[0]
    assert seen[1] < 2 * 4 * 400
