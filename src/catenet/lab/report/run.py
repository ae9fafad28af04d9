"""Runs an internet, and holds the results of the run.

The kernel runs in slices, so that Ctrl-C is handled and progress is shown.  The length of a slice does not affect the
run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catenet.kernel.kernel import NEVER, Deadlock
from catenet.kernel.quantity import counted, duration_text
from catenet.kernel.trace import KINDS
from catenet.lab.model.processes import ProgramFailed
from catenet.lab.options.keywords import OptionChecks
from catenet.lab.report import routing as show
from catenet.lab.report.summary import summarise
from catenet.lab.report.trace_text import fields
from catenet.lab.report.wireshark import dissector
from catenet.record.run_folder import RunFolder

if TYPE_CHECKING:
    from catenet.lab.world.world import World

SLICE_EVENTS: Final = 5_000
PROGRESS_S: Final = 0.1

Progress = Callable[[int, int], object]
"""Called with the virtual time and the end of the run (0 if unknown), in nanoseconds."""


class Run(OptionChecks):
    """The results of a run.

    ``outcome`` is ``"finished"`` (all programs except services have ended), ``"until"`` (the end time was reached),
    ``"deadlock"`` or ``"interrupted"``; ``waits`` lists what each program waits for in a deadlock; ``wall_s`` is the
    real time of the run in seconds.
    """

    def __init__(self, net: World, outcome: str) -> None:
        self._net: Final = net
        self.outcome: Final = outcome
        self.waits: Final = net.kernel.waits() if outcome == "deadlock" else []
        self.wall_s: Final = net.wall_s

    def __repr__(self) -> str:
        net, failed = self._net, self._net.processes.failed()
        parts = [
            f"{self.outcome} at {duration_text(int(net.kernel.now_ns))}",
            counted(int(net.kernel.events_fired), "event"),
            counted(len(net.processes.known), "program") + (f", {len(failed)} failed" if failed else ""),
            *self.waits[:1],
        ]
        return f"<Run of {net.name!r}, seed {net.seed}: {'; '.join(parts)}>"

    @property
    def ok(self) -> bool:
        """True if no program failed and the run did not deadlock."""
        return self.outcome in ("finished", "until") and not self._net.processes.failed()

    def summary(self) -> dict[str, Any]:
        """The figures of all layers; see :mod:`~catenet.lab.report.summary`.  The same run gives the same summary."""
        return summarise(self._net, self.outcome, self.waits)

    def report(self, folder: str | Path | RunFolder, *, force: bool = False) -> Path:
        """Write ``summary.json``, ``measurements.tsv``, ``trace.tsv`` and ``captures/*.pcapng`` to a folder.

        If routers speak a routing protocol, ``routing.json`` holds their state at the end; a dissector for Wireshark
        is written beside captures; ``manifest.json`` lists all files, so that a later run can replace them.  The
        folder is created if it does not exist.  The call ends all captures.

        Raises :class:`~catenet.record.run_folder.ForeignFiles` for a folder with other files, unless ``force``: then
        files of these names are replaced, and all others stay.  Raises OSError if the folder cannot be written; its
        previous files then remain.
        """
        place = folder if isinstance(folder, RunFolder) else RunFolder(folder, force=force)
        with place.writing() as staging:
            text = json.dumps(self.summary(), indent=2, ensure_ascii=False)
            (staging / "summary.json").write_text(text + "\n", encoding="utf-8")
            self._write_measurements(staging / "measurements.tsv")
            self._write_trace(staging / "trace.tsv")
            show.save_routing(self._net, staging)
            if self._net.captures.frames():
                captures = staging / "captures"
                captures.mkdir()
                self._net.captures.save(captures)
                (captures / dissector.FILE).write_text(dissector.dissector(), encoding="utf-8")
        return place.path

    def _write_measurements(self, path: Path) -> None:
        """One row per sample, after a header line: time in seconds, host, name, value."""
        with path.open("w", encoding="utf-8") as file:
            file.write("time_s\thost\tname\tvalue\n")
            for node in self._net.registry.hosts():
                metrics = node.host.metrics
                for name in metrics.names():
                    for time_ns, value in zip(metrics.sample_times_ns(name), metrics.samples(name), strict=True):
                        file.write(f"{_seconds(time_ns)}\t{node.name}\t{name}\t{value!r}\n")

    def _write_trace(self, path: Path) -> None:
        """One line per row: time in seconds, kind, subject, and fields as ``name=value``."""
        names, programs = self._net.kernel.trace.names, self._net.processes.known
        with path.open("w", encoding="utf-8") as file:
            for row in self._net.kernel.trace.rows():
                values = [f"{name}={value}" for name, value in fields(row, programs).items()]
                file.write("\t".join([_seconds(row.time_ns), KINDS[row.kind].name, names[row.subject], *values]) + "\n")


def _seconds(time_ns: int) -> str:
    """A time in seconds, exact to the nanosecond."""
    return f"{time_ns // 1_000_000_000}.{time_ns % 1_000_000_000:09d}"


def drive(net: World, until_ns: int | None, progress: Progress | None, check: bool) -> Run:
    """Run a built internet; see :meth:`~catenet.internet.Internet.run`."""
    processes = net.processes
    processes.stop_when_done = until_ns is None
    begun_s = time.perf_counter()
    outcome = "interrupted"
    try:
        if until_ns is None and processes.awaited == 0:
            outcome = "finished"
        else:
            with net.driven("run()"):
                _slices(net, NEVER if until_ns is None else until_ns, progress)
            outcome = _outcome(net, until_ns)
    finally:
        processes.stop_when_done = False
        net.ended(outcome, time.perf_counter() - begun_s)
    run = Run(net, net.outcome)
    if outcome == "deadlock":
        raise _deadlock(net, run.waits)
    failed = processes.failed()
    if check and failed:
        raise ProgramFailed(failed, net.seed) from failed[0].exception
    return run


def _slices(net: World, until_ns: int, progress: Progress | None) -> None:
    kernel = net.kernel
    told_ns = 0 if until_ns == NEVER else until_ns
    shown_s = time.perf_counter()
    while not kernel.run(until_ns, SLICE_EVENTS):
        if net.processes.stop_when_done and net.processes.awaited == 0:
            break
        if progress is not None and time.perf_counter() - shown_s >= PROGRESS_S:
            progress(int(kernel.now_ns), told_ns)
            shown_s = time.perf_counter()
    if progress is not None:
        progress(int(kernel.now_ns), told_ns)


def _outcome(net: World, until_ns: int | None) -> str:
    if until_ns is not None:
        return "until" if net.processes.awaited else "finished"
    return "deadlock" if net.processes.awaited else "finished"


def _deadlock(net: World, waits: list[str]) -> Deadlock:
    error = Deadlock(int(net.kernel.now_ns), waits)
    error.add_note("a program that serves for ever is a service: run(..., service=True), or give run() a time")
    return error
