"""What the machine is told from outside, and what it refuses: areas, costs, links, times (RFC 2328)."""

from __future__ import annotations

import pytest

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency import neighbour as neighbours
from catenet.network.routing.ospf.adjacency.neighbour import FULL
from catenet.network.routing.ospf.lsa.lsa import NSSA, ROUTER, RouterBody, RouterLink, lsa_key
from catenet.network.routing.ospf.lsa.prefixes import pack_prefix
from catenet.network.routing.ospf.lsa.router_lsa import (
    FLAG_B,
    FLAG_E,
    FLAG_NT,
    POINT_TO_POINT,
    STUB,
    TRANSIT,
    VIRTUAL,
)
from catenet.network.routing.ospf.packet_input import verify_packet
from catenet.network.routing.ospf.packets.header import ALL_D_ROUTERS, ALL_SPF_ROUTERS
from catenet.network.routing.ospf.packets.ls_ack import Acknowledgement
from catenet.network.routing.ospf.packets.ls_request import Request
from catenet.network.routing.ospf.settings import AreaSettings, virtual_link
from tests.unit.network.routing.ospf.tiny_network import SECOND_NS, Bench, Node


def two(network: str = "point-to-point", **chosen: object) -> tuple[Bench, Node, Node]:
    bench = Bench()
    one, other = bench.node(), bench.node()
    bench.join([one, other], network, **chosen)
    bench.start()
    bench.run(60)
    return bench, one, other


def own_links(node: Node, area_id: int = 0) -> list[tuple[int, int, int, int]]:
    body = node.database(area_id)[lsa_key(ROUTER, node.router_id, node.router_id)].lsa.body
    assert isinstance(body, RouterBody)
    return [(link.kind, link.id, link.data, link.cost) for link in body.links]


def test_an_area_is_added_once() -> None:
    node = Bench().node()
    node.ospf.add_area(AreaSettings(7, "stub"))
    with pytest.raises(ValueError, match="area 7 already exists"):
        node.ospf.add_area(AreaSettings(7))
    with pytest.raises(ValueError, match="area 7 already exists"):
        node.ospf.calculation.add_area(AreaSettings(7))


@pytest.mark.parametrize("cost", [0, -1, 65_536])
def test_a_cost_that_does_not_fit_its_field_is_refused_and_the_old_one_stays(cost: int) -> None:
    bench, one, _ = two()
    with pytest.raises(ValueError, match=f"interface if0: the cost must be 1 to 65535, not {cost}"):
        one.ospf.set_cost(one.interfaces[0], cost, bench.now_ns)
    assert one.interfaces[0].cost == 1


@pytest.mark.parametrize("cost", [1, 7, 65_535])
def test_another_cost_is_told_and_followed(cost: int) -> None:
    bench, one, other = two()
    one.ospf.set_cost(one.interfaces[0], cost, bench.now_ns)
    bench.run(20)
    assert own_links(one) == [(POINT_TO_POINT, 2, 0x0A000001, cost), (STUB, 0x0A000000, 0xFFFFFF00, cost)]
    assert own_links(other)[0][3] == 1
    assert one.routes[pack_prefix(0x0A000000, 24)].cost == cost


def test_addresses_of_its_own_are_told_in_the_area_that_was_named_or_the_first() -> None:
    bench = Bench()
    one, other = bench.node(), bench.node()
    bench.join([one, other], area_id=3)
    one.ospf.add_host(0x01010101)
    one.ospf.add_host(0x01010102, 5, 3)
    one.ospf.add_host(0x01010103, 6, 4)
    bench.start()
    bench.run(60)
    assert (STUB, 0x01010101, 0xFFFFFFFF, 0) in own_links(one, 3)
    assert (STUB, 0x01010102, 0xFFFFFFFF, 5) in own_links(one, 3)
    assert 0x01010103 not in [link[1] for link in own_links(one, 3)]
    assert [area.area_id for area in one.ospf.areas.values()] == [3, 4]
    assert other.routes[pack_prefix(0x01010102, 32)].cost == 6
    alone = Bench().node()
    alone.ospf.add_host(0x01010101)
    assert list(alone.ospf.areas) == [0]


def test_nothing_happens_before_it_is_started_nor_after_it_is_stopped_nor_before_its_time() -> None:
    bench, one, other = two()
    assert one.ospf.deadline_ns() < NEVER
    sent = len(bench.segments[0].carried)
    one.ospf.expired(int(one.ospf.deadline_ns()) - 1)
    assert len(bench.segments[0].carried) == sent
    silent = Bench()
    node = silent.node()
    silent.join([node, silent.node()])
    assert node.ospf.deadline_ns() == NEVER
    node.ospf.expired(10 * SECOND_NS)
    node.ospf.interface_up(node.interfaces[0], 0)
    node.ospf.receive(node.interfaces[0], 0x0A000002, ALL_SPF_ROUTERS, Request(2, 0, []), 0)
    assert (silent.segments[0].carried, node.reasons, node.ospf.deadline_ns()) == ([], [], NEVER)
    one.ospf.stop(bench.now_ns)
    assert one.ospf.deadline_ns() == NEVER
    assert one.routes == {}
    sent = len(bench.segments[0].carried)
    one.ospf.expired(bench.now_ns + 100 * SECOND_NS)
    one.ospf.receive(one.interfaces[0], 0x0A000002, ALL_SPF_ROUTERS, Request(2, 0, []), bench.now_ns)
    assert len(bench.segments[0].carried) == sent
    bench.run(100)
    assert other.neighbour(one) is None


def test_the_ways_of_a_link_that_is_none_of_its_own_are_none() -> None:
    """A router-LSA of an earlier life may say anything."""
    _, one, _ = two()
    calculation = one.ospf.calculation
    resolver = calculation.areas._resolver
    assert resolver.transit_area(RouterLink(VIRTUAL, 9, 0x0A000001, 1)) == -1
    assert resolver.resolve(0, RouterLink(POINT_TO_POINT, 2, 0x0A000001, 1)) == (0, 0x0A000002)
    for link in (
        RouterLink(POINT_TO_POINT, 3, 0x0A000001, 1),
        RouterLink(POINT_TO_POINT, 2, 0x0A000009, 1),
        RouterLink(TRANSIT, 0x0A000002, 0x0A000001, 1),
    ):
        assert resolver.resolve(0, link) is None
    assert resolver.on_link(0, 0x0A000077) == (0, 0x0A000077)
    assert resolver.on_link(0, 0x0A000001) is None
    assert resolver.on_link(0, 0x0A000101) is None
    one.interfaces[0].state = 0
    assert resolver.on_link(0, 0x0A000077) is None
    assert resolver.resolve(0, RouterLink(POINT_TO_POINT, 2, 0x0A000001, 1)) is None


def test_a_neighbour_that_restarts_and_whose_link_falls_is_helped_no_more() -> None:
    """It would be told of for ever, and help nobody else."""
    bench, one, other = two()
    neighbour = one.neighbour(other)
    assert neighbour is not None
    neighbour.helped_until_ns = bench.now_ns + 100 * SECOND_NS
    one.ospf.helps = 1
    one.ospf.interface_down(one.interfaces[0], bench.now_ns)
    assert one.ospf.helps == 0
    assert neighbour.helped_until_ns == 0


@pytest.mark.parametrize(
    ("source", "destination", "state", "area_id", "router_id", "reason"),
    [
        (0x0A000002, ALL_SPF_ROUTERS, None, 0, 2, 0),
        (0x0A000001, ALL_SPF_ROUTERS, None, 0, 2, drop_reasons.OWN_PACKET),
        (0x0A000102, ALL_SPF_ROUTERS, None, 0, 2, drop_reasons.NOT_ON_LINK),
        (0x0A000002, ALL_SPF_ROUTERS, None, 1, 2, drop_reasons.AREA_MISMATCH),
        (0x0A000002, ALL_SPF_ROUTERS, None, 0, 1, drop_reasons.OWN_ROUTER_ID),
        (0x0A000002, ALL_D_ROUTERS, 4, 0, 2, drop_reasons.WRONG_DESTINATION),
        (0x0A000002, ALL_D_ROUTERS, 5, 0, 2, 0),
        (0x0A000002, ALL_D_ROUTERS, 6, 0, 2, 0),
        (0x0A000002, ALL_SPF_ROUTERS, 0, 0, 2, drop_reasons.WRONG_STATE),
        (0x0A000002, ALL_SPF_ROUTERS, 1, 0, 2, drop_reasons.WRONG_STATE),
    ],
)
def test_which_packets_are_believed(
    source: int, destination: int, state: int | None, area_id: int, router_id: int, reason: int
) -> None:
    """Section 8.2."""
    _, one, _ = two("broadcast")
    if state is not None:
        one.interfaces[0].state = state
    packet = Acknowledgement(router_id, area_id, [])
    found = verify_packet(one.ospf, one.interfaces[0], source, destination, packet)
    assert found == (reason or packet)


def test_a_virtual_link_hears_only_what_is_sent_to_it_alone() -> None:
    bench = Bench()
    one, other = bench.node(), bench.node()
    bench.join([one, other], area_id=1)
    link = one.ospf.add_virtual_link(virtual_link(0, 1, 2))
    link.state = 3
    packet = Acknowledgement(2, 0, [])
    assert verify_packet(one.ospf, link, 0x0A000002, 0x0A000001, packet) is packet
    for group in (ALL_SPF_ROUTERS, ALL_D_ROUTERS):
        assert verify_packet(one.ospf, link, 0x0A000002, group, packet) == drop_reasons.AREA_MISMATCH


@pytest.mark.parametrize(
    ("translate", "flags"), [("candidate", FLAG_B | FLAG_E), ("always", FLAG_B | FLAG_E | FLAG_NT)]
)
def test_a_border_router_of_an_nssa_says_so_and_whether_it_always_translates(translate: str, flags: int) -> None:
    """RFC 3101 3.1: by the Nt bit the others know that they need not translate."""
    bench = Bench()
    inside, border, outside = (bench.node() for _ in range(3))
    for node in (inside, border):
        bench.area(node, 1, "nssa", translate=translate)
    bench.join([inside, border], area_id=1)
    bench.join([border, outside])
    inside.ospf.redistribute(0x0D000000, 24, 1, True, 0, 0)
    bench.start()
    bench.run(60)
    body = border.database(1)[lsa_key(ROUTER, 2, 2)].lsa.body
    assert isinstance(body, RouterBody)
    assert body.flags == flags
    assert pack_prefix(0x0D000000, 24) in outside.routes
    assert lsa_key(NSSA, 0x0D000000, 1) in border.database(1)


def test_a_network_that_was_never_told_of_is_withdrawn_without_a_word() -> None:
    bench, one, _ = two()
    bench.run(20)
    before = len(one.originated), len(one.flushed)
    one.ospf.withdraw_external(0x0D000000, 24, bench.now_ns)
    bench.run(20)
    assert (len(one.originated), len(one.flushed)) == before


def test_what_is_told_of_first_makes_a_boundary_router_and_what_is_withdrawn_last_makes_none() -> None:
    bench, one, _ = two()

    def flags() -> int:
        bench.run(20)
        body = one.database()[lsa_key(ROUTER, 1, 1)].lsa.body
        assert isinstance(body, RouterBody)
        return body.flags

    assert flags() == 0
    for number in (1, 2):
        one.ospf.redistribute(number << 24, 8, 1, True, 0, bench.now_ns)
        assert flags() == FLAG_E
    one.ospf.withdraw_external(1 << 24, 8, bench.now_ns)
    assert flags() == FLAG_E
    one.ospf.withdraw_external(2 << 24, 8, bench.now_ns)
    assert flags() == 0


def test_a_neighbour_s_events_are_counted_and_lead_to_full() -> None:
    _, one, other = two()
    neighbour = one.neighbour(other)
    assert neighbour is not None
    assert neighbour.state == FULL
    assert [state for _, _, state in one.states][-1] == FULL
    assert neighbour.events > 4
    assert one.ospf.exchanging == 0
    one.ospf.neighbour_event(neighbour, neighbours.SEQUENCE_MISMATCH)
    assert neighbour.state == neighbours.EX_START


def test_links_are_equal_if_they_say_the_same() -> None:
    """By that a router knows that its LSA need not be sent again."""
    link = RouterLink(1, 2, 3, 4)
    assert link == RouterLink(1, 2, 3, 4)
    assert hash(link) == hash(RouterLink(1, 2, 3, 4))
    for other in (RouterLink(9, 2, 3, 4), RouterLink(1, 9, 3, 4), RouterLink(1, 2, 9, 4), RouterLink(1, 2, 3, 9), 1):
        assert link != other
