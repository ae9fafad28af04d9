"""The check sequences of HDLC."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.framing.fcs import (
    GOOD_FCS16,
    GOOD_FCS32,
    fcs16,
    fcs32,
    with_fcs16,
    with_fcs32,
    without_fcs16,
    without_fcs32,
)

CHECK = b"123456789"


def test_the_check_values_of_the_catalogues() -> None:
    """CRC-16/X-25 and CRC-32/ISO-HDLC of the nine digits."""
    assert fcs16(CHECK) ^ 0xFFFF == 0x906E
    assert fcs32(CHECK) ^ 0xFFFF_FFFF == 0xCBF4_3926


def test_a_register_goes_on_where_it_stopped() -> None:
    assert fcs16(CHECK[4:], fcs16(CHECK[:4])) == fcs16(CHECK)


@pytest.mark.slow
@given(st.binary(min_size=1, max_size=300))
def test_a_whole_frame_leaves_the_good_value(content: bytes) -> None:
    """RFC 1662, C.2 and C.3."""
    assert fcs16(with_fcs16(content)) == GOOD_FCS16 == 0xF0B8
    assert fcs32(with_fcs32(content)) == GOOD_FCS32 == 0xDEBB_20E3
    assert without_fcs16(with_fcs16(content)) == content
    assert without_fcs32(with_fcs32(content)) == content


@pytest.mark.slow
@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_burst_of_sixteen_bits_is_found(content: bytes, data: st.DataObject) -> None:
    frame = int.from_bytes(with_fcs16(content), "little")
    burst = data.draw(st.integers(1, 0xFFFF)) << data.draw(st.integers(0, len(content) * 8))
    damaged = (frame ^ burst).to_bytes(len(content) + 2, "little")
    assert without_fcs16(damaged) is None


@pytest.mark.parametrize("octets", [b"", b"\x00\x00", b"\x00" * 4])
def test_a_check_sequence_alone_is_no_frame(octets: bytes) -> None:
    assert without_fcs16(octets[:2]) is None
    assert without_fcs32(octets) is None
