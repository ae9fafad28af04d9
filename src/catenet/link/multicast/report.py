"""Membership reports and leave messages (RFC 3376 section 4.2, RFC 3810 section 5.2, RFC 2236, RFC 2710).

IGMPv3 and MLDv2 have the same form: a type, a reserved octet, a checksum, 2 reserved octets, the number of group
records (2 octets), and these.  An older message names one group, where a query has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy_extensions import i64

from catenet.link.multicast.group_record import (
    IS_EXCLUDE,
    TO_INCLUDE,
    GroupRecord,
    address_octets,
    parse_records,
)

IGMP1_REPORT: Final = 0x12
IGMP2_REPORT: Final = 0x16
IGMP2_LEAVE: Final = 0x17
IGMP3_REPORT: Final = 0x22
MLD1_REPORT: Final = 131
MLD1_DONE: Final = 132
MLD2_REPORT: Final = 143

HEADER_OCTETS: Final[i64] = 8


class Report:
    """What a host tells of its groups, in the terms of IGMPv3 and MLDv2; ``generation`` is the version that said it.

    An older report is a record IS_EXCLUDE of no source, a leave message TO_INCLUDE of none (RFC 3376 section 7.3.2).
    """

    def __init__(self, version: i64, generation: i64, records: Sequence[GroupRecord]) -> None:
        self.version: Final[i64] = version
        self.generation: Final[i64] = generation
        self.records: Final = list(records)

    @property
    def is_latest(self) -> bool:
        """IGMPv3 or MLDv2."""
        return self.generation == (3 if self.version == 4 else 2)

    def emit(self) -> bytes:
        """The message; its checksum is 0.  One of an older version has one record."""
        if self.is_latest:
            kind = IGMP3_REPORT if self.version == 4 else MLD2_REPORT
            head = bytes([kind, 0, 0, 0, 0, 0]) + len(self.records).to_bytes(2, "big")
            return head + b"".join([record.emit(self.version) for record in self.records])
        record = self.records[0]
        group = record.group.to_bytes(int(address_octets(self.version)), "big")
        leaves = record.kind == TO_INCLUDE
        if self.version == 6:
            return bytes([MLD1_DONE if leaves else MLD1_REPORT]) + bytes(7) + group
        kind = IGMP2_LEAVE if leaves else IGMP1_REPORT if self.generation == 1 else IGMP2_REPORT
        return bytes([kind, 0, 0, 0]) + group


def parse_report(version: i64, data: bytes) -> Report | None:
    """A report or leave message; None if it is another message, or malformed."""
    kind = data[0]
    if kind in (IGMP3_REPORT, MLD2_REPORT):
        records = parse_records(version, data[HEADER_OCTETS:], data[6] << 8 | data[7])
        return None if records is None else Report(version, 3 if version == 4 else 2, records)
    width = int(address_octets(version))
    at = 4 if version == 4 else 8
    if len(data) < at + width:
        return None
    group = int.from_bytes(data[at : at + width], "big")
    if kind in (IGMP2_LEAVE, MLD1_DONE):
        return Report(version, 2 if version == 4 else 1, [GroupRecord(TO_INCLUDE, group)])
    generation = 2 if kind == IGMP2_REPORT else 1
    return Report(version, generation, [GroupRecord(IS_EXCLUDE, group)])
