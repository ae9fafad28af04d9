"""Which of several paths is taken, and which LSAs are not believed: RFC 2328 sections 16.1 to 16.4, by number."""

from __future__ import annotations

import pytest

from catenet.network.routing.ospf.calculation.calculation import AS_SCOPE, Calculation
from catenet.network.routing.ospf.calculation.routes import EXTERNAL_1, EXTERNAL_2, INTER, INTRA, Hop, OspfRoute
from catenet.network.routing.ospf.lsa.lsa import LS_INFINITY, Lsa, RouterLink, lsa_key
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E, FLAG_V, VIRTUAL
from catenet.network.routing.ospf.settings import AreaSettings
from tests.unit.network.routing.ospf.link_state_maps import (
    SETTLED,
    PlainResolver,
    Say,
    asbr_summary,
    calculation,
    external,
    ip,
    key_of,
    line,
    network,
    router,
    stub,
    summary,
    transit,
)

BORDER = (AreaSettings(0), AreaSettings(1))
"""The areas of a border router."""


def found(
    said: list[Say], prefix: str, areas: tuple[AreaSettings, ...] = SETTLED, compatible: bool = False
) -> OspfRoute:
    route = calculation(1, areas, said, rfc1583_compatible=compatible).routes.get(key_of(prefix))
    assert route is not None, prefix
    return route


def missing(said: list[Say], prefix: str, areas: tuple[AreaSettings, ...] = SETTLED) -> bool:
    return key_of(prefix) not in calculation(1, areas, said).routes


def pair(flags: int = 0, cost: int = 1, area: int = 0, far: int = 2) -> list[Say]:
    """Routers 1 and, on a line, another one."""
    return [(area, router(1, line(far, cost, far), flags=FLAG_B)), (area, router(far, line(1, cost), flags=flags))]


def fan(flags: int, costs: dict[int, int], area: int = 0) -> list[Say]:
    """Router 1 with a line to each of some others."""
    said = [(area, router(1, *(line(far, cost, far) for far, cost in costs.items()), flags=FLAG_B))]
    return said + [(area, router(far, line(1, cost), flags=flags)) for far, cost in costs.items()]


# -- 16.1, within an area


def test_16_1_2b_a_link_that_only_one_side_tells_of_is_none() -> None:
    both = [(0, router(1, line(2, 1))), (0, router(2, line(1, 1), stub("10.1.0.0/16", 1)))]
    assert found(both, "10.1.0.0/16").cost == 2
    assert missing([both[0], (0, router(2, stub("10.1.0.0/16", 1)))], "10.1.0.0/16")
    assert missing([(0, router(1)), both[1]], "10.1.0.0/16")


def test_16_1_2b_a_router_that_does_not_name_the_network_is_not_on_it() -> None:
    lan = network(ip("10.9.1.1"), 0xFFFFFF00, [1, 2])
    there = router(2, transit(ip("10.9.1.1"), ip("10.9.1.2"), 5), stub("10.1.0.0/16", 1))
    here = router(1, transit(ip("10.9.1.1"), ip("10.9.1.1"), 3))
    assert found([(0, here), (0, lan), (0, there)], "10.1.0.0/16").cost == 3 + 0 + 1
    assert missing([(0, here), (0, lan), (0, router(2, stub("10.1.0.0/16", 1)))], "10.1.0.0/16")
    assert missing([(0, here), (0, network(ip("10.9.1.1"), 0xFFFFFF00, [1, 3])), (0, there)], "10.1.0.0/16")
    assert missing([(0, here), (0, there)], "10.1.0.0/16")


def test_16_1_1_through_a_network_the_next_hop_is_the_neighbours_address_there() -> None:
    lan = network(ip("10.9.1.1"), 0xFFFFFF00, [2, 1])
    there = router(2, transit(ip("10.9.1.1"), ip("10.9.1.7"), 5), line(3, 1))
    behind = router(3, line(2, 1), stub("10.1.0.0/16", 1))
    here = router(1, transit(ip("10.9.1.1"), ip("10.9.1.4"), 3))
    said: list[Say] = [(0, here), (0, lan), (0, there), (0, behind)]
    number = ip("10.9.1.4") & 0xFFFF
    assert found(said, "10.9.1.0/24").hops == ((number, 0),)
    assert found(said, "10.1.0.0/16").hops == ((number, ip("10.9.1.7")),)


def test_16_1_1_a_network_reached_directly_and_through_a_neighbour_has_both_next_hops() -> None:
    lan = network(ip("10.9.1.1"), 0xFFFFFF00, [1, 2, 3])
    said: list[Say] = [
        (0, router(1, transit(ip("10.9.1.1"), ip("10.9.1.1"), 5), line(2, 2, 2))),
        (0, router(2, line(1, 2), transit(ip("10.9.1.1"), ip("10.9.1.2"), 3))),
        (0, router(3, transit(ip("10.9.1.1"), ip("10.9.1.3"), 1), stub("10.1.0.0/16", 1))),
        (0, lan),
    ]
    number = ip("10.9.1.1") & 0xFFFF
    assert found(said, "10.9.1.0/24").hops == ((2, 2), (number, 0))
    assert found(said, "10.1.0.0/16").hops == ((2, 2), (number, ip("10.9.1.3")))


def test_16_1_parallel_links_are_two_ways_if_they_cost_the_same() -> None:
    there = router(2, line(1, 4), line(1, 4), stub("10.1.0.0/16", 1))
    same = [(0, router(1, line(2, 4, 7), line(2, 4, 8))), (0, there)]
    assert found(same, "10.1.0.0/16").hops == ((7, 2), (8, 2))
    cheaper = [(0, router(1, line(2, 4, 7), line(2, 3, 8))), (0, there)]
    assert found(cheaper, "10.1.0.0/16").hops == ((8, 2),)
    assert found(cheaper, "10.1.0.0/16").cost == 4


def test_16_1_two_networks_with_one_link_state_id_are_that_of_the_highest_router() -> None:
    address = ip("10.9.1.1")
    said: list[Say] = [
        (0, router(1, transit(address, ip("10.9.1.4"), 1))),
        (0, router(2, transit(address, ip("10.9.1.1"), 1))),
        (0, network(address, 0xFFFFFF00, [3, 1])),
        (0, network(address, 0xFFFF0000, [2, 1])),
    ]
    assert found(said, "10.9.1.0/24").origin == lsa_key(2, address, 3)
    assert missing(said, "10.9.0.0/16")


def test_16_1_stub_links_of_the_same_cost_share_their_next_hops_and_the_cheaper_one_wins() -> None:
    said = fan(0, {2: 1, 3: 1})
    said[1:] = [(0, router(2, line(1, 1), stub("10.1.0.0/16", 2))), (0, router(3, line(1, 1), stub("10.1.0.0/16", 2)))]
    assert found(said, "10.1.0.0/16").hops == ((2, 2), (3, 3))
    assert found(said, "10.1.0.0/16").origin == lsa_key(1, 2, 2)
    said[2] = (0, router(3, line(1, 1), stub("10.1.0.0/16", 1)))
    assert found(said, "10.1.0.0/16").hops == ((3, 3),)


def test_16_1_a_link_of_the_routers_own_that_leads_nowhere_carries_nothing() -> None:
    here = router(1, line(2, 1, 2), stub("10.1.1.9/32", 0))
    said = [(0, here), (0, router(2, line(1, 1), stub("10.1.1.9/32", 0), stub("10.1.0.0/16", 0)))]
    assert found(said, "10.1.1.9/32").hops == ()
    assert found(said, "10.1.0.0/16").hops == ((2, 2),)


@pytest.mark.parametrize("backwards", [False, True])
def test_16_1_routers_joined_by_links_that_cost_nothing_do_not_hold_up_each_other(backwards: bool) -> None:
    ring: list[Say] = [
        (0, router(1, line(2, 1, 2), line(3, 1, 3))),
        (0, router(2, line(1, 1), line(3, 0), stub("10.1.0.0/16", 1))),
        (0, router(3, line(1, 1), line(2, 0))),
    ]
    here = calculation(1, SETTLED, ring[::-1] if backwards else ring)
    assert here.routes[key_of("10.1.0.0/16")].hops == ((2, 2), (3, 3))
    here.change(0, ring[0][1], router(1, line(3, 1, 3)))
    assert [change.new.hops for change in here.run() if change.new] == [((3, 3),)]
    here.change(0, None, router(1))
    assert [change.new for change in here.run()] == [None]


def test_16_1_1_only_so_many_next_hops_are_used() -> None:
    costs = dict.fromkeys(range(2, 9), 1)
    said = fan(0, costs)
    said += [(0, router(9, *(line(far, 1) for far in costs), stub("10.1.0.0/16", 1)))]
    said[1:8] = [(0, router(far, line(1, 1), line(9, 1))) for far in costs]
    few = calculation(1, SETTLED, said, max_paths=3).routes[key_of("10.1.0.0/16")]
    assert few.hops == ((2, 2), (3, 3), (4, 4))
    assert len(found(said, "10.1.0.0/16").hops) == 7


def test_16_1_4_a_virtual_link_ends_at_the_address_that_faces_the_root() -> None:
    """Hellos to an address on another network of that router would take another way, and may come from elsewhere."""
    near, far = ip("10.9.1.1"), ip("10.9.2.2")
    said = [
        (0, router(1, transit(near, near, 3))), (0, network(near, 0xFFFFFF00, [1, 2])),
        (0, network(far, 0xFFFFFF00, [2, 3])), (0, router(3, transit(far, ip("10.9.2.3"), 1))),
        (0, router(2, transit(far, far, 5), stub("10.7.0.0/16", 1), transit(near, ip("10.9.1.2"), 5))),
    ]  # fmt: skip
    topology = calculation(1, SETTLED, said).areas[0].topology
    assert topology.address_towards_root(topology.vertex(2)) == ip("10.9.1.2")
    assert topology.address_towards_root(topology.vertex(3)) == ip("10.9.2.3")


# -- 16.2, between areas


def test_16_2_the_cost_is_that_to_the_border_router_and_its_own() -> None:
    said = [*pair(FLAG_B, cost=7), (0, summary(2, "10.1.0.0/16", 5))]
    route = found(said, "10.1.0.0/16")
    assert (route.path_type, route.cost, route.hops, route.area_id) == (INTER, 12, ((2, 2),), 0)


def test_16_2_1_infinity_and_16_2_2_what_the_router_says_itself_are_not_believed() -> None:
    assert missing([*pair(FLAG_B), (0, summary(2, "10.1.0.0/16", LS_INFINITY))], "10.1.0.0/16")
    assert missing([*pair(FLAG_B), (0, summary(1, "10.1.0.0/16", 1))], "10.1.0.0/16")


def test_16_2_3_what_is_told_of_the_routers_own_range_is_not_believed_while_the_range_is_active() -> None:
    areas = (AreaSettings(0), AreaSettings(1, ranges=[(ip("10.1.0.0"), 16, True)]))
    told = [*pair(FLAG_B), (0, summary(2, "10.1.0.0/16", 1)), (0, summary(2, "10.1.9.0/24", 1))]
    assert found(told, "10.1.0.0/16", areas).path_type == INTER
    active = [*told, (1, router(1, stub("10.1.1.0/24", 1)))]
    assert found(active, "10.1.0.0/16", areas).is_discard
    assert found(active, "10.1.9.0/24", areas).path_type == INTER


def test_11_1_an_active_range_has_a_discard_entry_on_a_border_router_and_nowhere_else() -> None:
    areas = (AreaSettings(0), AreaSettings(1, ranges=[(ip("10.1.0.0"), 16, False), (ip("10.1.128.0"), 17, True)]))
    inside = [(1, router(1, stub("10.1.129.0/24", 1))), (AS_SCOPE, external(2, "10.1.128.0/17", 1))]
    said = [*pair(FLAG_B | FLAG_E), *inside]
    entry = found(said, "10.1.128.0/17", areas)
    assert (entry.is_discard, entry.path_type, entry.area_id, entry.hops) == (True, INTER, 1, ())
    assert missing(said, "10.1.0.0/16", areas), "no network is in this range rather than in the longer one"
    exact = [*said, (1, router(1, stub("10.1.128.0/17", 1)))]
    assert found(exact, "10.1.128.0/17", areas).path_type == INTRA
    here = calculation(1, areas, said)
    here.set_attached(0, False)
    here.run()
    assert here.route(ip("10.1.128.0"), 17) is None, "a router within the area passes on what it has no route for"
    here.set_attached(0, True)
    here.run()
    assert here.routes[key_of("10.1.128.0/17")].is_discard


def test_11_1_a_forwarding_address_in_a_range_that_lacks_it_is_not_reached() -> None:
    areas = (AreaSettings(0), AreaSettings(1, ranges=[(ip("10.1.0.0"), 16, True)]))
    said = [*pair(FLAG_B | FLAG_E), (0, summary(2, "0.0.0.0/0", 1)), (1, router(1, stub("10.1.1.0/24", 1)))]
    reached = [*said, (AS_SCOPE, external(2, "12.0.0.0/8", 1, forwarding=ip("10.2.0.9")))]
    assert found(reached, "12.0.0.0/8", areas).cost == 1 + 1 + 1
    lacked = [*said, (AS_SCOPE, external(2, "12.0.0.0/8", 1, forwarding=ip("10.1.2.9")))]
    assert missing(lacked, "12.0.0.0/8", areas)


def test_16_2_4_a_border_router_that_is_not_reached_or_is_none_is_not_believed() -> None:
    assert missing([*pair(0), (0, summary(2, "10.1.0.0/16", 1))], "10.1.0.0/16")
    assert missing([*pair(FLAG_B), (0, summary(3, "10.1.0.0/16", 1))], "10.1.0.0/16")


def test_16_2_6_within_the_area_comes_first_whatever_it_costs() -> None:
    said = [*fan(FLAG_B, {2: 1, 3: 50}), (0, summary(2, "10.1.0.0/16", 1))]
    said[2] = (0, router(3, line(1, 50), stub("10.1.0.0/16", 50)))
    assert (found(said, "10.1.0.0/16").path_type, found(said, "10.1.0.0/16").cost) == (INTRA, 100)


def test_16_2_6_of_two_border_routers_the_cheaper_and_if_equal_both() -> None:
    said = [*fan(FLAG_B, {2: 1, 3: 2}), (0, summary(2, "10.1.0.0/16", 5)), (0, summary(3, "10.1.0.0/16", 4))]
    assert found(said, "10.1.0.0/16").hops == ((2, 2), (3, 3))
    said[-1] = (0, summary(3, "10.1.0.0/16", 5))
    assert found(said, "10.1.0.0/16").hops == ((2, 2),)


def test_16_2_a_border_router_believes_summaries_of_the_backbone_alone() -> None:
    said = [*pair(FLAG_B, area=1), (1, summary(2, "10.1.0.0/16", 1))]
    assert missing(said, "10.1.0.0/16", BORDER)
    assert found(said, "10.1.0.0/16", (AreaSettings(1),)).path_type == INTER
    assert found([*said, *pair(FLAG_B), (0, summary(2, "10.1.0.0/16", 9))], "10.1.0.0/16", BORDER).cost == 10


def test_3509_2_who_loses_the_backbone_believes_other_areas_again() -> None:
    said = [*pair(FLAG_B, area=1), (1, summary(2, "10.1.0.0/16", 1))]
    here = calculation(1, BORDER, said)
    assert here.is_border_router
    here.set_attached(0, False)
    changes = here.run()
    assert not here.is_border_router
    assert [change.new.cost for change in changes if change.new is not None] == [2]


# -- 16.3, through a transit area


@pytest.mark.parametrize(
    ("told", "cost", "hops"), [(3, 4, {2}), (60, 61, {2, 4}), (61, 61, {4}), (LS_INFINITY, 61, {4})]
)
def test_16_3_a_border_router_of_the_transit_area_may_know_a_shorter_way(told: int, cost: int, hops: set[int]) -> None:
    """By the virtual link to 3 alone, over 4, all would go the long way round."""
    said = [
        (0, router(1, RouterLink(VIRTUAL, 3, 1, 11), flags=FLAG_B)),
        (0, router(3, RouterLink(VIRTUAL, 1, 3, 11), stub("10.7.0.0/16", 50), flags=FLAG_B)),
        (1, router(1, line(2, 1, 2), line(4, 1, 4), flags=FLAG_B | FLAG_V)), (1, router(2, line(1, 1), flags=FLAG_B)),
        (1, router(4, line(1, 1), line(3, 10))), (1, router(3, line(4, 10), flags=FLAG_B | FLAG_V)),
        (1, summary(2, "10.7.0.0/16", told)),
    ]  # fmt: skip
    route = found(said, "10.7.0.0/16", BORDER)
    assert (route.path_type, route.area_id, route.cost) == (INTRA, 0, cost)
    assert {number - 1000 for number, _ in route.hops} == hops, "of area 1"


# -- 16.4, the outside


def test_16_4_type_1_adds_the_way_and_type_2_does_not() -> None:
    first = found([*pair(FLAG_E, cost=7), (AS_SCOPE, external(2, "12.0.0.0/8", 5))], "12.0.0.0/8")
    assert (first.path_type, first.cost, first.cost2) == (EXTERNAL_1, 12, 0)
    second = found([*pair(FLAG_E, cost=7), (AS_SCOPE, external(2, "12.0.0.0/8", 5, True, tag=9))], "12.0.0.0/8")
    assert (second.path_type, second.cost, second.cost2, second.tag) == (EXTERNAL_2, 7, 5, 9)


def test_16_4_1_2_and_3_what_is_not_believed() -> None:
    assert missing([*pair(FLAG_E), (AS_SCOPE, external(2, "12.0.0.0/8", LS_INFINITY))], "12.0.0.0/8")
    assert missing([*pair(FLAG_E), (AS_SCOPE, external(1, "12.0.0.0/8", 1))], "12.0.0.0/8")
    assert missing([*pair(0), (AS_SCOPE, external(2, "12.0.0.0/8", 1))], "12.0.0.0/8")
    assert missing([*pair(FLAG_E), (AS_SCOPE, external(3, "12.0.0.0/8", 1))], "12.0.0.0/8")


def test_16_4_3_a_forwarding_address_is_where_packets_go() -> None:
    lan = network(ip("10.9.1.1"), 0xFFFFFF00, [2, 1])
    said = [
        (0, router(1, transit(ip("10.9.1.1"), ip("10.9.1.4"), 3))),
        (0, router(2, transit(ip("10.9.1.1"), ip("10.9.1.1"), 3), flags=FLAG_E)),
        (0, lan),
        (AS_SCOPE, external(2, "12.0.0.0/8", 5, forwarding=ip("10.9.1.77"))),
    ]
    route = found(said, "12.0.0.0/8")
    assert (route.cost, route.hops) == (8, ((ip("10.9.1.4") & 0xFFFF, ip("10.9.1.77")),))


def test_16_4_3_a_forwarding_address_that_is_not_inside_the_as_makes_the_lsa_useless() -> None:
    said = [*pair(FLAG_E), (AS_SCOPE, external(2, "12.0.0.0/8", 5, forwarding=ip("99.0.0.1")))]
    assert missing(said, "12.0.0.0/8")
    assert missing([*said, (AS_SCOPE, external(2, "99.0.0.0/8", 5))], "12.0.0.0/8")
    assert found(
        [*said, (0, summary(2, "99.0.0.0/8", 3)), (0, router(2, line(1, 1), flags=FLAG_E | FLAG_B))], "12.0.0.0/8"
    )


def test_16_4_6a_inside_comes_before_outside() -> None:
    said = [*pair(FLAG_E | FLAG_B), (AS_SCOPE, external(2, "10.1.0.0/16", 1)), (0, summary(2, "10.1.0.0/16", 100))]
    assert found(said, "10.1.0.0/16").path_type == INTER
    assert found(said[:-1], "10.1.0.0/16").path_type == EXTERNAL_1


def test_16_4_6b_type_1_comes_before_type_2_and_of_type_2_the_least_metric() -> None:
    said = [*fan(FLAG_E, {2: 90, 3: 1}), (AS_SCOPE, external(2, "12.0.0.0/8", 90))]
    said += [(AS_SCOPE, external(3, "12.0.0.0/8", 1, True))]
    assert found(said, "12.0.0.0/8").path_type == EXTERNAL_1
    said[-2] = (AS_SCOPE, external(2, "12.0.0.0/8", 0, True))
    route = found(said, "12.0.0.0/8")
    assert (route.path_type, route.cost, route.cost2, route.hops) == (EXTERNAL_2, 90, 0, ((2, 2),))


def by_areas(backbone_cost: int, area_cost: int) -> list[Say]:
    """Boundary routers 2 in the backbone and 3 in area 1 tell of the same network at no cost."""
    here = FLAG_B
    return [
        (0, router(1, line(2, backbone_cost, 2), flags=here)), (0, router(2, line(1, 1), flags=FLAG_E)),
        (1, router(1, line(3, area_cost, 3), flags=here)), (1, router(3, line(1, 1), flags=FLAG_E)),
        (AS_SCOPE, external(2, "12.0.0.0/8", 0)), (AS_SCOPE, external(3, "12.0.0.0/8", 0)),
    ]  # fmt: skip


def test_16_4_6c_and_16_4_1_a_path_within_an_area_that_is_not_the_backbone_comes_first() -> None:
    assert found(by_areas(1, 50), "12.0.0.0/8", BORDER).hops == ((1003, 3),)


def test_16_4_6d_with_rfc_1583_the_cost_alone_counts() -> None:
    assert found(by_areas(1, 50), "12.0.0.0/8", BORDER, compatible=True).hops == ((2, 2),)
    assert found(by_areas(7, 7), "12.0.0.0/8", BORDER, compatible=True).hops == ((2, 2), (1003, 3))


def test_16_4_6d_paths_that_cost_the_same_share_their_next_hops() -> None:
    said = [
        *fan(FLAG_E, {2: 1, 3: 2}),
        (AS_SCOPE, external(2, "12.0.0.0/8", 5)),
        (AS_SCOPE, external(3, "12.0.0.0/8", 4)),
    ]
    assert found(said, "12.0.0.0/8").hops == ((2, 2), (3, 3))
    assert found(said, "12.0.0.0/8").origin == lsa_key(5, ip("12.0.0.0"), 3)


def test_16_4_3_a_boundary_router_in_two_areas_is_reached_through_the_one_that_16_4_1_prefers() -> None:
    said = [
        (0, router(1, line(2, 1, 2), flags=FLAG_B)), (0, router(2, line(1, 1), flags=FLAG_E | FLAG_B)),
        (1, router(1, line(2, 9, 9), flags=FLAG_B)), (1, router(2, line(1, 1), flags=FLAG_E | FLAG_B)),
        (AS_SCOPE, external(2, "12.0.0.0/8", 0)),
    ]  # fmt: skip
    assert found(said, "12.0.0.0/8", BORDER).hops == ((1009, 2),)
    assert found(said, "12.0.0.0/8", BORDER, compatible=True).hops == ((2, 2),)


def test_16_4_3_at_equal_cost_the_area_with_the_largest_number() -> None:
    areas = (AreaSettings(0), AreaSettings(1), AreaSettings(2))
    said = [(area, lsa) for area in (1, 2) for _, lsa in pair(FLAG_E, cost=4)]
    said += [(AS_SCOPE, external(2, "12.0.0.0/8", 0))]
    assert found(said, "12.0.0.0/8", areas).area_id == 2


def test_16_2_a_boundary_router_of_another_area_is_known_by_its_summary() -> None:
    said = [*pair(FLAG_B, cost=3), (0, asbr_summary(2, 9, 4)), (AS_SCOPE, external(9, "12.0.0.0/8", 5))]
    assert found(said, "12.0.0.0/8").cost == 12
    nearby = [(0, router(9, line(1, 30), flags=FLAG_E)), (0, router(1, line(2, 3, 2), line(9, 30, 9), flags=FLAG_B))]
    assert found([*said[1:], *nearby], "12.0.0.0/8").cost == 35, "within the area it comes first (section 11)"


def test_16_2_a_boundary_router_that_is_told_to_be_unreachable_gets_no_packets() -> None:
    """Packets to its networks would follow a summary that was withdrawn, into nowhere."""
    outside = (AS_SCOPE, external(9, "12.0.0.0/8", 5))
    assert missing([*pair(FLAG_B), (0, asbr_summary(2, 9, LS_INFINITY)), outside], "12.0.0.0/8")
    assert found([*pair(FLAG_B), (0, asbr_summary(2, 9, LS_INFINITY - 2)), outside], "12.0.0.0/8").cost > 5


def test_16_2_a_border_router_reaches_boundary_routers_of_other_areas_through_the_backbone_alone() -> None:
    said = [*pair(FLAG_B, area=1), *fan(FLAG_B, {3: 1}), (AS_SCOPE, external(9, "12.0.0.0/8", 5))]
    assert missing([*said, (1, asbr_summary(2, 9, 4))], "12.0.0.0/8", BORDER)
    assert found([*said, (0, asbr_summary(3, 9, 4))], "12.0.0.0/8", BORDER).cost == 10


# -- runs


@pytest.fixture
def settled() -> Calculation:
    """Router 1, a line to router 2, which is a border and a boundary router."""
    return calculation(1, SETTLED, pair(FLAG_B | FLAG_E))


def runs(here: Calculation, area: int, old: Lsa | None, new: Lsa | None) -> tuple[int, list[tuple[int, int]]]:
    """How often a change runs the tree, and the networks that it changes, with the cause."""
    before = here.areas[0].topology.tree_runs
    here.change(area, old, new)
    changes = here.run()
    return here.areas[0].topology.tree_runs - before, [(change.key, change.cause) for change in changes]


def test_16_5_and_16_6_summaries_externals_and_stubs_do_not_run_the_tree(settled: Calculation) -> None:
    one = summary(2, "10.1.0.0/16", 5)
    assert runs(settled, 0, None, one) == (0, [(key_of("10.1.0.0/16"), one.key)])
    other = external(2, "12.0.0.0/8", 5)
    assert runs(settled, AS_SCOPE, None, other) == (0, [(key_of("12.0.0.0/8"), other.key)])
    _, before = pair(FLAG_B | FLAG_E)[1]
    after = router(2, line(1, 1), stub("10.2.0.0/16", 1), flags=FLAG_B | FLAG_E)
    assert runs(settled, 0, before, after) == (0, [(key_of("10.2.0.0/16"), after.key)])
    dearer = router(2, line(1, 2), stub("10.2.0.0/16", 1), flags=FLAG_B | FLAG_E)
    assert runs(settled, 0, after, dearer) == (1, [])


def test_a_change_names_the_lsa_that_brought_it_about(settled: Calculation) -> None:
    told = [summary(2, "10.1.0.0/16", 5), external(2, "12.0.0.0/8", 5)]
    settled.change(0, None, told[0])
    settled.change(AS_SCOPE, None, told[1])
    settled.run()
    _, before = pair()[0]
    dearer = router(1, line(2, 7, 2), flags=FLAG_B)
    settled.change(0, before, dearer)
    changes = settled.run()
    assert {change.key: change.cause for change in changes} == {
        key_of("10.1.0.0/16"): dearer.key,
        key_of("12.0.0.0/8"): dearer.key,
    }
    assert [(change.old.cost, change.new.cost) for change in changes if change.old and change.new] == [(6, 12), (6, 12)]


def test_another_tag_or_another_lsa_is_a_change_though_the_way_is_the_same(settled: Calculation) -> None:
    """A filter elsewhere goes by the tag; and whoever asks why a route is there is told of an LSA that exists."""
    one, other = (external(2, "12.0.0.0/8", 5, tag=tag) for tag in (7, 8))
    runs(settled, AS_SCOPE, None, one)
    assert runs(settled, AS_SCOPE, one, other) == (0, [(key_of("12.0.0.0/8"), other.key)])
    assert settled.routes[key_of("12.0.0.0/8")].tag == 8
    plain = summary(2, "10.1.0.0/16", 5)
    with_host_bits = Lsa(plain.type, ip("10.1.255.255"), 2, plain.options, plain.sequence, plain.body)
    runs(settled, 0, None, plain)
    settled.change(0, plain, None)
    settled.change(0, None, with_host_bits)
    assert [change.key for change in settled.run()] == [key_of("10.1.0.0/16")]
    assert settled.routes[key_of("10.1.0.0/16")].origin == with_host_bits.key


class Moving(PlainResolver):
    """A neighbour whose address may become another."""

    def __init__(self) -> None:
        super().__init__()
        self.gateway: int | None = 2

    def resolve(self, area_id: int, link: RouterLink) -> Hop | None:
        return None if self.gateway is None else (2, self.gateway)


def test_links_that_lead_elsewhere_change_next_hops_without_an_lsa() -> None:
    links = Moving()
    here = calculation(1, SETTLED, [*pair(FLAG_B), (0, summary(2, "10.1.0.0/16", 5))], links)
    for gateway, hops in ((77, [((2, 2),), ((2, 77),)]), (None, [((2, 77),), None]), (5, [None, ((2, 5),)])):
        links.gateway = gateway
        here.links_changed(0)
        assert here.is_pending
        (change,) = here.run()
        assert [None if one is None else one.hops for one in (change.old, change.new)] == hops
        assert change.cause == 0
