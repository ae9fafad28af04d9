"""The timeline of a run: its events as text, which a person reads first.

The lab records its own events here (links cut and healed, routes changed, programs ended); events of the layers, such
as an address conflict, are taken from the trace when the summary is made.  Every recorded entry is also a trace row.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from catenet.kernel.kernel import Kernel
from catenet.kernel.trace import declare

LINK_CUT: Final = declare(0x800, "lab.link_cut")
LINK_HEALED: Final = declare(0x801, "lab.link_healed")
LINK_SET: Final = declare(0x802, "lab.link_set")
ROUTES_CHANGED: Final = declare(0x803, "lab.routes_changed", "routers", "routes")
PROGRAM_STARTED: Final = declare(0x804, "lab.program_started", "number")
PROGRAM_FINISHED: Final = declare(0x805, "lab.program_finished", "number")
PROGRAM_FAILED: Final = declare(0x806, "lab.program_failed", "number")
CALLED: Final = declare(0x807, "lab.called")
HOST_CRASHED: Final = declare(0x810, "lab.host_crashed")
HOST_RESTARTED: Final = declare(0x811, "lab.host_restarted")
HOST_PAUSED: Final = declare(0x812, "lab.host_paused")
HOST_RESUMED: Final = declare(0x813, "lab.host_resumed")
PARTITIONED: Final = declare(0x814, "lab.partitioned", "pairs")
PARTITION_HEALED: Final = declare(0x815, "lab.partition_healed")
CLOCK_CHANGED: Final = declare(0x816, "lab.clock_changed")
DISK_CHANGED: Final = declare(0x817, "lab.disk_changed")
DISK_ROTTED: Final = declare(0x818, "lab.disk_rotted")
PROGRAM_NOTE: Final = declare(0x820, "lab.told")
"""An event reported by a program: see :meth:`Timeline.record_program`."""

WORDS: Final = {
    LINK_CUT: "link-cut",
    LINK_HEALED: "link-healed",
    LINK_SET: "link-set",
    ROUTES_CHANGED: "routes-changed",
    PROGRAM_STARTED: "program-started",
    PROGRAM_FINISHED: "program-finished",
    PROGRAM_FAILED: "program-failed",
    CALLED: "called",
    HOST_CRASHED: "host-crashed",
    HOST_RESTARTED: "host-restarted",
    HOST_PAUSED: "host-paused",
    HOST_RESUMED: "host-resumed",
    PARTITIONED: "partitioned",
    PARTITION_HEALED: "partition-healed",
    CLOCK_CHANGED: "clock-changed",
    DISK_CHANGED: "disk-changed",
    DISK_ROTTED: "disk-rotted",
}


class Entry(NamedTuple):
    """One event: its time, its kind, its subject, and a line of text."""

    time_ns: int
    what: str
    subject: str
    text: str


class Timeline:
    """The entries of one run, in order."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel: Final = kernel
        self.entries: Final[list[Entry]] = []

    def record(self, kind: int, subject: str, text: str, a: int = 0, b: int = 0) -> None:
        """Record an event of that kind now."""
        now_ns = int(self._kernel.now_ns)
        self.entries.append(Entry(now_ns, WORDS[kind], subject, text))
        trace = self._kernel.trace
        trace.row(now_ns, kind, trace.subject(subject), a, b)

    def record_program(self, what: str, subject: str, text: str) -> None:
        """Record an event that a program reports, with a kind of its own."""
        now_ns = int(self._kernel.now_ns)
        self.entries.append(Entry(now_ns, what, subject, text))
        trace = self._kernel.trace
        trace.row(now_ns, PROGRAM_NOTE, trace.subject(f"{subject}: {text}"))
