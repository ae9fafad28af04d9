"""Packets that a switch overhears, and the queries that it sends."""

from __future__ import annotations

import pytest

from catenet.kernel import Octets
from catenet.kernel.checksum import internet_checksum, pseudo_header_sum
from catenet.link.ethernet import IPV4, IPV6, Frame
from catenet.link.multicast.query import Query
from catenet.link.switching.snooping.group_packet import GroupPacket, group_packet
from catenet.link.switching.snooping.query_packet import own_address, query_frame
from catenet.network import addresses
from catenet.network.ip import ipv4, ipv6
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet

S = 1_000_000_000
MAC = 0x0200000000FF
VERSIONS = pytest.mark.parametrize("version", [4, 6])


def number(text: str) -> int:
    return addresses.parse(text)[1]


def query(version: int, group: int = 0) -> Query:
    return Query(version, 3 if version == 4 else 2, 10 * S, group, (), False, 2, 125 * S)


def frame(version: int, group: int = 0) -> Frame:
    return query_frame(query(version, group), MAC, own_address(version, MAC))


@VERSIONS
def test_a_query_is_a_packet_that_hosts_understand(version: int) -> None:
    sent = frame(version)
    octets = sent.payload.emit()
    packet = (ipv4.parse if version == 4 else ipv6.parse)(octets)
    assert packet is not None
    assert packet.emit() == octets
    assert packet.hop_limit == 1
    assert addresses.is_link_local(version, packet.src)
    assert addresses.text(version, packet.dst) == ("224.0.0.1" if version == 4 else "ff02::1")
    assert sent.dst == addresses.multicast_mac(version, packet.dst)
    data = packet.payload.emit()
    start = 0 if version == 4 else pseudo_header_sum(6, packet.src, packet.dst, 58, len(data))
    assert internet_checksum(data, start) == 0


@VERSIONS
def test_a_query_is_read_back(version: int) -> None:
    group = number("239.1.2.3" if version == 4 else "ff05::3")
    sent = frame(version, group)
    told = group_packet(sent.ethertype, sent.payload)
    assert told is not None
    assert told.message is not None
    assert told.message.query is not None
    assert (told.src, told.group) == (own_address(version, MAC), group)
    assert told.message.query.group == group
    assert told.message.query.interval_ns == 125 * S


@VERSIONS
def test_a_wrong_checksum_is_no_message(version: int) -> None:
    octets = bytearray(frame(version).payload.emit())
    octets[-1] ^= 1
    told = group_packet(IPV4 if version == 4 else IPV6, Octets(bytes(octets)))
    assert told is not None
    assert told.message is None


def test_mld_of_another_link_is_no_message() -> None:
    octets = bytearray(frame(6).payload.emit())
    octets[7] = 2
    told = group_packet(IPV6, Octets(bytes(octets)))
    assert told is not None
    assert told.message is None


def packet_to(group: str, protocol: int = 17, body: bytes = b"12345678") -> GroupPacket | None:
    version, dst = addresses.parse(group)
    if version == 4:
        return group_packet(IPV4, Ipv4Packet(1, dst, protocol, Octets(body)))
    return group_packet(IPV6, Ipv6Packet(1, dst, protocol, Octets(body)))


@pytest.mark.parametrize(
    ("group", "flooded"),
    [
        ("224.0.0.5", True),
        ("224.0.1.5", False),
        ("239.1.1.1", False),
        ("ff02::1", True),
        ("ff02::1:ff00:1", False),
        ("ff05::1", False),
    ],
)
def test_what_is_always_flooded(group: str, flooded: bool) -> None:
    told = packet_to(group)
    assert told is not None
    assert told.always_flooded == flooded


@pytest.mark.parametrize("destination", ["10.0.0.1", "2001:db8::1", "255.255.255.255"])
def test_what_is_not_to_a_group(destination: str) -> None:
    assert packet_to(destination) is None
    assert group_packet(0x0806, Octets(bytes(28))) is None
    assert group_packet(IPV4, Octets(bytes(3))) is None


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ("20000000", 105),
        ("20000000 0001 0002 0041", 65),
        ("20000000 0014 0004 00000001 0001 0002 0041", 65),
        ("20000000 0001 0002", 105),
        ("23000000", 0),
        ("", 0),
    ],
)
@pytest.mark.parametrize("group", ["224.0.0.13", "ff02::d"])
def test_pim_hellos(body: str, seconds: int, group: str) -> None:
    told = packet_to(group, 103, bytes.fromhex(body))
    assert told is not None
    assert told.hello_ns == seconds * S


@pytest.mark.parametrize("mac", [0x020000000000, 0x0200000000FF, 0x02000000FFFF, 0x02000000FE00])
def test_addresses_made_from_a_mac(mac: int) -> None:
    """RFC 3927 section 2.1 reserves the first and the last 256 addresses."""
    assert 1 <= (own_address(4, mac) >> 8 & 0xFF) <= 254
    assert own_address(4, mac) >> 16 == 0xA9FE
    assert own_address(6, mac) == addresses.link_local_of(mac)
