"""One point of a sweep: a run of the scenario with a cell's values and one seed.

A point is small and can be pickled; a worker reads the scenario itself, and keeps the last ones that it has read.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from catenet.errors import LabError
from catenet.kernel.kernel import Deadlock
from catenet.scenario import Scenario, load
from catenet.sweeps.digest import scenario_digest
from catenet.sweeps.figures import Figures, figures_of

FAILED: Final = "failed"
"""The outcome of a run in which a program failed."""
GOOD: Final = ("finished", "until")
_KEPT: Final = 64


class Point(NamedTuple):
    """``values`` are pairs of a path and a value; ``digest`` is the scenario's, which a worker must have, too."""

    scenario: str
    digest: str
    values: tuple[tuple[str, Any], ...]
    seed: int
    until_ns: int | None


class Outcome(NamedTuple):
    """How a run ended, as :class:`~catenet.lab.report.run.Run` says, or :data:`FAILED`; its figures, and its failure.

    The figure ``ok`` says whether it ended well.
    """

    outcome: str
    figures: Figures
    failure: str = ""


class OtherScenario(LabError):
    """A worker has other files of the scenario than the sweep began with."""


def run_point(point: Point) -> Outcome:
    """Run one point.  Raises :class:`~catenet.errors.ScenarioError`, and :class:`OtherScenario`."""
    scenario = _scenario(point)
    until_ns = scenario.until_ns if point.until_ns is None else point.until_ns
    failure = ""
    with scenario.build(seed=point.seed, capture=False) as net:
        try:
            run = net.run(None if until_ns is None else f"{until_ns}ns", check=False)
        except Deadlock as error:
            run, failure = net.result("deadlock"), str(error)
        summary, outcome = run.summary(), run.outcome
    failed = [program for program in summary["programs"] if program.get("error") is not None]
    if failed and outcome != "deadlock":
        outcome, failure = FAILED, f"{failed[0]['name']} on {failed[0]['host']}: {failed[0]['error']}"
    return Outcome(outcome, {"ok": outcome in GOOD, **figures_of(summary)}, failure)


def _scenario(point: Point) -> Scenario:
    return _loaded(point.scenario, point.digest, _Values(point.values))


class _Values:
    """Values of a cell, which may be lists, as a key of a cache."""

    def __init__(self, values: tuple[tuple[str, Any], ...]) -> None:
        self.values: Final[Mapping[str, Any]] = dict(values)
        self._text: Final = repr(values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Values) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


@lru_cache(_KEPT)
def _loaded(path: str, digest: str, values: _Values) -> Scenario:
    found = scenario_digest(Path(path))
    if found != digest:
        raise OtherScenario(f"{path} or a file beside it is not what it was when the sweep began; begin a new sweep")
    return load(path, values.values)
