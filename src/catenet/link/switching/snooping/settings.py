"""The settings of snooping in a switch, with the defaults of RFC 3376 section 8 and RFC 3810 section 9."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.quantity import NS_PER_S

ROBUSTNESS: Final = 2
QUERY_INTERVAL_NS: Final = 125 * NS_PER_S
RESPONSE_NS: Final = 10 * NS_PER_S
"""Query Response Interval: members respond to a general query within this time."""
LAST_MEMBER_NS: Final = NS_PER_S
"""Last Member Query Interval: members respond to a query for a group within this time."""


class SnoopingSettings:
    """``querier``: whether it sends queries; ``address`` is their IPv4 source, 0 for one derived from its MAC.

    ``fast_leave``: a port that receives a leave message is removed at once.  ``flood_unregistered``: frames to groups
    without members are sent to all ports.  Queries are sent in ``vlans`` and in the VLANs of its ports, except ports
    that carry all VLANs.  The other settings are the querier's.
    """

    def __init__(
        self,
        querier: bool = False,
        address: int = 0,
        fast_leave: bool = False,
        flood_unregistered: bool = False,
        robustness: int = ROBUSTNESS,
        query_interval_ns: int = QUERY_INTERVAL_NS,
        response_ns: int = RESPONSE_NS,
        last_member_ns: int = LAST_MEMBER_NS,
        vlans: tuple[int, ...] = (),
    ) -> None:
        self.querier: Final = querier
        self.address: Final = address
        self.fast_leave: Final = fast_leave
        self.flood_unregistered: Final = flood_unregistered
        self.robustness: Final[i64] = robustness
        self.query_interval_ns: Final[i64] = query_interval_ns
        self.response_ns: Final[i64] = response_ns
        self.last_member_ns: Final[i64] = last_member_ns
        self.vlans: Final = vlans
