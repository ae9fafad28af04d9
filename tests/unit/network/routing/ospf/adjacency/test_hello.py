"""What a hello changes at once, and what it must leave alone (RFC 2328 9.5, 10.5)."""

from __future__ import annotations

import pytest

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.interface import WAITING, Interface
from catenet.network.routing.ospf.adjacency.neighbour import DOWN
from catenet.network.routing.ospf.lsa.lsa import E_BIT, NP_BIT
from catenet.network.routing.ospf.packets.hello import Hello
from tests.unit.network.routing.ospf.adjacency.test_graceful_restart_helper import Restart, grace_lsa, say
from tests.unit.network.routing.ospf.tiny_network import SECOND_NS, Bench, Node

LINK = 0x0A000000


def hello(sender: int, dr: int = 0, bdr: int = 0, heard: tuple[int, ...] = (1,), **other: int) -> Hello:
    """From router ``sender``, whose address ends with its number; so do those of the designated ones."""
    said = {"mask": 0xFFFFFF00, "hello_s": 10, "options": E_BIT, "priority": 1, "dead_s": 40} | other
    offices = [LINK | number if number else 0 for number in (dr, bdr)]
    return Hello(sender, 0, *said.values(), *offices, list(heard))  # type: ignore[arg-type]


def hear(bench: Bench, node: Node, packet: Hello, source: int = 0) -> None:
    interface = node.interfaces[0]
    node.ospf.receive(interface, LINK | (source or packet.router_id), 0xE0000005, packet, bench.now_ns)


def waiting() -> tuple[Bench, Node, Interface]:
    """A router that has just come to a network of many, and waits to hear who is designated."""
    bench = Bench()
    node = bench.node()
    bench.join([node], "broadcast")
    bench.start()
    assert node.interfaces[0].state == WAITING
    return bench, node, node.interfaces[0]


@pytest.mark.parametrize(
    ("dr", "bdr", "ends"),
    [(9, 0, True), (9, 9, True), (8, 9, True), (9, 8, False), (8, 7, False), (0, 0, False)],
)
def test_the_wait_for_an_election_ends_when_the_backup_is_heard_or_a_dr_that_has_none(
    dr: int, bdr: int, ends: bool
) -> None:
    """Else a router that comes to a network that works is of no use for the dead interval: forty seconds."""
    bench, node, interface = waiting()
    hear(bench, node, hello(9, dr, bdr))
    bench.run(0.1)
    assert (interface.state != WAITING) is ends
    bench.run(39)
    assert (interface.state != WAITING) is ends
    bench.run(2)
    assert interface.state != WAITING


def test_who_is_not_heard_by_the_other_end_does_not_end_the_wait() -> None:
    bench, node, interface = waiting()
    hear(bench, node, hello(9, 9, 0, heard=()))
    bench.run(0.1)
    assert interface.state == WAITING


def test_a_dr_that_restarts_and_does_not_know_its_office_yet_keeps_it() -> None:
    """Its hellos name nobody (RFC 3623 2.2); an election would take the network's LSA, and all routes over it, away."""
    restart = Restart("broadcast")
    neighbour = restart.helper.neighbour(restart.restarting)
    assert neighbour is not None
    assert (neighbour.dr, neighbour.bdr) == (LINK | 1, LINK | 4)
    say(restart.restarting, grace_lsa(restart.restarting))
    restart.bench.run(1)
    restart.crash()
    hear(restart.bench, restart.helper, hello(1, 0, 0, heard=(), priority=9))
    assert (neighbour.dr, neighbour.bdr) == (LINK | 1, LINK | 4)
    restart.bench.run(5)
    assert restart.helper.interfaces[0].dr == LINK | 1
    hear(restart.bench, restart.helper, hello(1, 4, 1, heard=(2, 4), priority=9))
    assert (neighbour.dr, neighbour.bdr) == (LINK | 4, LINK | 1), "what it says of offices counts again"


def test_one_that_does_not_restart_gives_its_office_up_by_naming_nobody() -> None:
    restart = Restart("broadcast")
    neighbour = restart.helper.neighbour(restart.restarting)
    assert neighbour is not None
    hear(restart.bench, restart.helper, hello(1, 0, 0, heard=(2, 4), priority=9))
    assert (neighbour.dr, neighbour.bdr) == (0, 0)


def test_a_configured_neighbour_gets_its_name_from_its_first_hello_and_is_not_begun_anew() -> None:
    """Killed first, the neighbour's timers and what waits for it would be lost, and the trace would tell of a loss."""
    bench = Bench()
    node = bench.node()
    segment = bench.join([], "nbma")
    bench.attach(segment, node, 1, "nbma", neighbours=[(LINK | 9, 1)])
    bench.start()
    neighbour = node.interfaces[0].neighbours[LINK | 9]
    assert neighbour.router_id == 0
    node.states.clear()
    hear(bench, node, hello(9, dead_s=40))
    assert node.interfaces[0].neighbours[LINK | 9] is neighbour
    assert neighbour.router_id == 9
    assert all(new != DOWN for _, _, new in node.states)


def test_another_router_at_the_same_address_is_another_neighbour() -> None:
    """The adjacency with the one before it is worth nothing: its database is another."""
    bench, node, interface = waiting()
    hear(bench, node, hello(9))
    before = interface.neighbours[LINK | 9]
    hear(bench, node, hello(8), source=9)
    after = interface.neighbours[LINK | 9]
    assert (before.router_id, after.router_id, after is before) == (9, 8, False)
    assert (9, DOWN) in [(router_id, new) for router_id, _, new in node.states]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({}, 0),
        ({"mask": 0xFFFF0000}, drop_reasons.HELLO_MASK),
        ({"hello_s": 9}, drop_reasons.HELLO_INTERVAL),
        ({"dead_s": 41}, drop_reasons.HELLO_DEAD_INTERVAL),
        ({"options": 0}, drop_reasons.HELLO_E_BIT),
        ({"options": E_BIT | NP_BIT}, drop_reasons.HELLO_N_BIT),
        ({"options": E_BIT | 0x40}, 0),
        ({"priority": 0}, 0),
    ],
)
def test_what_neighbours_must_agree_on(other: dict[str, int], reason: int) -> None:
    """A person who configured the two ends differently is told what differs."""
    bench, node, interface = waiting()
    hear(bench, node, hello(9, **other))
    assert node.reasons == ([reason] if reason else [])
    assert list(interface.neighbours) == ([] if reason else [LINK | 9])


def test_no_more_neighbours_than_are_kept() -> None:
    bench = Bench()
    node = bench.node(max_neighbours=2)
    bench.join([node], "broadcast")
    bench.start()
    for sender in (7, 8, 9, 8):
        hear(bench, node, hello(sender))
    assert list(node.interfaces[0].neighbours) == [LINK | 7, LINK | 8]
    assert node.reasons == [drop_reasons.TOO_MANY_NEIGHBOURS]


def test_intervals_of_less_than_a_second_are_told_as_0_and_the_dead_one_as_1() -> None:
    """A field of whole seconds can say no less, and two ends that are set so must agree on what they say."""
    bench = Bench()
    node, other = bench.node(), bench.node()
    segment = bench.join([node, other], "point-to-point", hello_ns=SECOND_NS // 5, dead_ns=SECOND_NS * 4 // 5)
    bench.start()
    bench.run(2)
    packets = [packet for _, sender, _, packet in segment.carried if sender is node and isinstance(packet, Hello)]
    assert (packets[0].hello_s, packets[0].dead_s, packets[0].mask) == (0, 1, 0xFFFFFF00)
    assert 10 <= len(packets) <= 12
    bench.assert_adjacent(node, other)
