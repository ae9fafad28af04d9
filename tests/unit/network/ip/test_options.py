"""Options and extension headers: which are refused, what their sender is told, and which go into each fragment."""

from __future__ import annotations

import pytest

from catenet.kernel import Octets
from catenet.network.ip.ipv4 import Ipv4Packet, copied_options, is_source_routed, well_formed
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.ip.options import examine

END, NOP, LOOSE, STRICT, TIMESTAMP, RECORD = 0, 1, 131, 137, 68, 7
MULTICAST, UNICAST = 0xFF02 << 112 | 1, 0x2001_0DB8 << 96 | 1


def option(kind: int, *more: int) -> bytes:
    return bytes([kind, 2 + len(more), *more])


LONG = option(TIMESTAMP, 5, 0, LOOSE, STRICT, 9, 9)
"""Numbers that mean a source route stand within it, where they mean nothing."""


@pytest.mark.parametrize(
    ("options", "routed"),
    [
        (b"", False),
        (option(LOOSE, 4, 1, 2, 3, 4), True),
        (option(STRICT, 4, 1, 2, 3, 4), True),
        (bytes([NOP]) + option(LOOSE, 4), True),
        (bytes([NOP, NOP, NOP]) + option(STRICT, 4), True),
        (LONG, False),
        (LONG + option(LOOSE, 4), True),
        (LONG + option(RECORD, 4, LOOSE) + bytes([NOP]) + option(STRICT, 4), True),
        (option(RECORD, 4, LOOSE) + bytes([NOP, NOP]) + LONG, False),
        (bytes([END]) + option(LOOSE, 4), False),
        (LONG + bytes([END]) + option(STRICT, 4), False),
    ],
)
def test_a_source_route_is_found_wherever_it_stands_and_nowhere_else(options: bytes, routed: bool) -> None:
    """A packet that takes a way of its sender's choice gets round filters; one that does not is not to be lost."""
    assert well_formed(options)
    assert is_source_routed(options) == routed
    verdict = examine(Ipv4Packet(1, 2, 17, Octets(b""), options=options + bytes(-len(options) % 4)))
    assert (verdict is not None) == routed
    assert verdict is None or (verdict.code, verdict.pointer) == (-1, 0)


@pytest.mark.parametrize(
    ("options", "good"),
    [
        (b"", True),
        (bytes([NOP]), True),
        (bytes([END, 99, 0]), True),
        (bytes([RECORD]), False),
        (bytes([RECORD, 0]), False),
        (bytes([RECORD, 1]), False),
        (bytes([RECORD, 2]), True),
        (bytes([RECORD, 3]), False),
        (bytes([RECORD, 3, 4]), True),
        (bytes([NOP, RECORD, 3, 4, NOP]), True),
        (bytes([NOP, RECORD, 4, 4]), False),
        (bytes([NOP, NOP, RECORD]), False),
        (LONG + bytes([RECORD, 2]), True),
        (LONG + bytes([RECORD, 3]), False),
    ],
)
def test_every_option_ends_within_the_header(options: bytes, good: bool) -> None:
    assert well_formed(options) == good


@pytest.mark.parametrize(
    ("options", "copied"),
    [
        (LONG, b""),
        (option(LOOSE, 4, 1), option(LOOSE, 4, 1)),
        (bytes([NOP]) + option(LOOSE, 4) + LONG + option(STRICT, 4), option(LOOSE, 4) + option(STRICT, 4)),
        (option(RECORD, LOOSE) + bytes([END]) + option(LOOSE, 4), b""),
        (LONG + option(LOOSE, 4, 1, 2), option(LOOSE, 4, 1, 2)),
    ],
)
def test_those_with_the_flag_go_into_every_fragment(options: bytes, copied: bytes) -> None:
    found = copied_options(options)
    assert found.rstrip(b"\0") == copied
    assert len(found) == -(-len(copied) // 4) * 4


def verdict(extensions: bytes, first: int, dst: int = UNICAST) -> tuple[int, int] | None:
    """What is said of a packet with these extension headers, the first of that kind: code and pointer."""
    packet = Ipv6Packet(2, dst, 17, Octets(b""))
    packet.extensions, packet.next_header = extensions, first
    found = examine(packet)
    return None if found is None else (int(found.code), int(found.pointer))


def option6(kind: int, *more: int) -> bytes:
    """An IPv6 option's length does not count its own first two octets."""
    return bytes([kind, len(more), *more])


def padded(options: bytes, following: int = 17) -> bytes:
    """An extension header of options, 8 octets or a multiple."""
    header = bytes([following, 0]) + options
    header += bytes(-len(header) % 8)
    return bytes([following, len(header) // 8 - 1]) + header[2:]


HOP_BY_HOP, ROUTING, DESTINATION = 0, 43, 60


@pytest.mark.parametrize("kind", [HOP_BY_HOP, DESTINATION])
@pytest.mark.parametrize(
    ("high_bits", "to_one", "to_group"),
    [(0, None, None), (1, (-1, 0), (-1, 0)), (2, (2, 42), (2, 42)), (3, (2, 42), (-1, 0))],
)
def test_the_high_bits_of_an_unknown_option_say_what_to_do(
    kind: int, high_bits: int, to_one: tuple[int, int] | None, to_group: tuple[int, int] | None
) -> None:
    """RFC 8200 4.2: skip it; drop the packet; drop it and tell; drop it and tell unless it was for a group."""
    chain = padded(option6(high_bits << 6 | 5, 1, 2))
    assert verdict(chain, kind) == to_one
    assert verdict(chain, kind, MULTICAST) == to_group


def test_the_pointer_is_to_the_option_itself() -> None:
    """The sender finds out which of its options is not known."""
    unknown = option6(0x85, 9)
    assert verdict(padded(bytes([0, 0, 0]) + unknown), DESTINATION) == (2, 45)
    assert verdict(padded(option6(1, 0, 0) + unknown), DESTINATION) == (2, 46)
    assert verdict(padded(option6(1, 0, 0, 0, 0, 0, 0) + unknown), DESTINATION) == (2, 50)
    two = padded(option6(1, 0, 0), DESTINATION) + padded(bytes([0]) + unknown)
    assert verdict(two, HOP_BY_HOP) == (2, 51)


@pytest.mark.parametrize(
    ("options", "pointer"),
    [
        (bytes([0x05, 5, 0, 0, 0, 0]), 42),
        (bytes([0, 0x05, 4, 0, 0, 0]), 43),
        (bytes([0, 0, 0, 0, 0, 0x05]), 47),
    ],
)
def test_an_option_that_reaches_beyond_its_header_is_an_error_where_it_begins(options: bytes, pointer: int) -> None:
    assert verdict(padded(options), DESTINATION) == (0, pointer)


def test_an_option_that_just_ends_with_its_header_is_none() -> None:
    assert verdict(padded(bytes([0x05, 4, 0, 0, 0, 0])), DESTINATION) is None
    assert verdict(padded(bytes([0, 0, 0, 0, 0x05, 0])), DESTINATION) is None


def test_a_routing_header_is_refused_while_segments_are_left_and_points_at_its_type() -> None:
    """RFC 8200 4.4, RFC 5095: this host forwards nothing by a list of the sender's."""
    done, left = bytes([17, 0, 0, 0]) + bytes(4), bytes([17, 0, 0, 1]) + bytes(4)
    assert verdict(done, ROUTING) is None
    assert verdict(left, ROUTING) == (0, 42)
    assert verdict(padded(b"", ROUTING) + left, HOP_BY_HOP) == (0, 50)
    assert verdict(padded(option6(1, *range(12)), ROUTING) + left, HOP_BY_HOP) == (0, 58)
