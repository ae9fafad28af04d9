"""Packets and options of PPP's control protocols."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.ppp.packet import ControlPacket, Option, emit_options, parse_options

OPTIONS = st.lists(st.builds(Option, st.integers(0, 255), st.binary(max_size=20)), max_size=6)


@pytest.mark.slow
@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=60), st.binary(max_size=5))
def test_packets_are_read_back_without_padding(code: int, identifier: int, data: bytes, padding: bytes) -> None:
    octets = ControlPacket(code, identifier, data).emit()
    assert octets[2:4] == (len(data) + 4).to_bytes(2, "big")
    parsed = ControlPacket.parse(octets + padding)
    assert parsed is not None
    assert (parsed.code, parsed.identifier, parsed.data) == (code, identifier, data)


@pytest.mark.slow
@given(OPTIONS)
def test_options_are_read_back(options: list[Option]) -> None:
    assert parse_options(emit_options(options)) == options


@pytest.mark.parametrize("octets", [b"", b"\x01\x01\x00", b"\x01\x01\x00\x03", b"\x01\x01\x00\x05"])
def test_a_packet_that_is_cut_off_is_none(octets: bytes) -> None:
    assert ControlPacket.parse(octets) is None


@pytest.mark.parametrize("octets", [b"\x01", b"\x01\x01", b"\x01\x00", b"\x01\x03", b"\x07\x02\x01\x05x"])
def test_an_option_with_an_impossible_length_spoils_all(octets: bytes) -> None:
    assert parse_options(octets) is None


def test_an_option_shows_itself() -> None:
    assert repr(Option(1, b"\x05\xdc")) == r"Option(1, b'\x05\xdc')"
    assert len({Option(1), Option(1), Option(2)}) == 2
