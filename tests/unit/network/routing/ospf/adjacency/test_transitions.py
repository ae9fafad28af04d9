"""What an event sets off at an interface or a neighbour: timers, offices, and who is told (RFC 2328 9.3, 10.3)."""

from __future__ import annotations

import pytest

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.adjacency import interface as interfaces
from catenet.network.routing.ospf.adjacency import neighbour as neighbours
from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.adjacency.neighbour import Neighbour
from catenet.network.routing.ospf.packets.authentication import Key
from catenet.network.routing.ospf.packets.header import ALL_SPF_ROUTERS
from catenet.network.routing.ospf.packets.hello import Hello
from tests.unit.network.routing.ospf.tiny_network import SECOND_NS, Bench, Node

S = SECOND_NS


def alone(network: str = "broadcast", **chosen: object) -> tuple[Bench, Node, Interface]:
    """Router 5, whose interface is up at 10 s; nobody answers."""
    bench = Bench()
    node = bench.node(5)
    bench.join([node], network, **chosen)
    bench.now_ns = 10 * S
    bench.start()
    return bench, node, node.interfaces[0]


def meet(node: Node, router_id: int, state: int, priority: int = 1) -> Neighbour:
    """A neighbour in that state, at an address of its own."""
    interface = node.interfaces[0]
    neighbour = Neighbour(interface.settings, router_id, 0x0A000000 | router_id, priority)
    interface.neighbours[neighbour.number] = neighbour
    node.ospf.set_neighbour_state(neighbour, state)
    return neighbour


def hellos(bench: Bench) -> list[tuple[int, int]]:
    """When, and to whom."""
    return [(time_ns, dst) for time_ns, _, dst, packet in bench.segments[0].carried if isinstance(packet, Hello)]


@pytest.mark.parametrize(
    ("network", "priority", "state", "waits"),
    [
        ("broadcast", 1, interfaces.WAITING, True),
        ("broadcast", 0, interfaces.DR_OTHER, False),
        ("nbma", 1, interfaces.WAITING, True),
        ("point-to-point", 1, interfaces.POINT_TO_POINT, False),
        ("point-to-point", 0, interfaces.POINT_TO_POINT, False),
    ],
)
def test_an_interface_that_comes_up_waits_for_the_dead_interval_where_it_may_be_elected(
    network: str, priority: int, state: int, waits: bool
) -> None:
    _, _, interface = alone(network, priority=priority, dead_ns=40 * S)
    assert interface.state == state
    assert interface.wait_until_ns == (50 * S if waits else NEVER)


def test_the_first_hello_is_said_at_once_and_the_next_within_the_interval() -> None:
    times = set()
    for router_id in range(1, 9):
        bench = Bench()
        node = bench.node(router_id)
        bench.join([node], "broadcast")
        bench.start()
        assert hellos(bench) == [(0, ALL_SPF_ROUTERS)]
        times.add(int(node.interfaces[0].hello_at_ns))
        assert 0 < node.interfaces[0].hello_at_ns <= 10 * S
        first = int(node.interfaces[0].hello_at_ns)
        bench.run(30)
        assert [time_ns for time_ns, _ in hellos(bench)][1:4] == [first, first + 10 * S, first + 20 * S]
    assert len(times) == 8, "routers that were switched on together do not speak together"


def test_a_passive_interface_says_nothing() -> None:
    bench, _, interface = alone(passive=True)
    bench.run(100)
    assert bench.segments[0].carried == []
    assert interface.hello_at_ns == NEVER


def test_an_interface_that_falls_forgets_everything() -> None:
    bench, node, interface = alone()
    meet(node, 9, neighbours.EXCHANGE)
    assert node.ospf.exchanging == 1
    interface.dr, interface.bdr = 1, 2
    interface.flood_at_ns = interface.acknowledge_at_ns = bench.now_ns
    node.ospf.interface_down(interface, bench.now_ns)
    assert (interface.state, interface.neighbours, interface.dr, interface.bdr) == (interfaces.DOWN, {}, 0, 0)
    assert node.ospf.exchanging == 0
    timers = (interface.hello_at_ns, interface.wait_until_ns, interface.flood_at_ns, interface.acknowledge_at_ns)
    assert timers == (NEVER,) * 4
    assert (interface.to_flood, interface.to_acknowledge) == ({}, {})
    assert interface.deadline_ns() == NEVER


def test_a_looped_interface_is_up_again_only_when_it_is_told_so() -> None:
    bench, node, interface = alone()
    node.ospf.interface_looped(interface, bench.now_ns)
    assert interface.state == interfaces.LOOPBACK
    node.ospf.interface_unlooped(interface, bench.now_ns)
    assert interface.state == interfaces.DOWN
    node.ospf.interface_up(interface, bench.now_ns)
    assert interface.state == interfaces.WAITING


def test_who_is_alone_becomes_dr_when_the_wait_is_over_and_not_before() -> None:
    bench, _, interface = alone(dead_ns=40 * S)
    bench.run(39.9)
    assert interface.state == interfaces.WAITING
    bench.run(0.2)
    assert (interface.state, interface.dr, interface.bdr) == (interfaces.DR, interface.address, 0)
    assert interface.wait_until_ns == NEVER


@pytest.mark.parametrize(
    ("others", "state"), [((9,), interfaces.DR_OTHER), ((8, 9), interfaces.DR_OTHER), ((3,), interfaces.DR)]
)
def test_which_office_it_gets_among_others(others: tuple[int, ...], state: int) -> None:
    bench, node, interface = alone(dead_ns=40 * S)
    for router_id in others:
        meet(node, router_id, neighbours.TWO_WAY)
    bench.run(40.1)
    assert interface.state == state


def test_beside_a_dr_that_is_there_already_it_becomes_the_backup() -> None:
    bench, node, interface = alone(dead_ns=40 * S)
    there = meet(node, 3, neighbours.TWO_WAY)
    there.dr = there.address
    bench.run(40.1)
    assert (interface.state, interface.dr, interface.bdr) == (interfaces.BACKUP, there.address, interface.address)


def test_those_who_are_heard_one_way_are_not_elected() -> None:
    bench, node, interface = alone(dead_ns=40 * S)
    meet(node, 9, neighbours.INIT)
    bench.run(40.1)
    assert interface.state == interfaces.DR


@pytest.mark.parametrize(("own_priority", "started"), [(1, {9: True, 8: False}), (0, {9: False, 8: False})])
def test_where_there_is_no_multicast_those_are_greeted_that_can_be_elected(
    own_priority: int, started: dict[int, bool]
) -> None:
    """9.3, 9.5.1: who cannot be elected itself speaks to nobody before it is spoken to."""
    bench, _, interface = alone("nbma", priority=own_priority, neighbours=[(0x0A000009, 1), (0x0A000008, 0)])
    states = {address & 0xFF: one.state == neighbours.ATTEMPT for address, one in interface.neighbours.items()}
    assert states == started
    assert {dst & 0xFF for _, dst in hellos(bench)} == {number for number, is_started in started.items() if is_started}


def test_the_dr_of_such_a_network_greets_all() -> None:
    bench, _, interface = alone("nbma", neighbours=[(0x0A000009, 1), (0x0A000008, 0)], dead_ns=40 * S)
    bench.run(40.1)
    assert interface.state == interfaces.DR
    assert {dst & 0xFF for _, dst in hellos(bench)} == {8, 9}


def test_a_configured_neighbour_that_is_lost_is_kept_and_polled() -> None:
    bench, node, interface = alone("nbma", neighbours=[(0x0A000009, 1)], poll_ns=20 * S, dead_ns=40 * S)
    (neighbour,) = interface.neighbours.values()
    neighbour.sequences = [5] * 6
    bench.run(5)
    node.ospf.now_ns = bench.now_ns
    assert neighbour.state == neighbours.ATTEMPT
    node.ospf.neighbour_event(neighbour, neighbours.INACTIVE)
    assert neighbour.state == neighbours.DOWN
    assert list(interface.neighbours.values()) == [neighbour]
    assert neighbour.poll_at_ns == 35 * S
    assert neighbour.sequences == [-1] * 6
    assert (neighbour.dr, neighbour.bdr, neighbour.inactive_at_ns) == (0, 0, NEVER)
    greeted = len(hellos(bench))
    bench.run(19.9)
    assert len(hellos(bench)) == greeted
    bench.run(0.2)
    assert len(hellos(bench)) == greeted + 1
    node.ospf.interface_down(interface, bench.now_ns)
    assert interface.neighbours == {}


def test_one_that_was_found_is_forgotten_but_its_numbers_are_not_where_they_never_fall() -> None:
    """RFC 7474 section 3: an old packet would raise it from the dead."""
    extended = Key("hmac-sha-256", b"secret", 1, extended=True)
    for key, remembered in ((None, False), (Key("md5", b"secret", 1), False), (extended, True)):
        bench, node, interface = alone(key=key)
        neighbour = meet(node, 9, neighbours.TWO_WAY)
        neighbour.sequences = [7] * 6
        node.ospf.now_ns = bench.now_ns
        node.ospf.neighbour_event(neighbour, neighbours.KILL)
        assert interface.neighbours == {}
        assert interface.remembered == ({neighbour.number: [7] * 6} if remembered else {})


@pytest.mark.parametrize(
    ("network", "office", "dr", "bdr", "adjacent"),
    [
        ("point-to-point", None, 0, 0, True),
        ("broadcast", interfaces.DR, 0x0A000001, 0, True),
        ("broadcast", interfaces.BACKUP, 0, 0x0A000001, True),
        ("broadcast", interfaces.DR_OTHER, 0x0A000009, 0, True),
        ("broadcast", interfaces.DR_OTHER, 0, 0x0A000009, True),
        ("broadcast", interfaces.DR_OTHER, 0x0A000007, 0x0A000008, False),
    ],
)
def test_with_whom_it_becomes_adjacent(network: str, office: int | None, dr: int, bdr: int, adjacent: bool) -> None:
    """Section 10.4: with all, on a network of many only those in office and with them."""
    bench, node, interface = alone(network)
    if office is not None:
        interface.state, interface.dr, interface.bdr = office, dr, bdr
        for router_id in (7, 8):
            other = meet(node, router_id, neighbours.TWO_WAY)
            other.dr, other.bdr = dr, bdr
    neighbour = meet(node, 9, neighbours.INIT)
    node.ospf.now_ns = bench.now_ns
    node.ospf.neighbour_event(neighbour, neighbours.TWO_WAY_RECEIVED)
    assert neighbour.state == (neighbours.EX_START if adjacent else neighbours.TWO_WAY)


def test_each_hello_puts_off_the_end_by_the_dead_interval() -> None:
    bench, node, _ = alone("point-to-point", dead_ns=40 * S)
    neighbour = meet(node, 9, neighbours.INIT)
    for now_s in (20, 33):
        node.ospf.now_ns = now_s * S
        node.ospf.neighbour_event(neighbour, neighbours.HELLO_RECEIVED)
        assert neighbour.inactive_at_ns == (now_s + 40) * S
    bench.now_ns = 33 * S
    bench.run(39.9)
    assert node.interfaces[0].neighbours == {neighbour.number: neighbour}
    bench.run(0.2)
    assert node.interfaces[0].neighbours == {}
