"""LSAs on the wire: emitting and parsing are exact inverses, and what is wrong is named."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.lsa import fletcher
from catenet.network.routing.ospf.lsa.fletcher import fletcher_checksum, is_sound
from catenet.network.routing.ospf.lsa.lsa import (
    ASBR_SUMMARY,
    EXTERNAL,
    INITIAL_SEQUENCE,
    MAX_AGE_S,
    MAX_OCTETS,
    NETWORK,
    ROUTER,
    SUMMARY,
    ExternalBody,
    Lsa,
    LsaHeader,
    NetworkBody,
    RouterBody,
    RouterLink,
    SummaryBody,
    lsa_key,
    newer,
    parse_header,
    parse_lsa,
)
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E, STUB, TRANSIT
from tests.unit.network.routing.ospf.packet_strategies import ages, lsas

BODY = 20
"""Where an LSA's body begins."""


def with_checksum(octets: bytes) -> bytes:
    """An LSA's octets with the checksum that they should have."""
    blank = octets[2:16] + b"\0\0" + octets[18:]
    return octets[:2] + blank[:14] + struct.pack("!H", fletcher_checksum(blank, 14)) + blank[16:]


def raw(ls_type: int, body: bytes, age: int = 1, sequence: int = 5, length: int = -1, router: int = 9) -> bytes:
    """An LSA made by hand; its checksum is right."""
    size = BODY + len(body) if length < 0 else length
    return with_checksum(struct.pack("!HBBIIiHH", age, 2, ls_type, 9, router, sequence, 0, size) + body)


def reason(octets: bytes) -> int:
    """Why an LSA is not believed."""
    reading = parse_lsa(octets, 0)
    assert (reading.lsa is None) == (reading.reason != 0)
    assert (Lsa.parse(octets, 0) is None) == (reading.reason != 0)
    return reading.reason


@pytest.mark.slow
@given(lsas(), ages, st.binary(max_size=8))
def test_emit_and_parse_are_inverses(lsa: Lsa, age: int, before: bytes) -> None:
    octets = lsa.emit(age)
    assert len(octets) == lsa.length
    parsed = Lsa.parse(before + octets + b"more", len(before))
    assert parsed is not None
    again, again_age, place = parsed
    assert (again, again_age, place) == (lsa, age, len(before) + len(octets))
    assert again.body == lsa.body
    assert (again.key, again.sequence, again.checksum) == (lsa.key, lsa.sequence, lsa.checksum)
    assert again.emit(age) == octets
    assert again.header(age) == octets[:BODY] == lsa.describe(age).emit()
    assert parse_header(octets, 0) == lsa.describe(age)


@pytest.mark.slow
@given(lsas(), ages)
def test_the_age_is_not_part_of_what_the_checksum_covers(lsa: Lsa, age: int) -> None:
    assert lsa.emit(age)[2:] == lsa.emit(0)[2:]
    assert is_sound(lsa.emit(age)[2:])
    assert 0 not in lsa.emit(age)[16:18]


def reference_checksum(data: bytes, place: int) -> bytes:
    """RFC 905 annex B.3, as it is written there: two sums kept modulo 255, octet by octet."""
    low = high = 0
    for octet in data:
        low = (low + octet) % 255
        high = (high + low) % 255
    factor = len(data) - place
    first = (-high + (factor - 1) * low) % 255
    second = (high - factor * low) % 255
    return bytes([first or 255, second or 255])


@pytest.mark.slow
@given(st.binary(min_size=2, max_size=80), st.data())
def test_the_checksum_is_that_of_the_standard(octets: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(octets) - 2))
    blank = octets[:place] + b"\0\0" + octets[place + 2 :]
    assert fletcher_checksum(blank, place).to_bytes(2, "big") == reference_checksum(blank, place)
    assert is_sound(blank[:place] + reference_checksum(blank, place) + blank[place + 2 :])


@pytest.mark.slow
@given(lsas(), st.data())
def test_no_flipped_bit_is_believed(lsa: Lsa, data: st.DataObject) -> None:
    octets = bytearray(lsa.emit(1))
    bit = data.draw(st.integers(16, len(octets) * 8 - 1))
    octets[bit >> 3] ^= 0x80 >> (bit & 7)
    # Fletcher takes 0x00 for 0xFF, but no single bit makes one of the other.
    assert reason(bytes(octets)) != 0


@pytest.mark.slow
def test_the_largest_lsa_has_a_sound_checksum() -> None:
    count = (MAX_OCTETS - 24) // 12
    links = [RouterLink(STUB, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFF)] * count
    octets = Lsa(ROUTER, 9, 9, 0xFF, -1, RouterBody(0xFF, links)).emit(3600)
    assert octets[16:18] == reference_checksum(octets[2:16] + b"\0\0" + octets[18:], 14)
    parsed = Lsa.parse(octets, 0)
    assert parsed is not None
    body = parsed[0].body
    assert isinstance(body, RouterBody)
    assert len(body.links) == count


def test_an_lsa_that_fits_into_no_packet_is_not_made() -> None:
    with pytest.raises(AssertionError, match="does not fit"):
        Lsa(NETWORK, 9, 9, 2, 5, NetworkBody(0xFFFFFF00, [1] * 20_000))


def test_a_router_lsa_as_the_rfc_draws_it() -> None:
    links = [RouterLink(TRANSIT, 0xC0010104, 0xC0010103, 1), RouterLink(STUB, 0xC0010400, 0xFFFFFF00, 2)]
    lsa = Lsa(ROUTER, 0xC0010103, 0xC0010103, 2, INITIAL_SEQUENCE, RouterBody(FLAG_B | FLAG_E, links))
    assert lsa.emit(0).hex(" ", -4) == (
        "00000201 c0010103 c0010103 80000001 "
        + lsa.checksum.to_bytes(2, "big").hex()
        + "0030 03000002 c0010104 c0010103 02000001 c0010400 ffffff00 03000002"
    )


def test_an_external_lsa_keeps_its_type_out_of_its_cost() -> None:
    for type2, first in ((True, "80"), (False, "00")):
        body = ExternalBody(0xFFFF0000, type2, 0xABCDEF, 0x0A000001, 0x01020304)
        assert body.emit().hex() == "ffff0000" + first + "abcdef" + "0a000001" + "01020304"


def test_costs_by_type_of_service_are_read_over_and_given_on() -> None:
    link = struct.pack("!IIBBH", 1, 2, 1, 2, 7) + bytes.fromhex("08000009 10000005")
    octets = raw(ROUTER, struct.pack("!BBH", 0, 0, 2) + link + link)
    parsed = Lsa.parse(octets, 0)
    assert parsed is not None
    body = parsed[0].body
    assert isinstance(body, RouterBody)
    assert body.links == [RouterLink(1, 1, 2, 7)] * 2
    assert parsed[0].emit(1) == octets
    summary = Lsa.parse(raw(SUMMARY, bytes.fromhex("ffffff00 00000007 08000009")), 0)
    assert summary is not None
    assert summary[0].body == SummaryBody(0xFFFFFF00, 7)
    external = Lsa.parse(raw(EXTERNAL, bytes.fromhex("ffffff00 80000007 00000000 00000001") + bytes(12)), 0)
    assert external is not None
    assert external[0].body == ExternalBody(0xFFFFFF00, True, 7, 0, 1)


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (raw(8, bytes(8)), drop_reasons.LSA_UNKNOWN_TYPE),
        (raw(6, bytes(8)), drop_reasons.LSA_UNKNOWN_TYPE),
        (raw(12, bytes(8)), drop_reasons.LSA_UNKNOWN_TYPE),
        (raw(0, bytes(8)), drop_reasons.LSA_UNKNOWN_TYPE),
        (raw(SUMMARY, bytes(8), age=MAX_AGE_S + 1), drop_reasons.LSA_AGE),
        (raw(SUMMARY, bytes(8), age=0x8001), drop_reasons.LSA_AGE),
        (raw(SUMMARY, bytes(8), age=MAX_AGE_S), 0),
        (raw(SUMMARY, bytes(8), sequence=-0x80000000), drop_reasons.LSA_SEQUENCE),
        (raw(SUMMARY, bytes(8), length=19), drop_reasons.LSA_MALFORMED),
        (raw(SUMMARY, bytes(8), length=29), drop_reasons.LSA_MALFORMED),
        (raw(SUMMARY, bytes(4)), drop_reasons.LSA_MALFORMED),
        (raw(SUMMARY, bytes(10)), drop_reasons.LSA_MALFORMED),
        (raw(SUMMARY, bytes.fromhex("ff00ff00 00000001")), drop_reasons.LSA_MALFORMED),
        (raw(ASBR_SUMMARY, bytes.fromhex("ff00ff00 00000001")), 0),
        (raw(NETWORK, bytes.fromhex("ffffff00")), drop_reasons.LSA_MALFORMED),
        (raw(NETWORK, bytes.fromhex("00ffffff 01020304")), drop_reasons.LSA_MALFORMED),
        (raw(NETWORK, bytes.fromhex("ffffff00 010203")), drop_reasons.LSA_MALFORMED),
        (raw(NETWORK, bytes.fromhex("ffffff00 01020304")), 0),
        (raw(ROUTER, bytes.fromhex("00000001")), drop_reasons.LSA_MALFORMED),
        (raw(ROUTER, bytes.fromhex("0000")), drop_reasons.LSA_MALFORMED),
        (raw(ROUTER, bytes.fromhex("00000000 00")), drop_reasons.LSA_MALFORMED),
        (raw(ROUTER, bytes.fromhex("0000ffff") + bytes(12)), drop_reasons.LSA_MALFORMED),
        (raw(ROUTER, struct.pack("!BBHIIBBH", 0, 0, 1, 1, 1, 9, 0, 1)), drop_reasons.LSA_MALFORMED),
        (raw(ROUTER, struct.pack("!BBHIIBBH", 0, 0, 1, 1, 1, 1, 255, 1)), drop_reasons.LSA_MALFORMED),
        (raw(ROUTER, bytes.fromhex("00000000")), 0),
        (raw(ROUTER, bytes.fromhex("00000000"), router=8), drop_reasons.LSA_FORGED),
        (raw(EXTERNAL, bytes(15)), drop_reasons.LSA_MALFORMED),
        (raw(EXTERNAL, bytes(20)), drop_reasons.LSA_MALFORMED),
        (raw(EXTERNAL, bytes.fromhex("f0f00000") + bytes(12)), drop_reasons.LSA_MALFORMED),
        (raw(EXTERNAL, bytes(16)), 0),
        (b"", drop_reasons.LSA_MALFORMED),
        (bytes(19), drop_reasons.LSA_MALFORMED),
    ],
)
def test_what_is_wrong_with_an_lsa_is_named(octets: bytes, why: int) -> None:
    assert reason(octets) == why


def test_a_wrong_checksum_comes_before_everything_that_it_covers() -> None:
    octets = raw(8, bytes(8))
    assert reason(octets[:17] + bytes([octets[17] ^ 1]) + octets[18:]) == drop_reasons.LSA_CHECKSUM


def test_a_checksum_of_zero_is_none() -> None:
    body = b"\0\0\0\0\0\0\0\0"
    for number in range(0x10000):
        octets = raw(SUMMARY, body[:4] + struct.pack("!HH", 1, number))
        if octets[16:18] == b"\xff\xff":  # 0 gives the same sums
            assert reason(octets) == 0
            assert reason(octets[:16] + b"\0\0" + octets[18:]) == drop_reasons.LSA_CHECKSUM
            return
    raise AssertionError("no LSA has this checksum")


@pytest.mark.parametrize(
    ("a", "b", "which"),
    [
        ((5, 1, 0), (4, 9, 3600), 1),
        ((INITIAL_SEQUENCE, 9, 0), (0x7FFFFFFF, 1, 0), -1),
        ((-1, 1, 1), (0, 1, 1), -1),
        ((5, 2, 0), (5, 1, 3600), 1),
        ((5, 1, 3600), (5, 1, 10), 1),
        ((5, 1, 3600), (5, 1, 3600), 0),
        ((5, 1, 10), (5, 1, 911), 1),
        ((5, 1, 10), (5, 1, 910), 0),
        ((5, 1, 10), (5, 1, 10), 0),
    ],
)
def test_which_instance_is_newer(a: tuple[int, int, int], b: tuple[int, int, int], which: int) -> None:
    """Section 13.1, rule by rule."""
    assert newer(*a, *b) == which
    assert newer(*b, *a) == -which


def test_instances_that_say_the_same_differ_in_sequence_only() -> None:
    body = SummaryBody(0xFFFFFF00, 5)
    lsa = Lsa(SUMMARY, 1, 2, 2, 7, body)
    assert lsa.has_same_contents(Lsa(SUMMARY, 1, 2, 2, 8, SummaryBody(0xFFFFFF00, 5)))
    assert not lsa.has_same_contents(Lsa(SUMMARY, 1, 2, 0, 8, body))
    assert not lsa.has_same_contents(Lsa(SUMMARY, 1, 2, 2, 8, SummaryBody(0xFFFFFF00, 6)))
    assert lsa != Lsa(SUMMARY, 1, 2, 2, 8, body)


def test_the_key_is_type_id_and_router() -> None:
    lsa = Lsa(SUMMARY, 0x0A000000, 0x01020304, 2, 7, SummaryBody(0, 1))
    assert lsa.key == lsa_key(SUMMARY, 0x0A000000, 0x01020304) == 0x3_0A000000_01020304
    header = LsaHeader(SUMMARY, 0x0A000000, 0x01020304, 2, 7, 0, 0, 28)
    assert header.key == lsa.key


def test_equal_lsas_are_one_in_a_dictionary() -> None:
    a, b = (Lsa(SUMMARY, 1, 2, 2, 7, SummaryBody(0, 1)) for _ in range(2))
    assert {a: 1}[b] == 1
    assert {a.body: 1}[b.body] == 1
    assert {a.describe(1): 1}[b.describe(1)] == 1


@pytest.mark.parametrize("octets", [b"", b"\0", b"\1", b"\xff" * 300, bytes(range(256)) * 20])
def test_the_compiled_sums_of_the_checksum_are_those_of_the_interpreted(octets: bytes) -> None:
    """A router that runs compiled and one that does not would refuse each other's LSAs."""
    low = high = 0
    for octet in octets:
        low = (low + octet) % 255
        high = (high + low) % 255
    assert fletcher._sums_by_octets(octets) == fletcher._sums(octets) == (low, high)
