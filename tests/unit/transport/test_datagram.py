"""The UDP datagram: exact inverses, and checksums that do their work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.checksum import pseudo_header_sum
from catenet.transport.datagram import PROTOCOL_UDP, UdpDatagram, parse

ports = st.integers(0, 0xFFFF)
V4 = (4, 0x0A000001, 0x0A000002)
V6 = (6, 0x20010DB8 << 96 | 1, 0x20010DB8 << 96 | 2)


def emitted(datagram: UdpDatagram, path: tuple[int, int, int]) -> bytes:
    """The octets as the network layer has them made."""
    version, src, dst = path
    return datagram.emit_over(pseudo_header_sum(version, src, dst, PROTOCOL_UDP, datagram.wire_length()))


@pytest.mark.slow
@given(ports, ports, st.binary(max_size=300), st.sampled_from([V4, V6]))
def test_parse_is_the_inverse_of_emit(src_port: int, dst_port: int, data: bytes, path: tuple[int, int, int]) -> None:
    octets = emitted(UdpDatagram(src_port, dst_port, data), path)
    parsed = parse(octets, *path)
    assert parsed is not None
    assert (parsed.src_port, parsed.dst_port, parsed.data) == (src_port, dst_port, data)
    assert len(octets) == parsed.wire_length()
    assert emitted(parsed, path) == octets


@pytest.mark.slow
@given(st.binary(min_size=1, max_size=60), st.data(), st.sampled_from([V4, V6]))
def test_no_flipped_bit_passes(data: bytes, draw: st.DataObject, path: tuple[int, int, int]) -> None:
    octets = bytearray(emitted(UdpDatagram(1000, 2000, data), path))
    bit = draw.draw(st.integers(0, len(octets) * 8 - 1))
    octets[bit // 8] ^= 1 << bit % 8
    assert parse(bytes(octets), *path) is None


@pytest.mark.slow
@given(st.binary(max_size=40), st.sampled_from([V4, V6]))
def test_any_octets_are_read_or_refused(octets: bytes, path: tuple[int, int, int]) -> None:
    parsed = parse(octets, *path)
    assert parsed is None or parsed.wire_length() <= len(octets)


def test_a_missing_checksum_is_taken_over_ipv4_only() -> None:
    bare = UdpDatagram(1, 2, b"data").emit()
    assert bare[6:8] == b"\0\0"
    assert parse(bare, *V4) is not None
    assert parse(bare, *V6) is None


@pytest.mark.slow
def test_a_checksum_of_zero_goes_out_as_all_ones() -> None:
    for filler in range(0x10000):
        octets = emitted(UdpDatagram(1, 2, filler.to_bytes(2, "big")), V4)
        assert octets[6:8] != b"\0\0"
        if octets[6:8] == b"\xff\xff":
            assert parse(octets, *V4) is not None
            return
    raise AssertionError("no data gave a checksum of zero")


def test_the_wrong_address_is_noticed() -> None:
    octets = emitted(UdpDatagram(1, 2, b"data"), V4)
    assert parse(octets, 4, V4[1], V4[2] + 1) is None


def test_a_translator_changes_the_ports_and_nothing_else() -> None:
    datagram = UdpDatagram(1000, 53, b"who?")
    assert datagram.flow_ports() == 1000 << 16 | 53
    other = datagram.with_flow_ports(2000 << 16 | 443)
    assert isinstance(other, UdpDatagram)
    assert (other.src_port, other.dst_port, other.data) == (2000, 443, b"who?")
    assert other.wire_length() == datagram.wire_length() == 12
