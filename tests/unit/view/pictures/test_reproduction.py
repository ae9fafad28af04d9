"""The picture of an experiment: well formed, and everything where its numbers say."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.experiments.comparison import Comparison
from catenet.view.numbers import number_text
from catenet.view.pictures.reproduction import LEFT, RIGHT, WIDTH, picture
from catenet.view.pictures.svg import Scale, round_step

SVG = "{http://www.w3.org/2000/svg}"


def figure(**changes: Any) -> dict[str, Any]:
    return {
        "what": "until <it> is there",
        "expected": "10 to 20 s & no more",
        "low": 10.0,
        "high": 20.0,
        "measured": 15.0,
        "unit": "s",
        "holds": True,
        "runs": [12.0, 15.0, 15.01, 18.0],
        **changes,
    }


def drawn(*figures: dict[str, Any]) -> ET.Element:
    return ET.fromstring(picture({"experiment": "trial", "seed": 3, "figures": list(figures)}))


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [one for one in root.iter() if name in one.get("class", "").split()]


def words(root: ET.Element) -> list[str]:
    return [one.text or "" for one in root.iter(f"{SVG}text")]


def test_all_that_is_known_is_drawn() -> None:
    root = drawn(figure())
    assert {"trial", "until <it> is there", "expected: 10 to 20 s & no more", "15 s"} <= set(words(root))
    groups = list(root.iter(f"{SVG}g"))
    assert [group.get("class") for group in groups] == ["right"]
    dots = of_class(groups[0], "dot")
    assert len(dots) == 4
    xs = [float(dot.get("cx", "0")) for dot in dots]
    assert xs == sorted(xs)
    assert all(LEFT <= x <= RIGHT for x in xs)
    band = of_class(groups[0], "band")[0]
    left, width = float(band.get("x", "0")), float(band.get("width", "0"))
    assert left < xs[0] < xs[-1] < left + width
    # Two runs that are all but the same are piled up.
    assert len({(round(float(dot.get("cx", "0"))), dot.get("cy")) for dot in dots}) == 4


def test_what_is_outside_or_never_came_is_told() -> None:
    root = drawn(
        figure(measured=25.0, holds=False),
        figure(measured=None, holds=False, runs=[12.0, None, None]),
        figure(high=None),
    )
    told = words(root)
    assert "25 s, outside" in told
    assert "never, outside" in told
    assert "never: 2" in told
    assert [group.get("class") for group in root.iter(f"{SVG}g")] == ["wrong", "wrong", "right"]
    open_ended = of_class(list(root.iter(f"{SVG}g"))[2], "band")[0]
    assert float(open_ended.get("x", "0")) + float(open_ended.get("width", "0")) == pytest.approx(RIGHT)


numbers = st.floats(-1e6, 1e6).map(lambda value: round(value, 6))


@pytest.mark.slow
@given(
    st.builds(
        figure,
        low=st.none() | numbers,
        high=st.none() | numbers,
        measured=st.none() | numbers,
        runs=st.lists(st.none() | numbers, max_size=20),
        what=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
    )
)
def test_any_figure_makes_a_picture(one: dict[str, Any]) -> None:
    root = drawn(one)
    for dot in of_class(root, "dot"):
        assert 0 <= float(dot.get("cx", "-1")) <= WIDTH
    assert len(of_class(root, "dot")) == 1 + sum(run is not None for run in one["runs"])


@given(st.floats(1e-6, 1e9))
def test_a_round_step_is_round_and_hardly_more(least: float) -> None:
    step = round_step(least)
    assert least * (1 - 1e-6) <= step <= least * 2.51
    assert f"{step:.0e}"[0] in "125"


@given(numbers, st.floats(1e-3, 1e6))
def test_ticks_lie_within(low: float, width: float) -> None:
    scale = Scale(low, low + width, 0, 100)
    ticks = scale.ticks()
    assert 1 <= len(ticks) <= 10
    assert all(-1e-6 <= scale.at(tick) <= 100 + 1e-6 for tick in ticks)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (34.0, "34"),
        (5.0789, "5.08"),
        (221.83, "221.8"),
        (0.0123, "0.0123"),
        (12345.6, "12346"),
        (3e-9, "3e-09"),
    ],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number_text(value) == text


def test_a_small_figure_is_not_rounded_away() -> None:
    figure = Comparison("bit-error rate", "9.006e-9", 8.9e-9, 9.1e-9, 9.0063e-9, "", (9.0061e-9,)).as_json()
    assert (figure["low"], figure["measured"], figure["runs"]) == (8.9e-9, 9.0063e-9, [9.0061e-9])
    assert "9.01 × 10⁻⁹" in words(drawn(figure))
