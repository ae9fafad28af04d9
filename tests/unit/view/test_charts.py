from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.view import charts
from catenet.view.latency import Sample, Series, latency_chart


def test_bar_fills_its_share_in_eighths() -> None:
    assert charts.bar(0.0, 4) == "    "
    assert charts.bar(1.0, 4) == "████"
    assert charts.bar(0.5, 4) == "██  "
    assert charts.bar(0.28125, 4) == "█▏  "


@given(st.floats(0.0000001, 1.0), st.integers(1, 40))
def test_bar_of_something_always_shows_and_keeps_its_width(part: float, width: int) -> None:
    drawn = charts.bar(part, width)
    assert len(drawn) == width
    assert drawn.strip()


@pytest.mark.slow
@given(st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=50))
def test_scale_keeps_order_and_bounds(values: list[float]) -> None:
    scale = charts.scale_of(values)
    levels = [scale.level(value) for value in sorted(values)]
    assert levels == sorted(levels)
    assert levels[0] == 0
    assert levels[-1] <= 7


def test_noise_of_a_few_percent_stays_flat_and_a_jump_shows() -> None:
    calm = charts.scale_of([0.100, 0.103, 0.105])
    assert {calm.level(value) for value in (0.100, 0.103, 0.105)} == {0}
    jumpy = charts.scale_of([0.1, 1.0])
    assert (jumpy.level(0.1), jumpy.level(1.0)) == (0, 7)


@pytest.mark.slow
@given(st.lists(st.tuples(st.floats(0, 60), st.floats(0.001, 5), st.booleans()), max_size=80), st.integers(1, 70))
def test_no_sample_is_lost_in_columns(samples: list[tuple[float, float, bool]], width: int) -> None:
    found = charts.columns(samples, 0.0, 60.0, width)
    assert len(found) == width
    assert sum(len(column.values) + column.failures for column in found) == len(samples)


def test_ruler_puts_round_numbers_under_their_columns() -> None:
    ruler = charts.ruler(0.0, 60.0, 60)
    assert ruler == "0         10        20        30        40        50        60 s"


def samples(*latencies_ms: float) -> list[Sample]:
    return [Sample(float(second), ms / 1000, False) for second, ms in enumerate(latencies_ms)]


def test_latency_chart_shows_the_step_the_failure_the_gap_and_the_mark() -> None:
    calm = [Sample(half / 2, 0.030 if half < 20 else 0.120, False) for half in range(40)]
    calm[31] = Sample(15.5, 4.0, True)
    calm[6:8] = [Sample(8.2, 0.030, False), Sample(8.4, 0.030, False)]
    lines = [line.plain for line in latency_chart([Series("oslo", calm)], [10.0], 20.0, 45)]
    width = 45 - len("oslo") - 2 - 19
    assert width == 20
    marks, row, ruler = lines
    assert marks == " " * 16 + "①"
    assert row == "oslo  ▁▁▁·▁▁▁▁▁▁" + "█████✗████" + " 30.0–120 ms"
    assert ruler.split() == ["0", "10", "20", "s"]


def test_marks_of_the_same_moment_stand_side_by_side() -> None:
    marks = latency_chart([Series("a", samples(1.0))], [5.0, 5.0, 5.1], 10.0, 60)[0].plain
    assert marks.strip() == "①②③"


def test_a_client_that_never_got_an_answer_has_a_row() -> None:
    row = latency_chart([Series("rome", [Sample(1.0, 0.0, True)])], [], 4.0, 41)[0].plain
    assert row == "rome  " + "✗" * 16


def test_slices_are_as_wide_as_it_takes_to_hold_two_requests_each() -> None:
    ten = [Sample(second + 0.5, 0.030, False) for second in range(10)]
    row = latency_chart([Series("a", ten)], [], 10.0, 62)[0].plain
    assert row.startswith("a  " + "▁" * 40 + " ")
    few = [Sample(5.0, 0.030, False), Sample(5.1, 0.030, False), Sample(5.2, 0.480, False)]
    row = latency_chart([Series("a", few)], [], 10.0, 62)[0].plain
    assert row.startswith("a  " + "█" * 27)
