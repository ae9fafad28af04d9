"""Headers field by field: widths, values, options, and octets that end too early."""

from __future__ import annotations

import pytest

from catenet.lab.probe.request.headers import dns, http, ip, link, tls, transport
from catenet.lab.probe.request.headers.frame import HDLC, PPP, RAW, frame_headers
from catenet.link.ethernet import Frame
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.transport.tcp.segment.segment import ACK, PSH, TcpSegment

SEGMENT = TcpSegment(4660, 80, 7, 9, PSH | ACK, 512, b"GET", True, 5, 6)


def packet(hop_limit: int = 64) -> Ipv4Packet:
    return Ipv4Packet(0x0A000001, 0x0A000002, 6, SEGMENT, hop_limit)


def frame(hop_limit: int = 64) -> bytes:
    return Frame(0x0200_0000_0001, 0x0200_0000_0002, 0x0800, packet(hop_limit)).emit()


def test_a_frame_is_read_layer_by_layer() -> None:
    found = frame_headers(frame())
    assert found is not None
    assert found.network is not None
    assert found.transport is not None
    assert [header.name for header in found.link] == ["Ethernet", "Ethernet trailer"]
    assert found.link[0].text("Destination Address") == "02:00:00:00:00:01"
    assert found.link[0].text("EtherType") == "0x0800 (IPv4)"
    assert (found.network.number("Time to Live"), found.network.text("Source Address")) == (64, "10.0.0.1")
    assert found.network.text("IHL") == "5 (20 octets)"
    assert (found.transport.number("Source Port"), found.transport.number("Sequence Number")) == (4660, 7)
    assert found.transport.text("Control Bits") == "0x18 (PSH, ACK)"
    assert (found.transport.number("TSval"), found.transport.number("TSecr")) == (5, 6)
    assert found.data == b"GET"


def test_the_fields_of_a_header_cover_all_its_bits() -> None:
    found = frame_headers(frame())
    assert found is not None
    for header in (*found.link, found.network, found.transport):
        assert header is not None
        bit = 0
        for field in header.fields:
            assert field.bit == bit, (header.name, field.name)
            bit += field.bits
        assert bit == 8 * len(header.octets), header.name


def test_a_packet_is_known_again_after_a_router_and_a_translator() -> None:
    here, there = frame_headers(frame(64)), frame_headers(frame(63))
    assert here is not None
    assert there is not None
    assert here.network != there.network
    assert here.packet_key == there.packet_key
    moved = Ipv4Packet(1, 2, 6, SEGMENT.with_flow_ports(99 << 16 | 98), 60)
    translated = frame_headers(Frame(1, 2, 0x0800, moved).emit())
    assert translated is not None
    assert translated.packet_key == here.packet_key
    other = TcpSegment(4660, 80, 8, 9, PSH | ACK, 512, b"GET", True, 5, 6)
    later = frame_headers(Frame(1, 2, 0x0800, Ipv4Packet(1, 2, 6, other, 60)).emit())
    assert later is not None
    assert later.packet_key != here.packet_key


@pytest.mark.parametrize(
    ("framing", "head"), [(PPP, b"\xff\x03\x00\x21"), (PPP, b"\x21"), (HDLC, b"\x0f\x00\x08\x00"), (RAW, b"")], ids=str
)
def test_links_without_ethernet(framing: str, head: bytes) -> None:
    found = frame_headers(head + packet().emit(), framing)
    assert found is not None
    assert [header.octets for header in found.link] == ([head] if head else [])
    assert found.data == b"GET"


@pytest.mark.parametrize("octets", [b"", frame()[:20], frame()[:50], Frame(1, 2, 0x88CC, SEGMENT).emit()])
def test_other_octets_are_no_headers(octets: bytes) -> None:
    assert frame_headers(octets) is None


def test_a_vlan_tag_stands_between_addresses_and_type() -> None:
    tagged = frame()[:12] + bytes.fromhex("8100a00c") + frame()[12:]
    found = frame_headers(tagged)
    assert found is not None
    tag = found.link[1]
    assert (tag.number("PCP"), tag.number("DEI"), tag.number("VID")) == (5, 0, 12)
    assert found.data == b"GET"


def test_arp() -> None:
    octets = bytes.fromhex("0001080006040001020000000002" + "0a000001" + "000000000000" + "0a000002")
    header = link.arp(octets)
    assert header.text("Operation") == "1 (request)"
    assert header.text("Target Protocol Address") == "10.0.0.2"


def test_ipv6() -> None:
    octets = bytes.fromhex("6b8abcde001406 3f".replace(" ", "")) + bytes(15) + b"\x01" + bytes(15) + b"\x02"
    header = ip.ipv6(octets)
    assert (header.number("DSCP"), header.number("ECN")) == (0xB8 >> 2, 0)
    assert (header.number("Flow Label"), header.number("Hop Limit")) == (0xABCDE, 63)
    assert header.text("Destination Address") == "::2"


def test_ipv4_options_and_fragments() -> None:
    octets = bytes.fromhex("46c0002000012000400600000a0000010a00000294040000") + bytes(8)
    header = ip.ipv4(octets)
    assert header.text("Options") == "94 04 00 00"
    assert header.text("DSCP") == "48"
    assert header.text("Flags") == "001 (MF)"
    assert ip.payload_of(header, octets)[0] == 0, "a fragment has no transport header of its own"


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ("020405b4", ["Maximum Segment Size"]),
        ("0103030a", ["No-Operation", "Window Scale"]),
        ("04020000", ["SACK-Permitted", "End of Options", "End of Options"]),
        ("0101050a0000000100000002", ["No-Operation", "No-Operation", "SACK"]),
        ("fd04abcd", ["Option 253"]),
    ],
)
def test_tcp_options(options: str, names: list[str]) -> None:
    own = bytes.fromhex(options)
    octets = bytes(12) + bytes([(20 + len(own)) // 4 << 4, 2]) + bytes(6) + own
    header = transport.tcp(octets)
    assert [field.name for field in header.fields[10:]] == names


@pytest.mark.parametrize("options", ["0200", "02ff0000", "08000000", "01010102"])
def test_broken_tcp_options_are_refused(options: str) -> None:
    own = bytes.fromhex(options).ljust(4, b"\0")
    octets = bytes(12) + bytes([(20 + len(own)) // 4 << 4, 2]) + bytes(6) + own
    with pytest.raises(ValueError, match="option|fit"):
        transport.tcp(octets)


def test_dns_messages() -> None:
    query = bytes.fromhex("1234010000010000000000000377777704746573740000010001")
    header = dns.dns(query)
    assert dns.summary(header) == "DNS query A www.test"
    answer = query[:2] + b"\x81\x83" + query[4:]
    assert dns.summary(dns.dns(answer)) == "DNS response A www.test: NXDOMAIN, 0 answers"
    for end in range(12, len(query)):
        with pytest.raises(ValueError, match="does not end"):
            dns.dns(query[: min(end, 22)])


def test_tls_records() -> None:
    hello = bytes.fromhex("1603010008" + "01000004" + "03030000")
    sealed = bytes.fromhex("1703030003abcdef")
    records = list(tls.records(hello + sealed + sealed[:4]))
    assert [(record.start, record.kind) for record in records] == [(0, 22), (13, 23)]
    assert [tls.summary(record) for record in records] == ["ClientHello", "encrypted record"]
    header = tls.record_header(hello)
    assert [field.text for field in header.fields] == [
        "22 (handshake)",
        "0x0301 (TLS 1.0)",
        "8",
        "1 (ClientHello)",
        "4",
    ]
    assert list(tls.records(b"GET / HTTP/1.1\r\n\r\n")) == []


def test_the_head_of_a_message() -> None:
    octets = b"GET /a?b=c HTTP/1.1\r\nhost: server\r\naccept: a:b\r\n\r\n"
    header = http.head(octets, request=True)
    assert [(field.name, field.text) for field in header.fields] == [
        ("method", "GET"), ("request-target", "/a?b=c"), ("HTTP-version", "HTTP/1.1"),
        ("host", "server"), ("accept", "a:b"),
    ]  # fmt: skip
    for field in header.fields[:3]:
        assert octets[field.bit // 8 : (field.bit + field.bits) // 8].decode() == field.text
    answer = http.head(b"HTTP/1.1 404 Not Found\r\n\r\n", request=False)
    assert [field.text for field in answer.fields] == ["HTTP/1.1", "404", "Not Found"]
