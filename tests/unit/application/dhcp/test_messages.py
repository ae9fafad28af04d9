"""DHCP messages and the values of their options on the wire."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.dhcp import options as codes
from catenet.application.dhcp.client_lease import lease_of
from catenet.application.dhcp.message import REPLY, REQUEST, DhcpMessage, parse

ADDRESSES = st.integers(0, (1 << 32) - 1).map(IPv4Address)
CODES = st.integers(1, 254).filter(lambda code: code != codes.OVERLOAD)
OPTIONS = st.dictionaries(CODES, st.binary(max_size=600), max_size=8)
MESSAGES = st.builds(
    DhcpMessage,
    st.sampled_from([REQUEST, REPLY]),
    st.integers(0, (1 << 32) - 1),
    st.binary(min_size=6, max_size=6),
    OPTIONS,
    st.integers(0, 0xFFFF),
    st.booleans(),
    ADDRESSES,
    ADDRESSES,
    ADDRESSES,
    ADDRESSES,
    st.integers(0, 255),
)
LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20)
DOMAINS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)


@pytest.mark.slow
@given(MESSAGES)
def test_a_message_comes_back_as_it_was(message: DhcpMessage) -> None:
    data = message.emit()
    assert len(data) >= 300
    assert parse(data) == message


@pytest.mark.slow
@given(st.binary(max_size=400), MESSAGES, st.integers(0, 400))
def test_any_octets_are_a_message_or_none(noise: bytes, message: DhcpMessage, cut: int) -> None:
    parse(noise)
    data = message.emit()
    damaged = parse(data[:cut] + noise + data[cut + len(noise) :])
    if damaged is not None:
        lease_of(damaged, 0)
        damaged.emit()


def test_a_discover_has_the_octets_of_the_rfc() -> None:
    message = DhcpMessage(REQUEST, 0x3903F326, bytes.fromhex("020000000001"), {codes.MESSAGE_TYPE: b"\1"}, 4, True)
    data = message.emit()
    assert data[:12].hex() == "01010600" + "3903f326" + "00048000"
    assert data[28:44].hex() == "020000000001" + "00" * 10
    assert data[236:].rstrip(b"\0").hex() == "63825363" + "350101" + "ff"


def test_options_may_lie_over_the_names() -> None:
    """RFC 2131 4.1: option 52; a long option may go on there (RFC 3396)."""
    data = bytearray(DhcpMessage(REPLY, 1, bytes(6), {53: b"\2", 52: b"\3", 6: b"\1\1\1\1"}).emit())
    data[108:116] = bytes([6, 4, 2, 2, 2, 2, 255, 0])
    data[44:48] = bytes([15, 1, 0x61, 255])
    got = parse(bytes(data))
    assert got is not None
    assert got.options == {53: b"\2", 6: b"\1\1\1\1\2\2\2\2", 15: b"a"}


@pytest.mark.parametrize("place", [0, 1, 2, 236, 241])
def test_what_is_not_dhcp_over_ethernet_is_none(place: int) -> None:
    data = bytearray(DhcpMessage(REPLY, 1, bytes(6), {53: b"\2"}).emit())
    data[place] = 0xF7
    assert parse(bytes(data)) is None
    assert parse(bytes(data[:239])) is None


@pytest.mark.slow
@given(st.lists(st.tuples(ADDRESSES, st.integers(0, 32), ADDRESSES), max_size=5))
def test_classless_routes_come_back(given_: list[tuple[IPv4Address, int, IPv4Address]]) -> None:
    routes = [(IPv4Network((int(address), length), strict=False), via) for address, length, via in given_]
    assert codes.to_routes(codes.from_routes(routes)) == routes


def test_classless_routes_have_the_octets_of_the_rfc() -> None:
    """RFC 3442: the table of its page 4."""
    via = IPv4Address("10.0.0.1")
    for prefix, octets in (("0.0.0.0/0", "00"), ("10.17.0.0/16", "100a11"), ("10.229.0.128/25", "190ae50080")):
        assert codes.from_routes([(IPv4Network(prefix), via)]).hex() == octets + "0a000001"
    assert codes.to_routes(bytes.fromhex("210a00000a000001")) == []


@pytest.mark.slow
@given(st.lists(DOMAINS, min_size=1, max_size=4))
def test_domains_come_back(domains: list[str]) -> None:
    assert codes.to_domains(codes.from_domains(domains)) == domains


def test_domains_may_be_compressed_and_pointers_end() -> None:
    """RFC 3397's example, and loops."""
    assert codes.to_domains(b"\3eng\5apple\3com\0\11marketing\xc0\4") == ["eng.apple.com", "marketing.apple.com"]
    for bad in (b"\xc0\0", b"\1a\xc0\0", b"\5ab", b"\0", b"\3abc"):
        assert codes.to_domains(bad) == []


def ack(**options: bytes) -> DhcpMessage:
    values = {codes.SERVER_ID: b"\x0a\0\0\1", codes.LEASE_TIME: (3600).to_bytes(4, "big")}
    values |= {int(key[1:]): value for key, value in options.items()}
    return DhcpMessage(REPLY, 1, bytes(6), values, yiaddr=IPv4Address("10.0.0.9"))


def test_times_and_mask_of_a_lease() -> None:
    lease = lease_of(ack(), 0)
    assert lease is not None
    assert (lease.prefix_len, lease.renew_ns, lease.rebind_ns) == (8, 1800 * 10**9, 3150 * 10**9)
    lease = lease_of(ack(o58=(60).to_bytes(4, "big"), o59=(50).to_bytes(4, "big"), o1=b"\xff\xff\xff\x80"), 5)
    assert lease is not None
    assert (lease.prefix_len, lease.renew_ns, lease.until_ns) == (25, 1800 * 10**9 + 5, 3600 * 10**9 + 5)
    lease = lease_of(
        ack(o51=b"\xff" * 4, o1=b"\xff\0\xff\0", o58=(60).to_bytes(4, "big"), o59=(90).to_bytes(4, "big")), 0
    )
    assert lease is not None
    assert (lease.prefix_len, lease.renew_ns, lease.until_ns) == (8, 60 * 10**9, None)
    assert lease_of(ack(o51=b"\0\0\0\0"), 0) is None
    assert lease_of(ack(o54=b""), 0) is None


def test_classless_routes_replace_routers() -> None:
    """RFC 3442."""
    lease = lease_of(ack(o3=b"\x0a\0\0\1"), 0)
    assert lease is not None
    assert lease.routers == (IPv4Address("10.0.0.1"),)
    lease = lease_of(ack(o3=b"\x0a\0\0\1", o121=bytes.fromhex("080a0a000002")), 0)
    assert lease is not None
    assert (lease.routers, len(lease.routes)) == ((), 1)
