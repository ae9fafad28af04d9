"""What ``catenet chaos`` shows while universes are well, and what it keeps of those that are not."""

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
"""How often there is a line where there is no terminal, in seconds of the real clock."""
MOST_DRAWN: Final = 24
"""Operations in a picture of a moment."""


class Tally:
    """Sums over universes, and a line on stderr about how far they have come."""

    def __init__(self, universes: int) -> None:
        self._universes: Final = universes
        self._lined_s = time.monotonic()
        self._shown = 0
        self._states: Final[list[dict[str, int]]] = []
        self.done: int = 0
        self.bad: int = 0
        self.operations: int = 0
        self.faults: int = 0

    def add(self, report: Report) -> None:
        """One more universe."""
        self.done += 1
        self.bad += bool(report.problems)
        self.operations += report.operations
        self.faults += report.steps
        self._states.append(report.states)

    def show(self) -> None:
        """On a terminal, the line that is there; elsewhere a new one now and then."""
        well = "no problems so far" if not self.bad else f"{self.bad} with a problem"
        line = f"{self.done} of {numbers.plural(self._universes, 'run')}, {self.operations} operations, {well}"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{line.ljust(self._shown)}")
            sys.stderr.flush()
            self._shown = len(line)
        elif time.monotonic() - self._lined_s >= LINE_S and self.done < self._universes:
            self._lined_s = time.monotonic()
            print(line, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Make room for other lines."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0

    def lines(self) -> list[str]:
        """What there is to say in the end: how often each rare state was met, and the verdict."""
        from catenet.experiments.chaos.census import total

        met = total(self._states)
        wide = max(map(len, met))
        lines = ["rare states, and how often they occurred:"]
        lines += [f"  {state.ljust(wide)}  {times}" for state, times in met.items() if times]
        never = [state for state, times in met.items() if not times]
        if never:
            lines.append(f"  never: {', '.join(never)}")
        verdict = "all is well" if not self.bad else f"{self.bad} of them show a problem"
        universes = numbers.plural(self._universes, "run")
        lines.append(f"{universes}, {self.operations} operations, {self.faults} faults: {verdict}")
        return lines


def problem_lines(report: Report) -> list[str]:
    """What was wrong, in words; below a history that is not linearizable, its operations that cannot all be."""
    from catenet.experiments.chaos.report import NOT_LINEARIZABLE

    lines: list[str] = []
    for problem in report.problems:
        lines.append(problem)
        if problem == NOT_LINEARIZABLE and report.verdict is not None:
            lines[-1] += ":"
            lines += [f"  {line}".rstrip() for line in verdicts.object_lines(report.verdict)[1:]]
    return lines


def save(report: Report, out: Path) -> Path:
    """Write what a universe showed to a folder of its own below ``out``, which is new; the folder.  Raises OSError.

    ``history.jsonl`` is for ``catenet check-history --model kv``, ``picture.svg`` shows the operations that refute it,
    or those at the time of the problem; ``faults.txt`` what went wrong when, ``report.json`` all that was told.
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
    from catenet.record.seal import sealed_svg
    from catenet.view.pictures import history as history_picture

    if report.verdict is not None:
        return sealed_svg(history_picture.object_picture(report.verdict))
    title = f"seed {report.seed} on {report.protocol}: what clients did last"
    return sealed_svg(history_picture.stretch_picture(title, _last(report), report.problems[0]))


def _last(report: Report) -> list[dict[str, Any]]:
    """The operations that were under way last, which is when the problem was noticed."""
    from catenet.check.history import FAIL, operations

    known = [each for each in operations(report.events) if each.end != FAIL]
    chosen = sorted(known, key=lambda each: each.called)[-MOST_DRAWN:]
    return [each._asdict() for each in chosen]
