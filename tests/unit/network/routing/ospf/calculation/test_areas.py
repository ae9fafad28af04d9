"""Areas, networks outside, and what border routers tell (RFC 2328 sections 3 and 12.4, RFC 3101)."""

from __future__ import annotations

import pytest

from catenet.network.routing.ospf import tracing
from catenet.network.routing.ospf.calculation.routes import EXTERNAL_1, EXTERNAL_2, INTER, INTRA
from catenet.network.routing.ospf.lsa.lsa import (
    ASBR_SUMMARY,
    EXTERNAL,
    NP_BIT,
    NSSA,
    ROUTER,
    SUMMARY,
    ExternalBody,
    RouterBody,
    lsa_key,
)
from catenet.network.routing.ospf.lsa.prefixes import pack_prefix
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E
from tests.unit.network.routing.ospf.tiny_network import Bench, Node

DEFAULT = pack_prefix(0, 0)
OUTSIDE = pack_prefix(0x0D000000, 24)


def three_areas(kind: str = "normal", **chosen: object) -> tuple[Bench, list[Node]]:
    """Router 1 inside area 1, border router 2, 3 in the backbone, border router 4, router 5 inside area 2.

    Area 1 is of that kind.  The segments are 10.0.0.0/24 (area 1), .1 and .2 (backbone), .3 (area 2).
    """
    bench = Bench()
    nodes = [bench.node() for _ in range(5)]
    for node in nodes[:2]:
        bench.area(node, 1, kind, **chosen)
    for place, area_id in enumerate((1, 0, 0, 2)):
        bench.join(nodes[place : place + 2], area_id=area_id)
    return bench, nodes


def started(kind: str = "normal", **chosen: object) -> tuple[Bench, list[Node]]:
    bench, nodes = three_areas(kind, **chosen)
    bench.start()
    bench.run(40)
    return bench, nodes


def types(node: Node, area_id: int) -> dict[int, int]:
    """How many LSAs of each type a router has of an area."""
    found: dict[int, int] = {}
    for key in node.live(area_id):
        found[key >> 64] = found.get(key >> 64, 0) + 1
    return found


def flags(node: Node, area_id: int) -> int:
    body = node.database(area_id)[lsa_key(ROUTER, node.router_id, node.router_id)].lsa.body
    assert isinstance(body, RouterBody)
    return body.flags


def test_routes_lead_from_area_to_area() -> None:
    bench, nodes = started()
    for node in nodes:
        assert len(node.routes) == 4
    far = nodes[0].routes[pack_prefix(0x0A000300, 24)]
    assert (far.path_type, far.cost, far.area_id) == (INTER, 4, 1)
    near = nodes[0].routes[pack_prefix(0x0A000000, 24)]
    assert near.path_type == INTRA
    bench.assert_equal_databases(nodes[:2], 1)
    bench.assert_equal_databases(nodes[1:4], 0)
    bench.assert_equal_databases(nodes[3:], 2)
    assert flags(nodes[1], 1) == flags(nodes[1], 0) == FLAG_B
    assert flags(nodes[2], 0) == 0


def test_a_cut_in_one_area_is_a_summary_gone_in_the_others() -> None:
    bench, nodes = started()
    bench.segments[3].cut()
    bench.run(20)
    assert pack_prefix(0x0A000300, 24) not in nodes[0].routes
    assert len(nodes[0].routes) == 3
    bench.segments[3].heal()
    bench.run(40)
    assert pack_prefix(0x0A000300, 24) in nodes[0].routes


def test_a_border_router_that_loses_the_backbone_is_none_any_more() -> None:
    bench, nodes = started()
    bench.segments[1].cut()
    bench.run(30)
    assert flags(nodes[1], 1) == 0
    assert list(nodes[0].routes) == [pack_prefix(0x0A000000, 24)]
    assert not any(key >> 64 == SUMMARY and key & 0xFFFFFFFF == 2 for key in nodes[0].live(1))
    bench.segments[1].heal()
    bench.run(40)
    assert flags(nodes[1], 1) == FLAG_B
    assert len(nodes[0].routes) == 4


@pytest.mark.parametrize("type2", [False, True])
def test_a_network_outside_is_known_in_all_normal_areas(type2: bool) -> None:
    bench, nodes = started()
    nodes[4].ospf.redistribute(0x0D000000, 24, 20, type2, 99, bench.now_ns)
    bench.run(10)
    route = nodes[0].routes[OUTSIDE]
    if type2:
        assert (route.path_type, route.cost, route.cost2) == (EXTERNAL_2, 4, 20)
    else:
        assert (route.path_type, route.cost) == (EXTERNAL_1, 24)
    assert route.tag == 99
    assert flags(nodes[4], 2) == FLAG_E
    assert types(nodes[0], 1)[ASBR_SUMMARY] == 1, "the border router says how far the boundary router is"
    nodes[4].ospf.withdraw_external(0x0D000000, 24, bench.now_ns)
    bench.run(20)
    assert OUTSIDE not in nodes[0].routes
    assert flags(nodes[4], 2) == 0
    assert ASBR_SUMMARY not in types(nodes[0], 1)


def test_networks_of_one_address_and_several_lengths_get_ids_of_their_own() -> None:
    bench, nodes = started()
    for length in (8, 16, 24):
        nodes[4].ospf.redistribute(0x0D000000, length, length, True, 0, bench.now_ns)
    bench.run(10)
    assert len(nodes[0].ospf.externals.database) == 3
    for length in (8, 16, 24):
        assert nodes[0].routes[pack_prefix(0x0D000000, length)].cost2 == length


def test_into_a_stub_area_comes_a_default_route_and_nothing_from_outside() -> None:
    bench, nodes = started("stub", default_cost=7)
    nodes[4].ospf.redistribute(0x0D000000, 24, 20, True, 0, bench.now_ns)
    bench.run(10)
    assert len(nodes[0].ospf.externals.database) == 0
    assert OUTSIDE in nodes[1].routes
    assert OUTSIDE not in nodes[0].routes
    assert (nodes[0].routes[DEFAULT].cost, nodes[0].routes[DEFAULT].path_type) == (8, INTER)
    assert len(nodes[0].routes) == 5
    assert ASBR_SUMMARY not in types(nodes[0], 1)
    assert DEFAULT not in nodes[1].routes


def test_into_a_totally_stubby_area_comes_the_default_route_alone() -> None:
    _, nodes = started("totally-stubby")
    assert sorted(nodes[0].routes) == [DEFAULT, pack_prefix(0x0A000000, 24)]
    assert types(nodes[0], 1) == {ROUTER: 2, SUMMARY: 1}
    assert pack_prefix(0x0A000000, 24) in nodes[4].routes, "the others know of it all the same"


def test_a_router_in_a_stub_area_tells_nothing_of_the_outside() -> None:
    bench, nodes = started("stub")
    nodes[0].ospf.redistribute(0x0D000000, 24, 20, True, 0, bench.now_ns)
    bench.run(10)
    assert flags(nodes[0], 1) == 0
    assert not any(OUTSIDE in node.routes for node in nodes)


@pytest.mark.parametrize("kind", ["nssa", "totally-nssa"])
def test_what_is_outside_of_a_not_so_stubby_area_is_translated(kind: str) -> None:
    bench, nodes = started(kind)
    nodes[0].ospf.redistribute(0x0D000000, 24, 20, True, 99, bench.now_ns)
    nodes[4].ospf.redistribute(0x0E000000, 24, 20, True, 0, bench.now_ns)
    bench.run(20)
    lsa = nodes[0].database(1)[lsa_key(NSSA, 0x0D000000, 1)].lsa
    assert lsa.options & NP_BIT
    assert isinstance(lsa.body, ExternalBody)
    assert lsa.body.forwarding == nodes[0].interfaces[0].address
    route = nodes[4].routes[OUTSIDE]
    assert (route.path_type, route.cost2, route.tag, route.advertising_router) == (EXTERNAL_2, 20, 99, 2)
    assert flags(nodes[1], 0) == FLAG_B | FLAG_E
    assert pack_prefix(0x0E000000, 24) not in nodes[0].routes
    assert DEFAULT in nodes[0].routes
    assert len(nodes[0].ospf.externals.database) == 0
    nodes[0].ospf.withdraw_external(0x0D000000, 24, bench.now_ns)
    bench.run(20)
    assert OUTSIDE not in nodes[4].routes
    assert lsa_key(EXTERNAL, 0x0D000000, 2) not in nodes[4].ospf.externals.database.entries


def test_of_two_border_routers_of_an_nssa_the_higher_translates_and_the_other_when_it_is_gone() -> None:
    bench = Bench()
    nodes = [bench.node() for _ in range(4)]
    for node in nodes[:3]:
        bench.area(node, 1, "nssa")
    bench.join([nodes[0], nodes[1]], area_id=1)
    bench.join([nodes[0], nodes[2]], area_id=1)
    bench.join([nodes[1], nodes[3]])
    bench.join([nodes[2], nodes[3]])
    nodes[0].ospf.redistribute(0x0D000000, 24, 20, True, 0, 0)
    bench.start()
    bench.run(60)
    assert [lsa & 0xFFFFFFFF for lsa in nodes[3].ospf.externals.database.entries] == [3]
    bench.segments[1].cut()
    bench.segments[3].cut()
    bench.run(100)
    route = nodes[3].routes[OUTSIDE]
    assert route.advertising_router == 2
    assert route.hops == ((0, nodes[1].interfaces[1].address),)


def test_a_border_router_of_an_nssa_tells_it_and_the_others_itself() -> None:
    bench, nodes = started("nssa")
    nodes[1].ospf.redistribute(0x0D000000, 24, 20, False, 0, bench.now_ns)
    bench.run(20)
    lsa = nodes[0].database(1)[lsa_key(NSSA, 0x0D000000, 2)].lsa
    assert not lsa.options & NP_BIT, "not to be translated"
    assert nodes[0].routes[OUTSIDE].cost == 21
    assert nodes[4].routes[OUTSIDE].cost == 23
    assert list(nodes[4].ospf.externals.database.entries) == [lsa_key(EXTERNAL, 0x0D000000, 2)]


def test_a_range_is_told_as_one_network_or_not_at_all() -> None:
    for told in (True, False):
        bench = Bench()
        nodes = [bench.node() for _ in range(3)]
        bench.area(nodes[0], 0)
        bench.area(nodes[1], 1, ranges=[(0x0B000000, 16, told)])
        bench.join([nodes[0], nodes[1]], area_id=1)
        bench.join([nodes[1], nodes[2]])
        for number in range(5):
            nodes[0].ospf.add_host(0x0B000001 + (number << 8), number, 1)
        bench.start()
        bench.run(30)
        of_range = {key: route for key, route in nodes[2].routes.items() if key >> 30 == 0x0B}
        if told:
            assert {key: route.cost for key, route in of_range.items()} == {pack_prefix(0x0B000000, 16): 6}
        else:
            assert of_range == {}


def test_the_forwarding_address_of_an_external_is_where_packets_go() -> None:
    """A router beyond the edge, on a network that two of ours are on, is named by one of them."""
    bench = Bench()
    nodes = [bench.node() for _ in range(3)]
    bench.join(nodes[:2])
    bench.join(nodes, "broadcast")
    bench.start()
    bench.run(80)
    nodes[1].ospf.redistribute(0x0D000000, 24, 20, True, 0, bench.now_ns, 0x0A000142)
    bench.run(10)
    assert nodes[0].routes[OUTSIDE].hops == ((1, 0x0A000142),)


def test_a_change_of_a_route_names_the_lsa_and_who_sent_it() -> None:
    bench, nodes = started()
    nodes[0].causes.clear()
    nodes[4].ospf.redistribute(0x0D000000, 24, 20, True, 0, bench.now_ns)
    bench.run(10)
    ((change, received_from),) = nodes[0].causes
    assert change.key == OUTSIDE
    assert change.cause == lsa_key(EXTERNAL, 0x0D000000, 5) or change.cause >> 64 == ASBR_SUMMARY
    assert received_from == 2


def test_a_summary_changes_once_for_a_change() -> None:
    bench, nodes = started()
    nodes[1].originated.clear()
    nodes[0].ospf.set_cost(nodes[0].interfaces[0], 3, bench.now_ns)
    bench.run(4)
    assert nodes[1].originated == [], "its own way into the area costs as much as before"
    bench.run(20)
    nodes[1].ospf.set_cost(nodes[1].interfaces[0], 3, bench.now_ns)
    bench.run(4)
    said = [(area_id, lsa.type, cause) for _, area_id, lsa, cause in nodes[1].originated]
    assert said == [(1, ROUTER, tracing.CHANGED), (0, SUMMARY, tracing.CHANGED)]


def test_an_external_of_an_nssa_is_forwarded_to_an_address_that_is_up() -> None:
    """RFC 3101 section 2.3: packets sent to an interface that is down never arrive."""
    bench = Bench()
    nodes = [bench.node() for _ in range(4)]
    for node in nodes[:3]:
        bench.area(node, 1, "nssa")
    bench.join([nodes[0], nodes[1]], area_id=1)
    bench.join([nodes[0], nodes[2]], area_id=1)
    bench.join([nodes[1], nodes[3]])
    nodes[0].ospf.redistribute(0x0D000000, 24, 20, True, 0, 0)
    bench.start()
    bench.run(60)

    def forwarding() -> int:
        body = nodes[0].database(1)[lsa_key(NSSA, 0x0D000000, 1)].lsa.body
        assert isinstance(body, ExternalBody)
        return body.forwarding

    assert forwarding() == nodes[0].interfaces[0].address
    bench.segments[0].cut()
    bench.run(60)
    assert forwarding() == nodes[0].interfaces[1].address
