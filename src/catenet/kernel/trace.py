"""The trace: events as rows of integers.

A layer appends a row in one call.  A row is ``(time_ns, kind, subject, a, b)``: the kind defines the event and the
meaning of ``a`` and ``b``; the subject is the object concerned (a port, a connection, a host), a small number that
represents its name.  While tracing is off the call returns at once.

Kinds are declared by the layer that emits them, once, at import; their numbers are fixed, by layer::

    0x100 physical   0x200 link   0x300 network   0x400 transport   0x500 session   0x700 application   0x800 lab
"""

from __future__ import annotations

from typing import Final, NamedTuple

from mypy_extensions import i64


class Kind(NamedTuple):
    """A kind of row: a dotted name, and names of ``a`` and ``b`` (empty if unused)."""

    code: int
    name: str
    a: str
    b: str


KINDS: Final[dict[int, Kind]] = {}


NO_LIMIT: Final[i64] = 1 << 60


def declare(code: int, name: str, a: str = "", b: str = "") -> int:
    """Declare a kind of row and return its code.  Raises ValueError if the code is taken by another."""
    kind = Kind(code, name, a, b)
    if KINDS.setdefault(code, kind) != kind:
        raise ValueError(f"trace kind {code:#x} is already {KINDS[code].name}, and cannot be {name}")
    return code


class Row(NamedTuple):
    """One row, for readers."""

    time_ns: int
    kind: int
    subject: int
    a: int
    b: int


class Trace:
    """The rows of one run.  Off until :meth:`listen` is called."""

    def __init__(self) -> None:
        self.listening: bool = False
        self.names: Final[list[str]] = []
        self._numbers: Final[dict[str, int]] = {}
        self._cells: list[int] = []
        self._most_cells: i64 = NO_LIMIT

    def listen(self) -> None:
        """Record rows from now on."""
        self.listening = True

    def keep(self, max_rows: i64) -> None:
        """Keep only the last so many rows, for a run without an end."""
        self._most_cells = max_rows * 5

    def subject(self, name: str) -> int:
        """The number that represents a name; the same name gives the same number."""
        number = self._numbers.get(name, -1)
        if number < 0:
            number = len(self.names)
            self._numbers[name] = number
            self.names.append(name)
        return number

    def row(self, time_ns: i64, kind: int, subject: int, a: int = 0, b: int = 0) -> None:
        """Append a row, if tracing is on."""
        if not self.listening:
            return
        cells = self._cells
        cells.append(time_ns)
        cells.append(kind)
        cells.append(subject)
        cells.append(a)
        cells.append(b)
        if len(cells) > self._most_cells:
            del cells[: len(cells) // 10 * 5]

    def __len__(self) -> int:
        return len(self._cells) // 5

    def rows(self) -> list[Row]:
        """All rows so far, in the order in which they were appended."""
        cells = self._cells
        return [Row(cells[i], cells[i + 1], cells[i + 2], cells[i + 3], cells[i + 4]) for i in range(0, len(cells), 5)]
