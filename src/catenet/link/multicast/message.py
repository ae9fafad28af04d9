"""What the octets of an IGMP message, or of an ICMPv6 message of MLD, say."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.multicast.query import IGMP_QUERY, MLD_QUERY, Query, parse_query
from catenet.link.multicast.report import (
    HEADER_OCTETS,
    IGMP1_REPORT,
    IGMP2_LEAVE,
    IGMP2_REPORT,
    IGMP3_REPORT,
    MLD1_DONE,
    MLD1_REPORT,
    MLD2_REPORT,
    Report,
    parse_report,
)

IGMP_REPORTS: Final = (IGMP1_REPORT, IGMP2_REPORT, IGMP2_LEAVE, IGMP3_REPORT)
MLD_REPORTS: Final = (MLD1_REPORT, MLD1_DONE, MLD2_REPORT)
ROUTER_ALERT4: Final = bytes([0x94, 4, 0, 0])
"""The IPv4 option Router Alert (RFC 2113)."""
ROUTER_ALERT6: Final = bytes([5, 2, 0, 0, 1, 0])
"""The hop-by-hop option Router Alert for MLD (RFC 2711), padded."""


class GroupMessage:
    """A message: a ``query`` or a ``report``, and the other None."""

    def __init__(self, query: Query | None, report: Report | None) -> None:
        self.query: Final = query
        self.report: Final = report


def is_mld(kind: i64) -> bool:
    """True for an ICMPv6 type of MLD."""
    return kind == MLD_QUERY or kind in MLD_REPORTS


def parse_message(version: i64, data: bytes) -> GroupMessage | None:
    """The message of an IGMP packet (``version`` 4) or of an ICMPv6 packet; None if it is neither or malformed.

    The checksum is the caller's to check.
    """
    if len(data) < HEADER_OCTETS:
        return None
    kind = data[0]
    if kind == (IGMP_QUERY if version == 4 else MLD_QUERY):
        query = parse_query(version, data)
        return None if query is None else GroupMessage(query, None)
    if kind in (IGMP_REPORTS if version == 4 else MLD_REPORTS):
        report = parse_report(version, data)
        return None if report is None else GroupMessage(None, report)
    return None
