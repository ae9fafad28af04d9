"""The interface between a bridge and its spanning tree protocol, common to STP and RSTP."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.link.switching.spanning_tree.bpdu import Bpdu
from catenet.link.switching.spanning_tree.settings import TreePortSettings, TreeSettings

DISABLED: Final = 0
BLOCKING: Final = 1
LISTENING: Final = 2
LEARNING: Final = 3
FORWARDING: Final = 4
DISCARDING: Final = 5
"""RSTP has one state for blocking and listening (802.1D-2004, table 17-1)."""
STATES: Final = ("disabled", "blocking", "listening", "learning", "forwarding", "discarding")

ROLE_DISABLED: Final = 0
ROLE_ROOT: Final = 1
ROLE_DESIGNATED: Final = 2
ROLE_ALTERNATE: Final = 3
ROLE_BACKUP: Final = 4
ROLES: Final = ("disabled", "root", "designated", "alternate", "backup")
NEVER_NS: Final[i64] = 1 << 62

MAC_MASK: Final = (1 << 48) - 1


@mypyc_attr(allow_interpreted_subclasses=True)
class TreeCallbacks:
    """The outputs of a spanning tree to its bridge; ports are identified by numbers."""

    def send_bpdu(self, port: int, bpdu: Bpdu) -> None:
        """Send a BPDU."""
        raise AssertionError(f"{type(self).__name__} cannot send BPDUs")

    def set_state(self, port: int, role: int, state: int) -> None:
        """A port's role or state has changed."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def flush(self, port: int) -> None:
        """Forget the addresses learned at a port."""
        raise AssertionError(f"{type(self).__name__} has no addresses")

    def set_ageing(self, ageing_s: int) -> None:
        """Set the ageing time of addresses; 0 for the default."""
        raise AssertionError(f"{type(self).__name__} has no addresses")

    def topology_changed(self) -> None:
        """The bridge itself has detected a topology change."""

    def root_changed(self, root_id: int, cost: int) -> None:
        """The root, or the path cost to it, has changed."""


class PortInfo:
    """The state of a port.  ``designated_bridge`` and ``designated_port`` are those of its link."""

    def __init__(
        self, number: int, role: int, state: int, cost: int, designated_bridge: int, designated_port: int, edge: bool
    ) -> None:
        self.number: Final = number
        self.role: Final = role
        self.state: Final = state
        self.cost: Final = cost
        self.designated_bridge: Final = designated_bridge
        self.designated_port: Final = designated_port
        self.edge: Final = edge


class SpanningTree:
    """One bridge's part in the protocol.  ``topology_changes`` counts those that this bridge has detected."""

    def __init__(self, bridge_mac: int, settings: TreeSettings, callbacks: TreeCallbacks) -> None:
        self.bridge_id: Final = settings.priority << 48 | bridge_mac
        self.settings: Final = settings
        self.callbacks: Final = callbacks
        self.topology_changes: int = 0

    def add_port(self, number: int, settings: TreePortSettings) -> None:
        """Add a port, with its link down."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def port_up(self, number: int, rate_bit_s: int, now_ns: i64) -> None:
        """A port's link has come up."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def port_down(self, number: int, now_ns: i64) -> None:
        """A port's link has gone down."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def receive(self, number: int, bpdu: Bpdu, now_ns: i64) -> None:
        """A port has received a BPDU."""
        raise AssertionError(f"{type(self).__name__} receives nothing")

    def advance(self, now_ns: i64) -> None:
        """Process expired timers."""
        raise AssertionError(f"{type(self).__name__} has no time")

    def next_deadline_ns(self) -> i64:
        """The next time to call :meth:`advance`."""
        raise AssertionError(f"{type(self).__name__} has no time")

    def root(self) -> tuple[int, int, int]:
        """The root's identifier, the cost to it, and the root port (0 if this bridge is the root)."""
        raise AssertionError(f"{type(self).__name__} has no root")

    def port_infos(self) -> list[PortInfo]:
        """All ports, by number."""
        raise AssertionError(f"{type(self).__name__} has no ports")
