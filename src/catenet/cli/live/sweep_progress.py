"""The progress of a sweep on stderr: runs done, time left, and the results so far."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Final

from catenet.view import numbers

if TYPE_CHECKING:
    from catenet.sweeps.plan import CellState, Plan
    from catenet.sweeps.point import Outcome

LINE_S: Final = 5.0
"""The interval of progress lines without a terminal, in seconds of real time."""
REDRAW_S: Final = 0.1


class SweepProgress:
    """Counts the runs of this call, and those that an earlier one left."""

    def __init__(self, plan: Plan) -> None:
        self._plan: Final = plan
        self._begun_s: Final = time.monotonic()
        self._shown_s = self._begun_s
        self._shown = 0
        self.done: int = 0
        self.failed: int = 0

    def __call__(self, cell: CellState, seed: int, outcome: Outcome) -> None:
        """One more run has ended."""
        self.done += 1
        self.failed += not outcome.figures.get("ok", False)
        now_s = time.monotonic()
        if sys.stderr.isatty():
            if now_s - self._shown_s >= REDRAW_S:
                self._shown_s = now_s
                line = self.line()
                sys.stderr.write(f"\r{line.ljust(self._shown)}")
                sys.stderr.flush()
                self._shown = len(line)
        elif now_s - self._shown_s >= LINE_S:
            self._shown_s = now_s
            print(self.line(), file=sys.stderr, flush=True)

    def line(self) -> str:
        """Runs done, failures, cells done, time left."""
        elapsed_s = max(1e-9, time.monotonic() - self._begun_s)
        counted = sum(len(cell.runs()) for cell in self._plan.cells)
        left = sum(0 if cell.complete else len(self._plan.seeds) - len(cell.runs()) for cell in self._plan.cells)
        left_s = left * elapsed_s / self.done if self.done else 0.0
        cells = sum(cell.complete for cell in self._plan.cells)
        failed = f", {self.failed} not ok" if self.failed else ""
        return (
            f"{counted} of {counted + left} runs{failed}, "
            f"{cells} of {numbers.plural(len(self._plan.cells), 'cell')} done, "
            f"{self.done / elapsed_s:.1f} runs/s, {numbers.duration(left_s * 1e9)} left"
        )

    def clear(self) -> None:
        """Clear the line for other output."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0
