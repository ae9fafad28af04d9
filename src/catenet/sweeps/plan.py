"""The plan of a sweep: its cells, its seeds, and which runs are still to be done.

A cell's seeds are taken in order.  With early stop a cell ends at the first seed (from :data:`LEAST_SEEDS` on) at which
the interval of each chosen figure over all seeds up to it is narrow enough.  Runs of later seeds, which another
worker may have done meanwhile, do not count: so the result does not depend on the number of workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from catenet.sweeps.axes import Axis, Cell, cells
from catenet.sweeps.figures import Figures, values_of
from catenet.sweeps.journal import Key, key_of
from catenet.sweeps.point import Outcome
from catenet.sweeps.statistics import enough

LEAST_SEEDS: Final = 10
"""A narrow interval of fewer runs is chance."""


class Precision(NamedTuple):
    """When a cell has enough runs: the interval of each figure reaches at most ``share`` of the mean to either side."""

    share: float
    figures: tuple[str, ...]

    def reached(self, runs: Sequence[Figures]) -> bool:
        """Whether these runs are enough.  A figure that no run has is no reason to go on."""
        for name in self.figures:
            values = values_of(name, runs)
            if values and not enough(values, self.share, LEAST_SEEDS):
                return False
        return len(runs) >= LEAST_SEEDS


class CellState:
    """One cell: its values, and its runs in the order of the seeds."""

    def __init__(self, values: Cell, seeds: Sequence[int]) -> None:
        self.values: Final = values
        self.complete: bool = False
        self._seeds: Final = seeds
        self._keys: Final = [key_of(values, seed) for seed in seeds]
        self._begun = 0
        self._counted = 0
        self._runs: Final[list[Outcome]] = []

    def next_seed(self, known: Mapping[Key, Outcome]) -> int | None:
        """The next seed to run, which then counts as begun; None if there is none."""
        while not self.complete and self._begun < len(self._seeds):
            place = self._begun
            self._begun += 1
            if self._keys[place] not in known:
                return self._seeds[place]
        return None

    def count(self, known: Mapping[Key, Outcome], precision: Precision | None) -> None:
        """Take the runs that have ended into account, in the order of the seeds."""
        while not self.complete and self._counted < len(self._seeds):
            outcome = known.get(self._keys[self._counted])
            if outcome is None:
                return
            self._runs.append(outcome)
            self._counted += 1
            if precision is not None and precision.reached([run.figures for run in self._runs]):
                self.complete = True
        self.complete = self.complete or self._counted == len(self._seeds)

    def runs(self) -> list[tuple[int, Outcome]]:
        """The seeds and runs that count."""
        return list(zip(self._seeds, self._runs, strict=False))


class Plan:
    """All cells of the axes, each with the same seeds."""

    def __init__(self, axes: Sequence[Axis], seeds: Sequence[int], precision: Precision | None = None) -> None:
        self.axes: Final = tuple(axes)
        self.seeds: Final = tuple(seeds)
        self.precision: Final = precision
        self.cells: Final = [CellState(values, self.seeds) for values in cells(axes)]

    def total(self) -> int:
        """The number of runs, without early stop."""
        return len(self.cells) * len(self.seeds)

    def count(self, known: Mapping[Key, Outcome]) -> None:
        """Take the runs that have ended into account."""
        for cell in self.cells:
            cell.count(known, self.precision)

    def to_do(self, known: Mapping[Key, Outcome]) -> Iterator[tuple[CellState, int]]:
        """The runs to be done, one seed of each cell after the other, so that early results cover the whole map."""
        found = True
        while found:
            found = False
            for cell in self.cells:
                seed = cell.next_seed(known)
                if seed is not None:
                    found = True
                    yield cell, seed
