"""One figure of an experiment: expected and measured."""

from __future__ import annotations

import math
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """The place of a figure on a map, and the value to compare it with there."""

    row: str
    column: str
    reference: float


class Effect(NamedTuple):
    """A quantity at one step of what is varied, and how it is written."""

    name: str
    value: float
    text: str


class CurvePoint(NamedTuple):
    """A figure beside the curve of a closed form: what it is of, the place along it, and what was measured, in words.

    ``line`` are points of the closed form, told once for each curve.
    """

    curve: str
    x: float
    x_unit: str
    measured: str
    line: tuple[tuple[float, float], ...] = ()


class Chain(NamedTuple):
    """One step, and its effects, each the cause of the next."""

    step: str
    effects: tuple[Effect, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {"step": self.step, "effects": [effect._asdict() for effect in self.effects]}


class Entry(NamedTuple):
    """A cell of the table that documents show: ``corner`` is the head of the column of rows' names."""

    corner: str
    row: str
    column: str
    text: str


class Comparison(NamedTuple):
    """``measured`` must lie between ``low`` and ``high``, inclusive; ``expected`` is this as text.

    ``runs`` are the results of single runs, if there were several.  All in ``unit``.  Figures that have a ``cell`` are
    drawn as one map, those that have a ``chain`` as one chain, those that have a ``curve`` as one diagram.  ``lines``
    are a table that the figure counts the lines of, as text.  ``entries`` are what a table for documents shows of it.
    """

    what: str
    expected: str
    low: float
    high: float
    measured: float
    unit: str = "s"
    runs: tuple[float, ...] = ()
    cell: Cell | None = None
    lines: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    chain: Chain | None = None
    curve: CurvePoint | None = None

    @property
    def holds(self) -> bool:
        """Whether the measured figure is within its tolerance; False if it was never reached."""
        return self.low <= self.measured <= self.high

    def as_json(self) -> dict[str, Any]:
        """The same as a JSON object; ``None`` without a measurement or a bound."""
        return {
            "what": self.what,
            "expected": self.expected,
            "low": _finite(self.low),
            "high": _finite(self.high),
            "measured": _finite(self.measured),
            "unit": self.unit,
            "holds": self.holds,
            "runs": [_finite(run) for run in self.runs],
            "cell": None if self.cell is None else self.cell._asdict(),
            "lines": list(self.lines),
            "chain": None if self.chain is None else self.chain.as_json(),
            "curve": None if self.curve is None else self.curve._asdict(),
        }


def _finite(number: float) -> float | None:
    return float(f"{number:.9g}") if math.isfinite(number) else None
