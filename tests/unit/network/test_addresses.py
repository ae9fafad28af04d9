"""Addresses and their classes, against the standard library."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network import addresses

fours = st.integers(0, 2**32 - 1)
sixes = st.integers(0, 2**128 - 1) | st.integers(0xFE8 << 116, (0xFE8 << 116) + 2**120) | st.integers(0, 5)


@given(fours, sixes)
def test_text_and_classes_agree_with_ipaddress(four: int, six: int) -> None:
    for version, value in ((4, four), (6, six)):
        known = ipaddress.IPv4Address(value) if version == 4 else ipaddress.IPv6Address(value)
        assert addresses.text(version, value) == str(known)
        assert addresses.parse(str(known)) == (version, value)
        assert addresses.is_multicast(version, value) == known.is_multicast
        assert addresses.is_loopback(version, value) == known.is_loopback
        assert addresses.is_link_local(version, value) == known.is_link_local


def test_addresses_made_from_others() -> None:
    assert addresses.text(6, addresses.link_local_of(0x3456789ABCDE)) == "fe80::3656:78ff:fe9a:bcde"
    assert addresses.text(6, addresses.solicited_node(addresses.parse("2001:db8::12:3456")[1])) == "ff02::1:ff12:3456"
    assert addresses.multicast_mac(4, addresses.parse("239.129.2.3")[1]) == 0x01005E010203
    assert addresses.multicast_mac(6, addresses.parse("ff02::1:ff12:3456")[1]) == 0x3333FF123456


def test_masks() -> None:
    assert addresses.mask(4, 24) == 0xFFFFFF00
    assert addresses.mask(6, 0) == 0
    with pytest.raises(ValueError, match="0 to 32 bits"):
        addresses.mask(4, 33)


def test_interface_text() -> None:
    assert addresses.parse_interface("10.0.0.1/24") == (4, 10 << 24 | 1, 24)
    with pytest.raises(ValueError, match="10.0.0.300"):
        addresses.parse("10.0.0.300")
