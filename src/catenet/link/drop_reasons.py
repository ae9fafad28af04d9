"""Why a port drops a frame, or marks it: the codes of trace rows, their words, and the names of their counters."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.trace import declare

ROW_DROP: Final = declare(0x200, "port.drop", "reason", "octets")
ROW_MARK: Final = declare(0x202, "port.mark", "reason", "octets")

QUEUE_FULL: Final[i64] = 1
NO_CARRIER: Final[i64] = 2
TOO_LONG: Final[i64] = 3
BAD_FCS: Final[i64] = 4
OVERLIMIT: Final[i64] = 5
RED_EARLY: Final[i64] = 6
RED_FORCED: Final[i64] = 7
CODEL: Final[i64] = 8
CE_THRESHOLD: Final[i64] = 9
PIE: Final[i64] = 10
ABOVE_BURST: Final[i64] = 11
EXCESSIVE_COLLISIONS: Final[i64] = 12
STORM_BROADCAST: Final[i64] = 13
STORM_MULTICAST: Final[i64] = 14
STORM_UNKNOWN_UNICAST: Final[i64] = 15
REASONS: Final = 16
"""One more than the last code."""

DROP_TEXT: Final[dict[int, str]] = {
    1: "queue full",
    2: "link down",
    3: "longer than the MTU",
    4: "bad frame check sequence",
    5: "overlimit",
    6: "red early",
    7: "red forced",
    8: "codel",
    10: "pie",
    11: "longer than the burst",
    12: "excessive collisions",
    13: "storm control: broadcast",
    14: "storm control: multicast",
    15: "storm control: unknown unicast",
}
"""Why a port dropped a frame, in words, by the reason's code."""

MARK_TEXT: Final[dict[int, str]] = {
    6: "marked: red early",
    7: "marked: red forced",
    8: "marked: codel",
    9: "marked: ce_threshold",
    10: "marked: pie",
}
"""Which rule set Congestion Experienced in a frame's IP header, in words, by the reason's code."""

DROP_COUNTERS: Final[dict[int, str]] = {
    1: "dropped_queue_full",
    2: "dropped_no_carrier",
    3: "dropped_too_long",
    4: "fcs_errors",
    5: "dropped_overlimit",
    6: "dropped_red_early",
    7: "dropped_red_forced",
    8: "dropped_codel",
    10: "dropped_pie",
    11: "dropped_above_burst",
    12: "dropped_excessive_collisions",
    13: "dropped_storm_broadcast",
    14: "dropped_storm_multicast",
    15: "dropped_storm_unknown_unicast",
}
MARK_COUNTERS: Final[dict[int, str]] = {
    6: "marked_red_early",
    7: "marked_red_forced",
    8: "marked_codel",
    9: "marked_ce_threshold",
    10: "marked_pie",
}
