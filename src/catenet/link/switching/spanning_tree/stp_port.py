"""A port's parameters and timers in STP (IEEE 802.1D-1998, 8.5.5 and 8.5.6)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.switching.spanning_tree.settings import TreePortSettings
from catenet.link.switching.spanning_tree.tree import DISABLED, NEVER_NS


class StpPort:
    """One port.  Timers are the times at which they expire."""

    def __init__(self, number: int, settings: TreePortSettings) -> None:
        self.number: Final = number
        self.settings: Final = settings
        self.port_id: Final = settings.priority << 8 | number
        self.state = DISABLED
        self.told_role = 0
        self.path_cost: int = settings.cost
        self.designated_root = 0
        self.designated_cost = 0
        self.designated_bridge = 0
        self.designated_port = 0
        self.topology_change_acknowledge = False
        self.configuration_pending = False
        self.message_age_ns: i64 = NEVER_NS
        self.forward_delay_ns: i64 = NEVER_NS
        self.hold_ns: i64 = NEVER_NS

    def vector(self) -> tuple[int, int, int, int]:
        """The port's priority vector; the lowest is the best."""
        return self.designated_root, self.designated_cost, self.designated_bridge, self.designated_port

    def deadline_ns(self) -> i64:
        """The time at which the first of its timers expires."""
        return min(self.message_age_ns, self.forward_delay_ns, self.hold_ns)
