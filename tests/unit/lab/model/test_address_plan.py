"""Addresses: where they come from, and which are refused."""

from __future__ import annotations

from ipaddress import IPv4Interface, IPv4Network, ip_address, ip_network

import pytest

from catenet.errors import LabError
from catenet.lab.model.address_plan import AddressPlan, members, parse_address, parse_faces, parse_networks


def test_a_block_begins_with_the_routers_own_addresses() -> None:
    block = AddressPlan().block("paris")
    assert [str(face) for face in block.own()] == ["10.0.1.1/32", "2001:db8:1::1/128"]


def test_pairs_of_a_block_are_disjoint_and_run_out() -> None:
    block = AddressPlan().block("paris")
    pairs = []
    while (pair := block.pair()) is not None:
        pairs.append(pair)
    assert len(pairs) == 63
    assert str(pairs[0][0]) == "10.0.1.4/30"
    assert str(pairs[-1][1]) == "2001:db8:1:3f::/64"
    assert all(not one[0].overlaps(other[0]) for place, one in enumerate(pairs) for other in pairs[:place])


def test_a_large_lan_takes_an_aligned_row_of_blocks() -> None:
    plan = AddressPlan()
    plan.block("paris")
    lan = plan.block("LAN", addresses=300)
    assert str(lan.ipv4) == "10.0.2.0/23"
    assert str(plan.block("oslo").ipv4) == "10.0.4.0/24"


def test_automatic_blocks_keep_clear_of_explicit_subnets() -> None:
    plan = AddressPlan()
    plan.reserve(ip_network("10.0.1.64/26"), "link a-b")
    plan.reserve(ip_network("2001:db8:2:7::/64"), "link a-c")
    assert plan.block("paris").number == 3


def test_overlapping_subnets_are_refused_naming_both() -> None:
    plan = AddressPlan()
    plan.reserve(ip_network("192.0.2.0/24"), "LAN left")
    with pytest.raises(LabError, match=r"link a-b: the subnet 192\.0\.2\.4/30 overlaps 192\.0\.2\.0/24 of LAN left"):
        plan.reserve(ip_network("192.0.2.4/30"), "link a-b")


def test_a_duplicate_address_is_refused_naming_both() -> None:
    plan = AddressPlan()
    plan.claim(ip_address("192.0.2.1"), "client")
    with pytest.raises(LabError, match=r"server: the address 192\.0\.2\.1 is already that of client"):
        plan.claim(ip_address("192.0.2.1"), "server")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("192.0.2.1", "lacks its prefix length"),
        ("192.0.2.0/24", "the network's or the broadcast address"),
        ("192.0.2.255/24", "the network's or the broadcast address"),
        ("224.0.0.1/24", "a multicast address"),
        ("127.0.0.1/8", "a loopback address"),
        ("fe80::1/64", "link-local"),
        ("300.0.2.1/24", "write an address like"),
    ],
)
def test_what_cannot_be_an_address_is_refused(text: str, said: str) -> None:
    with pytest.raises(LabError, match=said):
        parse_faces([text], "host client")


def test_faces_keep_their_prefix() -> None:
    assert parse_faces(["192.0.2.7/24"], "host client") == [IPv4Interface("192.0.2.7/24")]


def test_subnets_with_host_bits_and_bad_addresses_are_refused() -> None:
    with pytest.raises(LabError, match="write a subnet like"):
        parse_networks(["192.0.2.1/24"], "switch left")
    with pytest.raises(LabError, match="write an address like"):
        parse_address("192.0.2", "route of paris")


def test_members_leave_out_network_and_broadcast() -> None:
    assert list(members(IPv4Network("192.0.2.0/30"))) == [0xC0000201, 0xC0000202]
    assert list(members(IPv4Network("192.0.2.0/31"))) == [0xC0000200, 0xC0000201]


def test_mac_addresses_are_local_and_counted() -> None:
    plan = AddressPlan()
    assert [plan.mac(), plan.mac()] == [0x020000000001, 0x020000000002]
