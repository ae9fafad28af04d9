"""Each algorithm that cannot work with an edge below 0 says so, and names it; the others follow it."""

from __future__ import annotations

import pytest

from catenet.network.routing.dijkstra import distances_to, distances_to_nearest, shortest_paths
from catenet.network.routing.explain import explain
from catenet.network.routing.floyd_warshall import all_pairs
from catenet.network.routing.graph import UNREACHED, Graph, NegativeCycle
from catenet.network.routing.yen import k_shortest
from tests.unit.network.routing.known_graphs import graph_of

REASON = r"the edge 1 from 1 to 2 costs -3; it must cost 0 or more \(Bellman–Ford takes others\)"


def below() -> Graph:
    return graph_of([(0, 1, 5), (1, 2, -3), (0, 2, 4)], 3)


def test_dijkstra_and_what_is_built_on_it_refuse_it() -> None:
    """It would settle a node before the cheaper way to it is found, and send packets the wrong way."""
    graph = below()
    for ask in (
        lambda: shortest_paths(graph, 0),
        lambda: distances_to(graph, 2),
        lambda: distances_to_nearest(graph, [2]),
        lambda: explain(graph, 0, 2),
        lambda: k_shortest(graph, 0, 2, 3),
    ):
        with pytest.raises(ValueError, match=REASON):
            ask()


def test_an_edge_below_nothing_is_followed_where_it_may_be_and_a_cycle_of_them_is_named() -> None:
    found = all_pairs(below())
    assert [[found.distances[a][b] for b in range(3)] for a in range(3)] == [
        [0, 5, 2], [UNREACHED, 0, -3], [UNREACHED, UNREACHED, 0],
    ]  # fmt: skip
    with pytest.raises(NegativeCycle) as caught:
        all_pairs(graph_of([(0, 1, 1), (1, 2, -3), (2, 1, 2)], 3))
    assert sorted(caught.value.edges) == [1, 2]
    assert str(caught.value).endswith("form a cycle that costs -1")


def test_the_nearest_of_several_targets_counts_and_what_is_avoided_leads_nowhere() -> None:
    graph = graph_of([(0, 1, 1), (1, 2, 1), (0, 3, 5), (4, 0, 1)], 5)
    assert distances_to_nearest(graph, [2, 3]) == [2, 1, 0, 0, 3]
    assert distances_to_nearest(graph, [3, 3]) == [5, UNREACHED, UNREACHED, 0, 6]
    assert distances_to_nearest(graph, [2, 3], 1) == [5, UNREACHED, 0, 0, 6]
    assert distances_to_nearest(graph, [2, 3], 3) == [2, 1, 0, UNREACHED, 3]
    assert distances_to_nearest(graph, []) == [UNREACHED] * 5
