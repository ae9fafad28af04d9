"""A packet that is to leave by one interface: what that changes, and what it does not."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.network import addresses

PROTOCOL = 253


def number(text: str) -> int:
    return addresses.parse(text)[1]


class Links:
    """A host with two links, and a neighbour on each; the first link has the default route."""

    def __init__(self, net: Any) -> None:
        self.net = net
        self.host = net.host("h")
        self.own = [net.interface(self.host, f"10.0.{place}.1/24", f"2001:db8:{place}::1/64") for place in (1, 2)]
        self.others, self.heard = [], []
        for place, interface in enumerate(self.own, 1):
            stack = net.host(f"n{place}")
            self.others.append(net.interface(stack, f"10.0.{place}.9/24", f"2001:db8:{place}::9/64"))
            net.wire(interface, self.others[-1])
            self.heard.append(net.recorder(stack))
        net.route(self.host, "0.0.0.0/0", (self.own[0], "10.0.1.9"))
        net.route(self.host, "::/0", (self.own[0], "2001:db8:1::9"))
        net.kernel.run()

    def send(self, target: int, place: int | None, version: int = 6, src: int = 0) -> int:
        interface = None if place is None else self.own[place]
        error = self.host.send(version, src, target, PROTOCOL, Octets(b"x"), interface=interface)
        self.net.kernel.run()
        return int(error)

    def arrived(self) -> list[list[str]]:
        """Of each neighbour the sources of what it heard since it was last asked."""
        found = [[addresses.text(int(one.version), one.src) for one in heard.packets] for heard in self.heard]
        for heard in self.heard:
            heard.packets.clear()
        return found


@pytest.mark.parametrize("place", [0, 1])
def test_a_link_local_neighbour_is_sought_on_the_link_that_was_named(net: Any, place: int) -> None:
    """Two links may each have a neighbour of one link-local address: only the interface says which is meant."""
    links = Links(net)
    assert links.send(links.others[place].link_local(), None) == errno.EINVAL
    assert links.send(links.others[place].link_local(), place) == 0
    own = addresses.text(6, links.own[place].link_local())
    assert links.arrived() == [[own] if one == place else [] for one in (0, 1)]
    assert links.send(links.others[place].link_local(), 1 - place) == 0
    assert links.arrived() == [[], []]


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize(("version", "group"), [(4, "224.0.0.1"), (6, "ff02::1")])
def test_a_group_is_spoken_to_on_the_link_that_was_named(net: Any, place: int, version: int, group: str) -> None:
    links = Links(net)
    assert links.send(number(group), place, version) == 0
    own = f"10.0.{place + 1}.1" if version == 4 else addresses.text(6, links.own[place].link_local())
    assert links.arrived() == [[own] if one == place else [] for one in (0, 1)]


@pytest.mark.parametrize("place", [None, 0, 1])
@pytest.mark.parametrize(("version", "target", "by"), [(4, "10.0.1.9", 0), (4, "10.0.2.9", 1), (6, "2001:db8:2::9", 1)])
def test_what_has_a_route_goes_by_its_route_whatever_was_named(
    net: Any, place: int | None, version: int, target: str, by: int
) -> None:
    """As on Linux with IP_PKTINFO and no binding: the reply to a ping leaves by the way that the table has."""
    links = Links(net)
    assert links.send(number(target), place, version) == 0
    own = f"10.0.{by + 1}.1" if version == 4 else f"2001:db8:{by + 1}::1"
    assert links.arrived() == [[own] if one == by else [] for one in (0, 1)]


@pytest.mark.parametrize("place", [0, 1])
def test_an_own_address_is_this_host_whatever_was_named(net: Any, place: int) -> None:
    links = Links(net)
    got = net.recorder(links.host)
    for version, target in ((4, "10.0.2.1"), (4, "127.0.0.1"), (6, "::1"), (6, "2001:db8:1::1")):
        assert links.send(number(target), place, version) == 0
    assert links.send(links.own[0].link_local(), place) == 0
    assert len(got.packets) == 5
    assert links.arrived() == [[], []]


def test_without_a_route_the_link_that_was_named_is_the_way(net: Any) -> None:
    """A host that has no routes yet speaks to its neighbours, as a DHCP client or a router's daemon does."""
    links = Links(net)
    links.host.remove_route(4, 0, 0)
    assert links.send(number("10.0.77.9"), None, 4) == errno.ENETUNREACH
    assert links.send(number("10.0.77.9"), 1, 4) == 0
    frames = links.own[1].port.out_frames
    assert frames > 0
    assert links.arrived() == [[], []]


def test_a_source_that_is_not_the_host_s_or_may_not_leave_it_is_refused(net: Any) -> None:
    links = Links(net)
    host = links.host
    target = number("10.0.1.9")
    assert links.send(target, None, 4, number("10.0.9.9")) == errno.EADDRNOTAVAIL
    assert links.send(target, None, 4, number("127.0.0.1")) == errno.EINVAL
    assert links.send(number("10.0.1.255"), None, 4, number("127.0.0.1")) == errno.EINVAL
    assert links.send(number("127.0.0.9"), None, 4, number("127.0.0.1")) == 0
    assert links.send(target, None, 4, number("10.0.2.1")) == 0
    assert links.arrived() == [["10.0.2.1"], []]
    asked = [("10.0.9.9", errno.EADDRNOTAVAIL), ("127.0.0.1", errno.EINVAL), ("10.0.2.1", 0)]
    assert [host.source_error(4, number(source), target) for source, _ in asked] == [error for _, error in asked]
    assert (host.route_error(4, target), host.route_error(4, 0)) == (0, errno.ENETUNREACH)


def test_a_host_whose_addresses_are_all_gone_has_no_source(net: Any) -> None:
    host = net.host("h")
    interface = net.interface(host)
    net.route(host, "10.0.0.0/8", (interface, "0.0.0.0"))
    before = host.counters()["IpOutRequests"]
    assert net.send(host, "10.1.1.1", b"x") == errno.EADDRNOTAVAIL
    assert host.counters()["IpOutRequests"] == before


@pytest.mark.parametrize(
    ("version", "target"), [(4, "10.0.1.9"), (6, "2001:db8:1::9"), (4, "224.0.0.1"), (6, "ff02::1")]
)
def test_the_hop_limit_is_64_to_one_and_1_to_a_group_unless_it_is_given(net: Any, version: int, target: str) -> None:
    """RFC 1112: a group's packets stay on the link unless their sender says otherwise."""
    links = Links(net)
    group = addresses.is_multicast(version, number(target))
    for given, expected in ((0, 1 if group else 64), (7, 7)):
        links.host.send(version, 0, number(target), PROTOCOL, Octets(b"x"), hop_limit=given)
        net.kernel.run()
        (packet,) = links.heard[0].packets
        assert packet.hop_limit == expected
        links.heard[0].packets.clear()
    links.host.default_hop_limit = 33
    links.host.send(version, 0, number(target), PROTOCOL, Octets(b"x"))
    net.kernel.run()
    assert links.heard[0].packets[0].hop_limit == (1 if group else 33)


def test_an_unusual_send_is_counted_as_what_became_of_it(net: Any) -> None:
    links = Links(net)
    host = links.host
    names = ("IpOutRequests", "IpOutNoRoutes", "IpFragFails", "IpFragOKs", "IpFragCreates")

    def counted(target: str, octets: int, **options: Any) -> tuple[int, ...]:
        before = host.counters()
        host.send(4, 0, number(target), PROTOCOL, Octets(bytes(octets)), **options)
        after = host.counters()
        return tuple(after[name] - before[name] for name in names)

    assert counted("10.0.1.9", 1480) == (1, 0, 0, 0, 0)
    assert counted("10.0.1.9", 1481) == (1, 0, 1, 0, 0)
    assert counted("10.0.1.9", 1481, dont_fragment=False) == (1, 0, 0, 1, 2)
    assert counted("10.0.1.9", 65_515, dont_fragment=False) == (1, 0, 0, 1, 45)
    assert counted("10.0.1.9", 65_516, dont_fragment=False) == (1, 0, 0, 0, 0)
    assert counted("0.0.0.0", 1) == (0, 1, 0, 0, 0)
