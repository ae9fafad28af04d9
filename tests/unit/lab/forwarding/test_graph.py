"""Loops, lost packets and classes of addresses, each beside an oracle that is slow and plain."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.lab.forwarding.episodes import BLACKHOLE, LOOP, Episode, entries
from catenet.lab.forwarding.graph import (
    DEAD,
    DELIVERED,
    NOWHERE,
    Fault,
    loops,
    lost_at,
    upstream,
    within_reach,
)
from catenet.lab.forwarding.prefixes import Prefixes

BITS = 6
MAX_ROUTERS = 8


def tables(count: int) -> st.SearchStrategy[list[tuple[int, ...]]]:
    ways = st.sets(st.integers(DEAD, count - 1), min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))
    return st.lists(ways, min_size=count, max_size=count)


def graph(branches: list[tuple[int, ...]]) -> nx.DiGraph[int]:
    found: nx.DiGraph[int] = nx.DiGraph()
    found.add_nodes_from(range(len(branches)))
    found.add_edges_from((router, way) for router, ways in enumerate(branches) for way in ways if way >= 0)
    return found


@pytest.mark.slow
@given(st.integers(1, MAX_ROUTERS).flatmap(tables))
def test_loops_are_the_components_that_networkx_finds(branches: list[tuple[int, ...]]) -> None:
    drawn = graph(branches)
    components = [
        component
        for component in nx.strongly_connected_components(drawn)
        if len(component) > 1 or any(drawn.has_edge(node, node) for node in component)
    ]
    found = loops(branches)
    assert len(found) == len(components)
    for fault in found:
        assert fault.is_loop
        assert any(set(fault.routers) <= component for component in components)
        assert fault.routers[0] == min(fault.routers)
        for here, there in zip(fault.routers, (*fault.routers[1:], fault.routers[0]), strict=True):
            assert there in branches[here]


@pytest.mark.slow
@given(st.integers(1, MAX_ROUTERS).flatmap(tables), st.integers(0, MAX_ROUTERS - 1))
def test_upstream_are_the_ancestors(branches: list[tuple[int, ...]], router: int) -> None:
    router %= len(branches)
    assert upstream(branches, [router]) == sorted({router, *nx.ancestors(graph(branches), router)})
    assert within_reach([[way for way in ways if way >= 0] for ways in branches], [router]) == {
        router,
        *nx.ancestors(graph(branches), router),
    }


def test_where_packets_are_lost() -> None:
    assert lost_at([(DELIVERED,), (NOWHERE,), (DEAD, 0), (0,)]) == [1, 2]
    assert loops([(1,), (0,), (0, 1)]) == [Fault(True, (0, 1))]
    assert Fault(True, (2, 0, 1)).key == Fault(True, (0, 2, 1)).key


prefixes = st.tuples(st.integers(0, (1 << BITS) - 1), st.integers(0, BITS)).map(
    lambda pair: (pair[0] >> (BITS - pair[1]) << (BITS - pair[1]), pair[1])
)


@pytest.mark.slow
@given(st.lists(prefixes), st.data())
def test_a_sample_belongs_to_its_prefix_and_to_no_longer_one(added: list[tuple[int, int]], data: st.DataObject) -> None:
    known = Prefixes(BITS)
    for prefix in added:
        known.add(prefix)
    removed = data.draw(st.lists(st.sampled_from(added), unique_by=id)) if added else []
    left = list(added)
    for prefix in removed:
        if prefix in left:
            left.remove(prefix)
            assert known.remove(prefix) == (prefix not in left)

    def longest(address: int) -> tuple[int, int] | None:
        held = [one for one in left if address >> (BITS - one[1]) == one[0] >> (BITS - one[1])]
        return max(held, key=lambda one: one[1], default=None)

    for prefix in set(left):
        own = [address for address in range(1 << BITS) if longest(address) == prefix]
        assert known.sample(prefix) == (own[0] if own else None)
        inside = {
            one
            for one in left
            if one[1] >= prefix[1] and one[0] >> (BITS - prefix[1]) == prefix[0] >> (BITS - prefix[1])
        }
        assert known.within(prefix) == sorted(inside)
        assert set(known.around(prefix)) == {one for one in set(left) if prefix in known.within(one)} - {prefix}


def test_one_line_tells_all_prefixes_of_a_fault() -> None:
    episodes = [
        Episode(LOOP, f"10.0.{number}.0/24", ("a", "b"), 5_000_000_000, 5_200_000_000, ("a", "b", "c"))
        for number in range(5)
    ]
    episodes.append(Episode(BLACKHOLE, "10.0.0.0/24", ("c",), 6_000_000_000, None, ("c",)))
    first, second = entries(episodes)
    assert first.text == "loop a → b → a, for 200 ms: 10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24 and 2 more"
    assert (first.time_ns, first.what, first.subject) == (5_000_000_000, "loop", "a")
    assert second.text == "blackhole at c, lasting: 10.0.0.0/24"
    assert episodes[-1].duration_ns(7_000_000_000) == 1_000_000_000
