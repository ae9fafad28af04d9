"""Duplicate addresses are found, and addresses can be used before it is known that they are not."""

from __future__ import annotations

import errno
from itertools import pairwise
from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.network import addresses, tracing
from catenet.network.interface import DUPLICATE, OPTIMISTIC, PREFERRED
from tests.unit.network.conftest import Net

S = 1_000_000_000
TEXTS = {4: "10.0.0.1/24", 6: "2001:db8::1/64"}
OTHERS = {4: "10.0.0.2/24", 6: "2001:db8::2/64"}
VERSIONS = [4, 6]


def number(text: str) -> int:
    return addresses.parse_interface(text)[1]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_address_is_optimistic_then_preferred_and_then_all_is_quiet(net: Any, version: int) -> None:
    a, b = net.host("a"), net.host("b")
    a_if = net.interface(a, TEXTS[version], detect=True)
    wire = net.wire(a_if, net.interface(b, OTHERS[version], detect=True))
    watch = net.watch(wire)
    own = a_if.own(version, number(TEXTS[version]))
    assert own.state == OPTIMISTIC
    net.kernel.run()
    assert own.state == PREFERRED
    assert net.kernel.next_time_ns() > 1 << 60
    assert 1 * S <= net.kernel.now_ns < 12 * S
    arps = [frame for frame in watch.frames if frame[12:14] == b"\x08\x06"]
    assert len(arps) == (10 if version == 4 else 0), "three probes and two announcements each"
    assert len(watch.frames) - len(arps) == (2 if version == 4 else 4), "one solicitation for each address"
    assert net.rows(tracing.ADDRESS_CONFLICT) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_an_optimistic_address_can_be_used_at_once(net: Any, version: int) -> None:
    a, b = net.host("a"), net.host("b")
    net.wire(net.interface(a, TEXTS[version], detect=True), net.interface(b, OTHERS[version], detect=True))
    pinger = net.pinger(a, version)
    pinger.echo.send(number(OTHERS[version]), 1)
    net.kernel.run(20_000_000)
    assert len(pinger.replies) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_a_newcomer_with_an_address_in_use_gives_it_up(net: Any, version: int) -> None:
    a, b = net.host("a"), net.host("b")
    a_if = net.interface(a, TEXTS[version], detect=True)
    b_if = net.interface(b, OTHERS[version], detect=True)
    net.wire(a_if, b_if)
    net.kernel.run()
    address = number(TEXTS[version])
    b.add_address(b_if, version, address, 24 if version == 4 else 64)
    assert b.is_local(version, address)
    net.kernel.run()
    assert not b.is_local(version, address)
    assert b_if.own(version, address).state == DUPLICATE
    assert a_if.own(version, address).state == PREFERRED
    assert a.is_local(version, address)
    assert net.rows(tracing.ADDRESS_CONFLICT) == [(b.subject, version, address)]
    assert b.send(version, address, address + 7, 253, Octets(b"")) == errno.EADDRNOTAVAIL
    assert b.source_address(version, address) == number(OTHERS[version])


@pytest.mark.parametrize("version", VERSIONS)
def test_of_two_that_start_with_one_address_the_first_to_ask_keeps_it(net: Any, version: int) -> None:
    a, b = net.host("a"), net.host("b")
    net.wire(net.interface(a, TEXTS[version], detect=True), net.interface(b, TEXTS[version], detect=True))
    net.kernel.run()
    address = number(TEXTS[version])
    assert a.is_local(version, address) != b.is_local(version, address)
    loser = b if a.is_local(version, address) else a
    assert net.rows(tracing.ADDRESS_CONFLICT) == [(loser.subject, version, address)]


def test_an_ipv4_address_is_defended_once_in_ten_seconds(net: Any) -> None:
    from catenet.network.neighbour.arp_packet import REQUEST, ArpPacket

    a, b = net.host("a"), net.host("b")
    a_if = net.interface(a, TEXTS[4], detect=True)
    net.wire(a_if, net.interface(b))
    net.kernel.run()
    net.kernel.advance_to(net.kernel.now_ns + 60 * S)
    sent = a_if.port.out_frames
    claim = ArpPacket(REQUEST, 0x99, number(TEXTS[4]), 0, number(TEXTS[4]))
    a_if.arp.receive(claim)
    assert a_if.port.out_frames == sent + 1
    assert a.is_local(4, number(TEXTS[4]))
    net.kernel.run()
    net.kernel.advance_to(net.kernel.now_ns + 11 * S)
    a_if.arp.receive(claim)
    assert a.is_local(4, number(TEXTS[4])), "that was long ago"
    a_if.arp.receive(claim)
    assert not a.is_local(4, number(TEXTS[4]))


def test_detection_starts_anew_when_the_link_comes_back(net: Any) -> None:
    a, b = net.host("a"), net.host("b")
    a_if = net.interface(a, TEXTS[6], detect=True)
    wire = net.wire(a_if, net.interface(b))
    net.kernel.run()
    own = a_if.own(6, number(TEXTS[6]))
    wire.cut()
    net.kernel.run()
    wire.heal()
    net.kernel.run(net.kernel.now_ns + 1000)
    assert own.state == OPTIMISTIC
    net.kernel.run()
    assert own.state == PREFERRED


def test_an_address_given_up_can_be_given_again(net: Any) -> None:
    a, b = net.host("a"), net.host("b")
    a_if, b_if = net.interface(a, TEXTS[4]), net.interface(b, TEXTS[4], detect=True)
    net.wire(a_if, b_if)
    net.kernel.run()
    assert not b.is_local(4, number(TEXTS[4]))
    a.remove_address(4, number(TEXTS[4]))
    b.add_address(b_if, 4, number(TEXTS[4]), 24)
    net.kernel.run()
    assert b.is_local(4, number(TEXTS[4]))
    assert b_if.ipv4 == [(number(TEXTS[4]), 24)]


def sent_at_ns(net: Any, interface: Any, until_ns: int) -> list[int]:
    """When the interface sent a frame."""
    times: list[int] = []
    while net.kernel.next_time_ns() <= until_ns:
        before = interface.port.out_frames
        net.kernel.step()
        times += [net.kernel.now_ns] * (interface.port.out_frames - before)
    return times


def test_an_ipv4_address_is_probed_three_times_and_announced_twice_at_the_times_of_rfc_5227() -> None:
    """Sections 1.1 and 2.1.1: faster, and another host that is slow to answer is not heard; slower, and it waits."""
    pauses: set[int] = set()
    for seed in range(20):
        net = Net(seed)
        host = net.host("a")
        interface = net.interface(host)
        net.wire(interface, net.interface(net.host("b")))
        net.kernel.run()
        begun_ns = net.kernel.now_ns
        own = host.add_address(interface, 4, number(TEXTS[4]), 24)
        times = sent_at_ns(net, interface, begun_ns + 60 * S)
        assert len(times) == 5
        first, *gaps = (later - earlier for earlier, later in pairwise([begun_ns, *times]))
        assert 0 <= first < 1 * S, "PROBE_WAIT"
        assert all(1 * S <= gap < 2 * S for gap in gaps[:2]), "PROBE_MIN and PROBE_MAX"
        assert gaps[2:] == [2 * S, 2 * S], "ANNOUNCE_WAIT and ANNOUNCE_INTERVAL"
        assert own.state == PREFERRED
        assert own.defended_ns == times[-1]
        pauses |= {first, *gaps[:2]}
    assert len(pauses) == 60, "hosts that start together do not speak together"


def test_an_ipv6_address_is_asked_for_once_and_preferred_a_second_later() -> None:
    """RFC 4862 5.4: DupAddrDetectTransmits is 1, RetransTimer a second."""
    firsts: set[int] = set()
    for seed in range(10):
        net = Net(seed)
        host = net.host("a")
        interface = net.interface(host)
        net.wire(interface, net.interface(net.host("b")))
        net.kernel.run()
        begun_ns = net.kernel.now_ns
        own = host.add_address(interface, 6, number(TEXTS[6]), 64)
        (asked_ns,) = sent_at_ns(net, interface, begun_ns + 60 * S)
        assert begun_ns <= asked_ns < begun_ns + 1 * S
        assert net.kernel.now_ns == asked_ns + 1 * S
        assert own.state == PREFERRED
        firsts.add(asked_ns - begun_ns)
    assert len(firsts) == 10


@pytest.mark.parametrize("version", VERSIONS)
def test_an_address_that_is_taken_away_or_whose_link_is_cut_is_not_asked_for_any_more(net: Any, version: int) -> None:
    for ending in ("removed", "cut", "disabled"):
        host = net.host(ending)
        interface = net.interface(host)
        wire = net.wire(interface, net.interface(net.host(f"{ending}-other")))
        net.kernel.run()
        host.add_address(interface, version, number(TEXTS[version]), 24 if version == 4 else 64)
        if ending == "removed":
            host.remove_address(version, number(TEXTS[version]))
        elif ending == "cut":
            wire.cut()
        else:
            interface.set_enabled(False)
        sent = interface.port.out_frames
        net.kernel.run()
        assert interface.port.out_frames == sent, ending


def test_an_address_that_needs_no_detection_is_preferred_at_once_and_silent(net: Any) -> None:
    host = net.host("a")
    interface = net.interface(host)
    net.wire(interface, net.interface(net.host("b")))
    net.kernel.run()
    own = host.add_address(interface, 4, number(TEXTS[4]), 24, detect=False)
    assert own.state == PREFERRED
    assert sent_at_ns(net, interface, net.kernel.now_ns + 60 * S) == []
