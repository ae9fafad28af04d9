"""The trace rows of RIP: changes of routes with their causes, updates, and rejected messages."""

from __future__ import annotations

from typing import Final, NamedTuple

from catenet.kernel.trace import Row, declare

ROUTE: Final = declare(0x310, "network.rip.route", "prefix", "change")
"""``prefix`` is address and length, ``change`` gateway, metric and cause: see :func:`route_change`."""
DROP: Final = declare(0x311, "network.rip.drop", "reason", "source")
UPDATE: Final = declare(0x312, "network.rip.update", "cause", "routes")

CONNECTED: Final = 1
LEARNED: Final = 2
BETTER: Final = 3
SAME_GATEWAY: Final = 4
FRESHER: Final = 5
EQUAL: Final = 6
POISONED: Final = 7
TIMED_OUT: Final = 8
INTERFACE_DOWN: Final = 9
FLUSHED: Final = 10
HOP_LOST: Final = 11
WITHDRAWN: Final = 12

CAUSES: Final[dict[int, str]] = {
    CONNECTED: "connected, or given",
    LEARNED: "advertised, and not known before",
    BETTER: "advertised with a lower metric",
    SAME_GATEWAY: "its gateway says something else now",
    FRESHER: "as far through another, and the old one was getting stale",
    EQUAL: "one more next hop of equal cost",
    POISONED: "its gateway says that it is unreachable",
    TIMED_OUT: "not heard of for too long",
    INTERFACE_DOWN: "the interface went down",
    FLUSHED: "garbage collected",
    HOP_LOST: "one of its next hops of equal cost is gone",
    WITHDRAWN: "not to be advertised any more",
}

PERIODIC: Final = 1
TRIGGERED: Final = 2
ANSWER: Final = 3
"""A response to a request; with the two above, the causes of an update."""


class RouteChange(NamedTuple):
    """A row of kind :data:`ROUTE`, unpacked.  ``gateway`` is 0 for connected networks."""

    time_ns: int
    subject: int
    prefix: int
    prefix_len: int
    gateway: int
    metric: int
    cause: int


def pack_prefix(prefix: int, prefix_len: int) -> int:
    """Address and length in one number."""
    return prefix << 6 | prefix_len


def pack_change(gateway: int, metric: int, cause: int) -> int:
    """Gateway, metric and cause in one number."""
    return gateway << 16 | metric << 8 | cause


def route_change(row: Row) -> RouteChange:
    """Unpack a row of kind :data:`ROUTE`."""
    return RouteChange(
        row.time_ns, row.subject, row.a >> 6, row.a & 0x3F, row.b >> 16, (row.b >> 8) & 0xFF, row.b & 0xFF
    )
