"""Histories in files: our own JSON lines, Jepsen's logs, and histories in EDN, recognised by their beginnings.

A line ends with a line feed, with or without a carriage return before it, and with nothing else: U+2028 in a string
ends none.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple

from catenet.check import jepsen, json_lines
from catenet.check.history import Event, HistoryError, Operation, operations

_NONE: Final = (
    'this is no history: neither JSON lines ({"event": ...}), nor a Jepsen log (... jepsen.util - 0 :invoke ...),'
    " nor EDN ({:process 0, :type :invoke, ...})"
)


class History(NamedTuple):
    """The events of a file, their lines, and the assumptions made, as text."""

    events: list[Event]
    lines: list[int]
    notes: list[str]

    def operations(self) -> list[Operation]:
        """The operations.  Raises HistoryError with the line of an error, or for an empty history."""
        try:
            found = operations(self.events)
        except HistoryError as error:
            raise self.located(error) from None
        if not found:
            raise HistoryError("no client's operation is in it, and nothing can be said of none")
        return found

    def located(self, error: HistoryError) -> HistoryError:
        """The same error with the line instead of the number of the event."""
        return HistoryError(f"line {self.lines[error.place]}: {error.what}") if error.place >= 0 else error


def read_history(path: Path, failed_cas: jepsen.FailedCas = "by-format", independent: bool | None = None) -> History:
    """The history in a file of any of the formats; the options apply to Jepsen's.

    Raises OSError, UnicodeDecodeError, and HistoryError with the line of an error.
    """
    return parse_history(path.read_bytes().decode("utf-8-sig"), failed_cas, independent)


def parse_history(text: str, failed_cas: jepsen.FailedCas = "by-format", independent: bool | None = None) -> History:
    """The history in a text.  Raises HistoryError."""
    lines = [(number, line.removesuffix("\r")) for number, line in enumerate(text.split("\n"), 1)]
    begin = next((line.strip() for _, line in lines if line.strip()), "")
    if begin.startswith("{") and begin[1:].lstrip()[:1] in ('"', "}"):
        found = list(json_lines.parsed(lines))
        return History([event for _, event in found], [line for line, _ in found], [])
    if any(jepsen.LOG_LINE.search(line) for _, line in lines):
        entries = list(jepsen.log_entries(lines))
    elif begin.startswith(("{", "[", "(", "#", ";")):
        entries = list(jepsen.edn_entries(text))
    else:
        raise HistoryError(_NONE if begin else "the file is empty")
    return History(*jepsen.events(entries, failed_cas, independent))


def write_history(path: Path, events: Iterable[Event]) -> None:
    """Write events as JSON lines.  Raises OSError."""
    path.write_text(json_lines.written(events), encoding="utf-8")
