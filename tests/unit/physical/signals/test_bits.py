"""Bits as arrays: octets, numbers, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.physical.signals.bits import (
    bits_of,
    bits_of_numbers,
    checked_bits,
    checked_levels,
    numbers_of,
    octets_of,
)
from catenet.physical.signals.runs import last_nonzero_before, zero_groups, zeros_since_nonzero


@pytest.mark.slow
@given(st.binary(max_size=40), st.booleans())
def test_octets_come_back(octets: bytes, lowest_first: bool) -> None:
    assert octets_of(bits_of(octets, lowest_first=lowest_first), lowest_first=lowest_first) == octets


def test_ethernet_sends_the_lowest_bit_first() -> None:
    assert bits_of(b"\x01\x80").tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert bits_of(b"\x01", lowest_first=False).tolist() == [0, 0, 0, 0, 0, 0, 0, 1]


@pytest.mark.slow
@given(st.lists(st.integers(0, 1023)))
def test_numbers_come_back(numbers: list[int]) -> None:
    assert numbers_of(bits_of_numbers(numbers, 10), 10).tolist() == numbers


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: checked_bits([0, 2]), "bits must be 0 or 1"),
        (lambda: checked_bits([0.5]), "bits must be 0 or 1"),
        (lambda: checked_bits([[0, 1]]), "one dimension"),
        (lambda: checked_bits([0, 1, 1], multiple_of=2), "the number of bits must be a multiple of 2, not 3"),
        (lambda: checked_levels([0, 1], (-1, 1)), "levels must be among -1, 1"),
        (lambda: checked_levels([1], (-1, 1), multiple_of=2), "the number of levels must be a multiple of 2, not 1"),
        (lambda: checked_levels([[1]], (-1, 1)), "one dimension"),
        (lambda: bits_of_numbers([8], 3), "from 0 to 7"),
        (lambda: octets_of([1] * 9), "the number of bits must be a multiple of 8, not 9"),
    ],
)
def test_what_is_no_bit_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]


@pytest.mark.slow
@given(st.lists(st.sampled_from([-1, 0, 0, 0, 1]), max_size=60))
def test_runs_are_as_a_loop_finds_them(values: list[int]) -> None:
    last, count, lasts, counts = 7, 0, [], []
    for value in values:
        lasts.append(last)
        last, count = (value, 0) if value else (last, count + 1)
        counts.append(count)
    array = np.array(values, np.int8)
    assert last_nonzero_before(array, 7).tolist() == lasts
    assert zeros_since_nonzero(array).tolist() == counts


def test_a_run_of_zeros_is_divided_from_its_start() -> None:
    assert zero_groups(np.array([1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]), 2).tolist() == [1, 3, 7, 9]
