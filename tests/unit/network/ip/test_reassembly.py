"""Pieces in every order, pieces that do not fit, and what they count for in memory."""

from __future__ import annotations

from itertools import permutations

import pytest

from catenet.kernel import Kernel, Octets
from catenet.network.counters import IpCounters
from catenet.network.ip.fragment import fragments
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.ip.reassembly import (
    FRAGMENT_COST_OCTETS,
    MAX_OCTETS_HELD,
    TIMEOUT4_NS,
    TIMEOUT6_NS,
    Partial,
    Piece,
    Reassembler,
)
from catenet.network.packet import IpPacket

S = 1_000_000_000
DATA = bytes(range(40))
PIECES = [Piece(start, DATA[start : start + 8]) for start in (0, 8, 16, 24, 32)]


def partial_of(*pieces: Piece) -> Partial:
    """A partial packet; the piece that ends where the data does is the last."""
    partial = Partial(1, 0)
    partial.first = Ipv4Packet(1, 2, 17, Octets(b""))
    for piece in pieces:
        partial.insert(piece, piece.end != len(DATA))
    return partial


def test_pieces_come_together_in_any_order() -> None:
    for order in permutations(PIECES):
        for count in range(len(order)):
            assert not partial_of(*order[:count]).complete()
        whole = partial_of(*order)
        assert (whole.complete(), whole.spoilt, whole.data()) == (True, False, DATA)
        assert [int(piece.start) for piece in whole.pieces] == [0, 8, 16, 24, 32]


def test_a_piece_that_comes_twice_counts_once() -> None:
    for order in permutations(PIECES):
        for again in PIECES:
            whole = partial_of(*order, again)
            assert (whole.complete(), whole.octets, len(whole.pieces)) == (True, 40, 5)
    assert not partial_of(*PIECES[:4], PIECES[0]).complete()


@pytest.mark.parametrize(
    "piece",
    [
        Piece(8, b"other..."),
        Piece(7, DATA[7:9]),
        Piece(15, DATA[15:17]),
        Piece(9, DATA[9:11]),
        Piece(8, DATA[8:17]),
        Piece(0, DATA[:9]),
        Piece(0, DATA),
        Piece(8, DATA[8:12]),
    ],
    ids=lambda piece: f"{piece.start} to {piece.end}",
)
def test_a_piece_that_overlaps_another_by_one_octet_spoils_the_packet(piece: Piece) -> None:
    """RFC 5722: what a filter has seen of a packet must be what its receiver gets."""
    assert partial_of(PIECES[1], piece).spoilt
    assert partial_of(piece, PIECES[1]).spoilt
    assert partial_of(PIECES[0], PIECES[1], PIECES[3], piece).spoilt


def test_pieces_that_touch_do_not_overlap() -> None:
    for one, other in ((Piece(0, DATA[:8]), PIECES[1]), (PIECES[1], Piece(16, DATA[16:17]))):
        assert not partial_of(one, other).spoilt
        assert not partial_of(other, one).spoilt


@pytest.mark.parametrize(
    ("last", "more", "is_spoilt"),
    [
        (Piece(32, DATA[32:]), Piece(40, b"x"), True),
        (Piece(32, DATA[32:]), Piece(24, DATA[24:32]), False),
        (Piece(24, DATA[24:32]), Piece(32, DATA[32:]), True),
        (Piece(24, DATA[24:32]), Piece(16, DATA[16:24]), False),
    ],
)
def test_a_piece_beyond_the_end_spoils_the_packet(last: Piece, more: Piece, is_spoilt: bool) -> None:
    for order in (((last, False), (more, True)), ((more, True), (last, False))):
        partial = Partial(1, 0)
        for piece, is_followed in order:
            partial.insert(piece, is_followed)
        assert partial.spoilt == is_spoilt


def test_two_ends_at_different_places_spoil_the_packet() -> None:
    for first, second, is_spoilt in ((32, 40, True), (40, 32, True), (40, 40, False)):
        partial = Partial(1, 0)
        for end in (first, second):
            partial.insert(Piece(end - 8, DATA[end - 8 : end]), False)
        assert partial.spoilt == is_spoilt


def cut(version: int, data: bytes, identification: int = 7, src: int = 1, protocol: int = 17) -> list[IpPacket]:
    if version == 4:
        packet: IpPacket = Ipv4Packet(src, 2, protocol, Octets(data), 64, 0, identification, False)
    else:
        packet = Ipv6Packet(src, 2, protocol, Octets(data))
    return fragments(packet, 1280, identification)


def desk(version: int) -> tuple[Kernel, Reassembler, IpCounters]:
    kernel, counters = Kernel(1), IpCounters()
    return kernel, Reassembler(kernel, counters, version), counters


@pytest.mark.parametrize("version", [4, 6])
def test_fragments_of_different_packets_are_never_mixed(version: int) -> None:
    """By source, destination, identification, and with IPv4 the protocol."""
    _, reassembler, counters = desk(version)
    one, other = cut(version, b"1" * 2000), cut(version, b"2" * 2000, src=9)
    third = cut(version, b"3" * 2000, identification=8)
    assert [reassembler.add(packet[0]) for packet in (one, other, third)] == [None] * 3
    assert len(reassembler) == 3
    for packet, octet in ((third, b"3"), (one, b"1"), (other, b"2")):
        whole = reassembler.add(packet[1])
        assert whole is not None
        assert whole.payload.emit() == octet * 2000
    if version == 4:
        assert reassembler.add(cut(4, b"4" * 2000)[0]) is None
        assert reassembler.add(cut(4, b"5" * 2000, protocol=6)[1]) is None
    assert (counters.reassembled, counters.reassembly_failures) == (3, 0)


@pytest.mark.parametrize(("version", "timeout_ns"), [(4, TIMEOUT4_NS), (6, TIMEOUT6_NS)])
def test_a_packet_waits_for_so_long_and_no_longer(version: int, timeout_ns: int) -> None:
    assert timeout_ns == (30 if version == 4 else 60) * S
    for late, is_whole in ((0, True), (1, False)):
        kernel, reassembler, counters = desk(version)
        first, second = cut(version, b"x" * 2000)
        assert reassembler.add(first) is None
        kernel.advance_to(timeout_ns + late)
        assert (reassembler.add(second) is not None) == is_whole
        failed = (counters.reassembly_timeouts, counters.reassembly_failures)
        assert failed == ((0, 0) if is_whole else (1, 1))


@pytest.mark.parametrize("version", [4, 6])
def test_what_waits_is_counted_and_what_is_whole_or_dropped_no_more(version: int) -> None:
    """A count that only grows would in the end make room for each packet by dropping another."""
    kernel, reassembler, _ = desk(version)
    first, second = cut(version, b"x" * 2000)
    for _ in range(3):
        reassembler.add(first)
        size = first.payload.wire_length()
        assert reassembler.held_octets == size + 2 * FRAGMENT_COST_OCTETS
        reassembler.add(second)
        assert (reassembler.held_octets, len(reassembler)) == (0, 0)
    reassembler.add(first)
    kernel.advance_to(100 * S)
    reassembler.add(cut(version, b"y" * 2000, identification=9)[1])
    assert len(reassembler) == 1
    assert reassembler.held_octets == 2000 - size + 2 * FRAGMENT_COST_OCTETS


def test_a_packet_that_was_spoilt_keeps_nothing_and_stays_spoilt_until_its_time_is_over() -> None:
    kernel, reassembler, counters = desk(4)
    first, second = cut(4, b"x" * 2000)
    reassembler.add(first)
    other = cut(4, b"y" * 2000)[0]
    reassembler.add(other)
    assert (counters.reassembly_failures, reassembler.held_octets) == (1, FRAGMENT_COST_OCTETS)
    assert [reassembler.add(piece) for piece in (first, second)] == [None, None]
    kernel.advance_to(31 * S)
    assert reassembler.add(first) is None
    assert (counters.reassembly_failures, counters.reassembly_timeouts) == (1, 0), "it is told once"
    assert reassembler.add(second) is not None


@pytest.mark.slow
def test_more_memory_than_there_is_drops_the_oldest_packet_but_never_the_newest() -> None:
    _, reassembler, counters = desk(4)
    cost = 1480 + 2 * FRAGMENT_COST_OCTETS
    most = MAX_OCTETS_HELD // cost
    for number in range(most):
        reassembler.add(_fragment(number))
    assert (len(reassembler), counters.reassembly_failures) == (most, 0)
    reassembler.add(_fragment(most))
    assert (len(reassembler), counters.reassembly_failures) == (most, 1)
    assert reassembler.held_octets == most * cost <= MAX_OCTETS_HELD
    assert reassembler.add(_last(most)) is not None
    assert reassembler.add(_last(1)) is not None
    assert reassembler.add(_last(0)) is None, "the oldest is gone"


def _fragment(number: int) -> Ipv4Packet:
    packet = Ipv4Packet(1, 2, 17, Octets(bytes(1480)), 64, 0, number, False)
    packet.more_fragments = True
    return packet


def _last(number: int) -> Ipv4Packet:
    packet = Ipv4Packet(1, 2, 17, Octets(bytes(8)), 64, 0, number, False)
    packet.fragment_offset_octets = 1480
    return packet


def test_a_packet_that_would_be_longer_than_any_is_dropped() -> None:
    """RFC 791: the length field ends at 65,535."""
    for octets, fits in ((65_535 - 20, True), (65_536 - 20, False)):
        _, reassembler, counters = desk(4)
        packet = _fragment(1)
        packet.payload = Octets(bytes(65_000))
        last = _last(1)
        last.fragment_offset_octets, last.payload = 65_000, Octets(bytes(octets - 65_000))
        assert reassembler.add(packet) is None
        assert (reassembler.add(last) is not None) == fits
        assert (counters.reassembled, counters.reassembly_failures) == ((1, 0) if fits else (0, 1))
        assert reassembler.held_octets == 0
