"""What happened in a run, in words: the entries that a person reads first.

The lab notes here what it does itself (links cut and healed, routes changed, programs that end); what the
layers report by themselves (an address conflict) is taken from the trace when the summary is made.  Every
entry that is noted is a trace row too.
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

WORDS: Final = {
    LINK_CUT: "link-cut",
    LINK_HEALED: "link-healed",
    LINK_SET: "link-set",
    ROUTES_CHANGED: "routes-changed",
    PROGRAM_STARTED: "program-started",
    PROGRAM_FINISHED: "program-finished",
    PROGRAM_FAILED: "program-failed",
    CALLED: "called",
}


class Entry(NamedTuple):
    """One thing that happened: when, what kind of thing, to whom, and a line for people."""

    time_ns: int
    what: str
    subject: str
    text: str


class Timeline:
    """The entries of one run, in order."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel: Final = kernel
        self.entries: Final[list[Entry]] = []

    def note(self, kind: int, subject: str, text: str, a: int = 0, b: int = 0) -> None:
        """Note that something of that kind happens now."""
        now_ns = int(self._kernel.now_ns)
        self.entries.append(Entry(now_ns, WORDS[kind], subject, text))
        trace = self._kernel.trace
        trace.row(now_ns, kind, trace.subject(subject), a, b)
