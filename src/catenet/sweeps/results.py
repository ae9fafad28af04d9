"""The results of a sweep: a row for each run, an estimate of each figure for each cell.

A table of runs has the columns of the axes as they are written, then those of their numbers in the base unit (a column
``link.delay_s`` beside ``link.delay``), the seed, the outcome, the figures in order of name, and where the runs come
from: ``scenario_sha256`` and ``version``.  A table of cells has a row for each cell and figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catenet.errors import LabError, MissingExtra, did_you_mean, installed
from catenet.kernel import quantity
from catenet.kernel.quoting import quoted
from catenet.sweeps.axes import Axis
from catenet.sweeps.figures import figure, values_of
from catenet.sweeps.journal import Origin
from catenet.sweeps.plan import Plan
from catenet.sweeps.statistics import CONFIDENCE, Estimate, estimate

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Row = dict[str, Any]
RUNS: Final = "runs.parquet"
CELLS: Final = "cells.parquet"

_UNITS: Final[tuple[tuple[str, Callable[[object], float]], ...]] = (
    ("_ratio", quantity.ratio),
    ("_s", lambda text: quantity.duration_ns(text) / quantity.NS_PER_S),
    ("_bit_s", quantity.rate_bit_s),
    ("_m", quantity.length_m),
    ("_db", quantity.snr_db),
)


class SweepResult:
    """What a sweep found: the runs that count, and estimates of their figures."""

    def __init__(self, plan: Plan, origin: Origin, folder: Path | None = None) -> None:
        self.axes: Final[tuple[Axis, ...]] = plan.axes
        self.folder: Final = folder
        self._plan: Final = plan
        self._origin: Final = origin

    def __repr__(self) -> str:
        cells, runs = len(self._plan.cells), sum(len(cell.runs()) for cell in self._plan.cells)
        return f"<SweepResult of {self._origin.scenario}: {cells} cells, {runs} runs, {len(self.figures)} figures>"

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """The names of all figures, in alphabetical order."""
        names = {name for cell in self._plan.cells for _, run in cell.runs() for name in run.figures}
        return tuple(sorted(names))

    def estimates(self, name: str) -> list[tuple[dict[str, Any], Estimate]]:
        """The values of each cell, and the estimate of a figure over its runs.  Raises LabError for an unknown one."""
        self.check_figure(name)
        found = []
        for cell in self._plan.cells:
            found.append((dict(cell.values), estimate(values_of(name, [run.figures for _, run in cell.runs()]))))
        return found

    def check_figure(self, name: str) -> None:
        """Raises LabError for a figure that no run has."""
        if name not in self.figures:
            raise LabError(f"no run has the figure {quoted(name)}{did_you_mean(name, self.figures)}")

    def as_json(self, figures: Sequence[str]) -> Row:
        """The cells with the estimates of these figures.  Raises LabError for one that no run has."""
        estimates = {name: self.estimates(name) for name in figures}
        cells = [
            {
                "values": cell.values,
                "runs": len(cell.runs()),
                "figures": {name: estimates[name][place][1]._asdict() for name in figures},
            }
            for place, cell in enumerate(self._plan.cells)
        ]
        return {
            "scenario": self._origin.scenario,
            **self._from(),
            "confidence": CONFIDENCE,
            "axes": {path: list(values) for path, values in self.axes},
            "figures": list(figures),
            "cells": cells,
        }

    def rows(self) -> list[Row]:
        """The table of runs, as one dict for each run."""
        columns = self._axis_columns()
        rows = []
        for cell in self._plan.cells:
            head = {name: value(cell.values) for name, value in columns}
            for seed, run in cell.runs():
                figures = {name: figure(run.figures, name) for name in self.figures}
                rows.append(
                    {**head, "seed": seed, "outcome": run.outcome, "failure": run.failure, **figures, **self._from()}
                )
        return rows

    def cell_rows(self) -> list[Row]:
        """The table of cells, as one dict for each cell and figure."""
        columns = self._axis_columns()
        rows = []
        for name in self.figures:
            for values, found in self.estimates(name):
                head = {column: value(values) for column, value in columns}
                rows.append({**head, "figure": name, **found._asdict(), **self._from()})
        return rows

    def pandas(self) -> pd.DataFrame:
        """The table of runs as a frame of pandas.  Raises MissingExtra."""
        if not installed("pandas"):
            raise MissingExtra("a frame", "pandas", "frames")
        import pandas as pd

        return pd.DataFrame(self.rows())

    def polars(self) -> pl.DataFrame:
        """The table of runs as a frame of Polars.  Raises MissingExtra."""
        if not installed("polars"):
            raise MissingExtra("a frame", "Polars", "frames")
        import polars as pl

        return pl.DataFrame(self.rows(), infer_schema_length=None)

    def _from(self) -> Row:
        return {"scenario_sha256": self._origin.digest, "version": self._origin.version}

    def _axis_columns(self) -> list[tuple[str, Callable[[dict[str, Any]], Any]]]:
        columns: list[tuple[str, Callable[[dict[str, Any]], Any]]] = []
        for path, values in self.axes:
            columns.append((path, _written(path, values)))
            columns += _number_column(path, values)
        return columns


def _written(path: str, values: Sequence[Any]) -> Callable[[dict[str, Any]], Any]:
    """A value as it is written: as itself if all are numbers, else as text."""
    numbers = all(isinstance(value, int | float) for value in values)
    return lambda cell: cell[path] if numbers or isinstance(cell[path], str) else str(cell[path])


def _number_column(path: str, values: Sequence[Any]) -> list[tuple[str, Callable[[dict[str, Any]], Any]]]:
    """The column of an axis' numbers, if its values are quantities with units of one kind."""
    if not any(isinstance(value, str) for value in values):
        return []
    for suffix, parse in _UNITS:
        try:
            known = {repr(value): float(parse(value)) for value in values}
        except (ValueError, TypeError):
            continue
        return [(path + suffix, lambda cell, known=known: known[repr(cell[path])])]  # type: ignore[misc]
    return []
