"""SLIP (RFC 1055)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.physical.phys import slip


def test_the_escapes_of_the_standard() -> None:
    assert slip.encode(b"\xc0") == b"\xc0\xdb\xdc\xc0"
    assert slip.encode(b"\xdb") == b"\xc0\xdb\xdd\xc0"
    assert slip.encode(b"\xdb\xdc") == b"\xc0\xdb\xdd\xdc\xc0"


@pytest.mark.slow
@given(st.lists(st.binary(min_size=1, max_size=80), max_size=5))
def test_packets_are_found_between_ends(packets: list[bytes]) -> None:
    assert slip.decode(b"".join(map(slip.encode, packets))) == packets


@pytest.mark.slow
@given(st.lists(st.sampled_from(b"\xc0\xdb\xdc\xdda"), min_size=1, max_size=12).map(bytes))
def test_what_looks_like_an_escape_is_none(packet: bytes) -> None:
    sent = slip.encode(packet)
    assert sent.count(b"\xc0") == 2
    assert slip.decode(sent) == [packet]


def test_what_is_no_escape_stays() -> None:
    assert slip.decode(b"\xc0a\xdbb\xc0") == [b"a\xdbb"]
