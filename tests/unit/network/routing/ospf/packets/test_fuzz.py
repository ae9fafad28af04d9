"""Whatever comes from the wire is a packet or a named reason, never an exception."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.kernel.checksum import internet_checksum
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.lsa.fletcher import fletcher_checksum
from catenet.network.routing.ospf.lsa.lsa import (
    EXTERNAL,
    NETWORK,
    ROUTER,
    SUMMARY,
    ExternalBody,
    Lsa,
    NetworkBody,
    RouterBody,
    RouterLink,
    SummaryBody,
    parse_lsa,
)
from catenet.network.routing.ospf.packets.authentication import ALGORITHMS, MD5, PLAIN, Key
from catenet.network.routing.ospf.packets.parse import (
    Acknowledgement,
    Description,
    Hello,
    OspfPacket,
    Request,
    Update,
    parse_packet,
)
from tests.unit.network.routing.ospf.packet_strategies import packets

LSAS = [
    Lsa(ROUTER, 1, 1, 2, 5, RouterBody(3, [RouterLink(kind, 7, 8, 9) for kind in (1, 2, 3, 4)])),
    Lsa(NETWORK, 0x0A000001, 1, 2, 5, NetworkBody(0xFFFFFF00, [1, 2, 3])),
    Lsa(SUMMARY, 0x0A000000, 1, 2, 5, SummaryBody(0xFF000000, 77)),
    Lsa(EXTERNAL, 0, 1, 2, 5, ExternalBody(0, True, 20, 0x0A000002, 99)),
]
SAMPLES: list[OspfPacket] = [
    Hello(1, 0, 0xFFFFFF00, 10, 2, 1, 40, 3, 4, [5, 6]),
    Description(1, 0, 1500, 2, 7, 99, [lsa.describe(9) for lsa in LSAS]),
    Request(1, 0, [lsa.key for lsa in LSAS]),
    Update(1, 0, LSAS, [1, 2, 3, 3600]),
    Acknowledgement(1, 0, [lsa.describe(9) for lsa in LSAS]),
]
KEYS = [Key(name, b"secret") for name in ALGORITHMS]
KEYS += [Key(name, b"secret", extended=True) for name in ALGORITHMS if name not in (PLAIN, MD5)]


def take(octets: bytes) -> OspfPacket | int:
    """Parse in every way that there is; what the plain one gave.  All that it gave can be looked at and sent on."""
    given = parse_packet(octets)
    if isinstance(given, int):
        assert given in drop_reasons.REASONS
    else:
        assert parse_packet(given.emit()) == given
        assert given.wire_length() <= len(octets)
        if isinstance(given, Update):
            assert all(fault in drop_reasons.REASONS for fault in given.faults)
    for key in KEYS:
        opened = key.verify(octets, 1)
        assert (opened.packet is None) == (opened.reason != 0)
        assert opened.reason == 0 or opened.reason in drop_reasons.REASONS
    return given


def mended(octets: bytes) -> bytes:
    """The same with a right checksum and a right length, so that what is inside is looked at."""
    head = octets[:2] + struct.pack("!H", len(octets)) + octets[4:12] + b"\0\0" + b"\0\0"
    checksum = internet_checksum(head + octets[24:])
    return head[:12] + struct.pack("!HHQ", checksum, 0, 0) + octets[24:]


@pytest.mark.parametrize("packet", SAMPLES, ids=lambda packet: type(packet).__name__)
def test_truncated_anywhere(packet: OspfPacket) -> None:
    octets = packet.emit()
    for length in range(len(octets)):
        assert isinstance(take(octets[:length]), int)
        if length >= 24:
            take(mended(octets[:length]))
        take(octets + octets[:length])


@pytest.mark.slow
@pytest.mark.parametrize("packet", SAMPLES, ids=lambda packet: type(packet).__name__)
def test_any_bit_flipped(packet: OspfPacket) -> None:
    octets = packet.emit()
    for bit in range(len(octets) * 8):
        flipped = bytearray(octets)
        flipped[bit >> 3] ^= 0x80 >> (bit & 7)
        given = parse_packet(bytes(flipped))
        assert isinstance(given, int) or 128 <= bit < 192  # the authentication that is none
        take(mended(bytes(flipped)))


@pytest.mark.parametrize("lsa", LSAS, ids=lambda lsa: f"type {lsa.type}")
def test_an_lsa_truncated_anywhere(lsa: Lsa) -> None:
    octets = lsa.emit(1)
    for length in range(len(octets)):
        reading = parse_lsa(octets[:length], 0)
        assert (reading.lsa, reading.reason, reading.next_place) == (None, drop_reasons.LSA_MALFORMED, 0)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.algorithm}{'-extended' if key.extended else ''}")
def test_a_sealed_packet_truncated_anywhere(key: Key) -> None:
    octets = key.authenticated(SAMPLES[0], 5, 1)
    for length in range(len(octets)):
        assert key.verify(octets[:length], 1).reason != 0


@given(st.binary(max_size=200))
def test_random_octets(octets: bytes) -> None:
    take(octets)


@pytest.mark.slow
@settings(max_examples=300)
@given(st.integers(1, 5), st.binary(max_size=160))
def test_random_bodies_behind_a_right_header(packet_type: int, body: bytes) -> None:
    take(mended(struct.pack("!BBHIIHHQ", 2, packet_type, 0, 1, 0, 0, 0, 0) + body))


@pytest.mark.slow
@given(packets, st.integers(0, 0xFFFF))
def test_lengths_that_lie(packet: OspfPacket, length: int) -> None:
    octets = packet.emit()
    lie = octets[:2] + struct.pack("!H", length) + octets[4:]
    if length != len(octets):
        assert isinstance(take(lie), int)


@pytest.mark.slow
@given(st.integers(0, 0xFFFFFFFF))
def test_counts_that_lie(count: int) -> None:
    octets = Update(1, 0, LSAS, [1, 2, 3, 4]).emit()
    given = take(mended(octets[:24] + struct.pack("!I", count) + octets[28:]))
    assert isinstance(given, OspfPacket) == (count == len(LSAS))


@pytest.mark.slow
@given(st.integers(0, 0xFFFF), st.integers(0, 3))
def test_lengths_of_lsas_that_lie(length: int, which: int) -> None:
    octets = bytearray(Update(1, 0, LSAS, [1, 2, 3, 4]).emit())
    place = 28 + sum(lsa.length for lsa in LSAS[:which])
    octets[place + 18 : place + 20] = struct.pack("!H", length)
    given = take(mended(bytes(octets)))
    if isinstance(given, Update) and length != LSAS[which].length:
        assert LSAS[which] not in given.lsas


def test_every_octet_of_an_lsa_body_set_to_all_ones_with_a_right_checksum() -> None:
    for lsa in LSAS:
        for place in range(20, lsa.length):
            octets = bytearray(lsa.emit(1))
            octets[place] = 0xFF
            whole = lsa_again(bytes(octets))
            reading = parse_lsa(whole, 0)
            assert reading.reason in (0, drop_reasons.LSA_MALFORMED)
            assert reading.next_place == lsa.length
            if reading.lsa is not None:
                assert reading.lsa.emit(1) == whole


def lsa_again(octets: bytes) -> bytes:
    """An LSA with the checksum that its octets want."""
    blank = octets[2:16] + b"\0\0" + octets[18:]
    return octets[:16] + struct.pack("!H", fletcher_checksum(blank, 14)) + octets[18:]
