"""IPv4, IPv6, ARP and ICMP on the wire: emit and parse are inverses, and nonsense is refused."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Octets
from catenet.network.icmp import icmpv4, icmpv6
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip import ipv4, ipv6
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.neighbour import arp_packet as arp

addresses4 = st.integers(0, 2**32 - 1)
addresses6 = st.integers(0, 2**128 - 1)
octet = st.integers(0, 255)
macs = st.integers(0, 2**48 - 1)
options4 = st.lists(st.sampled_from([b"\x01", b"\x94\x04\0\0", b"\x07\x07\x04\0\0\0\0"]), max_size=5).map(
    lambda parts: b"".join(parts) + bytes(-len(b"".join(parts)) % 4)
)


@st.composite
def packets4(draw: st.DrawFn) -> Ipv4Packet:
    data = draw(st.binary(max_size=80))
    packet = Ipv4Packet(
        draw(addresses4),
        draw(addresses4),
        draw(octet),
        Octets(data),
        draw(octet),
        draw(octet),
        draw(st.integers(0, 0xFFFF)),
        draw(st.booleans()),
        draw(options4),
    )
    packet.fragment_offset_octets = draw(st.integers(0, 8000)) * 8
    packet.more_fragments = draw(st.booleans()) and len(data) % 8 == 0
    return packet


def fields4(packet: Ipv4Packet) -> tuple[object, ...]:
    return (
        packet.version,
        packet.src,
        packet.dst,
        packet.protocol,
        packet.payload.emit(),
        packet.hop_limit,
        packet.traffic_class,
        packet.identification,
        packet.dont_fragment,
        packet.more_fragments,
        packet.fragment_offset_octets,
        packet.options,
    )


@pytest.mark.slow
@given(packets4(), st.binary(max_size=20))
def test_ipv4_round_trip(packet: Ipv4Packet, padding: bytes) -> None:
    data = packet.emit()
    assert len(data) == packet.wire_length()
    parsed = ipv4.parse(data + padding)
    assert parsed is not None
    assert fields4(parsed) == fields4(packet)
    assert parsed.emit() == data
    copy = packet.clone()
    assert isinstance(copy, Ipv4Packet)
    assert fields4(copy) == fields4(packet)


@pytest.mark.slow
@given(packets4(), st.data())
def test_a_flipped_bit_in_an_ipv4_header_is_noticed(packet: Ipv4Packet, data: st.DataObject) -> None:
    octets = bytearray(packet.emit())
    bit = data.draw(st.integers(0, (20 + len(packet.options)) * 8 - 1))
    octets[bit // 8] ^= 1 << bit % 8
    assert ipv4.parse(bytes(octets)) is None


@given(st.binary(max_size=80))
def test_nonsense_is_refused_without_an_exception(data: bytes) -> None:
    for parsed in (ipv4.parse(data), ipv6.parse(data), arp.parse(data), icmpv4.parse(data), icmpv6.parse(data, 1, 2)):
        assert parsed is None or parsed.wire_length() <= len(data)


@pytest.mark.slow
@given(packets4())
def test_a_truncated_ipv4_packet_is_refused(packet: Ipv4Packet) -> None:
    assert ipv4.parse(packet.emit()[:-1]) is None


@pytest.mark.parametrize(
    ("options", "good"),
    [
        (b"\x01\x01\x01\x00", True),
        (b"\x94\x04\x00\x00", True),
        (b"\x94\x01\x00\x00", False),
        (b"\x94\x05\x00\x00", False),
        (b"\x01\x01\x01\x94", False),
    ],
)
def test_ipv4_options_must_end_within_the_header(options: bytes, good: bool) -> None:
    packet = Ipv4Packet(1, 2, 17, Octets(b""), options=options)
    assert (ipv4.parse(packet.emit()) is not None) is good


def test_source_routes_and_copied_options() -> None:
    assert ipv4.is_source_routed(b"\x01\x83\x03\x04")
    assert not ipv4.is_source_routed(b"\x01\x07\x03\x04")
    assert ipv4.copied_options(b"\x07\x03\x04\x94\x04\x00\x00\x01") == b"\x94\x04\x00\x00"


def test_an_ipv4_fragment_cannot_end_beyond_the_largest_packet() -> None:
    packet = Ipv4Packet(1, 2, 17, Octets(bytes(100)))
    packet.fragment_offset_octets = 65_528
    assert ipv4.parse(packet.emit()) is None


@pytest.mark.slow
@given(addresses6, addresses6, octet.filter(lambda n: n not in (0, 43, 44, 60)), st.binary(max_size=60), octet, octet)
def test_ipv6_round_trip(src: int, dst: int, protocol: int, body: bytes, hop_limit: int, traffic_class: int) -> None:
    packet = Ipv6Packet(src, dst, protocol, Octets(body), hop_limit, traffic_class, 0xABCDE)
    data = packet.emit()
    assert len(data) == packet.wire_length()
    parsed = ipv6.parse(data + b"padding")
    assert parsed is not None
    assert parsed.emit() == data
    assert (parsed.src, parsed.dst, parsed.protocol, parsed.hop_limit) == (src, dst, protocol, hop_limit)
    assert (parsed.traffic_class, parsed.flow_label, parsed.payload.emit()) == (traffic_class, 0xABCDE, body)
    assert parsed.is_plain()


extension_bodies = st.integers(0, 2).flatmap(lambda n: st.binary(min_size=6 + 8 * n, max_size=6 + 8 * n))


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.sampled_from([43, 60]), extension_bodies), max_size=4), st.booleans(), st.binary(max_size=20)
)
def test_extension_headers_are_walked_and_kept(chain: list[tuple[int, bytes]], hop_by_hop: bool, body: bytes) -> None:
    headers = ([(0, b"\x01\x04\0\0\0\0")] if hop_by_hop else []) + chain
    kinds = [kind for kind, _ in headers] + [17]
    octets = b"".join(
        bytes([following, len(content) // 8]) + content
        for following, (_, content) in zip(kinds[1:], headers, strict=True)
    )
    whole = Ipv6Packet(1, 2, 17, Octets(octets + body))
    whole.next_header = kinds[0]
    data = whole.emit()
    parsed = ipv6.parse(data)
    assert parsed is not None
    assert (parsed.next_header, parsed.protocol, parsed.extensions) == (kinds[0], 17, octets)
    assert parsed.payload.emit() == body
    assert parsed.emit() == data


def test_a_chain_that_reaches_beyond_the_packet_is_refused() -> None:
    packet = Ipv6Packet(1, 2, 60, Octets(bytes([17, 1]) + bytes(6)))
    assert ipv6.parse(packet.emit()) is None


def test_a_chain_without_end_is_refused() -> None:
    packet = Ipv6Packet(1, 2, 60, Octets((bytes([60, 0]) + bytes(6)) * 17))
    assert ipv6.parse(packet.emit()) is None


def test_hop_by_hop_options_come_first_or_are_no_extension() -> None:
    packet = Ipv6Packet(1, 2, 60, Octets(bytes([0, 0]) + bytes(6) + bytes([17, 0]) + bytes(6)))
    parsed = ipv6.parse(packet.emit())
    assert parsed is not None
    assert parsed.protocol == 0


def test_an_ipv6_fragment_header_is_read() -> None:
    packet = Ipv6Packet(1, 2, 17, Octets(b"12345678"))
    packet.next_header = 44
    packet.extensions = ipv6.fragment_header(17, 1480, True, 0xDEADBEEF)
    parsed = ipv6.parse(packet.emit())
    assert parsed is not None
    assert parsed.is_fragment()
    assert (parsed.fragment_offset_octets, parsed.more_fragments, parsed.identification) == (1480, True, 0xDEADBEEF)


@pytest.mark.slow
@given(st.sampled_from([1, 2]), macs, addresses4, macs, addresses4, st.binary(max_size=18))
def test_arp_round_trip(operation: int, mac: int, sender: int, target_mac: int, target: int, padding: bytes) -> None:
    packet = arp.ArpPacket(operation, mac, sender, target_mac, target)
    parsed = arp.parse(packet.emit() + padding)
    assert parsed is not None
    assert parsed.emit() == packet.emit()
    assert (parsed.operation, parsed.sender_mac, parsed.sender) == (operation, mac, sender)
    assert (parsed.target_mac, parsed.target) == (target_mac, target)


@pytest.mark.parametrize("at", [1, 3, 4, 5, 7])
def test_arp_of_another_kind_is_refused(at: int) -> None:
    data = bytearray(arp.ArpPacket(1, 2, 3, 4, 5).emit())
    data[at] ^= 0x10
    assert arp.parse(bytes(data)) is None


@pytest.mark.slow
@given(octet, octet, st.integers(0, 2**32 - 1), st.binary(max_size=60))
def test_icmp_round_trip(kind: int, code: int, rest: int, body: bytes) -> None:
    four = Ipv4Packet(7, 8, 1, IcmpMessage(4, kind, code, rest, body)).emit_payload()
    six = Ipv6Packet(7, 8, 58, IcmpMessage(6, kind, code, rest, body)).emit_payload()
    for parsed in (icmpv4.parse(four), icmpv6.parse(six, 7, 8)):
        assert parsed is not None
        assert (parsed.kind, parsed.code, parsed.rest, parsed.body) == (kind, code, rest, body)
    assert icmpv6.parse(six, 7, 9) is None, "the checksum covers the addresses"


@pytest.mark.slow
@given(addresses6.filter(lambda a: a >> 120 != 0xFF), macs, st.sampled_from([b"", b"123456", bytes(14)]))
def test_neighbour_messages_round_trip(target: int, mac: int, nonce: bytes) -> None:
    for told in (icmpv6.solicitation(target, mac, nonce), icmpv6.advertisement(target, mac, 0xE0000000)):
        parsed = icmpv6.parse_neighbour(told.message())
        assert parsed is not None
        assert (parsed.kind, parsed.target, parsed.mac, parsed.flags) == (told.kind, target, mac, told.flags)
        assert parsed.nonce == told.nonce


@pytest.mark.parametrize("body", [bytes(15), bytes(16) + b"\x01\x00" + bytes(6), bytes(16) + b"\x01\x02" + bytes(6)])
def test_a_malformed_neighbour_message_is_refused(body: bytes) -> None:
    assert icmpv6.parse_neighbour(IcmpMessage(6, 135, 0, 0, body)) is None


def test_a_neighbour_message_about_a_group_is_refused() -> None:
    group = int(ipaddress.ip_address("ff02::1"))
    assert icmpv6.parse_neighbour(icmpv6.solicitation(group, 1).message()) is None
