"""What fits into which packet: fragments of every size, the ends of fields, and path MTUs that are remembered."""

from __future__ import annotations

import pytest

from catenet.kernel import Kernel, Octets
from catenet.network.forwarding.destination_cache import REMOTE, Destination
from catenet.network.ip import ipv4, ipv6
from catenet.network.ip.fragment import fragments
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet, fragment_header, is_extension, last_header_at, reassembled, walk
from catenet.network.ip.pmtu import LIFETIME_NS, MAX_ENTRIES, PathMtus, current

DATA = bytes(range(256)) * 8


@pytest.mark.parametrize("mtu", range(20, 120))
def test_ipv4_fragments_are_as_large_as_fits_in_steps_of_eight(mtu: int) -> None:
    packet = Ipv4Packet(1, 2, 17, Octets(DATA[:200]))
    cut = fragments(packet, mtu, 0)
    room = (mtu - 20) // 8 * 8
    if room < 8:
        assert cut == []
        return
    assert [len(piece.payload.emit()) for piece in cut] == [room] * (200 // room) + ([200 % room] if 200 % room else [])
    assert b"".join(piece.payload.emit() for piece in cut) == DATA[:200]
    for place, piece in enumerate(cut):
        assert isinstance(piece, Ipv4Packet)
        assert (piece.fragment_offset_octets, piece.more_fragments) == (place * room, place < len(cut) - 1)
        assert piece.wire_length() <= mtu


@pytest.mark.parametrize("mtu", range(40, 140))
def test_ipv6_fragments_are_as_large_as_fits_in_steps_of_eight(mtu: int) -> None:
    packet = Ipv6Packet(1, 2, 17, Octets(DATA[:200]))
    cut = fragments(packet, mtu, 77)
    room = (mtu - 48) // 8 * 8
    if room < 8:
        assert cut == []
        return
    assert [len(piece.payload.emit()) for piece in cut] == [room] * (200 // room) + ([200 % room] if 200 % room else [])
    for place, piece in enumerate(cut):
        assert isinstance(piece, Ipv6Packet)
        assert (piece.fragment_offset_octets, piece.more_fragments) == (place * room, place < len(cut) - 1)
        assert (piece.identification, piece.next_header, piece.wire_length() <= mtu) == (77, 44, True)


def test_a_fragment_that_is_cut_again_keeps_its_place_and_that_more_follow() -> None:
    packet = Ipv4Packet(1, 2, 17, Octets(DATA[:80]))
    packet.fragment_offset_octets, packet.more_fragments = 800, True
    cut = fragments(packet, 60, 0)
    assert [(int(it.fragment_offset_octets), it.more_fragments) for it in cut] == [(800, True), (840, True)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("offset", "more", "octets", "good"),
    [
        (0, True, 8, True),
        (0, True, 9, False),
        (0, False, 9, True),
        (8, True, 16, True),
        (8, True, 15, False),
        (65_512, False, 3, True),
        (65_512, False, 4, False),
    ],
)
def test_which_ipv4_fragments_are_read(offset: int, more: bool, octets: int, good: bool) -> None:
    """One with more to come ends at a multiple of 8, and none beyond the largest packet (the ping of death)."""
    packet = Ipv4Packet(1, 2, 17, Octets(DATA[:octets]))
    packet.fragment_offset_octets, packet.more_fragments = offset, more
    assert (ipv4.parse(packet.emit()) is not None) == good


@pytest.mark.parametrize(
    ("offset", "more", "octets", "good"),
    [(0, True, 8, True), (0, True, 9, False), (0, False, 9, True), (65_528, False, 7, True), (65_528, False, 8, False)],
)
def test_which_ipv6_fragments_are_read(offset: int, more: bool, octets: int, good: bool) -> None:
    packet = Ipv6Packet(1, 2, 17, Octets(DATA[:octets]))
    packet.next_header, packet.extensions, packet.fragment_at = 44, fragment_header(17, offset, more, 5), 0
    assert (ipv6.parse(packet.emit()) is not None) == good


@pytest.mark.parametrize("short", [0, 1, 19, 39, 41])
def test_a_packet_that_is_cut_short_is_none(short: int) -> None:
    whole = Ipv6Packet(1, 2, 17, Octets(b"data")).emit()
    assert ipv6.parse(whole[:short]) is None
    assert ipv6.parse(b"\x45" + whole[1:]) is None
    assert ipv6.parse(whole + b"padding") is not None


def header(following: int, units: int = 0) -> bytes:
    return bytes([following, units]) + bytes(6 + 8 * units)


@pytest.mark.parametrize(
    ("first", "chain", "protocol", "end", "bad"),
    [
        (17, b"", 17, 0, False),
        (0, header(17), 17, 8, False),
        (43, header(60, 2) + header(17), 17, 32, False),
        (60, header(0) + header(17), 0, 8, False),
        (60, header(17)[:7], 60, 0, True),
        (60, header(17, 1)[:15], 17, 16, True),
        (60, header(17, 1), 17, 16, False),
        (44, header(60) + header(17), 60, 8, False),
        (60, header(44) + header(60), 60, 16, False),
    ],
)
def test_the_walk_over_extension_headers(first: int, chain: bytes, protocol: int, end: int, bad: bool) -> None:
    """RFC 8200 section 4: it ends at a fragment header, and at hop-by-hop options that do not come first."""
    found = walk(first, chain)
    assert (found.protocol, found.end, found.bad) == (protocol, end, bad)
    assert found.fragment_at == (chain.find(header(60)) if first == 44 else 8 if chain[:1] == b"\x2c" else -1)


def test_a_chain_of_more_headers_than_anybody_sends_is_bad() -> None:
    assert not walk(60, header(60) * 7 + header(17)).bad
    assert walk(60, header(60) * 200 + header(17)).bad


def test_which_headers_are_stepped_over() -> None:
    assert [number for number in range(256) if is_extension(number, True)] == [0, 43, 44, 60]
    assert [number for number in range(256) if is_extension(number, False)] == [43, 44, 60]
    assert last_header_at(header(60) + header(43, 1) + header(17)) == 24
    assert last_header_at(header(17, 3)) == 0


@pytest.mark.parametrize(("octets", "fits"), [(65_535, True), (65_536, False)])
def test_a_whole_ipv6_packet_is_no_longer_than_its_length_field_holds(octets: int, fits: bool) -> None:
    first = Ipv6Packet(1, 2, 17, Octets(b""))
    first.next_header, first.extensions, first.fragment_at = 44, fragment_header(17, 0, True, 5), 0
    whole = reassembled(first, bytes(octets))
    assert (whole is not None) == fits
    assert whole is None or (whole.next_header, whole.extensions, whole.protocol) == (17, b"", 17)


def test_fragments_within_fragments_are_refused() -> None:
    first = Ipv6Packet(1, 2, 44, Octets(b""))
    first.next_header, first.extensions, first.fragment_at = 44, fragment_header(44, 0, True, 5), 0
    assert reassembled(first, fragment_header(17, 0, False, 6) + bytes(8)) is None


# -- path MTUs


def path(address: int, mtu: int = 1500) -> Destination:
    made = Destination(address, REMOTE)
    made.link_mtu = made.path_mtu = mtu
    return made


def test_a_path_mtu_only_falls_and_holds_for_its_time() -> None:
    """RFC 8201 section 4: whoever could raise it could make all packets be lost."""
    kernel = Kernel(1)
    known, one = PathMtus(kernel), path(1)
    known.learn(one, 1400)
    assert (one.path_mtu, one.path_mtu_until_ns) == (1400, LIFETIME_NS)
    kernel.advance_to(1000)
    for told in (1500, 1400):
        known.learn(one, told)
        assert (one.path_mtu, one.path_mtu_until_ns) == (1400, LIFETIME_NS)
    known.learn(one, 1399)
    assert (one.path_mtu, one.path_mtu_until_ns) == (1399, 1000 + LIFETIME_NS)
    assert current(one, 1000 + LIFETIME_NS) == 1399
    assert current(one, 1001 + LIFETIME_NS) == 1500


def test_what_was_learned_is_written_into_a_destination_that_is_looked_up_anew_while_it_holds() -> None:
    kernel = Kernel(1)
    known = PathMtus(kernel)
    known.learn(path(1), 1400)
    for mtu, expected in ((1500, 1400), (1400, 1400), (1300, 1300)):
        again = path(1, mtu)
        known.apply(again)
        assert again.path_mtu == expected
    kernel.advance_to(LIFETIME_NS)
    again = path(1)
    known.apply(again)
    assert again.path_mtu == 1400
    kernel.advance_to(LIFETIME_NS + 1)
    again = path(1)
    known.apply(again)
    assert again.path_mtu == 1500
    other = path(2)
    known.apply(other)
    assert other.path_mtu == 1500


def test_so_many_paths_are_remembered_and_the_oldest_makes_room() -> None:
    known = PathMtus(Kernel(1))
    for address in range(MAX_ENTRIES):
        known.learn(path(address), 1400)
    known.learn(path(0), 1300)
    assert _remembered(known, 0) == 1300
    assert _remembered(known, 1) == 1400
    known.learn(path(MAX_ENTRIES), 1400)
    assert [_remembered(known, address) for address in (0, 1, MAX_ENTRIES)] == [1500, 1400, 1400]
    known.clear()
    assert _remembered(known, 1) == 1500


def _remembered(known: PathMtus, address: int) -> int:
    asked = path(address)
    known.apply(asked)
    return int(asked.path_mtu)
