"""Ranges of octets (RFC 9110 section 14): one, or several in a multipart body."""

from __future__ import annotations

import re
from dataclasses import dataclass

RANGE = re.compile(r"(\d{0,19})-(\d{0,19})")
RANGES_MAX = 16
"""More ranges than this cost more than they save: the whole is sent instead (section 14.2)."""


class Unsatisfiable(Exception):
    """No range of the request overlaps the content: status 416."""


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Octets from ``first`` to ``last``, both included, counted from 0."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def content_range(self, whole_bytes: int) -> str:
        return f"bytes {self.first}-{self.last}/{whole_bytes}"


def parse_ranges(value: str, whole_bytes: int) -> list[ByteRange] | None:
    """The ranges of a ``Range`` field that overlap the content.

    None if the field is to be ignored: another unit, bad syntax, too many ranges, or ranges that together are longer
    than the whole.  Raises Unsatisfiable if none overlaps.
    """
    unit, _, specification = value.partition("=")
    if unit.strip().lower() != "bytes":
        return None
    asked = [part.strip() for part in specification.split(",") if part.strip()]
    ranges = []
    for part in asked:
        found = RANGE.fullmatch(part)
        if found is None or part == "-":
            return None
        if found[1] and found[2] and int(found[1]) > int(found[2]):
            return None
        made = _range(found[1], found[2], whole_bytes)
        if made is not None:
            ranges.append(made)
    if not asked or len(asked) > RANGES_MAX:
        return None
    if not ranges:
        raise Unsatisfiable
    return None if len(ranges) > 1 and sum(one.size for one in ranges) > whole_bytes else ranges


def _range(first: str, last: str, whole_bytes: int) -> ByteRange | None:
    if not first:  # the last so many octets
        size = min(int(last), whole_bytes)
        return ByteRange(whole_bytes - size, whole_bytes - 1) if size else None
    if int(first) >= whole_bytes:
        return None
    return ByteRange(int(first), min(int(last), whole_bytes - 1) if last else whole_bytes - 1)
