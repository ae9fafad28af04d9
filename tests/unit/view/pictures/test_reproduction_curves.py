"""Figures along a curve are drawn as one diagram, a panel for each curve."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from catenet.experiments.comparison import Comparison, CurvePoint
from catenet.view.pictures.reproduction import picture
from catenet.view.pictures.reproduction_curves import PANEL_HEIGHT, curves_size

SVG = "{http://www.w3.org/2000/svg}"
LINE = ((64.0, 40.0), (512.0, 80.0), (1518.0, 90.0))


def drawn(*figures: Comparison) -> ET.Element:
    found = {"experiment": "one", "seed": 1, "figures": [figure.as_json() for figure in figures]}
    return ET.fromstring(picture(found))


def figure(curve: str, x: float, measured: float, what: str = "by us", high: float = 100.0) -> Comparison:
    point = CurvePoint(curve, x, "octets", what, LINE if x == 64 else ())
    return Comparison("one", "other", 0.0, high, measured, "%", curve=point)


def test_each_curve_has_a_panel_with_its_line_and_its_marks() -> None:
    figures = [figure(curve, x, 50.0) for curve in ("two", "five") for x in (64.0, 1518.0)]
    root = drawn(*figures, figure("two", 64.0, 60.0, "by others"))
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert [words.count(word) for word in ("two", "five", "octets", "closed form", "measured: by others")] == [
        1,
        1,
        2,
        1,
        1,
    ]
    assert len(list(root.iter(f"{SVG}polygon"))) == 4 + 1, "one is the legend's"
    assert len(list(root.iter(f"{SVG}circle"))) == 1 + 1


def test_what_was_measured_lies_as_high_as_it_is() -> None:
    root = drawn(figure("two", 64.0, 100.0), figure("two", 1518.0, 50.0))
    marks = [mark.get("points", "").split() for mark in root.iter(f"{SVG}polygon")][1:]
    heights = [float(corners[0].split(",")[1]) for corners in marks]
    assert heights[1] - heights[0] == PANEL_HEIGHT / 2


def test_values_of_many_powers_of_ten_have_a_logarithmic_axis() -> None:
    point = CurvePoint("BPSK", 4.0, "dB", "by us", ((0.0, 1e-1), (8.0, 1e-5)))
    root = drawn(Comparison("one", "other", 0.0, 1.0, 1e-3, "", curve=point))
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert [word for word in words if word and word.startswith("10")] == ["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹"]
    (_, mark) = [mark.get("points", "").split() for mark in root.iter(f"{SVG}polygon")]
    heights = sorted(float(line.get("y1", 0)) for line in root.iter(f"{SVG}line") if line.get("class") == "grid")
    assert float(mark[0].split(",")[1]) + 6 == heights[len(heights) // 2], "in the middle of five lines"


def test_more_curves_than_have_room_go_below() -> None:
    figures = [figure(f"curve {number}", 64.0, 50.0).as_json() for number in range(5)]
    assert curves_size(figures)[0] == curves_size(figures[:4])[0]
    assert curves_size(figures)[1] > curves_size(figures[:4])[1]


def test_a_figure_outside_is_seen() -> None:
    groups = [group.get("class") for group in drawn(figure("two", 64.0, 50.0, high=40.0)).iter(f"{SVG}g")]
    assert "wrong" in groups


def test_without_curves_there_is_no_diagram() -> None:
    assert curves_size([]) == (0, 0)
