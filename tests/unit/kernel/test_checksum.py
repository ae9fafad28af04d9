"""The Internet checksum."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.checksum import (
    _fold,
    _sum_by_division,
    _sum_by_words,
    internet_checksum,
    pseudo_header_sum,
)


def test_the_example_of_rfc_1071() -> None:
    assert internet_checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0xFFFF - 0xDDF2


def slow_sum(data: bytes, start: int) -> int:
    """Word by word, with end-around carry, as RFC 1071 tells it."""
    total = start
    padded = data + bytes(len(data) % 2)
    for at in range(0, len(padded), 2):
        total += padded[at] << 8 | padded[at + 1]
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@pytest.mark.slow
@given(st.binary(max_size=70), st.integers(0, 0x3FFFF))
def test_both_ways_give_what_the_slow_one_gives(data: bytes, start: int) -> None:
    expected = slow_sum(data, start)
    assert _fold(_sum_by_words(data) + start) == expected
    assert _sum_by_division(data, start) == expected
    assert internet_checksum(data, start) == 0xFFFF - expected


@pytest.mark.slow
@given(st.binary(min_size=2, max_size=64))
def test_data_with_its_checksum_sums_to_nothing(data: bytes) -> None:
    even = data + bytes(len(data) % 2)
    checksum = int(internet_checksum(even))
    assert internet_checksum(even + checksum.to_bytes(2, "big")) == 0


def test_all_zeros_and_all_ones() -> None:
    assert internet_checksum(bytes(20)) == 0xFFFF
    assert internet_checksum(b"\xff" * 20) == 0


@pytest.mark.slow
@given(st.integers(1, 2**32 - 1), st.integers(1, 2**32 - 1), st.integers(1, 255), st.integers(0, 65_535))
def test_pseudo_header_of_ipv4(src: int, dst: int, protocol: int, length: int) -> None:
    header = src.to_bytes(4, "big") + dst.to_bytes(4, "big") + bytes([0, protocol]) + length.to_bytes(2, "big")
    assert _fold(pseudo_header_sum(4, src, dst, protocol, length)) == slow_sum(header, 0)


@pytest.mark.slow
@given(st.integers(1, 2**128 - 1), st.integers(1, 2**128 - 1), st.integers(1, 255), st.integers(0, 2**20))
def test_pseudo_header_of_ipv6(src: int, dst: int, protocol: int, length: int) -> None:
    header = src.to_bytes(16, "big") + dst.to_bytes(16, "big") + length.to_bytes(4, "big") + bytes([0, 0, 0, protocol])
    assert _fold(pseudo_header_sum(6, src, dst, protocol, length)) == slow_sum(header, 0)
