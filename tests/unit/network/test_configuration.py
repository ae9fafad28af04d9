"""Addresses, routes and interfaces of a host: what a change of them sets off."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.network import addresses, tracing
from catenet.network.interface import Interface, InterfaceObserver

S = 1_000_000_000


def number(text: str) -> int:
    return addresses.parse_interface(text)[1]


def prefixes(host: Any) -> list[tuple[str, int]]:
    """The host's IPv4 routes but for the loopback's."""
    found = [(addresses.text(4, route.prefix), route.prefix_len) for route in host.fib4.routes()]
    return sorted(one for one in found if not one[0].startswith("127."))


def test_an_address_brings_a_route_to_its_link_and_takes_it_along(net: Any) -> None:
    host = net.host("h")
    interface = net.interface(host, "10.0.1.5/24")
    assert prefixes(host) == [("10.0.1.0", 24)]
    host.add_address(interface, 4, number("10.0.1.6/24"), 24)
    host.add_address(interface, 4, number("10.0.1.7/25"), 25)
    assert prefixes(host) == [("10.0.1.0", 24), ("10.0.1.0", 25)]
    host.remove_address(4, number("10.0.1.5/24"))
    assert prefixes(host) == [("10.0.1.0", 24), ("10.0.1.0", 25)], "another address is on that network"
    host.remove_address(4, number("10.0.1.6/24"))
    assert prefixes(host) == [("10.0.1.0", 25)]
    host.remove_address(4, number("10.0.1.7/25"))
    assert prefixes(host) == []
    assert interface.ipv4 == []


def test_two_networks_of_one_length_are_two(net: Any) -> None:
    host = net.host("h")
    net.interface(host, "10.0.1.5/24", "10.0.2.5/24")
    host.remove_address(4, number("10.0.1.5/24"))
    assert prefixes(host) == [("10.0.2.0", 24)]


def test_a_link_local_address_brings_no_route_and_its_group_is_joined_and_left(net: Any) -> None:
    """RFC 4291 2.7.1: without the solicited-node group no neighbour could find it."""
    host = net.host("h")
    interface = host.add_interface("eth0", 0x020000000077, 1500, False)
    for text in ("fe80::5/64", "2001:db8::5/64"):
        group = addresses.solicited_node(number(text))
        assert not interface.is_member(group)
        host.add_address(interface, 6, number(text), 64)
        assert interface.is_member(group)
        host.remove_address(6, number(text))
        assert not interface.is_member(group)
    host.add_address(interface, 6, number("fe80::5/64"), 64)
    assert [route.prefix_len for route in host.fib6.routes() if route.prefix_len == 64] == []
    host.add_address(interface, 6, number("2001:db8::6/64"), 64)
    assert [route.prefix_len for route in host.fib6.routes() if route.prefix_len == 64] == [64]


@pytest.mark.parametrize("prefix_len", [-1, 33])
def test_a_prefix_length_that_cannot_be_is_refused_and_leaves_nothing(net: Any, prefix_len: int) -> None:
    host = net.host("h")
    interface = net.interface(host)
    with pytest.raises(ValueError):
        host.add_address(interface, 4, number("10.0.1.5/24"), prefix_len)
    assert (interface.ipv4, prefixes(host), host.is_local(4, number("10.0.1.5/24"))) == ([], [], False)


def test_what_was_looked_up_before_a_change_is_looked_up_again(net: Any) -> None:
    """A packet would go on along a way that is gone."""
    host = net.host("h")
    interface = net.interface(host, "10.0.1.5/24")
    changes = [
        lambda: net.route(host, "10.9.0.0/16", (interface, "10.0.1.9")),
        lambda: host.remove_route(4, number("10.9.0.0/16"), 16),
        lambda: host.add_address(interface, 4, number("10.0.1.6/24"), 24),
        lambda: host.remove_address(4, number("10.0.1.6/24")),
        lambda: interface.set_enabled(False),
        lambda: interface.set_enabled(True),
        lambda: setattr(host, "forwarding", True),
        lambda: host.address_conflict(interface.own(4, number("10.0.1.5/24"))),
    ]
    for change in changes:
        known = host.family4.destination(number("10.9.0.1/32"))
        assert host.family4.destination(number("10.9.0.1/32")) is known
        change()
        assert host.family4.destination(number("10.9.0.1/32")) is not known
    known = host.family4.destination(number("10.9.0.1/32"))
    assert not host.remove_route(4, number("10.9.0.0/16"), 16)
    assert host.family4.destination(number("10.9.0.1/32")) is known, "nothing was removed"


def test_changes_of_routes_and_carriers_leave_rows(net: Any) -> None:
    host = net.host("h")
    interface = net.interface(host)
    wire = net.wire(interface, net.interface(net.host("other")))
    net.kernel.run()

    def rows(kind: int) -> list[tuple[int, int]]:
        return [(a, b) for subject, a, b in net.rows(kind) if subject == host.subject]

    before = len(rows(tracing.ROUTE_CHANGE))
    net.route(host, "10.9.0.0/16", (interface, "0.0.0.0"))
    host.remove_route(4, number("10.9.0.0/16"), 16)
    host.remove_route(4, number("10.9.0.0/16"), 16)
    net.route(host, "2001:db8::/32", (interface, "fe80::1"))
    assert rows(tracing.ROUTE_CHANGE)[before:] == [(4, 16), (4, 16), (6, 32)]
    carriers = len(rows(tracing.CARRIER))
    wire.cut()
    net.kernel.run()
    wire.heal()
    net.kernel.run()
    assert [up for up, _ in rows(tracing.CARRIER)[carriers:]] == [0, 1]


class Watching(InterfaceObserver):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, bool, bool]] = []

    def interface_changed(self, interface: Interface) -> None:
        self.seen.append((interface.name, interface.up, interface.enabled))


def test_whoever_watches_hears_of_each_link_that_goes_and_comes(net: Any) -> None:
    """A routing daemon that misses one would tell of routes that are dead."""
    host = net.host("h")
    interface = net.interface(host)
    wire = net.wire(interface, net.interface(net.host("other")))
    net.kernel.run()
    watching = Watching()
    host.watch(watching)
    wire.cut()
    net.kernel.run()
    wire.heal()
    net.kernel.run()
    interface.set_enabled(False)
    interface.set_enabled(False)
    interface.set_enabled(True)
    assert watching.seen == [
        ("eth0", False, True), ("eth0", True, True), ("eth0", True, False), ("eth0", True, True),
    ]  # fmt: skip


def test_a_host_without_power_is_silent_and_has_forgotten_what_it_learned(net: Any) -> None:
    """Its addresses and routes stand in its configuration."""
    line = net.line(mtu=1280)
    got = net.recorder(line.right)
    net.send(line.left, "10.0.2.1", bytes(1400), dont_fragment=True)
    net.send(line.left, "2001:db8:2::1", bytes(1400), dont_fragment=True)
    net.kernel.run()
    assert got.packets == []
    assert line.left.family4.destination(number("10.0.2.1/32")).path_mtu == 1280
    assert line.left.family6.destination(number("2001:db8:2::1/128")).path_mtu == 1280
    routes = prefixes(line.left)
    line.left.set_power(False)
    frames = line.left_if.port.out_frames
    net.send(line.left, "10.0.2.1", b"x")
    net.kernel.run()
    assert line.left_if.port.out_frames == frames
    assert not line.left_if.enabled
    line.left.set_power(True)
    assert line.left_if.enabled
    assert prefixes(line.left) == routes
    assert line.left.family4.destination(number("10.0.2.1/32")).path_mtu == 1500
    assert line.left.family6.destination(number("2001:db8:2::1/128")).path_mtu == 1500
    assert line.left.is_local(4, number("127.0.0.1/8"))
    net.send(line.left, "10.0.2.1", b"again")
    net.kernel.run()
    assert got.bodies == [b"again"]


def test_a_group_that_was_joined_twice_is_left_twice(net: Any) -> None:
    """Two programs of a host may want it: the first that ends does not take it from the other."""
    host = net.host("h")
    interface = net.interface(host)
    group = number("224.1.2.3/32")
    interface.join(4, group)
    interface.join(4, group)
    interface.leave(4, group)
    assert interface.is_member(group)
    interface.leave(4, group)
    assert not interface.is_member(group)
    with pytest.raises(KeyError):
        interface.leave(4, group)


def test_which_addresses_an_interface_has_in_use(net: Any) -> None:
    host = net.host("h")
    interface = net.interface(host, "10.0.1.5/24", "2001:db8::5/64")
    local = interface.link_local()
    assert addresses.is_link_local(6, local)
    assert (interface.has_address(4), interface.has_address(6)) == (True, True)
    assert interface.ipv6 == [(local, 64), (number("2001:db8::5/64"), 64)]
    for own in list(interface.addresses):
        interface.disable_duplicate(own)
    assert (interface.ipv4, interface.ipv6, interface.link_local()) == ([], [], 0)
    assert (interface.has_address(4), interface.has_address(6)) == (False, False)
    assert interface.own(4, number("10.0.1.5/24")) is not None, "it is kept, and known to be another's"
    assert interface.own(6, number("10.0.1.5/24")) is None
    assert prefixes(host) == []
    rows = [row for row in net.rows(tracing.ADDRESS_CONFLICT) if row[0] == host.subject]
    assert (host.subject, 4, number("10.0.1.5/24")) in rows
    assert len(rows) == 3
