"""The progress of a run on stderr: a bar on a terminal, periodic lines elsewhere.

It also handles Ctrl-C.  A signal may arrive during a host's program, where an exception would look like the program's
own failure; so the handler only sets a flag, and the next call between two slices of the run raises.  A second Ctrl-C
raises at once, for a program that never yields.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from catenet.cli.standard_streams import PAGE_WIDTH, width_of
from catenet.view import numbers
from catenet.view.layout import shortened

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from catenet.lab.world.world import World

Handler = Callable[[int, FrameType | None], Any] | int | None

BAR_WIDTH: Final = 100
"""The smallest width with a bar."""
FIGURES: Final = 84
FIGURES_ALONE: Final = 58
"""The width of the figures, with the bar and without; the name gets the rest."""
LINE_S: Final = 2.0
"""The interval of progress lines without a terminal, in seconds of real time."""


class RunProgress:
    """Shows the progress of one run: ``with RunProgress(net) as progress: net.run(progress=progress)``."""

    def __init__(self, net: World) -> None:
        self._net: Final = net
        self._begun_s = time.perf_counter()
        self._lined_s = self._begun_s
        self._interrupted = False
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._previous_handler: Handler = None

    def __enter__(self) -> Self:
        self._begun_s = self._lined_s = time.perf_counter()
        self._previous_handler = signal.signal(signal.SIGINT, self._note_interrupt)
        if sys.stderr.isatty():
            width = width_of(sys.stderr) or PAGE_WIDTH
            self._bar = _bar(width)
            room = width - (FIGURES if width >= BAR_WIDTH else FIGURES_ALONE)
            self._task = self._bar.add_task(shortened(self._net.name, room), total=None, figures="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        signal.signal(signal.SIGINT, self._previous_handler)

    def __call__(self, now_ns: int, until_ns: int) -> None:
        """Show the progress.  ``until_ns`` is 0 if its end is not known.  Raises KeyboardInterrupt."""
        if self._interrupted:
            raise KeyboardInterrupt
        if self._bar is not None and self._task is not None:
            total = until_ns / 1e9 if until_ns else None
            self._bar.update(self._task, completed=now_ns / 1e9, total=total, figures=self._figures(now_ns, until_ns))
            self._bar.refresh()
        elif time.perf_counter() - self._lined_s >= LINE_S:
            self._lined_s = time.perf_counter()
            print(self._figures(now_ns, until_ns), file=sys.stderr, flush=True)

    def _figures(self, now_ns: int, until_ns: int) -> str:
        of = f" of {numbers.time_text(until_ns)}" if until_ns else ""
        elapsed_s = max(1e-9, time.perf_counter() - self._begun_s)
        events_s = int(self._net.kernel.events_fired) / elapsed_s
        figures = f"{now_ns / 1e9:.1f} s{of}, {numbers.scaled(events_s, '').strip()} events/s"
        measured = sum(node.host.metrics.total() for node in self._net.registry.hosts())
        return f"{figures}, {numbers.plural(measured, 'request')}" if measured else figures

    def _note_interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._interrupted:
            raise KeyboardInterrupt
        self._interrupted = True


def _bar(width: int) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn
    from rich.table import Column

    whole = Column(no_wrap=True)
    columns: list[ProgressColumn | str] = [SpinnerColumn(), TextColumn("{task.description}", table_column=whole)]
    if width >= BAR_WIDTH:
        columns.append(BarColumn(bar_width=24))
    columns.append(TextColumn("{task.fields[figures]}", table_column=whole))
    return Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
