from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catenet.transport.tcp.segment.sequence import difference, unwrap, wrap

NUMBER = st.integers(0, (1 << 32) - 1)


@pytest.mark.slow
@given(absolute=st.integers(0, 1 << 60), isn=NUMBER, off=st.integers(-(1 << 31) + 1, (1 << 31) - 1))
def test_unwrap_is_the_inverse_of_wrap_for_whatever_is_near(absolute: int, isn: int, off: int) -> None:
    near = max(absolute + off, 0)
    assert unwrap(wrap(absolute, isn), isn, near) == absolute


@pytest.mark.slow
@example(earlier=0, by=-(1 << 31))
@example(earlier=0, by=(1 << 31) - 1)
@given(earlier=NUMBER, by=st.integers(-(1 << 31), (1 << 31) - 1))
def test_difference_is_signed_and_wraps(earlier: int, by: int) -> None:
    assert difference((earlier + by) & 0xFFFFFFFF, earlier) == by


def test_the_three_numbers_of_rfc_9293_example() -> None:
    isn = 0xFFFFFFFE
    assert [wrap(n, isn) for n in range(4)] == [0xFFFFFFFE, 0xFFFFFFFF, 0, 1]


def test_a_number_from_before_the_isn_is_negative() -> None:
    assert unwrap(90, 100, 0) == -10
