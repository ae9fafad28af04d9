"""Framings: round trips in pieces of any size, other people's implementations, limits, errors with their place."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import cobs.cobs as other_cobs
import leb128
import pynetstring
import pytest
from aioquic.buffer import Buffer
from hypothesis import given
from hypothesis import strategies as st

from catenet.presentation.framing import (
    CobsDecoder,
    FrameDecoder,
    FramingError,
    LengthPrefixDecoder,
    NetstringDecoder,
    VarintDecoder,
    cobs_frame,
    length_prefixed,
    netstring,
    varint_prefixed,
)
from catenet.presentation.framing.length_prefix import PREFIX_BYTES
from catenet.presentation.framing.varint import decode_varint, encode_varint

MESSAGES = st.lists(st.binary(max_size=300), max_size=8)


class Framing(NamedTuple):
    name: str
    frame: Callable[[bytes], bytes]
    decoder: Callable[..., FrameDecoder]


def prefix(octets: Any, order: Any) -> Framing:
    return Framing(
        f"{octets}-{order}",
        lambda message: length_prefixed(message, octets, order),
        lambda most=1 << 20: LengthPrefixDecoder(octets, order, most),
    )


FRAMINGS = [
    *(prefix(octets, order) for octets in PREFIX_BYTES for order in ("big", "little")),
    Framing("netstring", netstring, lambda most=1 << 20: NetstringDecoder(most)),
    Framing("leb128", varint_prefixed, lambda most=1 << 20: VarintDecoder("leb128", most)),
    Framing("quic", lambda message: varint_prefixed(message, "quic"), lambda most=1 << 20: VarintDecoder("quic", most)),
    Framing("cobs", cobs_frame, lambda most=1 << 20: CobsDecoder(most)),
]
EACH = pytest.mark.parametrize("framing", FRAMINGS, ids=lambda framing: framing.name)


def fed(decoder: FrameDecoder, stream: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    return [message for a, b in pairwise(places) for message in decoder.feed(stream[a:b])]


@pytest.mark.slow
@EACH
@given(messages=MESSAGES, cuts=st.lists(st.integers(0, 3000), max_size=12))
def test_round_trip_in_pieces(framing: Framing, messages: list[bytes], cuts: list[int]) -> None:
    messages = [message[:255] for message in messages]
    decoder = framing.decoder()
    assert fed(decoder, b"".join(map(framing.frame, messages)), cuts) == messages
    decoder.finish()


@pytest.mark.slow
@EACH
@given(message=st.binary(max_size=255), data=st.data())
def test_a_cut_off_frame_is_noticed(framing: Framing, message: bytes, data: st.DataObject) -> None:
    frame = framing.frame(message)
    decoder = framing.decoder()
    assert decoder.feed(frame[: data.draw(st.integers(1, len(frame) - 1))] if len(frame) > 1 else b"") == []
    if len(frame) > 1:
        with pytest.raises(FramingError, match="^octet 0: the stream ends within a frame"):
            decoder.finish()


@pytest.mark.slow
@EACH
@given(junk=st.binary(max_size=200), cuts=st.lists(st.integers(0, 200), max_size=5))
def test_junk_is_decoded_or_refused(framing: Framing, junk: bytes, cuts: list[int]) -> None:
    decoder = framing.decoder(100)
    errors: list[FramingError] = []
    try:
        assert all(len(message) <= 100 for message in fed(decoder, junk, cuts))
    except FramingError as error:
        errors.append(error)
    for error in errors:  # it says where, and stays
        with pytest.raises(FramingError, match="^octet [0-9]+: ") as again:
            decoder.feed(b"more")
        assert again.value is error


@EACH
def test_the_limit(framing: Framing) -> None:
    assert framing.decoder(100).feed(framing.frame(b"x" * 100)) == [b"x" * 100]
    decoder = framing.decoder(100)
    assert decoder.feed(framing.frame(b"ok") + framing.frame(b"x" * 101)) == [b"ok"]
    with pytest.raises(FramingError, match=rf"^octet {len(framing.frame(b'ok'))}: a (message of 101|frame of more)"):
        decoder.feed(b"")


@pytest.mark.slow
@given(message=st.binary(max_size=1000))
def test_other_peoples_frames(message: bytes) -> None:
    assert netstring(message) == pynetstring.encode(message)
    assert cobs_frame(message) == other_cobs.encode(message) + b"\0"
    buffer = Buffer(capacity=2000)
    buffer.push_uint_var(len(message))
    assert varint_prefixed(message, "quic") == buffer.data + message
    assert varint_prefixed(message) == leb128.u.encode(len(message)) + message


@pytest.mark.slow
@given(value=st.integers(0, (1 << 62) - 1))
def test_other_peoples_numbers(value: int) -> None:
    buffer = Buffer(capacity=8)
    buffer.push_uint_var(value)
    assert encode_varint(value, "quic") == buffer.data
    assert decode_varint(buffer.data, 0, "quic") == (value, len(buffer.data))
    assert encode_varint(value) == leb128.u.encode(value)
    assert decode_varint(b"??" + leb128.u.encode(value), 2)[0] == value  # type: ignore[index]


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        (151288809941952652, "c2197c5eff14e88c"),
        (494878333, "9d7f3e7d"),
        (15293, "7bbd"),
        (37, "25"),
    ],
)
def test_the_examples_of_rfc_9000(value: int, encoded: str) -> None:
    """Appendix A.1."""
    assert encode_varint(value, "quic").hex() == encoded
    assert decode_varint(bytes.fromhex(encoded), 0, "quic") == (value, len(encoded) // 2)


def test_longer_forms_are_valid_numbers() -> None:
    assert decode_varint(bytes.fromhex("4025"), 0, "quic") == (37, 2)  # RFC 9000 appendix A.1
    assert decode_varint(b"\xa5\x00") == (37, 2)


@pytest.mark.parametrize("data", [b"\xff" * 10, b"\xff" * 9 + b"\x02", b"\x80" * 10])
def test_numbers_that_are_too_large(data: bytes) -> None:
    with pytest.raises(ValueError, match="more than 64 bits"):
        decode_varint(data)
    assert decode_varint(data[:9]) is None
    assert decode_varint(b"\xff" * 9 + b"\x01") == ((1 << 64) - 1, 10)


def test_values_out_of_range() -> None:
    with pytest.raises(ValueError, match="out of the range of quic"):
        encode_varint(1 << 62, "quic")
    with pytest.raises(ValueError, match="out of the range of leb128"):
        encode_varint(-1)
    with pytest.raises(ValueError, match="256 octets does not fit a length of 1 octets"):
        length_prefixed(bytes(256), 1)
    with pytest.raises(ValueError, match="3 octets is not one of 1, 2, 4, 8"):
        LengthPrefixDecoder(3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'utf8' is not one of leb128, quic"):
        VarintDecoder("utf8")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("stream", "problem"),
    [
        (b"5:hello;", "octet 7: a comma must follow the message, not b';'"),
        (b"05:hello,", "octet 0: a length begins with 0"),
        (b":,", "octet 0: b':' in a length"),
        (b"1:a,-1:", "octet 4: b'-' in a length"),
        (b"12345678901", "octet 0: a length of more than 8 digits"),
    ],
)
def test_invalid_netstrings(stream: bytes, problem: str) -> None:
    decoder = NetstringDecoder()
    with pytest.raises(FramingError) as caught:
        fed(decoder, stream, [0, len(stream) - 1])
    assert str(caught.value).startswith(problem)


def test_a_stream_of_cobs_without_an_end_is_bounded() -> None:
    decoder = CobsDecoder(1000)
    with pytest.raises(FramingError, match="more than 1000 octets"):
        fed(decoder, b"\xff" * 2000, [*range(0, 2000, 100)])


def test_small_pieces_cost_no_more_than_the_stream() -> None:
    """A message of 100,000 octets, octet by octet: what is searched does not grow with what waits."""

    class Counting(bytearray):
        octets = 0

        def find(self, what: Any, start: Any = 0, end: Any = None) -> int:
            Counting.octets += len(self) - start
            return super().find(what, start)

    decoder = CobsDecoder()
    decoder._buffer = Counting()  # type: ignore[misc]
    frame = cobs_frame(b"y" * 100_000)
    assert [message for octet in frame for message in decoder.feed(bytes((octet,)))] == [b"y" * 100_000]
    assert Counting.octets <= 2 * len(frame)
