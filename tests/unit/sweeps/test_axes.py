"""The axes of a sweep: ranges and lists, exact in decimal."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.errors import LabError
from catenet.sweeps.axes import Axis, axis, cells, parse_axis


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0:2:0.5%", ("0%", "0.5%", "1%", "1.5%", "2%")),
        ("1:3:1", (1, 2, 3)),
        ("0.1:0.3:0.1", (0.1, 0.2, 0.3)),
        ("1:2:0.4ms", ("1ms", "1.4ms", "1.8ms")),
        ("1,10,50,200ms", ("1ms", "10ms", "50ms", "200ms")),
        ("1us,10ms", ("1us", "10ms")),
        ("true,false", (True, False)),
        ('"reno","cubic"', ("reno", "cubic")),
        ("reno,cubic", ("reno", "cubic")),
        ('["a,b", "c"],["d"]', (["a,b", "c"], ["d"])),
        ("10 frames,20 frames", ("10 frames", "20 frames")),
        ("7", (7,)),
    ],
)
def test_the_text_of_an_axis(text: str, values: tuple[object, ...]) -> None:
    assert parse_axis(f"link.x={text}") == Axis("link.x", values)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x", "is not PATH=VALUES"),
        ("=1", "is not PATH=VALUES"),
        ("x=", "is not PATH=VALUES"),
        ("x=1,,2", "is not a list of values"),
        ("x=1,", "is not a list of values"),
        ("x=1,2,1", "the value '1' occurs twice"),
        ("x=5:1:1", "is empty"),
        ("x=1:5:0", "is empty"),
        ("x=1:5:-1", "is empty"),
        ("x=0:1e9:1e-9", "more than 1,000,000 values"),
        ("x=1:2e:3", "is not a range"),
    ],
)
def test_a_mistake_is_told(text: str, problem: str) -> None:
    with pytest.raises(LabError, match=problem):
        parse_axis(text)


@given(st.decimals(0, 100, places=3), st.integers(1, 50), st.decimals("0.001", 10, places=3))
def test_a_range_reaches_its_end_exactly(start: Decimal, steps: int, step: Decimal) -> None:
    found = axis("x", f"{start}:{start + steps * step}:{step}ms").values
    assert len(found) == steps + 1
    assert [Decimal(value[:-2]) for value in found] == [start + number * step for number in range(steps + 1)]


def test_cells_are_all_combinations_and_the_last_axis_changes_first() -> None:
    assert list(cells([axis("a", "1,2"), axis("b", "3,4")])) == [
        {"a": 1, "b": 3},
        {"a": 1, "b": 4},
        {"a": 2, "b": 3},
        {"a": 2, "b": 4},
    ]
    assert list(cells([])) == [{}]
    with pytest.raises(LabError, match="more than 1,000,000 cells"):
        next(cells([Axis("a", tuple(range(2000))), Axis("b", tuple(range(2000)))]))
