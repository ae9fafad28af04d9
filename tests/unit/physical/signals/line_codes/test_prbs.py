"""Test sequences: their polynomials, periods and balance, and errors in them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.physical.signals.line_codes.prbs import TAPS, Prbs


@pytest.mark.slow
@given(st.sampled_from(sorted(TAPS)), st.integers(0, 700), st.integers(1, 127))
def test_the_sequence_is_that_of_a_shift_register(order: int, count: int, seed: int) -> None:
    register, expected = [(seed >> place) & 1 for place in range(order - 1, -1, -1)], []
    for _ in range(count):
        bit = register[-order] ^ register[-TAPS[order]]
        register = [*register[1:], bit]
        expected.append(bit)
    assert Prbs(order, seed=seed).bits(count).tolist() == expected


@pytest.mark.parametrize("order", [7, 15, 23])
def test_it_repeats_after_all_states_but_one(order: int) -> None:
    period = (1 << order) - 1
    bits = Prbs(order).bits(period + order)
    assert bits[:period].sum() == (period + 1) // 2
    assert bits[:order].tolist() == bits[period:].tolist()
    if order == 7:
        windows = {tuple(bits[place : place + 7]) for place in range(period)}
        assert len(windows) == period


def test_prbs31_is_balanced_and_can_be_inverted() -> None:
    bits = Prbs(31).bits(100_000)
    assert abs(int(bits.sum()) - 50_000) < 1_000
    assert (Prbs(31, inverted=True).bits(1_000) == 1 - bits[:1_000]).all()


@pytest.mark.parametrize("order", sorted(TAPS))
@pytest.mark.parametrize("inverted", [False, True])
def test_one_wrong_bit_breaks_the_recurrence_three_times(order: int, inverted: bool) -> None:
    bits = Prbs(order, inverted=inverted).bits(400)[123:]
    assert Prbs(order, inverted=inverted).mismatches(bits).tolist() == []
    bits[100] ^= 1
    assert Prbs(order, inverted=inverted).mismatches(bits).tolist() == [100, 100 + TAPS[order], 100 + order]


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="the order must be one of 7, 15, 23, 31, not 9"):
        Prbs(9)
    with pytest.raises(ValueError, match="from 1 to 127, not 0"):
        Prbs(7, seed=0)
    assert Prbs(7).mismatches(np.zeros(3, np.uint8)).size == 0
