"""The results of a sweep as lines of text, made from its JSON data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from catenet.view import numbers
from catenet.view.layout import LABEL, NUMBER, Cell, Column, plain, table_lines


def sweep_lines(data: Mapping[str, Any], width: int | None = None) -> list[str]:
    """A table of the cells: the values of the axes, the number of runs, and each figure with its interval."""
    columns = [*(Column(Cell(path), NUMBER) for path in data["axes"]), Column(Cell("runs"), NUMBER)]
    columns += [Column(Cell(name), LABEL) for name in data["figures"]]
    rows = [
        [
            *(Cell(str(value)) for value in cell["values"].values()),
            Cell(str(cell["runs"])),
            *(Cell(_estimate(name, cell["figures"][name])) for name in data["figures"]),
        ]
        for cell in data["cells"]
    ]
    return [
        *plain(table_lines(columns, rows, width, rule=True)),
        "",
        f"mean [{100 * data['confidence']:.0f} % interval]",
    ]


def query_lines(columns: Sequence[str], rows: Sequence[Sequence[Any]], width: int | None = None) -> list[str]:
    """The answer of a query as a table."""
    numeric = [all(isinstance(row[place], int | float) for row in rows) for place in range(len(columns))]
    heads = [Column(Cell(name), NUMBER if numeric[place] else LABEL) for place, name in enumerate(columns)]
    return plain(table_lines(heads, [[Cell(_value(value)) for value in row] for row in rows], width, rule=True))


def _value(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else "" if value is None else str(value)


def _estimate(name: str, found: Mapping[str, Any]) -> str:
    if not found["runs"]:
        return "-"
    mean, low, high = (_figure(name, found[key]) for key in ("mean", "low", "high"))
    if not math.isfinite(found["low"]):
        return f"{mean} (one run)"
    return mean if low == high == mean else f"{mean} [{low}, {high}]"


def _figure(name: str, value: float) -> str:
    """A figure with the unit that its name ends in."""
    if name.endswith("_s") and not name.endswith("bit_s"):
        return numbers.duration(value * 1e9)
    if name.endswith("_ns"):
        return numbers.duration(value)
    return f"{100 * value:.1f} %" if name == "ok" else f"{value:.4g}"
