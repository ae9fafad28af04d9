"""A port's variables in RSTP (IEEE 802.1D-2004, 17.17 and 17.19).

The names are the standard's, in Python's spelling.  Timers count whole seconds down to 0.
"""

from __future__ import annotations

from typing import Final

from catenet.link.switching.spanning_tree.bpdu import Bpdu
from catenet.link.switching.spanning_tree.settings import TreePortSettings
from catenet.link.switching.spanning_tree.tree import ROLE_DISABLED

Vector = tuple[int, int, int, int]
"""A priority vector (17.5): root, root path cost, designated bridge, designated port; the lowest is the best."""

INFO_DISABLED: Final = 0
INFO_AGED: Final = 1
INFO_MINE: Final = 2
INFO_RECEIVED: Final = 3

MIGRATE_TIME_S: Final = 3
TRANSMIT_HOLD_COUNT: Final = 6


class Times:
    """Timer parameters (17.5, 17.13): in seconds."""

    def __init__(self, message_age: int, max_age: int, hello_time: int, forward_delay: int) -> None:
        self.message_age: Final = message_age
        self.max_age: Final = max_age
        self.hello_time: Final = hello_time
        self.forward_delay: Final = forward_delay

    def same(self, other: Times) -> bool:
        """Whether all four times are equal."""
        return (self.message_age, self.max_age, self.hello_time, self.forward_delay) == (
            other.message_age,
            other.max_age,
            other.hello_time,
            other.forward_delay,
        )


class RstpPort:
    """One port of a bridge with RSTP."""

    def __init__(self, number: int, settings: TreePortSettings, times: Times) -> None:
        self.number: Final = number
        self.settings: Final = settings
        self.port_id: Final = settings.priority << 8 | number
        self.path_cost: int = settings.cost
        self.port_enabled = False
        # role and what is known (17.19.9, 17.19.10, 17.19.21, 17.19.22, 17.19.35 to 17.19.37)
        self.info_is = INFO_DISABLED
        self.role = ROLE_DISABLED
        self.selected_role = ROLE_DISABLED
        self.selected = False
        self.reselect = True
        self.updt_info = False
        self.designated_priority: Vector = (0, 0, 0, 0)
        self.designated_times: Times = times
        self.port_priority: Vector = (0, 0, 0, 0)
        self.port_times: Times = times
        # the message that was received
        self.message: Bpdu | None = None
        self.rcvd_tc = False
        self.rcvd_tcn = False
        self.rcvd_tc_ack = False
        self.rcvd_rstp = False
        self.rcvd_stp = False
        # agreement with the bridge across
        self.agree = False
        self.agreed = False
        self.proposed = False
        self.proposing = False
        self.sync = True
        self.synced = False
        self.re_root = True
        self.disputed = False
        # what is learned and forwarded, and what is to be
        self.learn = False
        self.learning = False
        self.forward = False
        self.forwarding = False
        # the other variables
        self.blocked = False
        self.oper_edge: bool = settings.edge
        self.send_rstp = True
        self.sensing = False
        self.new_info = False
        self.tx_count: int = 0
        self.tc_ack = False
        self.tc_prop = False
        self.tc_active = False
        self.tc_learning = False
        # timers
        self.edge_delay_while: int = MIGRATE_TIME_S
        self.fd_while: int = times.max_age
        self.hello_when: int = 0
        self.mdelay_while: int = MIGRATE_TIME_S
        self.rb_while: int = 0
        self.rcvd_info_while: int = 0
        self.rr_while: int = times.forward_delay
        self.tc_while: int = 0

    def tick(self) -> None:
        """A second has passed (17.22)."""
        self.edge_delay_while = max(0, self.edge_delay_while - 1)
        self.fd_while = max(0, self.fd_while - 1)
        self.hello_when = max(0, self.hello_when - 1)
        self.mdelay_while = max(0, self.mdelay_while - 1)
        self.rb_while = max(0, self.rb_while - 1)
        self.rcvd_info_while = max(0, self.rcvd_info_while - 1)
        self.rr_while = max(0, self.rr_while - 1)
        self.tc_while = max(0, self.tc_while - 1)
        self.tx_count = max(0, self.tx_count - 1)

    @property
    def roles_selected(self) -> bool:
        """Whether its role machine may act: roles are selected, and its information is up to date (17.29)."""
        return self.selected and not self.updt_info

    @property
    def forward_delay(self) -> int:
        """The delay of listening and of learning: the hello time if the neighbour runs RSTP (17.20.5)."""
        times = self.designated_times
        return times.hello_time if self.send_rstp else times.forward_delay

    @property
    def edge_delay(self) -> int:
        """The time without a BPDU after which a port is an edge port (17.20.4)."""
        return MIGRATE_TIME_S if self.settings.point_to_point else self.designated_times.max_age
