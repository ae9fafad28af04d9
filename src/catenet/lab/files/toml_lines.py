"""The line of a key in a TOML file.

``tomllib`` returns values without positions.  For error messages this module finds the line by a scan for table
headers and ``key =`` lines.  It does not validate the file, since ``tomllib`` has accepted it already.  If the key is
not found, the result is the line of the nearest table, or 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_HEADER: Final = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART: Final = re.compile(r"""[A-Za-z0-9_-]+|"([^"]*)"|'([^']*)'""")

KeyPath = tuple[str | int, ...]


def line_of(text: str, path: Sequence[str | int]) -> int:
    """The line, counted from 1, of the key at that path, else of its nearest parent, else 0."""
    places = _places(text)
    wanted = tuple(path)
    while wanted:
        if wanted in places:
            return places[wanted]
        wanted = wanted[:-1]
    return 0


def _places(text: str) -> dict[KeyPath, int]:
    places: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, line in enumerate(text.split("\n"), 1):
        header = _HEADER.match(line)
        if header is not None:
            names = _indexed(_parts(header[2]), counts)
            if header[1] == "[[":
                index = counts.get(names, 0)
                counts[names] = index + 1
                places.setdefault(names, number)
                names = (*names, index)
            table = names
            _record_line(places, (), table, number)
            continue
        key = _KEY.match(line)
        if key is not None:
            _record_line(places, table, _parts(key[1]), number)
    return places


def _record_line(places: dict[KeyPath, int], table: KeyPath, names: KeyPath, number: int) -> None:
    for length in range(1, len(names) + 1):
        places.setdefault((*table, *names[:length]), number)


def _parts(text: str) -> KeyPath:
    return tuple(match[1] or match[2] or match[0].strip("\"'") for match in _PART.finditer(text))


def _indexed(names: KeyPath, counts: dict[KeyPath, int]) -> KeyPath:
    """A header's path, with the index of the last element of each array of tables on it."""
    path: KeyPath = ()
    for position, name in enumerate(names):
        path = (*path, name)
        if path in counts and position < len(names) - 1:
            path = (*path, counts[path] - 1)
    return path
