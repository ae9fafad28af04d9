"""The rules of RFC 6724 section 5, each with a host that has just two addresses to choose from."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.network import addresses
from catenet.network.interface import DUPLICATE, OPTIMISTIC, PREFERRED


def number(text: str) -> int:
    return addresses.parse_interface(text)[1]


def chosen(net: Any, target: str, *own: str, states: dict[str, int] | None = None) -> str:
    """The source of a host with one interface, whose addresses are added in this order."""
    host = net.host("h")
    interface = net.interface(host, *own)
    for text, state in (states or {}).items():
        interface.own(6 if ":" in text else 4, number(text)).state = state
    version, dst = addresses.parse(target)
    net.route(host, "::/0" if version == 6 else "0.0.0.0/0", (interface, own[0].split("/")[0]))
    return addresses.text(version, host.source_address(version, dst))


BOTH_ORDERS = pytest.mark.parametrize("turned", [False, True])


def either(turned: bool, *own: str) -> tuple[str, ...]:
    return own[::-1] if turned else own


@BOTH_ORDERS
def test_a_source_is_no_narrower_than_its_destination_and_no_wider_than_it_must_be(net: Any, turned: bool) -> None:
    """Rule 2: with a link-local source an answer from beyond the link would never come back."""
    own = either(turned, "fe80::5/64", "2001:db8:1::5/64")
    assert chosen(net, "2001:db8:9::1", *own) == "2001:db8:1::5"
    assert chosen(net, "ff02::1", *own).startswith("fe80::")
    assert chosen(net, "ff0e::1", *own) == "2001:db8:1::5"


@BOTH_ORDERS
def test_a_settled_address_comes_before_an_optimistic_one_of_ipv6(net: Any, turned: bool) -> None:
    """RFC 4429 3.1: it might turn out to be another host's in the middle of a connection."""
    own = either(turned, "2001:db8:1::5/64", "2001:db8:2::5/64")
    optimistic, settled = "2001:db8:1::5/64", "2001:db8:2::5"
    states = {optimistic: OPTIMISTIC, f"{settled}/64": PREFERRED}
    assert chosen(net, "2001:db8:1::9", *own, states=states) == settled


@BOTH_ORDERS
def test_an_address_that_is_known_to_be_another_host_s_is_never_chosen(net: Any, turned: bool) -> None:
    own = either(turned, "10.1.0.5/24", "10.2.0.5/24")
    assert chosen(net, "10.1.0.9", *own, states={"10.1.0.5/24": DUPLICATE}) == "10.2.0.5"
    alone = dict.fromkeys(own, DUPLICATE)
    assert chosen(net, "10.9.0.9", *own, states=alone) == "0.0.0.0"


@BOTH_ORDERS
@pytest.mark.parametrize(
    ("target", "source"),
    [("2001:db8:1:7::9", "2001:db8:1::5"), ("2001:db8:2:7::9", "2001:db8:2::5"), ("2001:db8:3::9", "2001:db8:2::5")],
)
def test_the_longest_common_prefix_decides_up_to_the_length_of_the_own_one(
    net: Any, turned: bool, target: str, source: str
) -> None:
    """Rule 8."""
    own = either(turned, "2001:db8:1::5/48", "2001:db8:2::5/48")
    assert chosen(net, target, *own) == source


def test_bits_beyond_the_own_prefix_do_not_count(net: Any) -> None:
    """Both have the target's first 32 bits within their prefixes: the first that was added stays."""
    assert chosen(net, "2001:db8:0:7::9", "2001:db8:8000::5/32", "2001:db8::5/32") == "2001:db8:8000::5"
    assert chosen(net, "10.1.7.9", "10.1.200.5/16", "10.1.7.5/16") == "10.1.200.5"
    assert chosen(net, "10.1.7.9", "10.1.200.5/24", "10.1.7.5/24") == "10.1.7.5"


@BOTH_ORDERS
def test_the_address_of_the_interface_that_the_packet_leaves_by_comes_first(net: Any, turned: bool) -> None:
    """Rule 5: a router beyond it may drop what comes from elsewhere."""
    host = net.host("h")
    first, second = net.interface(host, "10.1.0.5/24"), net.interface(host, "10.2.0.5/24")
    out, gateway, source = (first, "10.1.0.9", "10.1.0.5") if turned else (second, "10.2.0.9", "10.2.0.5")
    net.route(host, "10.1.0.0/16", (out, gateway))
    assert addresses.text(4, host.source_address(4, number("10.1.7.9/32"))) == source


def test_a_link_local_address_of_another_link_is_no_source(net: Any) -> None:
    host = net.host("h")
    first = net.interface(host)
    second = net.interface(host)
    version, group = addresses.parse("ff02::1")
    for interface in (first, second):
        assert host.source_address(version, group, interface) == interface.link_local()


def test_a_host_s_own_address_is_its_source_to_itself_and_one_without_a_way_has_none(net: Any) -> None:
    host = net.host("h")
    net.interface(host, "10.1.0.5/24", "10.1.0.6/24")
    assert addresses.text(4, host.source_address(4, number("10.1.0.6/24"))) == "10.1.0.6"
    assert addresses.text(4, host.source_address(4, number("127.3.2.1/8"))) == "127.3.2.1"
    assert host.source_address(4, number("10.7.0.1/24")) == 0
