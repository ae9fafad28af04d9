"""What an LSA goes through in time: refreshed, aged, flushed, wrapped, reclaimed (RFC 2328 12.1.6, 13.4, 14)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from catenet.network.routing.ospf import tracing
from catenet.network.routing.ospf.database.database import OWN, Entry
from catenet.network.routing.ospf.database.flooding import install
from catenet.network.routing.ospf.lsa.lsa import (
    EXTERNAL,
    INITIAL_SEQUENCE,
    LS_REFRESH_S,
    MAX_AGE_S,
    MAX_SEQUENCE,
    NETWORK,
    ROUTER,
    ExternalBody,
    Lsa,
    NetworkBody,
    RouterBody,
    lsa_key,
)
from catenet.network.routing.ospf.lsa.prefixes import pack_prefix
from catenet.network.routing.ospf.packets.header import ALL_SPF_ROUTERS
from catenet.network.routing.ospf.packets.ls_update import Update
from tests.unit.network.routing.ospf.tiny_network import SECOND_NS, Bench, Node


def line(count: int, **settings: int) -> tuple[Bench, list[Node]]:
    bench = Bench()
    nodes = [bench.node(**settings) for _ in range(count)]
    for place in range(count - 1):
        bench.join(nodes[place : place + 2])
    bench.start()
    bench.run(30)
    bench.assert_equal_databases()
    return bench, nodes


def own_key(node: Node) -> int:
    return lsa_key(ROUTER, node.router_id, node.router_id)


@pytest.mark.slow
@pytest.mark.parametrize("jitter_s", [0, 60])
def test_what_is_said_is_said_again_every_half_hour(jitter_s: int) -> None:
    bench, nodes = line(3, refresh_jitter_ns=jitter_s * SECOND_NS)
    for node in nodes:
        node.originated.clear()
    before = {node.router_id: dict(node.live()) for node in nodes}
    routes = [dict(node.routes) for node in nodes]
    bench.run(LS_REFRESH_S + 10)
    for node in nodes:
        ((time_ns, _, lsa, cause),) = node.originated
        assert cause == tracing.REFRESHED
        assert lsa.sequence == before[node.router_id][own_key(node)] + 1
        said_s = [entry.age(bench.now_ns) for entry in node.database().values()]
        assert max(said_s) <= 45 + jitter_s
        assert LS_REFRESH_S - jitter_s <= time_ns // SECOND_NS <= LS_REFRESH_S + 30
    bench.assert_equal_databases()
    assert [node.routes for node in nodes] == routes
    bench.run(4 * 3600)
    assert all(len(node.live()) == 3 for node in nodes), "nothing grows old"


def test_jitter_sets_routers_apart() -> None:
    bench, nodes = line(4, refresh_jitter_ns=600 * SECOND_NS)
    bench.run(1900)
    times = {node.originated[-1][0] // SECOND_NS for node in nodes}
    assert len(times) == 4


def test_an_idle_router_has_no_events_but_hellos_and_refreshes() -> None:
    bench, nodes = line(2)
    bench.run(10)
    one = nodes[0].ospf
    wakes = hellos = 0
    until_ns = bench.now_ns + 3600 * SECOND_NS
    while bench.now_ns < until_ns:
        due_ns = int(one.deadline_ns())
        bench.run((due_ns - 1 - bench.now_ns) / SECOND_NS)
        sent = len(bench.segments[0].carried)
        bench.run((due_ns - bench.now_ns) / SECOND_NS)
        wakes += 1
        hellos += len(bench.segments[0].carried) > sent
    assert hellos >= 360
    # Two refreshes of its own, two acknowledgements of the other's, and looks for what has grown old.
    assert wakes - hellos <= 8


def test_a_router_that_is_gone_is_forgotten_after_an_hour_everywhere_at_once() -> None:
    bench, nodes = line(4)
    gone = nodes[3]
    for segment in bench.segments[2:]:
        segment.cut()
    bench.run(60)
    for node in nodes[:3]:
        assert own_key(gone) in node.live(), "nobody says that it is gone; it is unreachable, and that is enough"
        assert pack_prefix(0x0A000200, 24) not in node.routes
    bench.run(MAX_AGE_S)
    for node in nodes[:3]:
        assert own_key(gone) not in node.database()
        assert not node.ospf.areas[0].scope.flushing
    (flushed,) = {lsa.key for node in nodes[:3] for _, _, lsa, cause in node.flushed if cause == tracing.AGED}
    assert flushed == own_key(gone)


def test_what_was_flushed_stays_until_all_have_said_so_and_none_is_in_exchange() -> None:
    bench, nodes = line(2)
    one, other = nodes
    key = lsa_key(EXTERNAL, 0x0D000000, 1)
    one.ospf.redistribute(0x0D000000, 24, 1, True, 0, bench.now_ns)
    bench.run(5)
    assert key in other.ospf.externals.database.entries
    bench.segments[0].silent = True
    one.ospf.withdraw_external(0x0D000000, 24, bench.now_ns)
    bench.run(20)
    assert one.ospf.externals.database.entries[key].is_flushed, "it waits for the acknowledgement"
    assert pack_prefix(0x0D000000, 24) in other.routes
    bench.segments[0].silent = False
    bench.run(8)
    assert key not in one.ospf.externals.database.entries
    assert key not in other.ospf.externals.database.entries
    assert pack_prefix(0x0D000000, 24) not in other.routes


def test_a_router_that_stops_takes_back_all_that_it_said() -> None:
    bench, nodes = line(3)
    nodes[0].ospf.redistribute(0x0D000000, 24, 1, True, 0, bench.now_ns)
    bench.run(10)
    nodes[0].ospf.stop(bench.now_ns)
    bench.run(1)
    assert nodes[0].routes == {}
    for node in nodes[1:]:
        assert own_key(nodes[0]) not in node.live()
        assert all(entry.is_flushed for entry in node.ospf.externals.database.entries.values())
        assert pack_prefix(0x0D000000, 24) not in node.routes
    bench.start(nodes[:1])
    bench.run(40)
    bench.assert_equal_databases()
    assert pack_prefix(0x0D000000, 24) in nodes[2].routes


def test_sequence_numbers_wrap_after_the_last_was_flushed() -> None:
    bench, nodes = line(3)
    one = nodes[0]
    scope = one.ospf.areas[0].scope
    entry = scope.database.entries[own_key(one)]
    lsa = entry.lsa
    last = Lsa(ROUTER, 1, 1, lsa.options, MAX_SEQUENCE, lsa.body)
    for node in nodes:
        install(node.ospf, node.ospf.areas[0].scope, Entry(last, 0, bench.now_ns, OWN if node is one else 1, False))
    one.originated.clear()
    one.ospf.set_cost(one.interfaces[0], 7, bench.now_ns)
    assert one.flushed[-1][3] == tracing.WRAPPED
    assert one.originated == [], "not before it is gone from everywhere"
    bench.run(20)
    ((_, _, again, cause),) = one.originated
    assert (again.sequence, cause) == (INITIAL_SEQUENCE, tracing.WRAPPED)
    bench.assert_equal_databases()
    assert nodes[2].live()[own_key(one)] == INITIAL_SEQUENCE
    assert nodes[0].routes[pack_prefix(0x0A000100, 24)].cost == 8


def test_a_router_that_comes_back_goes_on_where_its_last_life_ended() -> None:
    bench, nodes = line(3)
    for _ in range(4):
        nodes[0].ospf.set_cost(nodes[0].interfaces[0], nodes[0].interfaces[0].cost + 1, bench.now_ns)
        bench.run(6)
    last = nodes[0].live()[own_key(nodes[0])]
    assert last > INITIAL_SEQUENCE + 4
    # It crashes, and a new one with its name is put in its place.
    old_segment = bench.segments[0]
    nodes[0].ospf.interface_down(nodes[0].interfaces[0], bench.now_ns)
    bench.nodes.remove(nodes[0])
    old_segment.ends = [end for end in old_segment.ends if end[0] is not nodes[0]]
    again = bench.node(1)
    bench.attach(old_segment, again, 1, "point-to-point")
    bench.start([again])
    bench.run(30)
    bench.assert_equal_databases()
    assert again.live()[own_key(again)] == last + 1
    assert tracing.RECLAIMED in [cause for _, _, _, cause in again.originated]
    assert nodes[2].routes[pack_prefix(0x0A000000, 24)].cost == 2


def test_what_an_earlier_life_said_and_this_one_does_not_is_flushed() -> None:
    bench, nodes = line(3)
    ghosts = [
        Lsa(EXTERNAL, 0x0E000000, 1, 2, INITIAL_SEQUENCE + 9, ExternalBody(0xFFFFFF00, True, 1, 0, 0)),
        Lsa(NETWORK, nodes[0].interfaces[0].address, 99, 2, INITIAL_SEQUENCE, NetworkBody(0xFFFFFF00, [99, 1])),
    ]
    packet = Update(2, 0, ghosts, [5, 5])
    nodes[0].ospf.receive(nodes[0].interfaces[0], 0x0A000002, ALL_SPF_ROUTERS, packet, bench.now_ns)
    assert [cause for _, _, _, cause in nodes[0].flushed] == [tracing.NOT_OURS] * 2
    bench.run(10)
    for node in nodes:
        assert ghosts[0].key not in node.ospf.externals.database.entries
        assert ghosts[1].key not in node.database()


def test_a_forged_lsa_of_this_router_is_fought_back() -> None:
    bench, nodes = line(3)
    forged = Lsa(ROUTER, 1, 1, 2, INITIAL_SEQUENCE + 1000, RouterBody(0, []))
    packet = Update(2, 0, [forged], [1])
    bench.run(10)
    nodes[0].ospf.receive(nodes[0].interfaces[0], 0x0A000002, ALL_SPF_ROUTERS, packet, bench.now_ns)
    bench.run(10)
    bench.assert_equal_databases()
    assert nodes[2].live()[own_key(nodes[0])] == INITIAL_SEQUENCE + 1001
    assert len(nodes[2].routes) == 2


def test_an_lsa_is_not_said_more_often_than_every_five_seconds() -> None:
    bench, nodes = line(2)
    nodes[0].originated.clear()
    start_ns = bench.now_ns
    for cost in range(2, 42):
        nodes[0].ospf.set_cost(nodes[0].interfaces[0], cost, bench.now_ns)
        bench.run(0.5)
    bench.run(10)
    times = [(time_ns - start_ns) / SECOND_NS for time_ns, *_ in nodes[0].originated]
    assert times == [0, 5, 10, 15, 20]
    bench.assert_equal_databases()
    assert nodes[0].routes[pack_prefix(0x0A000000, 24)].cost == 41


def test_said_and_taken_back_within_the_interval_is_not_said_at_all() -> None:
    bench, nodes = line(2)
    interface = nodes[0].interfaces[0]
    nodes[0].ospf.set_cost(interface, 5, bench.now_ns)
    nodes[0].originated.clear()
    nodes[0].ospf.set_cost(interface, 9, bench.now_ns)
    nodes[0].ospf.set_cost(interface, 5, bench.now_ns)
    bench.run(10)
    assert nodes[0].originated == []


def test_an_lsa_grows_older_on_its_way() -> None:
    bench, nodes = line(4)
    bench.run(100)
    ages = [node.database()[own_key(nodes[0])].age(bench.now_ns) for node in nodes]
    assert all(later >= sooner for sooner, later in pairwise(ages))
    assert ages[3] - ages[0] >= 2
