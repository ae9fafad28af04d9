"""Addresses and their classes, against the standard library."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network import addresses

fours = st.integers(0, 2**32 - 1)
sixes = st.integers(0, 2**128 - 1) | st.integers(0xFE8 << 116, (0xFE8 << 116) + 2**120) | st.integers(0, 5)


@pytest.mark.slow
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


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("::1", 2), ("fe80::1", 2), ("febf::1", 2), ("fec0::1", 5), ("feff::1", 5), ("fe7f::1", 14), ("ff00::1", 0),
        ("ff02::1", 2), ("ff05::1", 5), ("ff0e::1", 14), ("2001:db8::1", 14), ("::2", 14), ("fc00::1", 14),
    ],
)  # fmt: skip
def test_the_scope_of_an_ipv6_address_is_that_of_rfc_6724(text: str, scope: int) -> None:
    assert addresses.scope(addresses.parse(text)[1]) == scope


@pytest.mark.parametrize("address", [-1, 1 << 32])
def test_a_number_that_is_no_address_has_no_text(address: int) -> None:
    with pytest.raises(ValueError, match=r"permitted|exceeds"):
        addresses.text(4, address)
    assert addresses.text(4, (1 << 32) - 1) == "255.255.255.255"


@pytest.mark.slow
def test_texts_that_were_forgotten_are_written_again_alike() -> None:
    """What is remembered of IPv6 texts is bounded: a run with many addresses would fill the memory."""
    first = addresses.text(6, 1 << 100)
    for number in range(addresses.MAX_TEXTS + 1):
        addresses.text(6, 1 << 101 | number)
    assert addresses.text(6, 1 << 100) == first
    assert len(addresses._TEXTS6) <= addresses.MAX_TEXTS


def test_how_many_bits_a_mask_has() -> None:
    assert [addresses.width(version) for version in (4, 6)] == [32, 128]
    for version, bits in ((4, 32), (6, 128)):
        for length in range(bits + 1):
            assert bin(addresses.mask(version, length)) == bin(((1 << length) - 1) << (bits - length))
        for length in (-1, bits + 1):
            with pytest.raises(ValueError, match=f"0 to {bits} bits, not {length}"):
                addresses.mask(version, length)
