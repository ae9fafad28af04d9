from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

import cbor2
import msgpack
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from webob.acceptparse import AcceptEncodingValidHeader

from catenet.errors import MissingExtra
from catenet.presentation.encoding import CODECS, DecodingError, codec, negotiate, preferences

NUMBERS = st.integers(-(1 << 63), (1 << 63) - 1) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
EACH = pytest.mark.parametrize("name", CODECS)


class Reading(msgspec.Struct):
    sensor: str
    raw: bytes
    values: list[int]


@pytest.mark.slow
@EACH
@given(value=PLAIN)
def test_round_trip(name: str, value: Any) -> None:
    assert codec(name).decode(codec(name).encode(value), object) == value


@pytest.mark.slow
@EACH
@given(sensor=st.text(), raw=st.binary(), values=st.lists(st.integers(0, 1 << 40)))
def test_structures(name: str, sensor: str, raw: bytes, values: list[int]) -> None:
    reading = Reading(sensor, raw, values)
    assert codec(name).decode(codec(name).encode(reading), Reading) == reading


@pytest.mark.slow
@given(value=PLAIN)
def test_other_peoples_decoders(value: Any) -> None:
    assert json.loads(codec("json").encode(value)) == value
    assert msgpack.unpackb(codec("msgpack").encode(value), strict_map_key=False) == value
    assert cbor2.loads(codec("cbor").encode(value)) == value
    assert codec("msgpack").decode(msgpack.packb(value), object) == value


def test_the_same_table_gives_the_same_cbor_in_any_order() -> None:
    assert codec("cbor").encode({"b": 1, "a": 2}) == codec("cbor").encode({"a": 2, "b": 1})


@pytest.mark.slow
@EACH
@given(junk=st.binary(max_size=60))
def test_junk_is_decoded_or_refused(name: str, junk: bytes) -> None:
    with contextlib.suppress(DecodingError):
        codec(name).decode(junk, object)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("json", b"[" * 100_000),
        ("msgpack", b"\x91" * 100_000),
        ("msgpack", b"\xdd\xff\xff\xff\xff"),
        ("cbor", b"\x81" * 100_000),
        ("cbor", b"\x9b" + b"\xff" * 8),
        ("cbor", b"\x5b\x00\x00\x00\x7f\xff\xff\xff\xff"),
    ],
)
def test_deep_and_huge_claims_are_refused(name: str, data: bytes) -> None:
    with pytest.raises(DecodingError):
        codec(name).decode(data, object)


@EACH
def test_the_type_is_checked(name: str) -> None:
    with pytest.raises(DecodingError, match="Expected `int`, got `str`"):
        codec(name).decode(codec(name).encode("1"), int)


def test_names() -> None:
    assert codec("application/cbor") is codec("cbor")
    with pytest.raises(ValueError, match="'jsn' is unknown; did you mean 'json'"):
        codec("jsn")


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cbor2", None)
    with pytest.raises(MissingExtra, match=r"catenet\[services\]"):
        codec("cbor").encode(1)


WEIGHTS = st.sampled_from(["", ";q=0", ";q=0.3", "; q=1", ";q=0.999", ";q=1.000"])
NAMES = ["zstd", "br", "gzip", "deflate", "identity"]


@pytest.mark.slow
@given(
    entries=st.lists(
        st.tuples(st.sampled_from([*NAMES, "*"]), WEIGHTS), min_size=1, max_size=6, unique_by=lambda e: e[0]
    )
)
def test_webob_chooses_among_the_best(entries: list[tuple[str, str]]) -> None:
    """WebOb is an implementation of RFC 9110 section 12.5.3 by other people."""
    accept = ", ".join(name + weight for name, weight in entries)
    offers = dict(AcceptEncodingValidHeader(accept).acceptable_offers(NAMES))
    chosen = negotiate(accept, NAMES)
    assert (chosen is None) == (not offers)
    if len(offers) > 1 and not {"identity", "*"} & {name for name, _ in entries}:
        del offers["identity"]  # which is accepted without a weight: the last resort here, and first for WebOb
    if chosen is not None:
        assert offers[chosen] == max(offers.values())


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("br, zstd", "zstd"),
        ("br, zstd;q=0.9", "br"),
        ("", "identity"),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("*", "zstd"),
        ("GZIP", "gzip"),
        ("gzip;q=2", "identity"),
        ("gzip;q=0.1234", "identity"),
    ],
)
def test_negotiation(accept: str, chosen: str | None) -> None:
    assert negotiate(accept, NAMES) == chosen


def test_a_long_statement_is_bounded() -> None:
    assert len(preferences(",".join(f"c{number}" for number in range(100_000)))) == 100
