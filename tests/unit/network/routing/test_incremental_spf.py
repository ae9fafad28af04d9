"""After every change, what follows the network equals what is computed afresh: distances, and all ties."""

from __future__ import annotations

import pathlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.routing.dijkstra import shortest_paths
from catenet.network.routing.graph import UNREACHED, Graph
from catenet.network.routing.incremental_spf import IncrementalSpf
from tests.unit.network.routing.known_graphs import TOPOLOGIES, Line, graph_of, lines, published_graph, scipy_distances

Change = tuple[int, int]
"""Which edge (of those that there ever were, counted round), and what it shall cost; -1: it goes, or comes back."""

changes = st.lists(
    st.lists(st.tuples(st.integers(0, 60), st.integers(-1, 4)), min_size=1, max_size=3), min_size=1, max_size=12
)


def apply(graph: Graph, change: Change) -> int:
    """Change the graph; which edge that was."""
    edge, cost = change[0] % len(graph.tails), change[1]
    if cost >= 0:
        graph.set_cost(edge, cost)
    elif graph.has_edge(edge):
        graph.remove_edge(edge)
    else:
        graph.restore_edge(edge)
    return edge


def check_followed(graph: Graph, follower: IncrementalSpf, edges: list[int]) -> None:
    """Follow one change, and compare all there is with a full computation."""
    distances = follower.paths.distances.copy() + [UNREACHED] * (len(graph) - len(follower.paths.distances))
    parents = [list(edges) for edges in follower.paths.parents] + [[] for _ in distances]
    told = follower.follow(edges)
    full = shortest_paths(graph, follower.paths.source)
    assert follower.paths.distances == full.distances
    assert follower.paths.parents == full.parents
    differ = [
        node
        for node in range(len(graph))
        if full.distances[node] != distances[node] or full.parents[node] != parents[node]
    ]
    assert told == differ


@pytest.mark.slow
@given(lines(least=0), changes)
def test_it_equals_the_full_one_after_every_change_and_after_several_at_once(
    edges: list[Line], steps: list[list[Change]]
) -> None:
    graph = graph_of([(0, 1, 1), *edges])
    follower = IncrementalSpf(graph, 0)
    for step in steps:
        check_followed(graph, follower, [apply(graph, change) for change in step])


@pytest.mark.slow
@given(lines(least=0, size=12), lines(least=0, size=12))
def test_it_equals_the_full_one_as_edges_are_added(first: list[Line], more: list[Line]) -> None:
    graph = graph_of(first)
    follower = IncrementalSpf(graph, 2)
    for tail, head, cost in more:
        check_followed(graph, follower, [graph.add_edge(tail, head, cost)])


@pytest.mark.slow
@pytest.mark.parametrize("name", TOPOLOGIES)
def test_published_topologies_through_cuts_heals_and_new_costs(name: str, published: pathlib.Path) -> None:
    graph = published_graph(published, name)
    drawn = random.Random(name)
    sources = [0, len(graph) // 2, len(graph) - 1]
    followers = [IncrementalSpf(graph, source) for source in sources]
    down: list[int] = []
    for _ in range(60):
        link = 2 * drawn.randrange(len(graph.tails) // 2)
        both = [link, link + 1]
        if link in down:
            down.remove(link)
            for edge in both:
                graph.restore_edge(edge)
        elif drawn.random() < 0.6:
            down.append(link)
            for edge in both:
                graph.remove_edge(edge)
        else:
            graph.set_cost(both[0], drawn.randint(0, 5))
        for follower in followers:
            check_followed(graph, follower, both)
    table = scipy_distances(graph)
    assert [follower.paths.distances for follower in followers] == [table[source] for source in sources]


def test_a_node_that_is_added_and_one_that_is_cut_off() -> None:
    graph = graph_of([(0, 1, 1), (1, 2, 1)], 3)
    follower = IncrementalSpf(graph, 0)
    late = graph.add_node()
    check_followed(graph, follower, [graph.add_edge(2, late, 1), graph.add_edge(0, late, 3)])
    assert (follower.paths.distances, follower.paths.parents[late]) == ([0, 1, 2, 3], [2, 3])
    graph.remove_edge(1)
    assert follower.follow([1]) == [2, late]
    assert (follower.paths.distances, follower.paths.parents[late]) == ([0, 1, UNREACHED, 3], [3])


def test_two_nodes_that_cost_each_other_nothing_do_not_hold_each_other_up() -> None:
    graph = graph_of([(0, 1, 5), (1, 2, 0), (2, 1, 0)], 3)
    follower = IncrementalSpf(graph, 0)
    graph.remove_edge(0)
    check_followed(graph, follower, [0])
    assert follower.paths.distances == [0, UNREACHED, UNREACHED]


def test_an_edge_below_0_is_refused_and_nothing_is_done() -> None:
    graph = graph_of([(0, 1, 5)], 2)
    follower = IncrementalSpf(graph, 0)
    graph.set_cost(0, -1)
    with pytest.raises(ValueError, match="must cost 0 or more"):
        follower.follow([0])
    assert follower.paths.distances == [0, 5]
