"""The programs of all hosts: which keep the run alive, which have ended, and how."""

from __future__ import annotations

from typing import Final

from catenet.host.process import FAILED, FINISHED, Process
from catenet.kernel.kernel import Kernel
from catenet.lab.observe.timeline import PROGRAM_FAILED, PROGRAM_FINISHED, Timeline

MAX_TOLD: Final = 8
"""The number of failures that a message lists."""


class ProgramFailed(RuntimeError):
    """A program ended with an exception, the cause of this one; the message names host, virtual time and seed."""

    def __init__(self, failed: list[Process], seed: int) -> None:
        self.failed: Final = failed
        self.seed: Final = seed
        lines = [_failure_text(process) for process in failed]
        what = "a program failed" if len(lines) == 1 else f"{len(lines)} programs failed"
        more = f"; and {len(lines) - MAX_TOLD} more" if len(lines) > MAX_TOLD else ""
        super().__init__(f"{what} (seed {seed}): {'; '.join(lines[:MAX_TOLD])}{more}")


def _failure_text(process: Process) -> str:
    where = f"{process.name} on {process.host.name} at {process.ended_ns / 1e9:.6f} s"
    return f"{where}: {exception_text(process.exception)}"


class ProgramRecord:
    """A program of the run, numbered in order of declaration."""

    def __init__(self, number: int, process: Process, service: bool, start_ns: int) -> None:
        self.number: Final = number
        self.process: Final = process
        self.service: Final = service
        self.start_ns: Final = start_ns


class Processes:
    """All programs of one internet, in order of declaration."""

    def __init__(self, kernel: Kernel, timeline: Timeline) -> None:
        self._kernel: Final = kernel
        self._timeline: Final = timeline
        self.known: Final[list[ProgramRecord]] = []
        self._awaited = 0
        self.stop_when_done = False

    def add(self, process: Process, service: bool, start_ns: int) -> None:
        """Register a program."""
        known = ProgramRecord(len(self.known), process, service, start_ns)
        self.known.append(known)
        if not service:
            self._awaited += 1
        process.when_ended(lambda _: self._ended(known))

    @property
    def awaited(self) -> int:
        """The number of programs, services excepted, that have not ended."""
        return self._awaited

    def failed(self) -> list[Process]:
        """Those that failed."""
        return [known.process for known in self.known if known.process.state == FAILED]

    def _ended(self, known: ProgramRecord) -> None:
        process = known.process
        where = f"{process.name} on {process.host.name}"
        if process.state == FAILED:
            text = f"{where} failed: {exception_text(process.exception)}"
            self._timeline.record(PROGRAM_FAILED, process.host.name, text, known.number)
        elif process.state == FINISHED and not known.service:
            self._timeline.record(PROGRAM_FINISHED, process.host.name, f"{where} finished", known.number)
        if not known.service:
            self._awaited -= 1
            if self._awaited == 0 and self.stop_when_done:
                self._kernel.stop()


def exception_text(exception: BaseException | None) -> str:
    """An exception in one line: its type and its message's first line; of a group, that of its first."""
    while isinstance(exception, BaseExceptionGroup):
        exception = exception.exceptions[0]
    if exception is None:
        return ""
    message = str(exception).strip().split("\n")
    return f"{type(exception).__name__}: {message[0]}" if message[0] else type(exception).__name__
