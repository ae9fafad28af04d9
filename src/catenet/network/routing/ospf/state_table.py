"""A state machine as a table: its rows, and its diagram.

:func:`draw` generates the page of the documentation from the tables that the implementation executes.
"""

from __future__ import annotations

from typing import Final, NamedTuple

DECIDED: Final = -1
"""The next state of a row whose action determines it."""


class Row(NamedTuple):
    """A row: state, event, action and next state.  ``section`` is that of the RFC."""

    state: int
    event: int
    next_state: int
    action: str
    section: str


def draw(rows: list[Row], states: tuple[str, ...], events: tuple[str, ...]) -> str:
    """A diagram (Mermaid) of all state changes, and the whole table, in Markdown."""
    lines = ["```mermaid", "stateDiagram-v2"]
    for number, name in enumerate(states):
        lines.append(f'    state "{name}" as s{number}')
    for (state, next_state), names in _arrows(rows, events).items():
        if next_state == DECIDED:
            lines.append(f"    note right of s{state} : {', '.join(names)} — its action decides")
        else:
            lines.append(f"    s{state} --> s{next_state} : {', '.join(names)}")
    lines += ["```", "", "| state | event | next state | action | section |", "|---|---|---|---|---|"]
    for row in rows:
        after = "decided" if row.next_state == DECIDED else states[row.next_state]
        lines.append(f"| {states[row.state]} | {events[row.event]} | {after} | {row.action} | {row.section} |")
    return "\n".join(lines) + "\n"


def _arrows(rows: list[Row], events: tuple[str, ...]) -> dict[tuple[int, int], list[str]]:
    """The events that lead from one state to another, by the pair of states."""
    found: dict[tuple[int, int], list[str]] = {}
    for row in rows:
        if row.next_state != row.state:
            found.setdefault((row.state, row.next_state), []).append(events[row.event])
    return found
