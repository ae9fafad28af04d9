"""Large packets from Linux become the segments that a network card would have sent."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.pdu import Octets
from catenet.network.ip import ipv4, ipv6
from catenet.network.packet import IpPacket
from catenet.tap import vnet
from catenet.transport.tcp.segment import segment as tcp
from catenet.transport.tcp.segment.segment import ACK, FIN, PSH, TcpSegment

V4 = (0x0A4D0001, 0x0A4D0002)
V6 = (0xFD770000000000000000000000000001, 0xFD770000000000000000000000000002)


def packet(version: int, segment: TcpSegment, identification: int = 65_534) -> IpPacket:
    if version == 4:
        return ipv4.Ipv4Packet(*V4, 6, segment, 61, 8, identification, True)
    return ipv6.Ipv6Packet(*V6, 6, segment, 61, 8, 0x12345)


def cut(version: int, segment: TcpSegment, size: int) -> list[bytes]:
    pieces = vnet.segments(packet(version, segment).emit(), 20 if version == 4 else 40, size)
    assert pieces is not None
    return [piece.emit() for piece in pieces]


def parsed(octets: bytes) -> tuple[IpPacket, TcpSegment]:
    whole = ipv4.parse(octets) if octets[0] >> 4 == 4 else ipv6.parse(octets)
    assert whole is not None
    from catenet.kernel.checksum import pseudo_header_sum

    data = whole.payload.emit()
    read = tcp.parse(data, pseudo_header_sum(whole.version, whole.src, whole.dst, 6, len(data)))
    assert read is not None, "the checksum is wrong"
    return whole, read


@pytest.mark.slow
@given(
    version=st.sampled_from([4, 6]),
    data=st.binary(min_size=1, max_size=5000),
    size=st.integers(1, 1500),
    seq=st.integers(0, 2**32 - 1),
    flags=st.sampled_from([ACK, ACK | PSH, ACK | PSH | FIN, ACK | 0x80, ACK | 0x40]),
    timestamps=st.booleans(),
)
def test_the_pieces_are_the_whole(version: int, data: bytes, size: int, seq: int, flags: int, timestamps: bool) -> None:
    whole = TcpSegment(1000, 80, seq, 77, flags, 512, data, timestamps, 5, 6)
    pieces = [parsed(octets) for octets in cut(version, whole, size)]
    assert b"".join(read.payload for _, read in pieces) == data
    assert all(len(read.payload) == size for _, read in pieces[:-1])
    at = 0
    for number, (ip, read) in enumerate(pieces):
        assert read.seq == (seq + at) & 0xFFFFFFFF
        at += len(read.payload)
        last, first = number == len(pieces) - 1, number == 0
        assert read.flags == flags & ~(0 if last else FIN | PSH) & ~(0 if first else 0x80)
        assert (read.ack, read.window, read.has_timestamps) == (77, 512, timestamps)
        assert (ip.hop_limit, ip.traffic_class) == (61, 8)
        if isinstance(ip, ipv4.Ipv4Packet):
            assert ip.identification == (65_534 + number) & 0xFFFF
            assert ip.dont_fragment
        else:
            assert isinstance(ip, ipv6.Ipv6Packet)
            assert ip.flow_label == 0x12345


@pytest.mark.parametrize("version", [4, 6])
def test_an_option_that_our_tcp_does_not_know_passes_unchanged(version: int) -> None:
    """An experimental option (RFC 4727): the segments keep its octets, and their checksums are right."""
    option = b"\xfd\x08\xca\xfe" + b"\x01\x02\x03\x04"
    plain = packet(version, TcpSegment(1000, 80, 1, 77, ACK | PSH, 512, bytes(range(250)))).emit()
    start = 20 if version == 4 else 40
    octets = bytearray(plain[: start + 20] + option + plain[start + 20 :])
    octets[start + 12] = 7 << 4
    if version == 4:
        octets[2:4] = struct.pack("!H", len(octets))
    else:
        octets[4:6] = struct.pack("!H", len(octets) - 40)
    pieces = vnet.segments(bytes(octets), start, 100)
    assert pieces is not None
    assert [type(piece) for piece in pieces] == [Octets] * 3
    assert [piece.emit()[start + 20 : start + 28] for piece in pieces] == [option] * 3
    reads = [parsed(piece.emit())[1] for piece in pieces]
    assert b"".join(read.payload for read in reads) == bytes(range(250))
    assert [read.seq for read in reads] == [1, 101, 201]
    assert [read.flags for read in reads] == [ACK, ACK, ACK | PSH]


@pytest.mark.slow
@pytest.mark.parametrize("version", [4, 6])
@given(octets=st.binary(max_size=80), start=st.integers(-1, 90), size=st.integers(0, 20))
def test_no_octets_are_too_strange(version: int, octets: bytes, start: int, size: int) -> None:
    vnet.segments(bytes((version << 4,)) + octets, start, size)
    vnet.completed(octets, start, size)
    vnet.parse(octets)


@pytest.mark.parametrize("version", [4, 6])
def test_a_checksum_that_was_left_out_is_computed(version: int) -> None:
    whole = packet(version, TcpSegment(1000, 80, 1, 77, ACK, 512, b"odd"))
    octets = whole.emit()
    start = 20 if version == 4 else 40
    from catenet.kernel.checksum import pseudo_header_sum

    partial = pseudo_header_sum(version, whole.src, whole.dst, 6, len(octets) - start)
    while partial > 0xFFFF:
        partial = (partial >> 16) + (partial & 0xFFFF)
    unfinished = octets[: start + 16] + struct.pack("!H", partial) + octets[start + 18 :]
    assert vnet.completed(unfinished, start, 16) == octets
    assert vnet.completed(unfinished, len(octets), 16) is None
