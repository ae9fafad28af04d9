"""Group records of reports (RFC 3376 section 4.2.4, RFC 3810 section 5.2.5).

====== ========= =========================================================
offset octets    field
====== ========= =========================================================
0      1         record type
1      1         length of auxiliary data, in 32-bit words
2      2         number of sources
4      4 or 16   group
...    4 or 16   each source
end              auxiliary data, which is ignored
====== ========= =========================================================
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy_extensions import i64

IS_INCLUDE: Final[i64] = 1
"""MODE_IS_INCLUDE: the current filter is INCLUDE of these sources."""
IS_EXCLUDE: Final[i64] = 2
TO_INCLUDE: Final[i64] = 3
"""CHANGE_TO_INCLUDE_MODE: the filter has changed from EXCLUDE to INCLUDE of these sources."""
TO_EXCLUDE: Final[i64] = 4
ALLOW: Final[i64] = 5
"""ALLOW_NEW_SOURCES: listens to these sources too."""
BLOCK: Final[i64] = 6
"""BLOCK_OLD_SOURCES: listens to these sources no longer."""

FIXED_OCTETS: Final[i64] = 4
MAX_SOURCES: Final = 65_535


def address_octets(version: i64) -> i64:
    """The octets of an address of IPv4 or IPv6."""
    return 4 if version == 4 else 16


class GroupRecord:
    """What is said of one group; ``kind`` is the record type, 1 to 6."""

    def __init__(self, kind: i64, group: int, sources: Sequence[int] = ()) -> None:
        self.kind: Final[i64] = kind
        self.group: Final = group
        self.sources: Final = tuple(sources)

    def octets(self, version: i64) -> i64:
        """The length of :meth:`emit`."""
        return FIXED_OCTETS + address_octets(version) * (1 + len(self.sources))

    def emit(self, version: i64) -> bytes:
        """The record on the wire."""
        width = int(address_octets(version))
        head = bytes([int(self.kind), 0]) + len(self.sources).to_bytes(2, "big")
        return head + b"".join([address.to_bytes(width, "big") for address in (self.group, *self.sources)])


def parse_records(version: i64, data: bytes, count: int) -> list[GroupRecord] | None:
    """``count`` records; None if they reach beyond the data.  More data after them is ignored (RFC 3376 4.2.11)."""
    width = address_octets(version)
    records = []
    at: i64 = 0
    for _ in range(count):
        if at + FIXED_OCTETS + width > len(data):
            return None
        sources: i64 = data[at + 2] << 8 | data[at + 3]
        begin = at + FIXED_OCTETS
        end = begin + width * (1 + sources)
        following = end + 4 * data[at + 1]
        if following > len(data):
            return None
        addresses = parse_addresses(version, data[begin:end])
        records.append(GroupRecord(data[at], addresses[0], addresses[1:]))
        at = following
    return records


def parse_addresses(version: i64, data: bytes) -> list[int]:
    """Addresses side by side."""
    width = int(address_octets(version))
    return [int.from_bytes(data[at : at + width], "big") for at in range(0, len(data), width)]
