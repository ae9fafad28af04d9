"""The timeline of a run, and the phases into which its events divide it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from rich.text import Text

from catenet.view import numbers
from catenet.view.latency import mark

MARKED: Final = {
    "link-cut": "red",
    "link-healed": "green",
    "link-set": "yellow",
    "called": "cyan",
    "address-conflict": "red",
    "program-failed": "red",
    "host-crashed": "red",
    "host-restarted": "green",
    "host-paused": "yellow",
    "host-resumed": "green",
    "partitioned": "red",
    "partition-healed": "green",
}
"""Entries that are marked on charts, with their colour; the other entries appear without a mark."""
COLOURED: Final = {"loop": "yellow", "blackhole": "yellow", "leader-changed": "cyan"}
"""Entries with a colour but without a mark: consequences of marked ones."""
UNTOLD: Final = ("program-started", "program-finished")
"""Normal events, which are not shown."""
MAX_LINES: Final = 32


class Phase(NamedTuple):
    """A part of a run between two marked entries: its times in seconds, and the marks at its start."""

    start_s: float
    end_s: float
    marks: str


def marked(timeline: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The entries with a mark, in order."""
    return [entry for entry in timeline if entry["what"] in MARKED]


def marks_s(timeline: Sequence[Mapping[str, Any]]) -> list[float]:
    """The times of the marked entries, in seconds."""
    return [entry["time_ns"] / 1e9 for entry in marked(timeline)]


def phases(timeline: Sequence[Mapping[str, Any]], end_s: float) -> list[Phase]:
    """The phases between marked entries; entries at the same time begin one phase together."""
    begins: dict[float, str] = {0.0: ""}
    for number, time_s in enumerate(marks_s(timeline)):
        if time_s < end_s:
            begins[time_s] = begins.get(time_s, "") + mark(number)
    starts = list(begins)
    return [Phase(start, end, begins[start]) for start, end in zip(starts, [*starts[1:], end_s], strict=True)]


def story_lines(timeline: Sequence[Mapping[str, Any]]) -> list[Text]:
    """The timeline as text, one entry a line: mark, time, event."""
    lines: list[Text] = []
    number = 0
    for entry in (entry for entry in timeline if entry["what"] not in UNTOLD):
        colour = MARKED.get(entry["what"])
        sign = mark(number) if colour else " "
        number += colour is not None
        line = Text(f" {sign} ", style="bold magenta")
        line.append(f"{numbers.time_text(entry['time_ns']):>10}  ", style="not bold default")
        shade = colour or COLOURED.get(entry["what"])
        line.append(entry["text"], style=f"not bold {shade}" if shade else "not bold dim default")
        lines.append(line)
    if len(lines) > MAX_LINES:
        more = len(lines) - MAX_LINES
        lines[MAX_LINES:] = [
            Text(f"   and {numbers.plural(more, 'more entry', 'more entries')} in summary.json", "dim")
        ]
    return lines
