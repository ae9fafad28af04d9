"""A plain table of named figures, each in the unit that its name ends with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catenet.view import numbers


def figure_lines(title: str, figures: Mapping[str, Any]) -> list[str]:
    """A title and one line for each figure, names left and values right."""
    rows = [_row(name, value) for name, value in figures.items()]
    name_width = max((len(name) for name, _ in rows), default=0)
    value_width = max((len(value) for _, value in rows), default=0)
    return [title, *(f"  {name:<{name_width}}  {value:>{value_width}}" for name, value in rows)]


def _row(name: str, value: Any) -> tuple[str, str]:
    label = name.replace("_", " ")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return label, "yes" if value is True else "no" if value is False else str(value)
    for ending, unit in (("_bit_s", "bit/s"), ("_us", "µs"), ("_ms", "ms"), ("_ns", "ns"), ("_s", "s")):
        if name.endswith(ending):
            shown = numbers.bit_rate(value) if ending == "_bit_s" else f"{numbers.three_digits(value)} {unit}"
            return label[: -len(ending)], shown
    if name.startswith("us_per_"):
        return label.removeprefix("us ").replace("per", "time per"), f"{numbers.three_digits(value)} µs"
    if name in ("utilisation", "share"):
        return label, numbers.share(value)
    return label, numbers.grouped(value) if isinstance(value, int) else numbers.three_digits(value)
