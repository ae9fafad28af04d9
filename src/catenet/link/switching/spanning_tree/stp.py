"""The spanning tree protocol (IEEE 802.1D-1998, clause 8): the procedures of 8.6, and the operations of 8.7.

Before a port forwards, it listens and learns, for the forward delay each.  Received information is valid for the max
age less the message's age; the failure of a distant link is detected when it expires.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.switching.spanning_tree.bpdu import (
    CONFIGURATION,
    TOPOLOGY_CHANGE,
    TOPOLOGY_CHANGE_ACKNOWLEDGMENT,
    TOPOLOGY_CHANGE_NOTIFICATION,
    UNITS_PER_S,
    Bpdu,
)
from catenet.link.switching.spanning_tree.settings import SECOND_NS, TreePortSettings, TreeSettings, path_cost_1998
from catenet.link.switching.spanning_tree.stp_port import StpPort
from catenet.link.switching.spanning_tree.tree import (
    BLOCKING,
    DISABLED,
    FORWARDING,
    LEARNING,
    LISTENING,
    NEVER_NS,
    ROLE_ALTERNATE,
    ROLE_BACKUP,
    ROLE_DESIGNATED,
    ROLE_DISABLED,
    ROLE_ROOT,
    PortInfo,
    SpanningTree,
    TreeCallbacks,
)

HOLD_TIME_NS: Final = SECOND_NS
MESSAGE_AGE_INCREMENT: Final = UNITS_PER_S
"""The increment of the message age by a bridge, in 1/256 s (table 8-3)."""


class Stp(SpanningTree):
    """One bridge with STP."""

    def __init__(self, bridge_mac: int, settings: TreeSettings, callbacks: TreeCallbacks) -> None:
        super().__init__(bridge_mac, settings, callbacks)
        self._ports: Final[dict[int, StpPort]] = {}
        self._now_ns: i64 = 0
        self._designated_root = self.bridge_id
        self._root_path_cost = 0
        self._root_port: StpPort | None = None
        self._max_age = settings.max_age_s * UNITS_PER_S
        self._hello_time = settings.hello_time_s * UNITS_PER_S
        self._forward_delay = settings.forward_delay_s * UNITS_PER_S
        self._topology_change_detected = False
        self._topology_change = False
        self._hello_ns: i64 = NEVER_NS
        self._notification_ns: i64 = NEVER_NS
        self._topology_change_ns: i64 = NEVER_NS

    # -- calls of the bridge

    def add_port(self, number: int, settings: TreePortSettings) -> None:
        self._ports[number] = StpPort(number, settings)

    def port_up(self, number: int, rate_bit_s: int, now_ns: i64) -> None:
        self._now_ns = now_ns
        port = self._ports[number]
        port.path_cost = port.settings.cost or path_cost_1998(rate_bit_s)
        self._become_designated(port)
        self._enter(port, BLOCKING)
        port.topology_change_acknowledge = port.configuration_pending = False
        self._port_state_selection()
        if self._root_port is None and self._hello_ns >= NEVER_NS:
            self._hello_ns = now_ns

    def port_down(self, number: int, now_ns: i64) -> None:
        self._now_ns = now_ns
        port = self._ports[number]
        was_root = self._is_root()
        self._become_designated(port)
        self._enter(port, DISABLED)
        port.topology_change_acknowledge = port.configuration_pending = False
        port.message_age_ns = port.forward_delay_ns = port.hold_ns = NEVER_NS
        self._configuration_update()
        self._port_state_selection()
        if self._is_root() and not was_root:
            self._become_root()

    def receive(self, number: int, bpdu: Bpdu, now_ns: i64) -> None:
        self._now_ns = now_ns
        port = self._ports[number]
        if port.state == DISABLED:
            return
        if bpdu.kind == TOPOLOGY_CHANGE_NOTIFICATION:
            if self._is_designated(port):
                self._detect_topology_change()
                port.topology_change_acknowledge = True
                self._transmit_configuration(port)
        elif bpdu.kind == CONFIGURATION:
            self._receive_configuration(port, bpdu)

    def advance(self, now_ns: i64) -> None:
        self._now_ns = now_ns
        if self._hello_ns <= now_ns:
            self._hello_ns = now_ns + self._span_ns(self._hello_time)
            self._generate_configurations()
        if self._notification_ns <= now_ns:
            self._transmit_notification()
        if self._topology_change_ns <= now_ns:
            self._topology_change_ns = NEVER_NS
            self._topology_change_detected = False
            self._set_topology_change(False)
        for port in self._ports.values():
            if port.message_age_ns <= now_ns:
                self._message_age_expired(port)
            if port.forward_delay_ns <= now_ns:
                self._forward_delay_expired(port)
            if port.hold_ns <= now_ns:
                port.hold_ns = NEVER_NS
                if port.configuration_pending:
                    self._transmit_configuration(port)

    def next_deadline_ns(self) -> i64:
        found = min(self._hello_ns, self._notification_ns, self._topology_change_ns)
        for port in self._ports.values():
            found = min(found, port.deadline_ns())
        return found

    def root(self) -> tuple[int, int, int]:
        root_port = self._root_port
        return self._designated_root, self._root_path_cost, 0 if root_port is None else root_port.number

    def port_infos(self) -> list[PortInfo]:
        return [
            PortInfo(
                port.number,
                self._role(port),
                port.state,
                port.path_cost,
                port.designated_bridge,
                port.designated_port,
                False,
            )
            for port in self._ports.values()
        ]

    # -- sent messages (8.6.1, 8.6.4 to 8.6.6)

    def _transmit_configuration(self, port: StpPort) -> None:
        if port.hold_ns < NEVER_NS:
            port.configuration_pending = True
            return
        message_age = self._message_age()
        if message_age >= self._max_age:
            return
        flags = TOPOLOGY_CHANGE_ACKNOWLEDGMENT if port.topology_change_acknowledge else 0
        flags |= TOPOLOGY_CHANGE if self._topology_change else 0
        port.topology_change_acknowledge = port.configuration_pending = False
        port.hold_ns = self._now_ns + HOLD_TIME_NS
        bpdu = Bpdu(
            CONFIGURATION,
            flags,
            self._designated_root,
            self._root_path_cost,
            self.bridge_id,
            port.port_id,
            message_age,
            self._max_age,
            self._hello_time,
            self._forward_delay,
        )
        self.callbacks.send_bpdu(port.number, bpdu)

    def _message_age(self) -> int:
        root_port = self._root_port
        if root_port is None:
            return 0
        left_ns = root_port.message_age_ns - self._now_ns
        return self._max_age - left_ns * UNITS_PER_S // SECOND_NS + MESSAGE_AGE_INCREMENT

    def _generate_configurations(self) -> None:
        for port in self._ports.values():
            if port.state != DISABLED and self._is_designated(port):
                self._transmit_configuration(port)

    def _transmit_notification(self) -> None:
        root_port = self._root_port
        assert root_port is not None
        self._notification_ns = self._now_ns + self.settings.hello_time_s * SECOND_NS
        self.callbacks.send_bpdu(root_port.number, Bpdu(TOPOLOGY_CHANGE_NOTIFICATION))

    # -- received messages (8.6.2, 8.6.3, 8.7.1)

    def _receive_configuration(self, port: StpPort, bpdu: Bpdu) -> None:
        was_root = self._is_root()
        if not self._supersedes(bpdu, port):
            if self._is_designated(port):
                self._transmit_configuration(port)
            return
        port.designated_root, port.designated_cost = bpdu.root_id, bpdu.root_path_cost
        port.designated_bridge, port.designated_port = bpdu.bridge_id, bpdu.port_id
        port.message_age_ns = self._now_ns + self._span_ns(bpdu.max_age - bpdu.message_age)
        self._configuration_update()
        self._port_state_selection()
        if was_root and not self._is_root():
            self._hello_ns = NEVER_NS
            if self._topology_change_detected:
                self._topology_change_ns = NEVER_NS
                self._transmit_notification()
        if port is self._root_port:
            self._max_age, self._hello_time, self._forward_delay = bpdu.max_age, bpdu.hello_time, bpdu.forward_delay
            self._set_topology_change(bpdu.flags & TOPOLOGY_CHANGE != 0)
            self._generate_configurations()
            if bpdu.flags & TOPOLOGY_CHANGE_ACKNOWLEDGMENT:
                self._topology_change_detected = False
                self._notification_ns = NEVER_NS

    def _supersedes(self, bpdu: Bpdu, port: StpPort) -> bool:
        told = bpdu.root_id, bpdu.root_path_cost, bpdu.bridge_id
        known = port.designated_root, port.designated_cost, port.designated_bridge
        if told != known:
            return told < known
        return bpdu.bridge_id != self.bridge_id or bpdu.port_id <= port.designated_port

    # -- selection of the root and of designated ports (8.6.7 to 8.6.10)

    def _configuration_update(self) -> None:
        before = self.root()
        best: tuple[int, int, int, int, int] | None = None
        self._root_port = None
        for port in self._ports.values():
            if port.state == DISABLED or self._is_designated(port) or port.designated_root >= self.bridge_id:
                continue
            root, cost, bridge, designated_port = port.vector()
            vector = (root, cost + port.path_cost, bridge, designated_port, port.port_id)
            if best is None or vector < best:
                best, self._root_port = vector, port
        self._designated_root, self._root_path_cost = (self.bridge_id, 0) if best is None else (best[0], best[1])
        for port in self._ports.values():
            mine = (self._designated_root, self._root_path_cost, self.bridge_id, port.port_id)
            same_root = port.designated_root == self._designated_root
            if self._is_designated(port) or not same_root or mine <= port.vector():
                self._become_designated(port)
        if self.root() != before:
            self.callbacks.root_changed(self._designated_root, self._root_path_cost)

    def _become_designated(self, port: StpPort) -> None:
        port.designated_root, port.designated_cost = self._designated_root, self._root_path_cost
        port.designated_bridge, port.designated_port = self.bridge_id, port.port_id

    def _is_designated(self, port: StpPort) -> bool:
        return port.designated_bridge == self.bridge_id and port.designated_port == port.port_id

    def _is_root(self) -> bool:
        return self._designated_root == self.bridge_id

    def _become_root(self) -> None:
        settings = self.settings
        self._max_age = settings.max_age_s * UNITS_PER_S
        self._hello_time = settings.hello_time_s * UNITS_PER_S
        self._forward_delay = settings.forward_delay_s * UNITS_PER_S
        self._detect_topology_change()
        self._notification_ns = NEVER_NS
        self._generate_configurations()
        self._hello_ns = self._now_ns + self._span_ns(self._hello_time)

    # -- port states (8.6.11 to 8.6.13, 8.7.4, 8.7.5)

    def _port_state_selection(self) -> None:
        for port in self._ports.values():
            if port.state == DISABLED:
                continue
            if port is self._root_port:
                port.configuration_pending = port.topology_change_acknowledge = False
                self._make_forwarding(port)
            elif self._is_designated(port):
                port.message_age_ns = NEVER_NS
                self._make_forwarding(port)
            else:
                port.configuration_pending = port.topology_change_acknowledge = False
                self._make_blocking(port)
            if port.told_role != self._role(port):
                self._enter(port, port.state)

    def _make_forwarding(self, port: StpPort) -> None:
        if port.state == BLOCKING:
            self._enter(port, LISTENING)
            port.forward_delay_ns = self._now_ns + self._span_ns(self._forward_delay)

    def _make_blocking(self, port: StpPort) -> None:
        if port.state == BLOCKING:
            return
        if port.state in (LEARNING, FORWARDING):
            self._detect_topology_change()
        self._enter(port, BLOCKING)
        port.forward_delay_ns = NEVER_NS

    def _message_age_expired(self, port: StpPort) -> None:
        was_root = self._is_root()
        port.message_age_ns = NEVER_NS
        self._become_designated(port)
        self._configuration_update()
        self._port_state_selection()
        if self._is_root() and not was_root:
            self._become_root()

    def _forward_delay_expired(self, port: StpPort) -> None:
        port.forward_delay_ns = NEVER_NS
        if port.state == LISTENING:
            self._enter(port, LEARNING)
            port.forward_delay_ns = self._now_ns + self._span_ns(self._forward_delay)
        elif port.state == LEARNING:
            self._enter(port, FORWARDING)
            if any(self._is_designated(each) for each in self._ports.values() if each.state != DISABLED):
                self._detect_topology_change()

    def _enter(self, port: StpPort, state: int) -> None:
        port.state = state
        port.told_role = self._role(port)
        self.callbacks.set_state(port.number, port.told_role, state)

    def _role(self, port: StpPort) -> int:
        """The port's role by the names of RSTP; 802.1D-1998 has none."""
        if port.state == DISABLED:
            return ROLE_DISABLED
        if port is self._root_port:
            return ROLE_ROOT
        if self._is_designated(port):
            return ROLE_DESIGNATED
        return ROLE_BACKUP if port.designated_bridge == self.bridge_id else ROLE_ALTERNATE

    # -- topology changes (8.6.14 to 8.6.16)

    def _detect_topology_change(self) -> None:
        self.topology_changes += 1
        self.callbacks.topology_changed()
        if self._is_root():
            self._set_topology_change(True)
            span_s = self.settings.max_age_s + self.settings.forward_delay_s
            self._topology_change_ns = self._now_ns + span_s * SECOND_NS
        elif not self._topology_change_detected:
            self._transmit_notification()
        self._topology_change_detected = True

    def _set_topology_change(self, on: bool) -> None:
        """Set the topology change flag; while it is set, addresses age out within the forward delay (8.3.5)."""
        if on != self._topology_change:
            self._topology_change = on
            self.callbacks.set_ageing(self._forward_delay // UNITS_PER_S if on else 0)

    def _span_ns(self, units: int) -> i64:
        return units * SECOND_NS // UNITS_PER_S
