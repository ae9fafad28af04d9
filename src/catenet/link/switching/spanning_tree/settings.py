"""The settings of a bridge and its ports, with the standards' defaults (802.1D-1998, 8.10; 802.1D-2004, 17.14)."""

from __future__ import annotations

from typing import Final

SECOND_NS: Final = 1_000_000_000
BRIDGE_PRIORITY: Final = 32_768
PORT_PRIORITY: Final = 128
HELLO_TIME_S: Final = 2
MAX_AGE_S: Final = 20
FORWARD_DELAY_S: Final = 15
MAX_COST_1998: Final = 65_535
MAX_COST: Final = 200_000_000

_COSTS_1998: Final[tuple[tuple[int, int], ...]] = (
    (10_000_000_000, 2),
    (1_000_000_000, 4),
    (100_000_000, 19),
    (16_000_000, 62),
    (10_000_000, 100),
)
"""The recommended path costs, each with the minimum rate of the link in bit/s (802.1D-1998, table 8-5)."""
_REFERENCE_BIT_S: Final = 20_000_000_000_000


class TreeSettings:
    """The settings of a bridge: its priority, and times in seconds, which apply to all bridges if it is the root."""

    def __init__(
        self,
        priority: int = BRIDGE_PRIORITY,
        hello_time_s: int = HELLO_TIME_S,
        max_age_s: int = MAX_AGE_S,
        forward_delay_s: int = FORWARD_DELAY_S,
    ) -> None:
        self.priority: Final = priority
        self.hello_time_s: Final = hello_time_s
        self.max_age_s: Final = max_age_s
        self.forward_delay_s: Final = forward_delay_s


class TreePortSettings:
    """The settings of a port.  With ``cost`` 0 the link's rate determines the cost; ``edge``: it leads to no bridge."""

    def __init__(
        self, cost: int = 0, priority: int = PORT_PRIORITY, edge: bool = False, point_to_point: bool = True
    ) -> None:
        self.cost: Final = cost
        self.priority: Final = priority
        self.edge: Final = edge
        self.point_to_point: Final = point_to_point

    def shared(self) -> TreePortSettings:
        """A copy for a shared medium, on which RSTP makes no agreements."""
        return TreePortSettings(self.cost, self.priority, self.edge, False)


def path_cost_1998(rate_bit_s: int) -> int:
    """The path cost of a link, in 16 bits."""
    for rate, cost in _COSTS_1998:
        if rate_bit_s >= rate:
            return cost
    return min(MAX_COST_1998, max(100, 1_000_000_000 // rate_bit_s))


def path_cost(rate_bit_s: int) -> int:
    """The path cost of a link, in 32 bits: 20,000 for 1 Gbit/s (802.1D-2004, table 17-3)."""
    return min(MAX_COST, max(1, _REFERENCE_BIT_S // rate_bit_s))
