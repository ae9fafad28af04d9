"""Fragmentation and reassembly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Kernel, Octets
from catenet.network.counters import IpCounters
from catenet.network.ip import ipv4, ipv6, reassembly
from catenet.network.ip.fragment import fragments
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet, fragment_header
from catenet.network.ip.reassembly import Reassembler
from catenet.network.packet import IpPacket

S = 1_000_000_000


def reassembler(version: int) -> tuple[Kernel, Reassembler]:
    kernel = Kernel(1)
    return kernel, Reassembler(kernel, IpCounters(), version)


def packet_of(version: int, data: bytes) -> IpPacket:
    if version == 4:
        return Ipv4Packet(1, 2, 17, Octets(data), identification=77)
    return Ipv6Packet(1, 2, 17, Octets(data))


def piece4(offset: int, data: bytes, more: bool, identification: int = 5) -> Ipv4Packet:
    packet = Ipv4Packet(1, 2, 17, Octets(data), identification=identification)
    packet.fragment_offset_octets = offset
    packet.more_fragments = more
    return packet


def piece6(offset: int, data: bytes, more: bool, identification: int = 5) -> Ipv6Packet:
    packet = Ipv6Packet(1, 2, 17, Octets(data))
    packet.next_header = 44
    packet.extensions = fragment_header(17, offset, more, identification)
    packet.fragment_at = 0
    return packet


@pytest.mark.slow
@given(st.sampled_from([4, 6]), st.binary(min_size=1, max_size=4000), st.integers(68, 1500), st.data())
def test_fragments_fit_and_come_together_in_any_order(version: int, data: bytes, mtu: int, draw: st.DataObject) -> None:
    packet = packet_of(version, data)
    cut = fragments(packet, mtu, 9)
    assert cut
    assert all(piece.wire_length() <= mtu for piece in cut)
    order = draw.draw(st.permutations(cut + draw.draw(st.lists(st.sampled_from(cut), max_size=3))))
    _, joiner = reassembler(version)
    wholes = []
    parse = ipv4.parse if version == 4 else ipv6.parse
    for piece in order:
        parsed = parse(piece.emit())
        assert parsed is not None
        whole = joiner.add(parsed) if parsed.is_fragment() else parsed
        if whole is not None:
            wholes.append(whole)
    assert wholes
    assert wholes[0].emit() == packet.emit()


@pytest.mark.slow
@given(st.binary(min_size=600, max_size=1400))
def test_an_ipv4_fragment_can_be_cut_again(data: bytes) -> None:
    packet = packet_of(4, data)
    pieces = [piece for big in fragments(packet, 576, 0) for piece in fragments(big, 100, 0)]
    _, joiner = reassembler(4)
    wholes = [whole for whole in map(joiner.add, pieces) if whole is not None]
    assert [whole.emit() for whole in wholes] == [packet.emit()]


def test_options_are_copied_into_later_fragments_if_they_say_so() -> None:
    packet = Ipv4Packet(1, 2, 17, Octets(bytes(100)), options=b"\x94\x04\x00\x00\x07\x03\x04\x01")
    first, second, *_ = fragments(packet, 68, 0)
    assert isinstance(first, Ipv4Packet)
    assert isinstance(second, Ipv4Packet)
    assert first.options == packet.options
    assert second.options == b"\x94\x04\x00\x00"


def test_overlap_drops_the_packet_and_its_later_fragments() -> None:
    for version, piece in ((4, piece4), (6, piece6)):
        _, joiner = reassembler(version)
        assert joiner.add(piece(0, b"a" * 16, True)) is None
        assert joiner.add(piece(8, b"b" * 16, True)) is None
        assert joiner.add(piece(0, b"a" * 16, True)) is None
        assert joiner.add(piece(16, b"b" * 8, False)) is None, "what overlapped stays dropped"
        assert joiner.counters.reassembly_failures == 1
        assert joiner.counters.reassembled == 0
        assert joiner.add(piece(0, b"a" * 16, True, 6)) is None
        assert joiner.add(piece(16, b"b" * 8, False, 6)) is not None, "another packet is not touched"


def test_a_fragment_beyond_the_end_drops_the_packet() -> None:
    for first, second in (
        (piece4(16, b"a" * 8, False), piece4(24, b"b" * 8, True)),
        (piece4(24, b"a" * 8, True), piece4(16, b"b" * 8, False)),
        (piece4(16, b"a" * 8, False), piece4(16, b"b" * 16, False)),
    ):
        _, joiner = reassembler(4)
        assert joiner.add(first) is None
        assert joiner.add(second) is None
        assert joiner.counters.reassembly_failures == 1


def test_what_waits_too_long_is_dropped_when_the_next_fragment_comes() -> None:
    for version, piece, timeout_s in ((4, piece4, 30), (6, piece6, 60)):
        kernel, joiner = reassembler(version)
        joiner.add(piece(0, b"a" * 8, True))
        kernel.advance_to(timeout_s * S)
        assert joiner.add(piece(0, b"x" * 8, True, 1)) is None
        assert joiner.counters.reassembly_timeouts == 0
        kernel.advance_to(timeout_s * S + 1)
        assert joiner.add(piece(8, b"b" * 8, False)) is None
        assert joiner.counters.reassembly_timeouts == 1
        assert len(joiner) == 2
        assert kernel.next_time_ns() > 1 << 60, "there is no timer"


def test_memory_is_bounded_and_the_oldest_makes_room() -> None:
    _, joiner = reassembler(4)
    count = reassembly.MAX_OCTETS_HELD // 16_000
    for number in range(count):
        joiner.add(piece4(0, bytes(16_000), True, number))
    assert joiner.held_octets <= reassembly.MAX_OCTETS_HELD
    assert len(joiner) < count
    assert joiner.add(piece4(16_000, b"", False, count - 1)) is not None
    assert joiner.add(piece4(16_000, b"", False, 0)) is None


def test_an_atomic_fragment_is_whole_and_disturbs_nobody() -> None:
    _, joiner = reassembler(6)
    assert joiner.add(piece6(0, b"a" * 8, True)) is None
    whole = joiner.add(piece6(0, b"alone", False))
    assert whole is not None
    assert whole.payload.emit() == b"alone"
    assert whole.is_plain()
    assert joiner.add(piece6(8, b"b", False)) is not None


def test_headers_before_the_fragment_header_are_kept_and_those_after_are_walked() -> None:
    before = bytes([44, 0]) + b"\x01\x04\0\0\0\0"
    after = bytes([17, 0]) + b"\x01\x04\0\0\0\0"
    pieces = []
    for offset, data, more in ((0, after + b"12345678", True), (16, b"tail", False)):
        packet = Ipv6Packet(1, 2, 60, Octets(data))
        packet.next_header = 60
        packet.extensions = before + fragment_header(60, offset, more, 1)
        packet.fragment_at = 8
        pieces.append(packet)
    _, joiner = reassembler(6)
    joiner.add(pieces[1])
    whole = joiner.add(pieces[0])
    assert isinstance(whole, Ipv6Packet)
    assert (whole.next_header, whole.protocol) == (60, 17)
    assert whole.extensions == bytes([60]) + before[1:] + after
    assert whole.payload.emit() == b"12345678tail"
    assert ipv6.parse(whole.emit()) is not None
