"""ARP and Neighbour Discovery: the state machine, and the two of them at work."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.network import addresses, tracing
from catenet.network.neighbour import neighbour
from catenet.network.neighbour.neighbour import DELAY, FAILED, INCOMPLETE, NONE, PROBE, REACHABLE, STALE, TRANSITIONS

S = 1_000_000_000
VERSIONS = [(4, "10.0.0.1", "10.0.0.2", "10.0.0.99"), (6, "2001:db8::1", "2001:db8::2", "2001:db8::99")]


def pair(net: Any) -> tuple[Any, Any, Any, Any]:
    a, b = net.host("a"), net.host("b")
    a_if = net.interface(a, "10.0.0.1/24", "2001:db8::1/64")
    b_if = net.interface(b, "10.0.0.2/24", "2001:db8::2/64")
    net.link = net.wire(a_if, b_if)
    return a, b, a_if, b_if


def entry(interface: Any, text: str) -> Any:
    version, address = addresses.parse(text)
    table = interface.neighbours4 if version == 4 else interface.neighbours6
    return table.find(address)


def test_the_table_knows_every_state_and_event_that_can_meet() -> None:
    timed = (INCOMPLETE, DELAY, PROBE)
    for state in range(7):
        assert ((state, neighbour.USED) in TRANSITIONS) == (state in (NONE, INCOMPLETE, STALE, FAILED))
        assert ((state, neighbour.TIMEOUT) in TRANSITIONS) == (state in timed)
        assert ((state, neighbour.EXHAUSTED) in TRANSITIONS) == (state in (INCOMPLETE, PROBE))
        assert ((state, neighbour.CONFIRMED) in TRANSITIONS) == (state not in (NONE, FAILED))
        assert (state, neighbour.HEARD) in TRANSITIONS
    assert all(source.startswith("RFC 4861") for _, _, source in TRANSITIONS.values())


@pytest.mark.parametrize(("version", "own", "other", "nobody"), VERSIONS)
def test_a_neighbour_is_asked_for_once_and_what_waits_is_sent(
    net: Any, version: int, own: str, other: str, nobody: str
) -> None:
    a, b, a_if, b_if = pair(net)
    got = net.recorder(b)
    for number in range(3):
        assert net.send(a, other, bytes([number])) == 0
    assert entry(a_if, other).current_state() == INCOMPLETE
    net.kernel.run()
    assert got.bodies == [b"\0", b"\1", b"\2"]
    assert entry(a_if, other).mac == b_if.mac
    assert a_if.port.out_frames == 4
    assert net.kernel.next_time_ns() > 1 << 60, "an idle network has no events"


@pytest.mark.parametrize(("version", "own", "other", "nobody"), VERSIONS)
def test_one_that_does_not_answer_fails_after_three_tries_and_the_sender_hears(
    net: Any, version: int, own: str, other: str, nobody: str
) -> None:
    a, _, a_if, _ = pair(net)
    told = net.recorder(a)
    net.send(a, nobody, b"12345678 and more")
    net.kernel.run()
    assert net.kernel.now_ns >= 3 * S
    assert a_if.port.out_frames == 3
    assert entry(a_if, nobody).current_state() == FAILED
    (error,) = told.errors
    assert (error.errno, error.hard, error.version, error.dst) == (
        errno.EHOSTUNREACH,
        False,
        version,
        addresses.parse(nobody)[1],
    )
    assert error.head.startswith(b"12345678")
    assert net.rows(tracing.NEIGHBOUR_FAILED) == [(a.subject, version, addresses.parse(nobody)[1])]
    assert net.drops(a) == [tracing.UNRESOLVED]
    net.send(a, nobody, b"again")
    assert entry(a_if, nobody).current_state() == INCOMPLETE


@pytest.mark.parametrize(("version", "own", "other", "nobody"), VERSIONS)
def test_reachable_turns_stale_when_looked_at_and_is_probed_after_use(
    net: Any, version: int, own: str, other: str, nobody: str
) -> None:
    a, b, a_if, _ = pair(net)
    net.recorder(b)
    net.send(a, other, b"")
    net.kernel.run()
    known = entry(a_if, other)
    assert known.current_state() == REACHABLE
    net.kernel.advance_to(net.kernel.now_ns + 31 * S)
    assert known.current_state() == STALE
    net.send(a, other, b"")
    assert known.current_state() == DELAY
    net.kernel.run(net.kernel.now_ns + 5 * S)
    assert known.current_state() == PROBE
    net.kernel.run()
    assert known.current_state() == REACHABLE


@pytest.mark.parametrize(("version", "own", "other", "nobody"), VERSIONS)
def test_one_that_is_gone_fails_after_unicast_probes(net: Any, version: int, own: str, other: str, nobody: str) -> None:
    a, b, a_if, b_if = pair(net)
    net.recorder(b)
    net.send(a, other, b"")
    net.kernel.run()
    net.kernel.advance_to(net.kernel.now_ns + 31 * S)
    b_if.set_enabled(False)
    watch = net.watch(net.link)
    net.send(a, other, b"")
    net.kernel.run()
    assert entry(a_if, other).current_state() == FAILED
    probes = watch.frames[1:]
    assert len(probes) == 3
    assert all(frame[:6] == int(b_if.mac).to_bytes(6, "big") for frame in probes)


@pytest.mark.parametrize(("version", "own", "other", "nobody"), VERSIONS)
def test_the_upper_layer_can_confirm(net: Any, version: int, own: str, other: str, nobody: str) -> None:
    a, b, a_if, _ = pair(net)
    net.recorder(b)
    net.send(a, other, b"")
    net.kernel.run()
    net.kernel.advance_to(net.kernel.now_ns + 31 * S)
    net.send(a, other, b"")
    a.confirm(version, addresses.parse(other)[1])
    assert entry(a_if, other).current_state() == REACHABLE
    frames = a_if.port.out_frames
    net.kernel.run()
    assert a_if.port.out_frames == frames, "no probe is needed"


def test_only_so_many_packets_wait(net: Any) -> None:
    a, _, a_if, _ = pair(net)
    told = net.recorder(a)
    for number in range(neighbour.MAX_WAITING + 2):
        net.send(a, "10.0.0.99", bytes([number]))
    assert net.drops(a) == [tracing.QUEUE_FULL] * 2
    assert entry(a_if, "10.0.0.99").waiting[0].payload.emit() == b"\2"
    net.kernel.run()
    assert len(told.errors) == neighbour.MAX_WAITING


def test_the_table_is_bounded(net: Any) -> None:
    a, b, a_if, _ = pair(net)
    got = net.recorder(b)
    net.send(a, "10.0.0.2", b"first")
    net.kernel.run()
    net.kernel.advance_to(net.kernel.now_ns + 31 * S)
    base = addresses.parse("10.0.0.0")[1] + 1000
    for number in range(neighbour.MAX_NEIGHBOURS):
        a_if.neighbours4.entry(base + number).make_permanent(1)
    assert a_if.neighbours4.find(addresses.parse("10.0.0.2")[1]) is None, "the idle one made room"
    assert len(a_if.neighbours4.entries) == neighbour.MAX_NEIGHBOURS
    net.send(a, "10.0.0.2", b"second")
    net.kernel.run()
    assert got.bodies == [b"first", b"second"]


def test_a_lost_carrier_forgets_neighbours_but_not_those_made_by_hand(net: Any) -> None:
    a, b, a_if, _b_if = pair(net)
    net.recorder(b)
    a_if.add_neighbour(4, addresses.parse("10.0.0.7")[1], 7)
    net.send(a, "10.0.0.2", b"")
    net.kernel.run()
    net.link.cut()
    net.kernel.run()
    assert entry(a_if, "10.0.0.2").current_state() == NONE
    assert entry(a_if, "10.0.0.7").current_state() == REACHABLE


def test_an_advertisement_without_override_does_not_replace_a_known_mac(net: Any) -> None:
    from catenet.network.icmp import icmpv6
    from catenet.network.ip.ipv6 import Ipv6Packet

    a, b, a_if, b_if = pair(net)
    net.recorder(b)
    net.send(a, "2001:db8::2", b"")
    net.kernel.run()
    target = addresses.parse("2001:db8::2")[1]
    known = a_if.neighbours6.find(target)
    for flags, mac, state in ((0, b_if.mac, STALE), (icmpv6.FLAG_OVERRIDE, 77, STALE)):
        message = icmpv6.advertisement(target, 77, flags).message()
        packet = Ipv6Packet(b_if.link_local(), addresses.ALL_NODES6, 58, message, 255)
        a.input(packet, a_if, True)
        assert (known.mac, known.current_state()) == (mac, state)


def test_neighbour_discovery_from_another_link_is_ignored(net: Any) -> None:
    from catenet.network.icmp import icmpv6
    from catenet.network.ip.ipv6 import Ipv6Packet

    a, _, a_if, b_if = pair(net)
    source = addresses.parse("2001:db8::2")[1]
    message = icmpv6.solicitation(addresses.parse("2001:db8::1")[1], b_if.mac).message()
    a.input(Ipv6Packet(source, addresses.parse("2001:db8::1")[1], 58, message, 254), a_if, False)
    assert a_if.neighbours6.find(source) is None
    a.input(Ipv6Packet(source, addresses.parse("2001:db8::1")[1], 58, message, 255), a_if, False)
    assert a_if.neighbours6.find(source).mac == b_if.mac


def test_an_arp_request_teaches_who_asked(net: Any) -> None:
    a, b, a_if, b_if = pair(net)
    net.recorder(b)
    net.send(a, "10.0.0.2", b"")
    net.kernel.run()
    assert entry(b_if, "10.0.0.1").mac == a_if.mac
    assert entry(b_if, "10.0.0.1").current_state() == STALE


def test_octets_that_are_no_packet_are_counted(net: Any) -> None:
    from catenet.link.ethernet import Frame

    a, _, a_if, _ = pair(net)
    a_if.port.receive(Frame(a_if.mac, 5, 0x0800, Octets(bytes(46))))
    assert a.counters()["IpInHdrErrors"] == 1
    assert net.drops(a) == [tracing.MALFORMED]


@pytest.mark.parametrize(("version", "own", "other", "nobody"), VERSIONS)
def test_a_hint_from_above_does_not_bring_back_what_has_failed(
    net: Any, version: int, own: str, other: str, nobody: str
) -> None:
    a, b, a_if, b_if = pair(net)
    net.recorder(b)
    net.send(a, other, b"1")
    net.kernel.run()
    net.kernel.advance_to(net.kernel.now_ns + 31 * S)
    b_if.set_enabled(False)
    net.send(a, other, b"2")
    net.kernel.run()
    assert entry(a_if, other).current_state() == FAILED
    net.send(a, other, b"3")
    a.confirm(version, addresses.parse(other)[1])
    assert entry(a_if, other).state == INCOMPLETE
