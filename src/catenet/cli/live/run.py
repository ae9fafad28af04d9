"""Runs an attached internet for ``attach`` and ``emulate``.

Ctrl-C may arrive at any time, and an exception would look like a failure of the running program.  So the signal only
asks the driver to stop, and wakes it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from catenet.cli.errors import FAILED, INTERRUPTED, OK, Mistake
from catenet.cli.loading import mistakes_told
from catenet.cli.standard_streams import say, width_of
from catenet.cli.writing import leave_report

if TYPE_CHECKING:
    from catenet.cli.live.screen import Screen
    from catenet.lab.attach.attached import Attached
    from catenet.lab.report.run import Run
    from catenet.lab.world.world import World
    from catenet.record.run_folder import RunFolder

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_attached(
    net: World, *, time_scale: float, until_ns: int | None, folder: RunFolder | None, as_json: bool
) -> int:
    """Attach, run, detach and report; returns the exit status.  Raises :class:`Mistake`."""
    from catenet.lab.attach.attached import Attached
    from catenet.lab.report.run import Run
    from catenet.tap import AttachError

    out = sys.stderr if as_json else sys.stdout
    try:
        with mistakes_told(), Attached(net, time_scale) as attached:
            ended, signalled = _run(attached, until_ns, out, keeps=folder is not None)
    except AttachError as error:
        raise Mistake(str(error)) from error
    if signalled:
        ended = Run(net, "interrupted")
    _report(ended, folder, as_json, attached)
    failures = _failures(net)
    if signalled:
        return INTERRUPTED if signalled == signal.SIGINT else 128 + signalled
    return FAILED if failures else OK


def _run(attached: Attached, until_ns: int | None, out: TextIO, *, keeps: bool) -> tuple[Run, int]:
    """Run with a screen and signal handlers; returns the results, and the signal that ended the run or 0.

    ``keeps``: a report with captures will be written.
    """
    from catenet.cli.live.console import Console
    from catenet.cli.live.screen import Lines, Terminal
    from catenet.view.layout import wrapped

    net = attached.net
    for line in map_lines(attached):
        print(*wrapped(line, width_of(out)), sep="\n", file=out)
    out.flush()
    kind = Terminal if out.isatty() and sys.stdin.isatty() else Lines
    shown = [*map_lines(attached)]
    console = Console(
        net, attached.stop, lambda: [*shown, *(rate.text for rate in screen.rates.look())], keeps_captures=keeps
    )
    screen: Screen = kind(attached, console.obey, out)
    heard: list[int] = []
    with signals_heard(attached, heard):
        screen.open()
        try:
            _every(attached, screen)
            ended = attached.run(None if until_ns is None else f"{until_ns}ns")
        finally:
            screen.close()
    return ended, heard[0] if heard else 0


def _every(attached: Attached, screen: Screen) -> None:
    """Redraw periodically: a simulation event at intervals of real time."""
    interval_ns = round(screen.every_s * attached.driver.time_scale * 1e9)

    def draw() -> None:
        screen.draw()
        attached.net.kernel.call_after(interval_ns, draw)

    attached.net.kernel.call_after(interval_ns, draw)


@contextmanager
def signals_heard(attached: Attached, heard: list[int]) -> Iterator[None]:
    """In this context, a terminating signal is recorded and stops the run; a second one raises KeyboardInterrupt."""
    read_fd, write_fd = os.pipe()
    for fd in (read_fd, write_fd):
        os.set_blocking(fd, False)

    def hear(number: int, _frame: FrameType | None) -> None:
        heard.append(number)
        attached.stop()
        if len(heard) > 1:  # a program that never yields would prevent the stop
            raise KeyboardInterrupt

    former: dict[int, Callable[[int, FrameType | None], object] | int | None] = {
        number: signal.signal(number, hear) for number in STOPPING
    }
    former_fd = signal.set_wakeup_fd(write_fd)
    attached.driver.watch(read_fd, lambda: os.read(read_fd, 4096))
    try:
        yield
    finally:
        attached.driver.unwatch(read_fd)
        signal.set_wakeup_fd(former_fd)
        for number, handler in former.items():
            signal.signal(number, handler)
        os.close(read_fd)
        os.close(write_fd)


def map_lines(attached: Attached) -> list[str]:
    """The attachments of Linux, and the reachable nodes with their addresses."""
    lines = []
    for plug in attached.plugs:
        where = "here" if plug.namespace is None else f"in the namespace {plug.namespace}"
        addresses = ", ".join(plug.addresses) or "no address"
        lines.append(f"{plug.kind} {plug.device} {where}, joined to {plug.at}: {addresses}")
        if plug.routes:
            lines.append(f"  routes: {', '.join(plug.routes)}")
    reaches = attached.reachable()
    if reaches:
        lines.append("reachable from there:")
    width = max((len(reach.name) for reach in reaches), default=0)
    for reach in reaches:
        lines.append(f"  {reach.name:{width}}  {reach.kind:6}  {', '.join(reach.addresses)}")
    return lines


def _report(ended: Run, folder: RunFolder | None, as_json: bool, attached: Attached) -> None:
    if folder is not None:
        leave_report(ended, folder)
    if as_json:
        summary = {**ended.summary(), "lag": attached.driver.counters() | {"dropped_packets": attached.dropped_packets}}
        print(json.dumps(summary, indent=2, ensure_ascii=False))
        return
    lag = attached.driver.lag
    words = {"until": "time limit reached", "finished": "quit", "interrupted": "interrupted"}
    lines = [f"{words.get(ended.outcome, ended.outcome)} after {int(attached.net.kernel.now_ns) / 1e9:.3f} s; {lag}"]
    if attached.dropped_packets:
        lines.append(f"{attached.dropped_packets} packets from Linux were dropped: they were not read in time")
    if folder is not None:
        lines.append(f"the report is in {folder.path}/")
    say(lines)


def _failures(net: World) -> int:
    from catenet.cli.tracebacks import failure_text

    failed = net.processes.failed()
    for process in failed:
        print(f"\n{failure_text(process)}", file=sys.stderr)
    return len(failed)
