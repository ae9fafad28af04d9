from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.view import numbers


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 s"),
        (5, "5.00 ns"),
        (999_999, "1.00 ms"),
        (34_210_000, "34.2 ms"),
        (999_499_999, "999 ms"),
        (999_600_000, "1.00 s"),
        (61_000_000_000, "61.0 s"),
    ],
)
def test_duration_has_three_digits_and_the_unit_that_fits(ns: int, text: str) -> None:
    assert numbers.duration(ns) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 bit/s"), (950, "950 bit/s"), (94_120_000, "94.1 Mbit/s"), (10_000_000_000, "10.0 Gbit/s")],
)
def test_bit_rate(value: float, text: str) -> None:
    assert numbers.bit_rate(value) == text


@given(st.floats(min_value=1e-2, max_value=1e15))
def test_scaled_numbers_stay_short_and_right(value: float) -> None:
    number, unit = numbers.scaled(value, "B").split(" ")
    factor = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}[unit]
    assert float(number) * factor == pytest.approx(value, rel=0.006, abs=0.005)
    assert len(number) <= 4


@pytest.mark.parametrize(
    ("part", "text"), [(0.0, "0.0%"), (0.0004, "0.040%"), (0.000001, "<0.001%"), (0.125, "12.5%"), (1.0, "100.0%")]
)
def test_share_never_shows_something_as_nothing(part: float, text: str) -> None:
    assert numbers.share(part) == text


def test_moment_keeps_milliseconds_only_where_there_are_any() -> None:
    assert numbers.time_text(20_000_000_000) == "20 s"
    assert numbers.time_text(20_034_000_000) == "20.034 s"


@pytest.mark.slow
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.integers(0, 100))
def test_percentile_is_a_value_that_occurred_with_enough_at_or_below(values: list[float], percent: int) -> None:
    ordered = sorted(values)
    found = numbers.percentile(ordered, percent)
    assert found in ordered
    assert sum(value <= found for value in ordered) >= len(ordered) * percent / 100
    assert sum(value < found for value in ordered) <= len(ordered) * percent / 100


def test_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        numbers.percentile([], 50)


def test_plural() -> None:
    assert numbers.plural(1, "request") == "1 request"
    assert numbers.plural(1204, "request") == "1,204 requests"
    assert numbers.plural(2, "retry", "retries") == "2 retries"
