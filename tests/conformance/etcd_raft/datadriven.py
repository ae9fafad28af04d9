"""Transcripts: a command and its arguments, input lines, ``----``, and what it prints, up to an empty line.

Where the output has empty lines itself it stands between two pairs of ``----``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ARGUMENT = re.compile(r"(?P<key>[^\s=]+)(=(?P<value>\([^)]*\)|\S*))?")


@dataclass
class Step:
    """One command of a transcript."""

    line: int
    command: str
    arguments: list[tuple[str, list[str]]] = field(default_factory=list)
    input: str = ""
    expected: str = ""

    @property
    def positional(self) -> list[str]:
        """Arguments without a value."""
        return [key for key, values in self.arguments if not values]

    @property
    def named(self) -> dict[str, list[str]]:
        """Arguments with values."""
        return {key: values for key, values in self.arguments if values}


def parse_arguments(text: str) -> list[tuple[str, list[str]]]:
    """``3 voters=(1,2,3) index=2`` as keys with their values."""
    found = []
    for match in ARGUMENT.finditer(text):
        value = match["value"]
        if value is None:
            values = []
        elif value.startswith("("):
            values = [part.strip() for part in value[1:-1].split(",")]
        else:
            values = [value]
        found.append((match["key"], values))
    return found


def parse_steps(path: Path) -> Iterator[Step]:
    """All of a transcript's commands."""
    lines = path.read_text().split("\n")
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        start = at
        at += 1
        if not line or line.startswith("#"):
            continue
        while line.endswith("\\"):
            line = line[:-1] + " " + lines[at].strip()
            at += 1
        command, _, rest = line.partition(" ")
        given = []
        while lines[at] != "----":
            given.append(lines[at])
            at += 1
        at += 1
        printed = []
        if at < len(lines) and lines[at] == "----":
            at += 1
            while not (lines[at] == "----" and lines[at + 1] == "----"):
                printed.append(lines[at])
                at += 1
            at += 2
        else:
            while at < len(lines) and lines[at].strip():
                printed.append(lines[at])
                at += 1
        yield Step(start + 1, command, parse_arguments(rest), "\n".join(given), "\n".join(printed))
