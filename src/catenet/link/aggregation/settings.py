"""The settings of an aggregate, and the times of LACP (IEEE 802.1AX-2014, 6.4.4)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

SECOND_NS: Final[i64] = 1_000_000_000
FAST_PERIODIC_NS: Final[i64] = SECOND_NS
SLOW_PERIODIC_NS: Final[i64] = 30 * SECOND_NS
SHORT_TIMEOUT_NS: Final[i64] = 3 * SECOND_NS
LONG_TIMEOUT_NS: Final[i64] = 90 * SECOND_NS
AGGREGATE_WAIT_NS: Final[i64] = 2 * SECOND_NS
MAX_IN_FAST_PERIOD: Final = 3
"""LACPDUs that a port may send in :data:`FAST_PERIODIC_NS` (6.4.16)."""
DEFAULT_PRIORITY: Final = 0x8000
NEVER_NS: Final[i64] = 1 << 62

ACTIVE: Final = "active"
PASSIVE: Final = "passive"
OFF: Final = "off"
LAYER2: Final = "layer2"
LAYER23: Final = "layer2+3"
LAYER34: Final = "layer3+4"


class AggregateSettings:
    """``lacp`` is :data:`ACTIVE`, :data:`PASSIVE` or :data:`OFF` (static); ``short`` asks the partner for LACPDUs once
    a second, and believes them for 3 s.  With fewer than ``min_links`` members that work the aggregate is down.
    ``hash_policy`` is :data:`LAYER2`, :data:`LAYER23` or :data:`LAYER34`.
    """

    def __init__(
        self,
        lacp: str = ACTIVE,
        short: bool = False,
        min_links: int = 1,
        hash_policy: str = LAYER23,
        system_priority: int = DEFAULT_PRIORITY,
    ) -> None:
        self.lacp: Final = lacp
        self.short: Final = short
        self.min_links: Final = min_links
        self.hash_policy: Final = hash_policy
        self.system_priority: Final = system_priority
