"""The RIP message on the wire (RFC 2453 section 4).

A header of four octets, then entries of twenty::

    command(1) version(1) zero(2)
    family(2) tag(2) address(4) mask(4) next hop(4) metric(4)      up to 25 times
"""

from __future__ import annotations

import struct
from typing import Final

from mypy_extensions import i64

REQUEST: Final = 1
RESPONSE: Final = 2
VERSION: Final = 2
INFINITY: Final = 16
"""The metric of unreachable networks (section 3.4)."""
MAX_ENTRIES: Final = 25
HEADER_OCTETS: Final = 4
ENTRY_OCTETS: Final = 20
MAX_OCTETS: Final = HEADER_OCTETS + MAX_ENTRIES * ENTRY_OCTETS
FAMILY_ANY: Final = 0
"""In a request, with metric 16: the whole table (section 3.9.1)."""
FAMILY_IPV4: Final = 2
FAMILY_AUTHENTICATION: Final = 0xFFFF
"""The family of authentication, valid in the first entry only."""

_HEADER: Final = struct.Struct("!BBH")
_ENTRY: Final = struct.Struct("!HHIIII")


class Entry:
    """One route entry of a message; ``mask`` and ``metric`` are not validated."""

    def __init__(self, family: int, tag: int, address: int, mask: int, next_hop: int, metric: int) -> None:
        self.family: Final = family
        self.tag: Final = tag
        self.address: Final = address
        self.mask: Final = mask
        self.next_hop: Final = next_hop
        self.metric: Final = metric

    def emit(self) -> bytes:
        """The entry's twenty octets."""
        return _ENTRY.pack(self.family, self.tag, self.address, self.mask, self.next_hop, self.metric)


class Message:
    """A message without authentication; :mod:`~catenet.network.routing.rip.authentication` adds it."""

    def __init__(self, command: int, version: int, entries: list[Entry]) -> None:
        self.command: Final = command
        self.version: Final = version
        self.entries: Final = entries

    def emit(self) -> bytes:
        """The message's octets."""
        parts = [_HEADER.pack(self.command, self.version, 0)]
        for entry in self.entries:
            parts.append(entry.emit())
        return b"".join(parts)


def parse(octets: bytes) -> Message | None:
    """Parse a message; None unless it consists of a header and at most 25 whole entries.

    Fields are validated in :mod:`~catenet.network.routing.rip.drop_reasons`.  The must-be-zero field is ignored
    (section 4: it is, in versions above 1).
    """
    length: i64 = len(octets)
    if length < HEADER_OCTETS or length > MAX_OCTETS or (length - HEADER_OCTETS) % ENTRY_OCTETS != 0:
        return None
    command, version, _ = _HEADER.unpack_from(octets)
    offset: i64 = HEADER_OCTETS
    entries: list[Entry] = []
    while offset < length:
        family, tag, address, mask, next_hop, metric = _ENTRY.unpack_from(octets, offset)
        entries.append(Entry(family, tag, address, mask, next_hop, metric))
        offset += ENTRY_OCTETS
    return Message(command, version, entries)


def whole_table_request() -> Message:
    """The request for the whole table: one entry of family 0 and metric 16 (section 3.9.1)."""
    return Message(REQUEST, VERSION, [Entry(FAMILY_ANY, 0, 0, 0, 0, INFINITY)])


def asks_for_everything(message: Message) -> bool:
    """Whether a request is for the whole table."""
    if len(message.entries) != 1:
        return False
    entry = message.entries[0]
    return entry.family == FAMILY_ANY and entry.metric == INFINITY


def mask_of(prefix_len: int) -> int:
    """The network mask of a prefix length."""
    return 0xFFFFFFFF ^ ((1 << (32 - prefix_len)) - 1)


def prefix_len_of(mask: int) -> int:
    """The prefix length of a mask; -1 if the mask is not contiguous."""
    hosts = 0xFFFFFFFF ^ mask
    if hosts & (hosts + 1) != 0:
        return -1
    return 32 - hosts.bit_length()
