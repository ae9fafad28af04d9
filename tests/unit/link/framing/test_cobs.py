"""COBS, against its paper and PyPI's ``cobs``."""

from __future__ import annotations

import pytest
from cobs import cobs as oracle
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.framing import cobs

PACKETS = st.one_of(
    st.binary(max_size=600),
    st.integers(250, 260).flatmap(lambda count: st.binary(max_size=3).map(lambda tail: b"x" * count + tail)),
    st.lists(st.sampled_from([b"\0", b"y" * 254, b"z" * 253, b"w"]), max_size=6).map(b"".join),
)


def test_the_packet_of_the_paper() -> None:
    """Cheshire and Baker 1999, figure 2: the first octets of an IP packet."""
    packet = bytes.fromhex("4500002c4c79000040064f37")
    assert cobs.stuffed(packet) == bytes.fromhex("0245 01 042c4c79 01 0540064f37")


@pytest.mark.parametrize(
    ("packet", "blocks"),
    [
        (b"", b"\x01"),
        (b"\0", b"\x01\x01"),
        (b"\0\0", b"\x01\x01\x01"),
        (b"\x11\0", b"\x02\x11\x01"),
        (b"a" * 253, b"\xfe" + b"a" * 253),
        (b"a" * 254, b"\xff" + b"a" * 254),
        (b"a" * 255, b"\xff" + b"a" * 254 + b"\x02a"),
        (b"a" * 254 + b"\0", b"\xff" + b"a" * 254 + b"\x01\x01"),
    ],
)
def test_blocks(packet: bytes, blocks: bytes) -> None:
    assert cobs.stuffed(packet) == blocks
    assert cobs.unstuffed(blocks) == packet


@pytest.mark.slow
@given(PACKETS)
def test_it_is_what_another_implementation_makes(packet: bytes) -> None:
    blocks = cobs.stuffed(packet)
    assert blocks == oracle.encode(packet)
    assert 0 not in blocks
    assert len(blocks) <= len(packet) + 1 + len(packet) // 254
    assert cobs.unstuffed(blocks) == packet


@pytest.mark.slow
@given(st.binary(max_size=300))
def test_any_octets_are_read_as_another_implementation_reads_them(blocks: bytes) -> None:
    try:
        expected = oracle.decode(blocks)
    except oracle.DecodeError:
        assert cobs.unstuffed(blocks) is None
    else:
        assert cobs.unstuffed(blocks) == expected


@pytest.mark.slow
@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5))
def test_packets_are_found_between_zeros(packets: list[bytes]) -> None:
    line = b"\x07noise" + b"".join(cobs.encode(packet) for packet in packets)
    assert cobs.decode(line) == packets
