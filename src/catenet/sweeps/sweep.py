"""Sweeps a scenario over values and seeds: the Python twin of ``catenet sweep``."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from multiprocessing import current_process
from pathlib import Path
from typing import Final

from catenet.errors import LabError
from catenet.kernel.quantity import duration_ns
from catenet.lab.options.keywords import OptionChecks
from catenet.scenario import load
from catenet.sweeps.axes import Axis, axes_of
from catenet.sweeps.digest import scenario_digest
from catenet.sweeps.executors import Cluster, Farm, Processes
from catenet.sweeps.journal import Journal, Origin
from catenet.sweeps.plan import CellState, Plan, Precision
from catenet.sweeps.point import Outcome
from catenet.sweeps.results import SweepResult
from catenet.sweeps.run import GUARD, Driver
from catenet.sweeps.tables import need_duckdb, write_tables

MAX_RUNS: Final = 10_000_000


class Sweep(OptionChecks):
    """A sweep that has been checked, and can be run.

    Raises :class:`~catenet.errors.LabError` for axes, values, or a scenario with a mistake: each value is checked in an
    internet of its own before the first run.
    """

    def __init__(
        self,
        scenario: str | Path,
        axes: Sequence[Axis],
        seeds: int | Iterable[int] = 1,
        *,
        until_ns: int | None = None,
        precision: Precision | None = None,
    ) -> None:
        drawn = range(1, seeds + 1) if isinstance(seeds, int) else tuple(seeds)
        if not drawn:
            raise LabError(f"{seeds} seeds: a sweep needs at least one")
        self.path: Final = Path(scenario)
        self.plan: Final = Plan(axes, drawn, precision)
        if self.plan.total() > MAX_RUNS:
            raise LabError(f"{self.plan.total():,} runs are more than {MAX_RUNS:,}; give fewer values or seeds")
        version = str(
            vars(sys.modules["catenet"])["__version__"]
        )  # its exports need this file: an import would be a circle
        self.origin: Final = Origin(str(self.path.resolve()), scenario_digest(self.path), version, until_ns)
        self.name: Final = self._check(axes)

    def _check(self, axes: Sequence[Axis]) -> str:
        """Build the internet of the first cell, and of each value in it: mistakes are found before the first run.

        Returns the scenario's name.
        """
        paths = [one.path for one in axes]
        if twice := [path for path in paths if paths.count(path) > 1]:
            raise LabError(f"{twice[0]} is set twice")
        first = {one.path: one.values[0] for one in axes}
        scenario = load(self.path, first)
        scenario.build().close()
        for one in axes:
            for value in one.values[1:]:
                load(self.path, {**first, one.path: value}).build().close()
        return scenario.name

    def run(
        self, folder: Path, farm: Farm, ended: Callable[[CellState, int, Outcome], object] | None = None
    ) -> SweepResult:
        """Do what is not done yet, and write the tables.  The folder holds all runs, also after a kill."""
        need_duckdb()
        with ExitStack() as stack:
            journal = Journal(folder, self.origin)
            stack.callback(journal.close)
            Driver(self.plan, self.origin, journal, farm, ended).run()
            result = self.result(folder)
            write_tables(result, folder)
            return result

    def result(self, folder: Path | None = None) -> SweepResult:
        """What has been found so far."""
        return SweepResult(self.plan, self.origin, folder)


def sweep(
    scenario: str | Path,
    values: Mapping[str, object],
    *,
    seeds: int | Iterable[int] = 1,
    workers: int | None = None,
    cluster: str | None = None,
    until: str | float | None = None,
    until_ci: float | None = None,
    figures: Sequence[str] = (),
    out: str | Path | None = None,
) -> SweepResult:
    """Run a scenario with all combinations of values, each with several seeds.

    ``values`` are by their paths in the file: ``{"link.loss": "0:10:0.5%", "link.delay": ["1ms", "50ms"]}``.  ``seeds``
    is a number of seeds, from 1, or the seeds themselves.  ``workers`` is the number of processes (default: of
    processors), ``cluster`` the address of a Dask scheduler instead, such as ``"tcp://10.0.0.1:8786"``.  A cell ends
    early when the confidence interval of each of ``figures`` reaches at most ``until_ci`` of the mean to either side.
    ``out`` is a folder; the same call goes on where it was killed.  Without one, nothing is kept.

    Raises :class:`~catenet.errors.LabError`; :class:`~catenet.errors.MissingExtra` without DuckDB, or Dask.
    """
    if getattr(current_process(), "_inheriting", False):
        raise LabError(GUARD)  # this process is a worker's, and imports the script that began the sweep
    if until_ci is not None and not figures:
        raise LabError("until_ci needs the figures whose intervals count, such as figures=['measurements.rtt.p99_s']")
    precision = None if until_ci is None else Precision(until_ci, tuple(figures))
    until_ns = None if until is None else duration_ns(until)
    checked = Sweep(scenario, axes_of(values), seeds, until_ns=until_ns, precision=precision)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()) if out is None else out)
        farm: Farm = Processes(workers) if cluster is None else Cluster(cluster)
        stack.callback(farm.close)
        result = checked.run(place, farm)
    return result if out is not None else checked.result()
