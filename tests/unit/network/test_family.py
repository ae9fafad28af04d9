"""What a host knows of an address: is it a broadcast, may it be a source, where do packets to it go."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.network import addresses, tracing
from catenet.network.family import MAX_DESTINATIONS, SOURCE_BAD, SOURCE_GOOD, SOURCE_ON_LINK
from catenet.network.forwarding import route
from catenet.network.forwarding.destination_cache import BROADCAST, LOCAL, LOOPBACK, MULTICAST, REFUSED, REMOTE


def number(text: str) -> int:
    return addresses.parse(text)[1]


@pytest.mark.parametrize(
    ("own", "address", "is_broadcast"),
    [
        ("10.0.0.5/24", "255.255.255.255", True),
        ("10.0.0.5/24", "10.0.0.255", True),
        ("10.0.0.5/24", "10.0.0.0", True),
        ("10.0.0.5/24", "10.0.0.254", False),
        ("10.0.0.5/24", "10.0.1.255", False),
        ("10.0.0.5/23", "10.0.0.255", False),
        ("10.0.0.5/23", "10.0.1.255", True),
        ("10.0.0.5/30", "10.0.0.7", True),
        ("10.0.0.5/30", "10.0.0.4", True),
        ("10.0.0.5/31", "10.0.0.4", False),
        ("10.0.0.4/31", "10.0.0.5", False),
        ("10.0.0.5/32", "10.0.0.5", False),
        ("10.0.0.5/24", "127.255.255.255", False),
    ],
)
def test_which_addresses_are_broadcasts(net: Any, own: str, address: str, is_broadcast: bool) -> None:
    """RFC 1122 3.3.6; on a link of two (RFC 3021) there is none, or one of the two could not be spoken to."""
    host = net.host("h")
    net.interface(host, own)
    assert host.family4.is_broadcast(number(address)) == is_broadcast
    assert not host.family6.is_broadcast(number(address))


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("10.0.0.9", SOURCE_GOOD),
        ("10.0.0.5", SOURCE_BAD),
        ("10.0.0.255", SOURCE_BAD),
        ("255.255.255.255", SOURCE_BAD),
        ("127.0.0.1", SOURCE_BAD),
        ("0.0.0.0", SOURCE_BAD),
        ("0.1.2.3", SOURCE_BAD),
        ("1.0.0.0", SOURCE_GOOD),
        ("224.0.0.1", SOURCE_BAD),
        ("239.255.255.255", SOURCE_BAD),
        ("240.0.0.1", SOURCE_BAD),
        ("223.255.255.1", SOURCE_GOOD),
        ("169.254.1.1", SOURCE_ON_LINK),
        ("2001:db8::9", SOURCE_GOOD),
        ("2001:db8::5", SOURCE_BAD),
        ("::", SOURCE_BAD),
        ("::1", SOURCE_BAD),
        ("ff02::1", SOURCE_BAD),
        ("fe80::9", SOURCE_ON_LINK),
    ],
)
def test_which_addresses_may_be_the_source_of_what_comes_in(net: Any, source: str, kind: int) -> None:
    """RFC 1812 5.3.7.  It is asked twice: the second answer is remembered."""
    host = net.host("h")
    net.interface(host, "10.0.0.5/24", "2001:db8::5/64")
    version, address = addresses.parse(source)
    for _ in range(2):
        assert host.family(version).source_kind(address) == kind


def test_where_packets_to_an_address_go(net: Any) -> None:
    host = net.host("h")
    interface = net.interface(host, "10.0.0.5/24", "2001:db8::5/64")
    for kind, prefix in (
        (route.BLACKHOLE, "10.1.0.0/16"),
        (route.UNREACHABLE, "10.2.0.0/16"),
        (route.PROHIBIT, "10.3.0.0/16"),
    ):
        net.route(host, prefix, (interface, "10.0.0.1"), kind=kind)
    expected = {
        "127.0.0.9": (LOOPBACK, 0, 0),
        "10.0.0.5": (LOCAL, 0, 0),
        "10.0.0.9": (REMOTE, 0, 0),
        "224.0.0.1": (MULTICAST, 0, 0),
        "10.0.0.255": (BROADCAST, 0, 0),
        "0.0.0.0": (REFUSED, errno.ENETUNREACH, tracing.NO_ROUTE),
        "10.9.0.1": (REFUSED, errno.ENETUNREACH, tracing.NO_ROUTE),
        "10.1.0.1": (REFUSED, errno.EINVAL, tracing.BLACKHOLE),
        "10.2.0.1": (REFUSED, errno.EHOSTUNREACH, tracing.NO_ROUTE),
        "10.3.0.1": (REFUSED, errno.EACCES, tracing.PROHIBITED),
        "::": (REFUSED, errno.ENETUNREACH, tracing.NO_ROUTE),
        "fe80::9": (REMOTE, 0, 0),
        "2001:db8::9": (REMOTE, 0, 0),
    }
    for text, wanted in expected.items():
        version, address = addresses.parse(text)
        found = host.family(version).destination(address)
        assert (found.kind, found.errno, found.reason) == wanted, text
        assert found is host.family(version).destination(address), "looked up once"
    host.forget_destinations()
    assert host.family4.destination(number("10.0.0.9")).kind == REMOTE


def test_a_link_local_address_means_nothing_where_there_are_two_links(net: Any) -> None:
    host = net.host("h")
    net.interface(host)
    assert host.family6.destination(number("fe80::9")).kind == REMOTE
    net.interface(host)
    host.forget_destinations()
    found = host.family6.destination(number("fe80::9"))
    assert (found.kind, found.errno, found.reason) == (REFUSED, errno.EINVAL, tracing.NOT_FORWARDED)


def test_a_group_of_a_host_without_a_link_has_no_way_out(net: Any) -> None:
    host = net.host("h")
    found = host.family4.destination(number("224.0.0.9"))
    assert (found.kind, found.errno, found.reason) == (MULTICAST, errno.ENETUNREACH, tracing.NO_ROUTE)


def test_a_group_leaves_by_its_route_and_otherwise_by_the_first_link_with_an_address(net: Any) -> None:
    host = net.host("h")
    net.interface(host)
    first, second = net.interface(host, "10.0.1.5/24"), net.interface(host, "10.0.2.5/24")
    assert host.family4.group_interface(number("224.0.0.9")) is first
    net.route(host, "224.0.0.0/4", (second, "0.0.0.0"))
    assert host.family4.group_interface(number("224.0.0.9")) is second
    net.route(host, "224.0.0.9/32", (second, "0.0.0.0"), kind=route.UNREACHABLE)
    assert host.family4.group_interface(number("224.0.0.9")) is first


def test_through_several_ways_the_narrowest_link_decides_what_fits(net: Any) -> None:
    """Flows are spread over all of them: what the widest takes would be lost on the others."""
    host = net.host("h", forwarding=True)
    ways = [net.interface(host, f"10.0.{place}.1/24", mtu=mtu) for place, mtu in enumerate((1500, 1280, 1400), 1)]
    for interface in ways:
        interface.up = True
    net.route(host, "10.9.0.0/16", *[(interface, f"10.0.{place}.9") for place, interface in enumerate(ways, 1)])
    found = host.family4.destination(number("10.9.0.1"))
    assert (found.next_hop_count, found.link_mtu, found.path_mtu, len(found.neighbours)) == (3, 1280, 1280, 3)


@pytest.mark.slow
def test_the_cache_begins_anew_when_it_is_full(net: Any) -> None:
    """A host that is scanned would keep an entry for each address that it ever saw."""
    host = net.host("h")
    own = host.family4
    first = own.destination(0x7F000000)
    for last in range(MAX_DESTINATIONS):
        own.destination(0x7F000000 + last)
        own.source_kind(0x7F000000 + last)
    assert own.destination(0x7F000000) is first
    assert (len(own._destinations), len(own._sources)) == (MAX_DESTINATIONS, MAX_DESTINATIONS)
    own.destination(number("224.0.0.9"))
    own.source_kind(number("224.0.0.9"))
    assert (len(own._destinations), len(own._sources)) == (1, 1)
    assert own.destination(0x7F000000) is not first
