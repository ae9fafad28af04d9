"""Neighbours find each other, elect, and come to have one database (RFC 2328 sections 9 and 10)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from catenet.kernel.pdu import Octets
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency import interface as interfaces
from catenet.network.routing.ospf.adjacency import neighbour as neighbours
from catenet.network.routing.ospf.lsa.lsa import NETWORK, ROUTER, RouterBody, lsa_key
from catenet.network.routing.ospf.lsa.prefixes import pack_prefix
from catenet.network.routing.ospf.lsa.router_lsa import STUB, TRANSIT
from catenet.network.routing.ospf.packets.authentication import Key
from catenet.network.routing.ospf.packets.header import ALL_SPF_ROUTERS, DESCRIPTION, HELLO, OspfPacket
from catenet.network.routing.ospf.packets.hello import Hello
from catenet.network.routing.ospf.settings import InterfaceSettings
from tests.unit.network.routing.ospf.tiny_network import SECOND_NS, Bench, Node, Segment


def pair(bench: Bench, **chosen: object) -> tuple[Node, Node]:
    one, other = bench.node(), bench.node()
    bench.join([one, other], **chosen)  # type: ignore[arg-type]
    return one, other


@pytest.mark.parametrize("as_octets", [False, True])
def test_two_routers_on_a_link_become_fully_adjacent(as_octets: bool) -> None:
    bench = Bench(as_octets=as_octets)
    one, other = pair(bench)
    bench.start()
    bench.run(16)
    bench.assert_adjacent(one, other)
    bench.assert_equal_databases()
    assert one.reasons == other.reasons == []
    path = [(old, new) for _, old, new in one.states]
    assert path == [(0, 2), (2, 4), (4, 5), (5, 6), (6, 7)] or path == [(0, 2), (2, 4), (4, 5), (5, 7)]


def test_a_router_far_away_is_reached() -> None:
    bench = Bench()
    nodes = [bench.node() for _ in range(4)]
    for left, right in pairwise(nodes):
        bench.join([left, right], cost=10)
    nodes[3].ospf.add_host(0x01020304)
    bench.start()
    bench.run(20)
    bench.assert_equal_databases()
    route = nodes[0].routes[pack_prefix(0x01020304, 32)]
    assert (route.cost, route.hops) == (30, ((0, 0x0A000002),))


def lan(bench: Bench, count: int, priorities: dict[int, int] | None = None) -> tuple[list[Node], Segment]:
    nodes = [bench.node() for _ in range(count)]
    segment = bench.join([], "broadcast")
    for place, node in enumerate(nodes):
        priority = 1 if priorities is None else priorities.get(place, 1)
        bench.attach(segment, node, place + 1, "broadcast", priority=priority)
    return nodes, segment


def offices(nodes: list[Node]) -> list[tuple[int, int]]:
    """Who holds them, by the last octet of their addresses, as each router sees it."""
    return [(node.interfaces[0].dr & 0xFF, node.interfaces[0].bdr & 0xFF) for node in nodes]


def test_a_network_of_four_elects_the_highest_and_the_others_speak_to_these_two_alone() -> None:
    bench = Bench()
    nodes, _ = lan(bench, 4)
    bench.start()
    bench.run(39)
    assert offices(nodes) == [(0, 0)] * 4, "they wait for a dead interval first"
    bench.run(20)
    assert offices(nodes) == [(4, 3)] * 4
    bench.assert_equal_databases()
    for node in nodes[2:]:
        for other in nodes:
            if other is not node:
                bench.assert_adjacent(node, other)
    between = nodes[0].neighbour(nodes[1])
    assert between is not None
    assert between.state == neighbours.TWO_WAY
    network = nodes[0].database()[lsa_key(NETWORK, nodes[3].interfaces[0].address, 4)].lsa
    assert network.body.routers == [4, 1, 2, 3]  # type: ignore[attr-defined]


def test_priority_decides_and_nothing_means_never() -> None:
    bench = Bench()
    nodes, _ = lan(bench, 3, {0: 9, 2: 0})
    bench.start()
    bench.run(60)
    assert offices(nodes) == [(1, 2)] * 3
    assert int(nodes[2].interfaces[0].state) == interfaces.DR_OTHER


def test_a_better_router_that_comes_later_takes_no_office() -> None:
    bench = Bench()
    nodes, _ = lan(bench, 3, {2: 200})
    bench.start(nodes[:2])
    bench.run(60)
    assert offices(nodes[:2]) == [(2, 1)] * 2
    bench.start(nodes[2:])
    bench.run(25)
    assert offices(nodes) == [(2, 1)] * 3, "it sees the backup, and need not wait for the dead interval"
    bench.run(60)
    assert offices(nodes) == [(2, 1)] * 3
    bench.assert_equal_databases()


def test_when_the_dr_goes_silent_the_backup_takes_over() -> None:
    bench = Bench()
    nodes, segment = lan(bench, 4)
    bench.start()
    bench.run(60)
    address = nodes[3].interfaces[0].address
    nodes[3].ospf.interface_down(nodes[3].interfaces[0], bench.now_ns)
    bench.run(29)
    assert offices(nodes[:3]) == [(4, 3)] * 3, "nobody can know yet"
    bench.run(31)
    assert offices(nodes[:3]) == [(3, 2)] * 3
    bench.assert_equal_databases(nodes[:3])
    assert lsa_key(NETWORK, nodes[2].interfaces[0].address, 3) in nodes[0].live()
    # The old one's network-LSA stays until it grows old, but no longer has a router on it that agrees.
    assert lsa_key(NETWORK, address, 4) in nodes[0].live()
    segment.heal()
    bench.run(60)
    assert offices(nodes) == [(3, 2)] * 4
    bench.assert_equal_databases()
    assert lsa_key(NETWORK, address, 4) not in nodes[0].live()


def test_two_halves_of_a_network_agree_when_they_are_joined() -> None:
    bench = Bench()
    nodes, segment = lan(bench, 2)
    segment.silent = True
    bench.start()
    bench.run(60)
    assert offices(nodes) == [(1, 0), (2, 0)]
    segment.silent = False
    bench.run(40)
    assert offices(nodes) == [(2, 1)] * 2
    bench.assert_adjacent(*nodes)
    bench.assert_equal_databases()


def test_nobody_hears_a_silent_neighbour_for_longer_than_the_dead_interval() -> None:
    bench = Bench()
    one, other = pair(bench)
    bench.start()
    bench.run(60)
    bench.segments[0].silent = True
    cut_ns = bench.now_ns
    while one.neighbour(other) is not None:
        bench.run(0.1)
    assert 30 * SECOND_NS < bench.now_ns - cut_ns <= 40.2 * SECOND_NS


@pytest.mark.parametrize(
    ("network", "here", "reason"),
    [
        ("point-to-point", {"hello_ns": 5 * SECOND_NS}, drop_reasons.HELLO_INTERVAL),
        ("point-to-point", {"dead_ns": 20 * SECOND_NS}, drop_reasons.HELLO_DEAD_INTERVAL),
        ("point-to-point", {"area_id": 7}, drop_reasons.AREA_MISMATCH),
        ("broadcast", {"hello_ns": 5 * SECOND_NS}, drop_reasons.HELLO_INTERVAL),
    ],
)
def test_who_disagrees_on_what_must_be_agreed_on_is_not_heard(
    network: str, here: dict[str, object], reason: int
) -> None:
    bench = Bench()
    one, other = bench.node(), bench.node()
    segment = bench.join([], network)
    bench.attach(segment, one, 1, network, **here)
    bench.attach(segment, other, 2, network)
    bench.start()
    bench.run(30)
    assert one.neighbour(other) is None
    assert set(one.reasons) == {reason}
    assert one.ospf.drops[reason] == one.interfaces[0].drops[reason] == len(one.reasons)


def test_another_mask_matters_where_there_may_be_many_and_not_between_two() -> None:
    for network, reasons in (("broadcast", {drop_reasons.HELLO_MASK}), ("point-to-point", set[int]())):
        bench = Bench()
        one, other = bench.node(), bench.node()
        segment = bench.join([], network)
        bench.attach(segment, one, 1, network)
        interface = other.ospf.add_interface(InterfaceSettings(0, "if0", 0x0A000002, 30, network=network))
        other.segments[0] = segment
        segment.ends.append((other, interface))
        bench.start()
        bench.run(30)
        assert set(one.reasons) == reasons
        assert (one.neighbour(other) is None) == bool(reasons)


@pytest.mark.parametrize(("kind", "reason"), [("stub", drop_reasons.HELLO_E_BIT), ("nssa", drop_reasons.HELLO_E_BIT)])
def test_routers_agree_on_the_kind_of_area(kind: str, reason: int) -> None:
    bench = Bench()
    one, other = bench.node(), bench.node()
    bench.area(one, 1, kind)
    bench.join([one, other], area_id=1)
    bench.start()
    bench.run(30)
    assert set(one.reasons) == {reason}


def test_a_stub_area_is_not_a_not_so_stubby_one() -> None:
    bench = Bench()
    one, other = bench.node(), bench.node()
    bench.area(one, 1, "stub")
    bench.area(other, 1, "nssa")
    bench.join([one, other], area_id=1)
    bench.start()
    bench.run(30)
    assert set(one.reasons) == set(other.reasons) == {drop_reasons.HELLO_N_BIT}


def test_a_larger_mtu_ends_the_exchange_unless_it_is_ignored() -> None:
    for ignored in (False, True):
        bench = Bench()
        one, other = bench.node(), bench.node()
        segment = bench.join([], "point-to-point")
        bench.attach(segment, one, 1, "point-to-point", mtu=1400, mtu_ignore=ignored)
        bench.attach(segment, other, 2, "point-to-point", mtu=1500)
        bench.start()
        bench.run(40)
        neighbour = one.neighbour(other)
        assert neighbour is not None
        assert int(neighbour.state) == (neighbours.FULL if ignored else neighbours.EX_START)
        assert (drop_reasons.MTU_TOO_BIG in one.reasons) != ignored


def test_a_passive_interface_is_silent_deaf_and_advertised() -> None:
    bench = Bench()
    one, other = bench.node(), bench.node()
    bench.join([one, other])
    segment = bench.join([], "broadcast")
    bench.attach(segment, one, 1, "broadcast", passive=True)
    stranger = bench.node()
    bench.attach(segment, stranger, 2, "broadcast")
    bench.start()
    bench.run(60)
    assert all(node is stranger for _, node, _, _ in segment.carried)
    assert set(one.reasons) == {drop_reasons.PASSIVE_HERE}
    assert other.routes[pack_prefix(0x0A000100, 24)].cost == 2


def test_links_without_addresses_of_their_own_carry_routes() -> None:
    bench = Bench()
    nodes = [bench.node() for _ in range(3)]
    for node in nodes:
        node.ospf.add_host(0xC0000000 | node.router_id, 0, 0)
    for left, right in ((0, 1), (1, 2), (0, 1)):
        segment = bench.join([], "point-to-point")
        for node in (nodes[left], nodes[right]):
            count = len(node.interfaces)
            address = 0xC0000000 | node.router_id
            interface = node.ospf.add_interface(
                InterfaceSettings(count, f"if{count}", address, 32, network="point-to-point", unnumbered=True)
            )
            node.segments[count] = segment
            segment.ends.append((node, interface))
    bench.start()
    bench.run(30)
    bench.assert_equal_databases()
    route = nodes[0].routes[pack_prefix(0xC0000003, 32)]
    assert (route.cost, route.hops) == (2, ((0, 0xC0000002), (1, 0xC0000002)))
    assert len(nodes[0].routes) == 3


def test_a_network_without_multicast_is_told_its_neighbours() -> None:
    bench = Bench()
    nodes = [bench.node() for _ in range(4)]
    segment = bench.join([], "nbma")
    addresses = [0x0A000001 + place for place in range(4)]
    for place, node in enumerate(nodes):
        priority = 1 if place < 2 else 0
        known = [(address, 1 if address < addresses[2] else 0) for address in addresses if address != addresses[place]]
        bench.attach(segment, node, place + 1, "nbma", priority=priority, neighbours=known)
    bench.start()
    bench.run(120)
    assert offices(nodes) == [(2, 1)] * 4
    bench.assert_equal_databases()
    bench.assert_adjacent(nodes[1], nodes[2])
    assert all(dst < 0xE0000000 for _, _, dst, _ in segment.carried)
    nodes[0].ospf.interface_down(nodes[0].interfaces[0], bench.now_ns)
    bench.run(200)
    assert offices(nodes[1:]) == [(2, 0)] * 3
    nodes[0].ospf.interface_up(nodes[0].interfaces[0], bench.now_ns)
    bench.run(200)
    assert offices(nodes) == [(2, 1)] * 4
    bench.assert_equal_databases()


def test_a_looped_interface_is_a_host() -> None:
    bench = Bench()
    one, other = pair(bench)
    looped = bench.attach(bench.join([], "point-to-point"), one, 1, "point-to-point")
    bench.start()
    one.ospf.interface_looped(looped, bench.now_ns)
    bench.run(20)
    assert other.routes[pack_prefix(0x0A000101, 32)].cost == 1
    one.ospf.interface_unlooped(looped, bench.now_ns)
    one.ospf.interface_up(looped, bench.now_ns)
    bench.run(20)
    assert pack_prefix(0x0A000101, 32) not in other.routes
    assert other.routes[pack_prefix(0x0A000100, 24)].cost == 2


# -- keys


def keyed(bench: Bench, key: Key) -> tuple[Node, Node]:
    return pair(bench, key=key)


@pytest.mark.parametrize(
    "key",
    [
        Key("plain", b"secret"),
        Key("md5", b"secret"),
        Key("hmac-sha-256", b"secret"),
        Key("hmac-sha-512", b"secret", 7, extended=True),
    ],
    ids=["plain", "md5", "hmac-sha-256", "extended"],
)
def test_who_has_the_key_is_heard(key: Key) -> None:
    bench = Bench()
    one, other = keyed(bench, key)
    bench.start()
    bench.run(20)
    bench.assert_adjacent(one, other)
    assert one.reasons == other.reasons == []
    assert all(isinstance(packet, Octets) for _, _, _, packet in bench.segments[0].carried)


def test_who_has_it_not_is_not_heard() -> None:
    bench = Bench()
    one, other, stranger = bench.node(), bench.node(), bench.node()
    segment = bench.join([], "broadcast")
    bench.attach(segment, one, 1, "broadcast", key=Key("md5", b"right"))
    bench.attach(segment, other, 2, "broadcast", key=Key("md5", b"wrong"))
    bench.attach(segment, stranger, 3, "broadcast")
    bench.start()
    bench.run(30)
    assert not one.interfaces[0].neighbours
    assert set(one.reasons) == {drop_reasons.WRONG_KEY, drop_reasons.AUTHENTICATION_TYPE}
    assert set(stranger.reasons) == {drop_reasons.AUTHENTICATION_TYPE}


@pytest.mark.parametrize("extended", [False, True])
def test_a_packet_that_was_heard_before_is_not_heard_again(extended: bool) -> None:
    bench = Bench()
    one, other = keyed(bench, Key("hmac-sha-256", b"secret", extended=extended))
    bench.start()
    bench.run(60)
    hellos = [packet for _, node, _, packet in bench.segments[0].carried if node is other]
    bench.segments[0].silent = True
    source = other.interfaces[0].address
    for _ in range(3):
        bench.run(9.9)
        one.ospf.receive(one.interfaces[0], source, ALL_SPF_ROUTERS, hellos[-4], bench.now_ns)
    bench.run(10.5)
    assert one.neighbour(other) is None, "old hellos keep nobody alive"
    assert one.reasons == [drop_reasons.OLD_SEQUENCE] * 3
    one.ospf.receive(one.interfaces[0], source, ALL_SPF_ROUTERS, hellos[-4], bench.now_ns)
    assert (one.neighbour(other) is None) == extended, "nor do those with 64 bits raise the dead"
    bench.segments[0].silent = False
    bench.run(20)
    bench.assert_adjacent(one, other)


# -- packet input


def hello(router_id: int, heard: list[int] | None = None, area_id: int = 0) -> Hello:
    return Hello(router_id, area_id, 0xFFFFFF00, 10, 2, 1, 40, 0, 0, heard or [])


def test_what_comes_from_elsewhere_or_from_nobody_is_named() -> None:
    bench = Bench()
    nodes, _ = lan(bench, 2)
    one = nodes[0]
    bench.start()
    bench.run(2)
    interface = one.interfaces[0]

    def reason_of(source: int, packet: OspfPacket, dst: int = ALL_SPF_ROUTERS) -> int:
        del one.reasons[:]
        one.ospf.receive(interface, source, dst, packet, bench.now_ns)
        (reason,) = one.reasons
        return reason

    assert reason_of(0x0A000105, hello(9)) == drop_reasons.NOT_ON_LINK
    assert reason_of(0x0A000001, hello(9)) == drop_reasons.OWN_PACKET
    assert reason_of(0x0A000009, hello(1)) == drop_reasons.OWN_ROUTER_ID
    assert reason_of(0x0A000009, hello(9, area_id=3)) == drop_reasons.AREA_MISMATCH
    assert reason_of(0x0A000009, hello(9), 0xE0000006) == drop_reasons.WRONG_DESTINATION
    assert reason_of(0x0A000009, OspfPacket(DESCRIPTION, 9, 0)) == drop_reasons.NOT_A_NEIGHBOUR
    assert reason_of(0x0A000009, OspfPacket(HELLO + 4, 9, 0)) == drop_reasons.NOT_A_NEIGHBOUR


def test_there_are_not_more_neighbours_than_are_kept() -> None:
    bench = Bench()
    one = bench.node(max_neighbours=3)
    bench.attach(bench.join([], "broadcast"), one, 1, "broadcast")
    bench.start()
    for number in range(2, 9):
        one.ospf.receive(one.interfaces[0], 0x0A000000 + number, ALL_SPF_ROUTERS, hello(number), bench.now_ns)
    assert len(one.interfaces[0].neighbours) == 3
    assert one.reasons == [drop_reasons.TOO_MANY_NEIGHBOURS] * 4


def test_a_neighbour_with_another_name_is_another_neighbour() -> None:
    bench = Bench()
    one, *_ = lan(bench, 1)[0]
    bench.start()
    one.ospf.receive(one.interfaces[0], 0x0A000009, ALL_SPF_ROUTERS, hello(9, [1]), bench.now_ns)
    one.ospf.receive(one.interfaces[0], 0x0A000009, ALL_SPF_ROUTERS, hello(8), bench.now_ns)
    (neighbour,) = one.interfaces[0].neighbours.values()
    assert (neighbour.router_id, int(neighbour.state)) == (8, neighbours.INIT)


def test_a_network_of_many_is_transit_once_this_router_is_adjacent_to_its_dr_and_a_stub_before() -> None:
    """Section 12.4.1.2: without the transit link nothing behind the network's other routers can be reached."""
    bench = Bench()
    nodes = [bench.node() for _ in range(3)]
    bench.join(nodes, "broadcast")
    behind = [bench.join([node], "broadcast") for node in nodes]
    bench.start()
    bench.run(20)

    def links(node: Node) -> list[tuple[int, int]]:
        body = node.database()[lsa_key(ROUTER, node.router_id, node.router_id)].lsa.body
        assert isinstance(body, RouterBody)
        return [(link.kind, link.id) for link in body.links]

    for place, node in enumerate(nodes):
        assert links(node) == [(STUB, 0x0A000000), (STUB, 0x0A000000 | behind[place].number << 8)]
        assert pack_prefix(0x0A000200, 24) not in node.routes or node is nodes[1]
    bench.run(60)
    dr = nodes[0].interfaces[0].dr
    assert dr in [node.interfaces[0].address for node in nodes]
    for place, node in enumerate(nodes):
        assert links(node) == [(TRANSIT, dr), (STUB, 0x0A000000 | behind[place].number << 8)]
        costs = [node.routes[pack_prefix(0x0A000000 | segment.number << 8, 24)].cost for segment in behind]
        assert costs == [1 if other == place else 2 for other in range(3)]


def test_an_interface_that_is_down_does_not_hide_those_after_it() -> None:
    bench = Bench()
    nodes = [bench.node() for _ in range(3)]
    bench.join([nodes[0], nodes[1]])
    bench.join([nodes[0], nodes[2]])
    far = bench.join([nodes[2]], "broadcast")
    bench.start()
    bench.run(60)
    bench.segments[0].cut()
    bench.run(60)
    assert nodes[0].routes[pack_prefix(0x0A000000 | far.number << 8, 24)].cost == 2
