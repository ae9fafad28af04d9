"""Who turns after a change, on networks small enough to see it; and the heap and the two searches underneath."""

from __future__ import annotations

import random

import pytest

from catenet.network.routing.graph import Graph
from catenet.network.routing.next_hop_changes import NextHopChanges
from catenet.network.routing.snapshot import FAR, MinHeap, Snapshot
from tests.unit.network.routing.known_graphs import Line, graph_of

LINE: list[Line] = [(0, 1, 1), (1, 2, 1), (2, 3, 1), (0, 4, 2), (4, 3, 9), (1, 5, 1), (5, 3, 3)]
"""From 0 to 3: by 1 and 2 (3), by 1 and 5 (5), by 4 (11)."""


def turned(edges: list[Line], gone: list[int], come: list[int], target: int) -> list[int]:
    graph = graph_of(edges, 6)
    for edge in come:
        graph.remove_edge(edge)
    before = Snapshot(graph)
    for edge in come:
        graph.restore_edge(edge)
    for edge in gone:
        graph.remove_edge(edge)
    return NextHopChanges(graph, before, Snapshot(graph), gone, come).towards([target])


@pytest.mark.parametrize(
    ("gone", "come", "who"),
    [
        ([2], [], [1, 2]),
        ([1], [], [1]),
        ([0], [], [0]),
        ([4], [], [4]),
        ([3], [], []),
        ([1, 6], [], [0, 1, 5]),
        ([2, 5], [], [0, 1, 2]),
        ([2, 6, 4], [], [0, 1, 2, 4, 5]),
        ([], [2], [1, 2]),
        ([], [1], [1]),
        ([], [3], []),
        ([0], [3], [0]),
        ([2], [6], [1, 2, 5]),
    ],
)
def test_those_turn_whose_next_edge_is_another_and_no_others(gone: list[int], come: list[int], who: list[int]) -> None:
    """A router that is not named here keeps a route into a cut link; one that is named in vain is asked for nothing."""
    assert turned(LINE, gone, come, 3) == who


def test_a_tie_that_is_made_or_ended_is_a_turn() -> None:
    two_ways: list[Line] = [(0, 1, 1), (1, 3, 1), (0, 2, 1), (2, 3, 1)]
    assert turned(two_ways, [2], [], 3) == [0]
    assert turned(two_ways, [3], [], 3) == [0, 2]
    assert turned(two_ways, [], [3], 3) == [0, 2]


def test_one_change_after_another_is_asked_of_each_place_alone() -> None:
    graph = graph_of(LINE, 6)
    before = Snapshot(graph)
    graph.remove_edge(2)
    changes = NextHopChanges(graph, before, Snapshot(graph), [2], [])
    assert [changes.towards([target]) for target in range(6)] == [[], [], [], [1, 2], [], []]
    assert changes.towards([2, 3]) == []
    assert changes.towards([5, 3]) == [2]


def test_a_heap_gives_back_the_least_first_however_it_was_filled() -> None:
    """A search that takes a farther node first finds ways that are not the shortest."""
    dice = random.Random(1)
    heap = MinHeap()
    for size in (1, 2, 3, 4, 7, 8, 30):
        keys = [dice.randrange(20) for _ in range(size)]
        for node, key in enumerate(keys):
            heap.push(key, node)
            assert heap.count == node + 1
            assert heap.least() == min(keys[: node + 1])
        found = []
        while heap.count:
            least = int(heap.least())
            node = int(heap.pop())
            assert keys[node] == least
            found.append(least)
        assert found == sorted(keys)
    for order in ([3, 2, 1], [1, 2, 3], [2, 3, 1], [2, 1, 3]):
        for key in order:
            heap.push(key, key)
        assert [int(heap.pop()) for _ in order] == [1, 2, 3]


@pytest.mark.parametrize("far", [9, 1 << 45], ids=["by buckets", "by a heap"])
def test_both_searches_find_the_shortest_ways(far: int) -> None:
    graph = graph_of([*LINE, (2, 0, far)], 6)
    snapshot = Snapshot(graph)
    assert [int(distance) for distance in snapshot.distances_to([3])] == [3, 2, 1, 0, 9, 3]
    assert [int(distance) for distance in snapshot.distances_to([3, 4])] == [2, 2, 1, 0, 0, 3]
    assert [int(distance) for distance in snapshot.distances_from(0)] == [0, 1, 2, 3, 2, 2]
    assert [int(distance) for distance in snapshot.distances_from(2)] == [far, far + 1, 0, 1, far + 2, far + 2]
    assert [int(distance) for distance in snapshot.distances_from(3)] == [FAR, FAR, FAR, 0, FAR, FAR]


def test_a_network_of_nothing_and_one_without_edges() -> None:
    assert list(Snapshot(Graph(0)).first_in) == [0]
    assert [int(distance) for distance in Snapshot(Graph(2)).distances_to([1])] == [FAR, 0]
