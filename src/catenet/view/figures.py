"""A plain table of named figures; the suffix of each name gives the unit."""

from __future__ import annotations

from collections.abc import Mapping

from catenet.view import numbers


def figure_lines(figures: Mapping[str, object]) -> list[str]:
    """One line for each figure, names left and values right."""
    rows = [_row(name, value) for name, value in figures.items()]
    name_width = max((len(name) for name, _ in rows), default=0)
    value_width = max((len(value) for _, value in rows), default=0)
    return [f"{name:<{name_width}}  {value:>{value_width}}" for name, value in rows]


def _row(name: str, value: object) -> tuple[str, str]:
    label = name.replace("_", " ")
    if isinstance(value, bool):
        return label, "yes" if value else "no"
    if not isinstance(value, int | float):
        return label, "-" if value is None else str(value)
    if name.endswith("_gbit_s"):
        return label.removesuffix(" gbit s"), numbers.bit_rate(value * 1e9)
    if name.endswith("_bit_s"):
        return label.removesuffix(" bit s"), numbers.bit_rate(value)
    if name.startswith("us_per_"):
        return f"time per {label.removeprefix('us per ')}", f"{numbers.three_digits(value)} µs"
    if name.endswith("_ms"):
        return label.removesuffix(" ms"), f"{numbers.three_digits(value)} ms"
    if name.endswith("_s"):
        return f"{label.removesuffix(' s')} time", f"{numbers.three_digits(value)} s"
    if name == "utilisation":
        return label, numbers.share(value)
    return label, numbers.grouped(value) if isinstance(value, int) else numbers.three_digits(value)
