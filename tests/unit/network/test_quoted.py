"""What an ICMP error quotes: read where it is whole, and passed over where it is not."""

from __future__ import annotations

import pytest

from catenet.kernel import Octets
from catenet.network.icmp.errors import Quoted, message_type, next_header_at, parse_quoted
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip import ipv6
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet

BODY = bytes(range(20))
SRC, DST = 0x0A000101, 0x0A000201


def packet(version: int) -> bytes:
    if version == 4:
        return Ipv4Packet(SRC, DST, 17, Octets(BODY)).emit()
    return Ipv6Packet(SRC, DST, 17, Octets(BODY)).emit()


def fields(quoted: Quoted | None) -> tuple[int, int, int, int, bytes]:
    assert quoted is not None
    return int(quoted.src), int(quoted.dst), int(quoted.protocol), int(quoted.length), quoted.head


@pytest.mark.parametrize(("version", "header"), [(4, 20), (6, 40)])
def test_a_quote_of_any_length_from_the_whole_header_on_is_read(version: int, header: int) -> None:
    """A socket is found by it; an error that is not understood leaves a connection to a time-out of minutes."""
    octets = packet(version)
    for length in (header, header + 8, len(octets)):
        assert fields(parse_quoted(version, octets[:length])) == (SRC, DST, 17, len(octets), BODY[: length - header])


@pytest.mark.parametrize(("version", "header"), [(4, 20), (6, 40)])
def test_half_a_header_or_one_of_the_other_version_is_not(version: int, header: int) -> None:
    octets = packet(version)
    assert parse_quoted(version, octets[: header - 1]) is None
    assert parse_quoted(version, b"") is None
    assert parse_quoted(version, bytes([(10 - version) << 4 | octets[0] & 15]) + octets[1:]) is None


def test_a_header_that_says_it_is_shorter_than_a_header_is_not_read() -> None:
    octets = packet(4)
    assert parse_quoted(4, b"\x44" + octets[1:]) is None


def test_options_are_stepped_over() -> None:
    octets = packet(4)
    assert fields(parse_quoted(4, b"\x46" + octets[1:20] + b"\x01\x01\x01\x00" + BODY))[4] == BODY


def test_a_later_fragment_says_nothing_of_ports() -> None:
    """Its first octets are data: taken for ports, they would break somebody else's connection."""
    octets = packet(4)
    for offset in (1, 0x100, 0x1FFF):
        assert parse_quoted(4, octets[:6] + offset.to_bytes(2, "big") + octets[8:]) is None
    assert parse_quoted(4, octets[:6] + (0x2000).to_bytes(2, "big") + octets[8:]) is not None, "a first one does"
    head, body = packet(6)[:40], BODY
    for flags, read in ((0x0008, False), (0xFFF8, False), (0x0001, True), (0x0000, True)):
        fragment = bytes([17, 0]) + flags.to_bytes(2, "big") + bytes(4)
        quoted = parse_quoted(6, head[:6] + bytes([ipv6.FRAGMENT]) + head[7:] + fragment + body)
        assert (quoted is not None) is read
        if quoted is not None:
            assert (int(quoted.protocol), quoted.head) == (17, body)


def test_a_chain_of_headers_that_does_not_end_is_not_read() -> None:
    head = packet(6)[:40]
    assert parse_quoted(6, head[:6] + bytes([ipv6.DESTINATION_OPTIONS]) + head[7:] + b"\x11\x05" + bytes(6)) is None


def test_where_the_field_is_that_names_what_is_not_known() -> None:
    """A parameter problem points at it (RFC 4443 3.4); a wrong pointer sends whoever reads it astray."""
    plain = Ipv6Packet(SRC, DST, 99, Octets(BODY))
    assert next_header_at(plain) == 6
    assert next_header_at(Ipv4Packet(SRC, DST, 99, Octets(BODY))) == 6
    chain = bytes([ipv6.DESTINATION_OPTIONS, 0, 1, 4, 0, 0, 0, 0]) + bytes([99, 0, 1, 4, 0, 0, 0, 0])
    data = plain.emit()
    parsed = ipv6.parse(data[:4] + (len(chain) + len(BODY)).to_bytes(2, "big") + b"\x00" + data[7:40] + chain + BODY)
    assert isinstance(parsed, Ipv6Packet)
    assert next_header_at(parsed) == 48


@pytest.mark.parametrize("version", [4, 6])
def test_the_type_of_a_message_is_the_same_in_object_and_in_octets(version: int) -> None:
    made = Ipv4Packet if version == 4 else Ipv6Packet
    protocol = 1 if version == 4 else 58
    assert message_type(made(SRC, DST, protocol, IcmpMessage(version, 8, 0, 0, b"x"))) == 8
    assert message_type(made(SRC, DST, protocol, Octets(b"\x08\x00"))) == 8
    assert message_type(made(SRC, DST, protocol, Octets(b""))) == 3, "too short to tell: taken for an error"
