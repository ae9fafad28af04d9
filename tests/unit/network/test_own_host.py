"""What a host does for itself: its own addresses, groups, sources, and what it refuses to be told."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.network import addresses, tracing
from catenet.network.forwarding import route
from catenet.network.ip.ipv4 import Ipv4Packet

PROTOCOL = 253


def number(text: str) -> int:
    return addresses.parse(text)[1]


@pytest.mark.parametrize("target", ["127.0.0.1", "127.9.9.9", "10.0.1.1", "::1", "2001:db8:1::1"])
def test_what_is_for_this_host_comes_back_by_one_event_at_the_same_instant(net: Any, target: str) -> None:
    line = net.line()
    got = net.recorder(line.left)
    assert net.send(line.left, target, b"one") == 0
    assert net.send(line.left, target, b"two") == 0
    assert got.packets == [], "never by recursion"
    assert net.kernel.step()
    assert got.bodies == [b"one", b"two"]
    assert net.kernel.now_ns == 0
    assert got.packets[0].src == number(target)
    assert line.left_if.port.out_frames == 0
    assert line.left.is_local(*addresses.parse(target))


@pytest.mark.parametrize(
    ("target", "source"),
    [
        ("10.0.2.1", "10.0.1.1"),
        ("10.0.1.9", "10.0.1.1"),
        ("2001:db8:2::1", "2001:db8:1::1"),
        ("fe80::77", "fe80::ff:fe00:1"),
        ("ff02::1", "fe80::ff:fe00:1"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_the_source_fits_the_destination(net: Any, target: str, source: str) -> None:
    line = net.line()
    version, dst = addresses.parse(target)
    assert addresses.text(version, line.left.source_address(version, dst)) == source


def test_the_source_with_the_longest_common_prefix_is_chosen(net: Any) -> None:
    host = net.host("h")
    interface = net.interface(host, "2001:db8:1::1/48", "2001:db8:2::1/48")
    net.route(host, "::/0", (interface, "2001:db8:1::fe"))
    assert host.source_address(6, number("2001:db8:2:7::9")) == number("2001:db8:2::1")
    assert host.source_address(6, number("2001:db8:1:7::9")) == number("2001:db8:1::1")


def test_errors_at_the_door(net: Any) -> None:
    host = net.host("h")
    interface = net.interface(host, "10.0.0.1/24")
    assert net.send(host, "192.0.2.1", b"") == errno.ENETUNREACH
    assert host.source_address(4, number("192.0.2.1")) == 0
    net.route(host, "192.0.2.0/24", kind=route.PROHIBIT)
    net.route(host, "198.51.100.0/24", kind=route.UNREACHABLE)
    net.route(host, "203.0.113.0/24", kind=route.BLACKHOLE)
    assert net.send(host, "192.0.2.1", b"") == errno.EACCES
    assert net.send(host, "198.51.100.1", b"") == errno.EHOSTUNREACH
    assert net.send(host, "203.0.113.1", b"") == errno.EINVAL
    assert host.route_error(4, number("192.0.2.1")) == errno.EACCES
    assert host.send(4, number("10.0.0.77"), number("10.0.0.2"), PROTOCOL, Octets(b"")) == errno.EADDRNOTAVAIL
    net.interface(host)
    assert net.send(host, "fe80::1", b"") == errno.EINVAL, "with two links it is not clear which is meant"
    assert net.send(host, "fe80::1", b"", interface=interface) == 0


@pytest.mark.parametrize("text", ["10.0.0.1/24", "224.0.0.1/24", "0.0.0.0/0", "ff02::5/64", "::/0"])
def test_addresses_that_a_host_cannot_have(net: Any, text: str) -> None:
    host = net.host("h")
    interface = net.interface(host, "10.0.0.1/24")
    version, address, prefix_len = addresses.parse_interface(text)
    with pytest.raises(ValueError, match=r"already|cannot be"):
        host.add_address(interface, version, address, prefix_len)


def test_an_interface_name_is_used_once(net: Any) -> None:
    host = net.host("h")
    host.add_interface("eth0", 1)
    with pytest.raises(ValueError, match="already"):
        host.add_interface("eth0", 2)


def test_groups_are_heard_by_those_who_joined(net: Any) -> None:
    a, b = net.host("a"), net.host("b")
    a_if, b_if = net.interface(a, "10.0.0.1/24", "2001:db8::1/64"), net.interface(b, "10.0.0.2/24", "2001:db8::2/64")
    net.wire(a_if, b_if)
    got = net.recorder(b)
    for group in ("239.1.2.3", "ff02::1:2"):
        version, address = addresses.parse(group)
        net.send(a, group, b"early")
        net.kernel.run()
        b_if.join(version, address)
        net.send(a, group, b"joined")
        net.kernel.run()
        assert got.bodies == [b"joined"]
        assert got.packets.pop().hop_limit == 1
        b_if.leave(version, address)
        net.send(a, group, b"late")
        net.kernel.run()
        assert got.packets == []


def test_a_sender_hears_its_own_group_and_broadcast(net: Any) -> None:
    a = net.host("a")
    a_if = net.interface(a, "10.0.0.1/24")
    net.wire(a_if, net.interface(net.host("b")))
    got = net.recorder(a)
    net.send(a, "239.1.2.3", b"not joined")
    a_if.join(4, number("239.1.2.3"))
    net.send(a, "239.1.2.3", b"joined")
    net.send(a, "10.0.0.255", b"all")
    net.kernel.run()
    assert got.bodies == [b"joined", b"all"]


@pytest.mark.parametrize("target", ["10.0.0.255", "255.255.255.255"])
def test_a_broadcast_reaches_all_on_the_link(net: Any, target: str) -> None:
    a, b = net.host("a"), net.host("b")
    net.wire(net.interface(a, "10.0.0.1/24"), net.interface(b, "10.0.0.2/24"))
    got = net.recorder(b)
    assert net.send(a, target, b"all") == 0
    net.kernel.run()
    assert got.bodies == [b"all"]


def test_a_taken_address_is_gone_and_its_route_with_it(net: Any) -> None:
    line = net.line()
    assert net.send(line.left, "10.0.1.9", b"") == 0
    line.left.remove_address(4, number("10.0.1.1"))
    assert not line.left.is_local(4, number("10.0.1.1"))
    assert [route for route in line.left.fib4.routes() if route.prefix_len == 24] == []
    with pytest.raises(KeyError):
        line.left.remove_address(4, number("10.0.1.1"))


def test_a_host_keeps_its_routes_without_a_carrier_and_a_router_does_not(net: Any) -> None:
    line = net.line()
    line.left_wire.cut()
    net.kernel.run()
    assert net.send(line.left, "10.0.2.1", b"") == 0
    assert net.send(line.router, "10.0.1.1", b"") == errno.ENETUNREACH
    line.left_wire.heal()
    net.kernel.run()
    got = net.recorder(line.right)
    assert net.send(line.left, "10.0.2.1", b"again") == 0
    net.kernel.run()
    assert b"again" in got.bodies


def test_a_disabled_interface_has_no_routes(net: Any) -> None:
    line = net.line()
    line.left_if.set_enabled(False)
    assert net.send(line.left, "10.0.2.1", b"") == errno.ENETUNREACH
    line.left_if.set_enabled(True)
    assert net.send(line.left, "10.0.2.1", b"") == 0


def test_the_counters_have_the_names_of_nstat(net: Any) -> None:
    line = net.line()
    net.recorder(line.right)
    net.send(line.left, "10.0.2.1", b"")
    net.kernel.run()
    left, right = line.left.counters(), line.right.counters()
    assert left["IpOutRequests"] == 1
    assert (right["IpInReceives"], right["IpInDelivers"]) == (1, 1)
    assert {"Ip6InReceives", "Ip6OutForwDatagrams", "IpReasmOKs", "Ip6FragCreates"} <= left.keys()


def test_link_local_ping_between_hosts_with_two_links(net: Any) -> None:
    a, b = net.host("a"), net.host("b")
    first, second = net.interface(a), net.interface(a)
    far, other = net.interface(b), net.interface(b)
    net.wire(first, far)
    net.wire(second, other)
    pinger = net.pinger(a, 6)
    assert pinger.echo.send(other.link_local(), 1, b"", interface=second) == 0
    net.kernel.run()
    assert [reply[1] for reply in pinger.replies] == [addresses.text(6, other.link_local())]


def test_fragments_that_overlap_leave_a_row(net: Any) -> None:
    line = net.line()
    got = net.recorder(line.left)
    for offset, data in ((0, b"a" * 16), (8, b"b" * 16)):
        piece = Ipv4Packet(number("10.0.2.1"), number("10.0.1.1"), PROTOCOL, Octets(data), identification=3)
        piece.fragment_offset_octets = offset
        piece.more_fragments = True
        line.left.input(piece, line.left_if, False)
    assert net.drops(line.left) == [tracing.REASSEMBLY]
    assert got.packets == []
