"""Numbers along an axis: readable, distinct, and where they say they are."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from catenet.view.pictures.axis import LABEL_KIND, quantity_text, ticks
from catenet.view.pictures.svg import Scale
from catenet.view.pictures.svg_text import width_px


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (38.4, "s", "38.4 s"),
        (2.3e-10, "s", "230 ps"),
        (3.872e-6, "", "3.87 × 10⁻⁶"),
        (9.006e-9, "", "9.01 × 10⁻⁹"),
        (4.2e14, "bit/s", "420 Tbit/s"),
        (8_420, "heartbeats", "8420 heartbeats"),
        (2.5e6, "packets", "2.5 × 10⁶ packets"),
        (2.5e7, "s", "25 × 10⁶ s"),
        (0.0, "s", "0 s"),
    ],
)
def test_a_quantity_as_people_write_it(value: float, unit: str, text: str) -> None:
    assert quantity_text(value, unit) == text


def test_a_small_axis_has_no_exponent_at_each_mark() -> None:
    found, unit = ticks(Scale(2e-10, 1e-9, 32, 828), "s")
    assert [tick.label for tick in found] == [f"{tenth / 10:.1f}" for tenth in range(2, 11)]
    assert unit == "ns"


@pytest.mark.slow
@given(st.floats(-1e15, 1e15), st.floats(1e-12, 1e15), st.sampled_from(["s", "bit/s", "packets", ""]))
def test_marks_are_distinct_in_order_and_have_room(low: float, span: float, unit: str) -> None:
    high = low + span
    assume(high - low > 1e-9 * max(abs(low), abs(high)))
    found, _ = ticks(Scale(low, high, 32, 828), unit)
    labels = [tick.label for tick in found]
    assert len(set(labels)) == len(labels)
    assert [tick.x for tick in found] == sorted(tick.x for tick in found)
    for one, other in itertools.pairwise(found):
        assert one.x + width_px(one.label, LABEL_KIND) / 2 < other.x - width_px(other.label, LABEL_KIND) / 2
