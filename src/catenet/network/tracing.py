"""The trace rows of the network layer, and its reasons for dropping packets."""

from __future__ import annotations

from typing import Final

from catenet.kernel.trace import declare

DROP: Final = declare(0x300, "network.drop", "reason", "protocol")
ROUTE_CHANGE: Final = declare(0x301, "network.route_change", "version", "prefix_len")
ADDRESS_CONFLICT: Final = declare(0x302, "network.address_conflict", "version", "address")
NEIGHBOUR_FAILED: Final = declare(0x303, "network.neighbour_failed", "version", "address")
CARRIER: Final = declare(0x304, "network.carrier", "up")
NAT_MAPPED: Final = declare(0x305, "network.nat_mapped", "protocol", "port")

MALFORMED: Final = 1
MARTIAN_SOURCE: Final = 2
NOT_OURS: Final = 3
NO_ROUTE: Final = 4
BLACKHOLE: Final = 5
PROHIBITED: Final = 6
HOP_LIMIT: Final = 7
TOO_BIG: Final = 8
NO_PROTOCOL: Final = 9
UNRESOLVED: Final = 10
QUEUE_FULL: Final = 11
REASSEMBLY: Final = 12
OPTIONS: Final = 13
LINK_GROUP: Final = 14
NOT_MEMBER: Final = 15
ICMP_LIMITED: Final = 16
NOT_FORWARDED: Final = 17
NAT_FILTERED: Final = 18
NAT_EXHAUSTED: Final = 19
NAT_HIDDEN: Final = 20
NAT_UNKNOWN: Final = 21
BARRED: Final = 22
GROUP_SOURCE: Final = 23

REASONS: Final[dict[int, str]] = {
    MALFORMED: "malformed, or a wrong checksum",
    MARTIAN_SOURCE: "a source address that cannot be",
    NOT_OURS: "not for this host, which does not forward",
    NO_ROUTE: "no route",
    BLACKHOLE: "a blackhole route",
    PROHIBITED: "a route that prohibits",
    HOP_LIMIT: "hop limit exceeded",
    TOO_BIG: "too big for the link, and not to be fragmented",
    NO_PROTOCOL: "no such protocol here",
    UNRESOLVED: "the neighbour does not answer",
    QUEUE_FULL: "too many packets wait for the neighbour",
    REASSEMBLY: "fragments that did not make a packet",
    OPTIONS: "options that forbid it",
    LINK_GROUP: "a unicast packet in a broadcast frame",
    NOT_MEMBER: "a group that this host has not joined",
    ICMP_LIMITED: "an error message beyond the rate limit",
    NOT_FORWARDED: "an address that stays on its link",
    NAT_FILTERED: "filtered by the address translator",
    NAT_EXHAUSTED: "the address translator has no port left",
    NAT_HIDDEN: "an address behind the address translator",
    NAT_UNKNOWN: "nothing that the address translator knows",
    BARRED: "a partition",
    GROUP_SOURCE: "a source that no member of the group listens to",
}
"""The text of each reason in a ``network.drop`` row."""
