"""The progress display of ``catenet chaos``, and the files of failed runs."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catenet.view import numbers, verdicts

if TYPE_CHECKING:
    from catenet.experiments.chaos.report import Report

LINE_S: Final = 5.0
"""The interval of progress lines without a terminal, in seconds of real time."""
MAX_DRAWN: Final = 24
"""The number of operations in a picture."""


class Tally:
    """Totals over all seeds, and a progress line on stderr."""

    def __init__(self, runs: int) -> None:
        self._runs: Final = runs
        self._lined_s = time.monotonic()
        self._shown = 0
        self._states: Final[list[dict[str, int]]] = []
        self.done: int = 0
        self.bad: int = 0
        self.operations: int = 0
        self.faults: int = 0

    def add(self, report: Report) -> None:
        """Add the result of one seed."""
        self.done += 1
        self.bad += bool(report.problems)
        self.operations += report.operations
        self.faults += report.steps
        self._states.append(report.states)

    def show(self) -> None:
        """Redraw the line on a terminal; elsewhere print a new one periodically."""
        well = "no problems so far" if not self.bad else f"{self.bad} with a problem"
        line = f"{self.done} of {numbers.plural(self._runs, 'run')}, {self.operations} operations, {well}"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{line.ljust(self._shown)}")
            sys.stderr.flush()
            self._shown = len(line)
        elif time.monotonic() - self._lined_s >= LINE_S and self.done < self._runs:
            self._lined_s = time.monotonic()
            print(line, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Clear the line for other output."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0

    def lines(self) -> list[str]:
        """The final lines: how often each rare state was reached, and the result."""
        from catenet.experiments.chaos.coverage import total

        met = total(self._states)
        wide = max(map(len, met))
        lines = ["rare states, and how often they occurred:"]
        lines += [f"  {state.ljust(wide)}  {times}" for state, times in met.items() if times]
        never = [state for state, times in met.items() if not times]
        if never:
            lines.append(f"  never: {', '.join(never)}")
        verdict = "no problem" if not self.bad else f"{self.bad} of them show a problem"
        runs = numbers.plural(self._runs, "run")
        lines.append(f"{runs}, {self.operations} operations, {self.faults} faults: {verdict}")
        return lines


def problem_lines(report: Report) -> list[str]:
    """The violations as text; for a history that is not linearizable, also its contradictory operations."""
    from catenet.experiments.chaos.report import NOT_LINEARIZABLE

    lines: list[str] = []
    for problem in report.problems:
        lines.append(problem)
        if problem == NOT_LINEARIZABLE and report.verdict is not None:
            lines[-1] += ":"
            lines += [f"  {line}".rstrip() for line in verdicts.object_lines(report.verdict)[1:]]
    return lines


def save(report: Report, out: Path) -> Path:
    """Write the files of one seed to a new folder below ``out``, and return the folder.  Raises OSError.

    ``history.jsonl`` is for ``catenet check-history --model kv``, ``picture.svg`` shows the operations that refute it,
    or those at the time of the problem; ``faults.txt`` lists the injected faults, and ``report.json`` holds the whole
    report.
    """
    from catenet.check.formats import write_history

    out.mkdir(parents=True, exist_ok=True)
    name, number = f"{report.protocol}-{report.engine}-{report.seed}", 1
    folder = out / name
    while True:
        try:
            folder.mkdir()
            break
        except FileExistsError:
            number += 1
            folder = out / f"{name}.{number}"
    write_history(folder / "history.jsonl", report.events)
    (folder / "picture.svg").write_text(_picture(report), encoding="utf-8")
    (folder / "faults.txt").write_text(report.plan, encoding="utf-8")
    (folder / "report.json").write_text(json.dumps(report.as_json(), indent=2) + "\n", encoding="utf-8")
    return folder


def _picture(report: Report) -> str:
    from catenet.record.digest import svg_with_digest
    from catenet.view.pictures import history as history_picture

    if report.verdict is not None:
        return svg_with_digest(history_picture.object_picture(report.verdict))
    title = f"seed {report.seed} on {report.protocol}: what clients did last"
    return svg_with_digest(history_picture.stretch_picture(title, _last(report), report.problems[0]))


def _last(report: Report) -> list[dict[str, Any]]:
    """The last operations in progress, at the time when the problem was detected."""
    from catenet.check.history import FAIL, operations

    known = [each for each in operations(report.events) if each.end != FAIL]
    chosen = sorted(known, key=lambda each: each.called)[-MAX_DRAWN:]
    return [each._asdict() for each in chosen]
