"""HDLC's octet stuffing (RFC 1662, section 4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.framing.octet_stuffing import DEFAULT_ACCM, OctetDeframer, encode, stuffed

FRAMES = st.lists(st.binary(min_size=1, max_size=80), min_size=1, max_size=5)


def test_the_examples_of_the_standard() -> None:
    """Section 4.2: 0x7e is 0x7d, 0x5e; 0x7d is 0x7d, 0x5d; 0x03 (ETX) is 0x7d, 0x23; XON is 0x7d, 0x31."""
    assert stuffed(b"\x7e", 0) == b"\x7d\x5e"
    assert stuffed(b"\x7d", 0) == b"\x7d\x5d"
    assert stuffed(b"\x03") == b"\x7d\x23"
    assert stuffed(b"\x11") == b"\x7d\x31"


def test_the_map_says_which_control_characters_are_escaped() -> None:
    """Bit N is for the character of number N; others are never escaped for it."""
    assert stuffed(b"\x11\x12\x20", 1 << 0x11) == b"\x7d\x31\x12\x20"


@pytest.mark.slow
@given(FRAMES, st.integers(0, DEFAULT_ACCM))
def test_frames_are_found_however_the_octets_are_cut(frames: list[bytes], accm: int) -> None:
    line = b"".join(encode(frame, accm) for frame in frames)
    deframer = OctetDeframer()
    assert [found for octet in line for found in deframer.feed(bytes([octet]))] == frames


@pytest.mark.slow
@given(st.binary(max_size=80))
def test_no_control_character_of_the_map_is_sent(frame: bytes) -> None:
    sent = stuffed(frame)
    assert all(octet >= 0x20 and octet != 0x7E for octet in sent)


def test_characters_that_were_added_on_the_way_are_removed() -> None:
    """Section 7.1: those of the map that arrive bare, such as the XOFF of a modem."""
    deframer = OctetDeframer(DEFAULT_ACCM)
    line = encode(b"abc\x13")
    assert deframer.feed(line[:3] + b"\x13" + line[3:]) == [b"abc\x13"]


def test_an_escape_before_a_flag_aborts_the_frame() -> None:
    deframer = OctetDeframer()
    assert deframer.feed(b"\x7eabc\x7d\x7edef\x7e") == [b"def"]
    assert deframer.aborted == 1


def test_what_stands_before_the_first_flag_is_noise() -> None:
    assert OctetDeframer().feed(b"noise\x7eabc\x7e\x7e\x7e") == [b"abc"]


@pytest.mark.slow
def test_more_than_a_frame_without_a_flag_is_noise() -> None:
    deframer = OctetDeframer()
    assert deframer.feed(b"\x7e" + bytes(200_000) + b"\x7eabc\x7e") == [b"abc"]
