"""The map of one area: what is asked of it besides the routes."""

from __future__ import annotations

from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.ospf.calculation.next_hop_sets import NextHopSets, TransitPaths
from catenet.network.routing.ospf.calculation.routes import Hop
from catenet.network.routing.ospf.calculation.topology import ROOT, AreaTopology
from catenet.network.routing.ospf.lsa.lsa import Lsa, RouterLink
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E, POINT_TO_POINT, STUB, VIRTUAL
from tests.unit.network.routing.ospf.link_state_maps import (
    PlainResolver,
    ip,
    key_of,
    line,
    network,
    router,
    stub,
    transit,
)

LAN, LAN_MASK = ip("10.9.1.1"), 0xFFFFFF00


class StubResolver(PlainResolver):
    """Of a stub network the link's cost is the interface's number; cost 9 is down."""

    def resolve(self, area_id: int, link: RouterLink) -> Hop | None:
        if link.kind == STUB:
            return None if link.cost == 9 else (link.id & 0xFF, 77)
        return super().resolve(area_id, link)


def topology(*said: Lsa, resolver: PlainResolver | None = None) -> tuple[AreaTopology, NextHopSets]:
    """What router 1 knows of area 0."""
    sets = NextHopSets(64)
    found = AreaTopology(0, 1, sets, resolver or PlainResolver(), TransitPaths())
    for one in said:
        found.change(None, one)
    found.update()
    return found, sets


def reached_of(found: AreaTopology, *router_ids: int) -> list[int]:
    return [number for number in router_ids if found.distance(found.vertex(number)) != UNREACHED]


def test_an_own_network_is_on_the_links_that_lead_to_it_at_that_cost_whatever_address_they_have() -> None:
    """Packets to hosts on the router's own network go out of the right interface, to the hosts themselves."""
    prefix = "10.1.0.0/16"
    own = router(1, stub(prefix, 4), RouterLink(STUB, ip("10.1.0.3"), 0xFFFF0000, 4), stub(prefix, 5), line(2, 4))
    found, sets = topology(own, resolver=StubResolver())
    assert sets.members[found.own_link_hops(key_of(prefix), 4)] == ((0, 0), (3, 0))
    assert sets.members[found.own_link_hops(key_of(prefix), 5)] == ((0, 0),)
    assert found.own_link_hops(key_of(prefix), 6) == 0
    assert found.own_link_hops(key_of("10.1.0.0/24"), 4) == 0


def test_an_own_network_whose_link_is_down_has_no_hops() -> None:
    found, _ = topology(router(1, stub("10.1.0.0/16", 9)), resolver=StubResolver())
    assert found.own_link_hops(key_of("10.1.0.0/16"), 9) == 0
    assert topology()[0].own_link_hops(key_of("10.1.0.0/16"), 9) == 0


def test_which_addresses_are_the_routers_own() -> None:
    """An external route whose forwarding address is the router itself is not followed: it would loop."""
    links = [
        RouterLink(STUB, ip("1.1.1.1"), 0xFFFFFFFF, 0),
        RouterLink(STUB, ip("2.2.2.2"), 0xFFFFFFFF, 1),
        RouterLink(STUB, ip("3.3.3.0"), 0xFFFFFF00, 0),
        line(2, 1, ip("4.4.4.4")),
        transit(LAN, ip("10.9.1.7"), 1),
    ]
    found, _ = topology(router(1, *links))
    own = ["1.1.1.1", "4.4.4.4", "10.9.1.7"]
    others = ["2.2.2.2", "3.3.3.0", "3.3.3.3", "10.9.1.1", "0.0.0.2"]
    assert [text for text in own + others if found.is_own_address(ip(text))] == own
    assert not topology()[0].is_own_address(ip("1.1.1.1"))


def test_a_router_has_virtual_links_if_it_says_so_itself() -> None:
    virtual = RouterLink(VIRTUAL, 2, ip("4.4.4.4"), 1)
    assert topology(router(1, line(2, 1), virtual))[0].has_virtual_links
    assert not topology(router(1, line(2, 1)), router(2, virtual))[0].has_virtual_links
    assert not topology(router(2, virtual))[0].has_virtual_links


def test_a_path_leads_from_the_root_over_the_vertices_between() -> None:
    found, _ = topology(
        router(1, line(2, 1), line(3, 9)),
        router(2, line(1, 1), transit(LAN, ip("10.9.1.1"), 1)),
        network(LAN, LAN_MASK, [2, 3]),
        router(3, transit(LAN, ip("10.9.1.3"), 1), line(1, 9)),
        router(4, line(5, 1)),
    )
    path = found.path_to(found.vertex(3))
    assert path[0] == ROOT
    assert [found.vertex(2), found.vertex(3)] == [path[1], path[-1]]
    assert len(path) == 4
    assert found.path_to(ROOT) == [ROOT]
    assert found.path_to(found.vertex(4)) == []
    assert found.vertex(99) == -1


def test_routers_are_those_that_are_reached_and_no_networks() -> None:
    found, _ = topology(
        router(1, transit(LAN, ip("10.9.1.1"), 1), flags=FLAG_B),
        network(LAN, LAN_MASK, [1, 3]),
        router(3, transit(LAN, ip("10.9.1.3"), 1), flags=FLAG_E),
        router(4, line(5, 1), flags=FLAG_E),
    )
    assert found.routers() == [ROOT, found.vertex(3)]
    assert [found.flags(found.vertex(number)) for number in (1, 3, 4)] == [FLAG_B, FLAG_E, FLAG_E]
    assert found.distance(found.vertex(4)) == UNREACHED
    assert found.distance(ROOT) == 0


def test_a_virtual_link_ends_at_the_address_on_the_link_by_which_the_root_reaches_the_router() -> None:
    """Its packets are addressed to it: at another address, on a link that is cut, they would not arrive."""
    far = [
        line(7, 1, ip("10.0.7.3")),
        RouterLink(STUB, ip("3.3.3.3"), 0xFFFFFFFF, 0),
        transit(LAN, ip("10.9.1.3"), 1),
    ]
    by_network, _ = topology(
        router(1, transit(LAN, ip("10.9.1.1"), 1)), network(LAN, LAN_MASK, [1, 3]), router(3, *far)
    )
    assert by_network.address_towards_root(by_network.vertex(3)) == ip("10.9.1.3")
    by_line, _ = topology(router(1, line(3, 1)), router(3, *far, line(1, 1, ip("10.0.1.3"))))
    assert by_line.address_towards_root(by_line.vertex(3)) == ip("10.0.1.3")


def test_behind_an_unnumbered_link_a_virtual_link_ends_at_any_address_of_the_router() -> None:
    def end(*links: RouterLink) -> int:
        found, _ = topology(router(1, line(3, 1, 5)), router(3, line(1, 1, 6), *links))
        return found.address_towards_root(found.vertex(3))

    host = RouterLink(STUB, ip("3.3.3.3"), 0xFFFFFFFF, 0)
    assert end(stub("10.5.0.0/16", 1), host, line(7, 1, ip("10.0.7.3"))) == ip("3.3.3.3")
    assert end(stub("10.5.0.0/16", 1), transit(LAN, ip("10.9.1.3"), 1), host) == ip("10.9.1.3")
    assert end(RouterLink(POINT_TO_POINT, 7, ip("10.0.7.3"), 1)) == ip("10.0.7.3")
    assert end(stub("10.5.0.0/16", 1)) == 0


def test_no_virtual_link_ends_at_a_network_or_at_a_router_that_is_not_reached() -> None:
    found, _ = topology(
        router(1, transit(LAN, ip("10.9.1.1"), 1)), network(LAN, LAN_MASK, [1]), router(3, line(4, 1, ip("10.0.7.3")))
    )
    assert found.address_towards_root(found.vertex(3)) == 0
    assert [found.address_towards_root(vertex) for vertex in range(len(found.lsas))] == [ip("10.9.1.1"), 0, 0]


def test_of_two_rivals_for_a_network_the_lower_one_counts_when_the_higher_is_gone() -> None:
    """Two halves of a network that are joined again: of the DRs' LSAs one has to be believed at any time."""
    low, high = network(LAN, LAN_MASK, [2, 1]), network(LAN, LAN_MASK, [3, 1])
    for order in ((low, high), (high, low)):
        found, _ = topology(
            router(1, transit(LAN, ip("10.9.1.9"), 1)),
            router(2, transit(LAN, ip("10.9.1.2"), 1)),
            router(3, transit(LAN, ip("10.9.1.3"), 1)),
            *order,
        )
        assert reached_of(found, 2, 3) == [3]
        found.change(high, None)
        found.update()
        assert reached_of(found, 2, 3) == [2]
        found.change(low, None)
        found.update()
        assert reached_of(found, 2, 3) == []
        found.change(None, high)
        found.update()
        assert reached_of(found, 2, 3) == [3]


def test_there_is_something_to_do_after_a_change_and_not_after_an_update() -> None:
    """Each needless run costs a router its time; a run that is missed leaves packets on a dead way."""
    own, other = router(1, line(2, 1)), router(2, line(1, 1))
    found, _ = topology(own, other)
    found.clear_changes()
    assert not found.is_pending
    found.change(other, router(2, line(1, 2)))
    assert found.is_pending
    found.update()
    found.clear_changes()
    assert not found.is_pending
    found.links_changed()
    assert found.is_pending
    found.update()
    found.clear_changes()
    assert (found.is_pending, found.touched, found.replaced) == (False, {}, {})
