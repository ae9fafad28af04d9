"""Packets on the wire: emitting and parsing are exact inverses, and what is wrong is named."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given

from catenet.kernel.checksum import internet_checksum
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.lsa.lsa import L_BIT, SUMMARY, Lsa, LsaHeader, SummaryBody
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

MASK = 0xFFFFFF00


def raw(packet_type: int, body: bytes, length: int = -1, version: int = 2, router: int = 1, kind: int = 0) -> bytes:
    """A packet made by hand; its checksum is right."""
    size = 24 + len(body) if length < 0 else length
    head = struct.pack("!BBHII", version, packet_type, size, router, 0)
    checksum = internet_checksum(head + struct.pack("!HH", 0, kind) + body[: max(size - 24, 0)])
    return head + struct.pack("!HHQ", checksum, kind, 0) + body


def hello(options: int = 2) -> Hello:
    return Hello(0x01010101, 0, MASK, 10, options, 1, 40, 0x0A000001, 0x0A000002, [0x02020202])


@pytest.mark.slow
@given(packets)
def test_emit_and_parse_are_inverses(packet: OspfPacket) -> None:
    octets = packet.emit()
    assert packet.wire_length() == len(octets)
    again = parse_packet(octets)
    assert isinstance(again, OspfPacket)
    assert again == packet
    assert type(again) is type(packet)
    assert again.emit() == octets
    assert packet.clone() is packet


def test_a_hello_octet_by_octet() -> None:
    assert hello().emit().hex(" ", -4) == (
        "02010030 01010101 00000000 e2910000 00000000 00000000 ffffff00 000a0201 00000028 0a000001 0a000002 02020202"
    )


def test_fields_are_where_they_belong() -> None:
    header = LsaHeader(3, 0x0A000000, 1, 2, 5, 0xABCD, 7, 28)
    description = parse_packet(Description(1, 2, 1500, 0x42, 7, 0x01020304, [header]).emit())
    assert isinstance(description, Description)
    assert (description.router_id, description.area_id, description.mtu) == (1, 2, 1500)
    assert (description.options, description.flags, description.sequence) == (0x42, 7, 0x01020304)
    assert description.headers == [header]
    request = parse_packet(Request(1, 2, [0x5_0A000000_01020304]).emit())
    assert isinstance(request, Request)
    assert request.keys == [0x5_0A000000_01020304]
    assert request.emit()[24:].hex(" ", 4) == "00000005 0a000000 01020304"


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"", drop_reasons.MALFORMED),
        (bytes(23), drop_reasons.MALFORMED),
        (raw(1, bytes(20), version=3), drop_reasons.VERSION),
        (raw(0, bytes(20)), drop_reasons.UNKNOWN_PACKET),
        (raw(6, bytes(20)), drop_reasons.UNKNOWN_PACKET),
        (raw(1, bytes(20), router=0), drop_reasons.BAD_ROUTER_ID),
        (raw(1, bytes(20), kind=1), drop_reasons.AUTHENTICATION_TYPE),
        (raw(1, bytes(20), kind=2), drop_reasons.AUTHENTICATION_TYPE),
        (raw(1, bytes(20), length=45), drop_reasons.MALFORMED),
        (raw(1, bytes(20), length=23), drop_reasons.MALFORMED),
        (raw(1, bytes(24), length=44), drop_reasons.MALFORMED),
        (raw(1, bytes(19)), drop_reasons.MALFORMED),
        (raw(1, bytes(22)), drop_reasons.MALFORMED),
        (raw(2, bytes(7)), drop_reasons.MALFORMED),
        (raw(2, bytes(27)), drop_reasons.MALFORMED),
        (raw(3, bytes(11)), drop_reasons.MALFORMED),
        (raw(4, bytes(3)), drop_reasons.MALFORMED),
        (raw(4, bytes.fromhex("00000001")), drop_reasons.MALFORMED),
        (raw(4, bytes.fromhex("ffffffff") + Lsa(3, 1, 1, 2, 1, SummaryBody(0, 1)).emit(0)), drop_reasons.MALFORMED),
        (raw(4, bytes.fromhex("00000000") + bytes(4)), drop_reasons.MALFORMED),
        (raw(5, bytes(19)), drop_reasons.MALFORMED),
        (raw(5, bytes(20)), drop_reasons.LSA_MALFORMED),
        (raw(5, LsaHeader(3, 1, 1, 2, 1, 1, 3601, 28).emit()), drop_reasons.LSA_AGE),
        (raw(2, bytes(8) + LsaHeader(3, 1, 1, 2, -0x80000000, 1, 0, 28).emit()), drop_reasons.LSA_SEQUENCE),
    ],
)
def test_what_is_wrong_with_a_packet_is_named(octets: bytes, why: int) -> None:
    assert parse_packet(octets) == why


def test_a_wrong_checksum_is_named() -> None:
    octets = hello().emit()
    assert parse_packet(octets[:-1] + b"\x03") == drop_reasons.CHECKSUM


def test_the_checksum_does_not_cover_the_authentication() -> None:
    octets = hello().emit()
    assert parse_packet(octets[:16] + b"whatever" + octets[24:]) == hello()


def test_the_lsas_of_an_update_are_judged_one_by_one() -> None:
    good = Lsa(SUMMARY, 1, 1, 2, 1, SummaryBody(MASK, 1))
    other = Lsa(SUMMARY, 2, 1, 2, 1, SummaryBody(MASK, 1))
    torn = bytearray(good.emit(1))
    torn[-1] ^= 1
    unknown = Lsa(8, 1, 1, 2, 1, SummaryBody(MASK, 1)).emit(1)
    body = struct.pack("!I", 4) + bytes(torn) + good.emit(7) + unknown + other.emit(8)
    update = parse_packet(raw(4, body))
    assert isinstance(update, Update)
    assert update.lsas == [good, other]
    assert update.ages == [7, 8]
    assert update.faults == [drop_reasons.LSA_CHECKSUM, drop_reasons.LSA_UNKNOWN_TYPE]


def test_data_for_the_link_may_follow_where_the_option_says_so() -> None:
    block = bytes.fromhex("fff60003 00010004 00000001")
    assert parse_packet(hello(L_BIT).emit() + block) == hello(L_BIT)
    assert parse_packet(hello().emit() + block) == drop_reasons.MALFORMED
    description = Description(1, 0, 1500, L_BIT, 7, 1, [])
    assert parse_packet(description.emit() + block) == description
    assert parse_packet(Acknowledgement(1, 0, []).emit() + block) == drop_reasons.MALFORMED


def test_an_update_tells_an_age_for_each_lsa() -> None:
    with pytest.raises(AssertionError, match="1 LSAs with 0 ages"):
        Update(1, 0, [Lsa(SUMMARY, 1, 1, 2, 1, SummaryBody(MASK, 1))], [])


def test_every_reason_has_a_name() -> None:
    assert list(drop_reasons.REASONS) == list(range(1, drop_reasons.REASON_COUNT))


def test_packets_are_equal_if_their_octets_are() -> None:
    one, same, other = (Acknowledgement(router, 0, []) for router in (1, 1, 2))
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "a packet"


def test_each_reason_for_dropping_a_packet_has_a_number_and_a_name_of_its_own() -> None:
    """A trace that takes a wrong version for an unknown packet leads whoever reads it astray."""
    numbers = [value for name, value in vars(drop_reasons).items() if name.isupper() and isinstance(value, int)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
