"""HDLC's bit stuffing (RFC 1662, section 5; ISO/IEC 13239, 4.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.framing.bit_stuffing import BitDeframer, encode

FRAMES = st.lists(st.one_of(st.binary(min_size=1, max_size=60), st.just(b"\xff" * 20)), min_size=1, max_size=4)


def bits(octets: bytes) -> str:
    """In the order in which they are sent."""
    return "".join(f"{octet:08b}"[::-1] for octet in octets)


def octets(text: str) -> bytes:
    text += "1" * (-len(text) % 8)
    return bytes(int(text[place : place + 8][::-1], 2) for place in range(0, len(text), 8))


FLAG = "01111110"


def test_a_zero_follows_five_ones() -> None:
    assert bits(encode(b"\xff")) == FLAG + "111110111" + FLAG + "1111111"
    assert bits(encode(b"\x1f")) == FLAG + "111110000" + FLAG + "1111111"
    assert bits(encode(b"\x0f")) == FLAG + "11110000" + FLAG


def test_ones_are_counted_across_octets() -> None:
    assert bits(encode(b"\xe0\x03")).startswith(FLAG + "00000111" + "110000000" + FLAG)


@pytest.mark.slow
@given(FRAMES)
def test_no_flag_stands_within_a_frame(frames: list[bytes]) -> None:
    for frame in frames:
        text = bits(encode(frame))
        inside = text[8 : text.rindex(FLAG)]
        assert "111111" not in inside
        assert len(inside) >= 8 * len(frame)


@pytest.mark.slow
@given(FRAMES, st.integers(0, 7))
def test_frames_are_found_at_any_bit(frames: list[bytes], shift: int) -> None:
    """The receiver of a synchronous line knows no octets."""
    text = "1" * shift + "".join(bits(encode(frame)) for frame in frames)
    deframer = BitDeframer()
    assert [found for octet in octets(text) for found in deframer.feed(bytes([octet]))] == frames


def test_two_frames_share_a_flag_and_flags_share_a_zero() -> None:
    text = FLAG + bits(b"ab") + FLAG + bits(b"cd") + FLAG + "1111110" + FLAG + bits(b"e") + FLAG
    assert BitDeframer().feed(octets(text)) == [b"ab", b"cd", b"e"]


def test_seven_ones_abort_a_frame() -> None:
    deframer = BitDeframer()
    assert deframer.feed(octets(FLAG + bits(b"ab") + "1111111" + FLAG + bits(b"cd") + FLAG)) == [b"cd"]
    assert deframer.aborted == 1


def test_an_idle_line_aborts_nothing() -> None:
    deframer = BitDeframer()
    assert deframer.feed(encode(b"ab") + b"\xff" * 9 + encode(b"cd")) == [b"ab", b"cd"]
    assert deframer.aborted == 0


def test_a_frame_that_is_no_whole_number_of_octets_is_none() -> None:
    assert BitDeframer().feed(octets(FLAG + bits(b"ab") + "010" + FLAG)) == []
