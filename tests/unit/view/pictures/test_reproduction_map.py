"""Figures that have a place on a map are drawn as one."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from catenet.experiments.comparison import Cell, Comparison
from catenet.view.pictures.reproduction import picture
from catenet.view.pictures.reproduction_map import SHADES, map_size

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*figures: Comparison) -> ET.Element:
    found = {"experiment": "one", "seed": 1, "figures": [figure.as_json() for figure in figures]}
    return ET.fromstring(picture(found))


def figure(row: str, column: str, measured: float, reference: float) -> Comparison:
    return Comparison("one", "other", 0.0, 1e9, measured, "", cell=Cell(row, column, reference))


def shades(root: ET.Element) -> list[str]:
    return [rect.get("class", "") for rect in root.iter(f"{SVG}rect") if rect.get("class", "").startswith("shade")]


@pytest.mark.parametrize(
    ("measured", "shade"), [(100.0, 0), (40.0, 0), (30.0, 1), (300.1, 1), (10.0, 2), (0.5, SHADES), (0.0, SHADES)]
)
def test_a_cell_is_the_darker_the_further_off(measured: float, shade: int) -> None:
    assert shades(drawn(figure("row", "column", measured, 100.0))) == [f"shade{shade}"]


def test_rows_and_columns_are_named_once() -> None:
    figures = [figure(row, column, 1.0, 2.0) for row in ("one", "two") for column in ("left", "right")]
    root = drawn(Comparison("strip", "1 s", 0.9, 1.1, 1.0), *figures)
    words: list[Any] = [text.text for text in root.iter(f"{SVG}text")]
    assert [words.count(name) for name in ("one", "two", "left", "right", "strip")] == [2, 1, 1, 1, 1]
    assert len(shades(root)) == 4
    assert float(root.get("height", 0)) > map_size([found.as_json() for found in figures])[1]


def test_without_cells_there_is_no_map() -> None:
    assert map_size([]) == (0, 0)
    assert shades(drawn(Comparison("strip", "1 s", 0.9, 1.1, 1.0))) == []
