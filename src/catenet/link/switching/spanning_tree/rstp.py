"""The rapid spanning tree protocol (IEEE 802.1w; 802.1D-2004, clause 17).

On a point-to-point link a designated port proposes to forward; the neighbouring bridge agrees once its other ports are
in sync, that is, discarding.  So the tree converges within a few round trips; timers are used only with bridges that
run STP, and on shared links.  A port that receives no BPDU for three seconds is an edge port, and forwards.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.link.switching.spanning_tree.bpdu import (
    AGREEMENT,
    ALTERNATE_OR_BACKUP,
    CONFIGURATION,
    DESIGNATED,
    FORWARDING,
    LEARNING,
    PROPOSAL,
    RAPID,
    ROLE_SHIFT,
    ROOT,
    TOPOLOGY_CHANGE,
    TOPOLOGY_CHANGE_ACKNOWLEDGMENT,
    TOPOLOGY_CHANGE_NOTIFICATION,
    UNITS_PER_S,
    Bpdu,
)
from catenet.link.switching.spanning_tree.role_selection import RootChoice, choose_root, select_roles
from catenet.link.switching.spanning_tree.rstp_machines import BridgeProcedures, PortMachines
from catenet.link.switching.spanning_tree.rstp_port import INFO_RECEIVED, MIGRATE_TIME_S, RstpPort, Times, Vector
from catenet.link.switching.spanning_tree.settings import SECOND_NS, TreePortSettings, TreeSettings, path_cost
from catenet.link.switching.spanning_tree.tree import (
    DISABLED,
    DISCARDING,
    MAC_MASK,
    NEVER_NS,
    ROLE_DESIGNATED,
    ROLE_DISABLED,
    ROLE_ROOT,
    PortInfo,
    SpanningTree,
    TreeCallbacks,
)
from catenet.link.switching.spanning_tree.tree import FORWARDING as STATE_FORWARDING
from catenet.link.switching.spanning_tree.tree import LEARNING as STATE_LEARNING

PORT_NUMBER_MASK: Final = 0xFFF


class Rstp(SpanningTree):
    """One bridge with RSTP, which uses STP with bridges that run only STP."""

    def __init__(self, bridge_mac: int, settings: TreeSettings, callbacks: TreeCallbacks) -> None:
        super().__init__(bridge_mac, settings, callbacks)
        self._times: Final = Times(0, settings.max_age_s, settings.hello_time_s, settings.forward_delay_s)
        self._ports: Final[dict[int, RstpPort]] = {}
        self._choice: RootChoice = choose_root(self.bridge_id, self._times, [])
        self._procedures: Final = _Procedures(self)
        self._machines: Final = PortMachines(self._procedures)
        self._tick_ns: i64 = NEVER_NS

    def add_port(self, number: int, settings: TreePortSettings) -> None:
        self._ports[number] = RstpPort(number, settings, self._times)
        self._run()

    def port_up(self, number: int, rate_bit_s: int, now_ns: i64) -> None:
        port = self._ports[number]
        port.path_cost = port.settings.cost or path_cost(rate_bit_s)
        port.edge_delay_while = MIGRATE_TIME_S
        port.port_enabled = True
        if self._tick_ns >= NEVER_NS:
            self._tick_ns = now_ns + SECOND_NS
        self._run()

    def port_down(self, number: int, now_ns: i64) -> None:
        self._ports[number].port_enabled = False
        self._run()

    def receive(self, number: int, bpdu: Bpdu, now_ns: i64) -> None:
        """Port receive (17.23)."""
        port = self._ports[number]
        if not port.port_enabled:
            return
        if bpdu.kind == RAPID:
            port.rcvd_rstp = True
        else:
            port.rcvd_stp = True
        port.oper_edge = False
        port.edge_delay_while = MIGRATE_TIME_S
        port.message = bpdu
        self._run()

    def advance(self, now_ns: i64) -> None:
        while self._tick_ns <= now_ns:
            self._tick_ns += SECOND_NS
            for port in self._ports.values():
                port.tick()
        self._run()

    def next_deadline_ns(self) -> i64:
        return self._tick_ns

    def root(self) -> tuple[int, int, int]:
        choice = self._choice
        return choice.priority[0], choice.priority[1], 0 if choice.port is None else choice.port.number

    def port_infos(self) -> list[PortInfo]:
        return [
            PortInfo(
                port.number,
                port.role,
                state_of(port),
                port.path_cost,
                port.port_priority[2],
                port.port_priority[3],
                port.oper_edge,
            )
            for port in self._ports.values()
        ]

    def ports(self) -> list[RstpPort]:
        """All ports, by number."""
        return list(self._ports.values())

    def _run(self) -> None:
        """Run all state machines until none can make a transition; then transmit."""
        ports = list(self._ports.values())
        busy = True
        while busy:
            busy = False
            for port in ports:
                while self._machines.step(port):
                    busy = True
            if self._select_roles(ports):
                busy = True
            if not busy:
                for port in ports:
                    while self._machines.transmit(port):
                        busy = True

    def _select_roles(self, ports: list[RstpPort]) -> bool:
        """Port role selection (17.28)."""
        if not any(port.reselect for port in ports):
            return False
        before = self.root()
        for port in ports:
            port.reselect = False
        self._choice = select_roles(self.bridge_id, self._times, ports)
        for port in ports:
            port.selected = True
        if self.root() != before:
            self.callbacks.root_changed(self._choice.priority[0], self._choice.priority[1])
        return True


class _Procedures(BridgeProcedures):
    """The procedures of the bridge that the state machines of its ports call."""

    def __init__(self, tree: Rstp) -> None:
        self._tree: Final = tree

    def all_synced(self) -> bool:
        for port in self._tree.ports():
            if not port.selected or port.role != port.selected_role or not (port.synced or port.role == ROLE_ROOT):
                return False
        return True

    def re_rooted(self, port: RstpPort) -> bool:
        return all(other.rr_while == 0 for other in self._tree.ports() if other is not port)

    def set_sync_tree(self) -> None:
        for port in self._tree.ports():
            port.sync = True

    def set_re_root_tree(self) -> None:
        for port in self._tree.ports():
            port.re_root = True

    def set_tc_prop_tree(self, port: RstpPort) -> None:
        for other in self._tree.ports():
            if other is not port:
                other.tc_prop = True

    def port_state_changed(self, port: RstpPort) -> None:
        self._tree.callbacks.set_state(port.number, port.role, state_of(port))

    def flush(self, port: RstpPort) -> None:
        if not port.oper_edge:
            self._tree.callbacks.flush(port.number)

    def topology_changed(self) -> None:
        self._tree.topology_changes += 1
        self._tree.callbacks.topology_changed()

    def process_message(self, port: RstpPort) -> None:
        message = port.message
        assert message is not None
        if message.kind == TOPOLOGY_CHANGE_NOTIFICATION:
            port.rcvd_tcn = True
        elif message.role == DESIGNATED:
            _designated_message(port, message)
        elif message.role in (ROOT, ALTERNATE_OR_BACKUP) and _vector(message) >= port.port_priority:
            _record_agreement(port, message)
            _set_tc_flags(port, message)

    def transmit(self, port: RstpPort) -> None:
        if not port.send_rstp and port.role == ROLE_ROOT:
            self._tree.callbacks.send_bpdu(port.number, Bpdu(TOPOLOGY_CHANGE_NOTIFICATION))
        else:
            self._tree.callbacks.send_bpdu(port.number, _message_of(port))


def state_of(port: RstpPort) -> int:
    """The state of a port (17.4)."""
    if port.role == ROLE_DISABLED:
        return DISABLED
    if port.forwarding:
        return STATE_FORWARDING
    return STATE_LEARNING if port.learning else DISCARDING


def _vector(message: Bpdu) -> Vector:
    return message.root_id, message.root_path_cost, message.bridge_id, message.port_id


def _designated_message(port: RstpPort, message: Bpdu) -> None:
    """Superior, repeated or inferior information of a designated port (17.21.8, 17.27)."""
    vector, known = _vector(message), port.port_priority
    times = _times_of(message)
    same_sender = (
        vector[2] & MAC_MASK == known[2] & MAC_MASK and vector[3] & PORT_NUMBER_MASK == known[3] & PORT_NUMBER_MASK
    )
    if vector == known and times.same(port.port_times) and port.info_is == INFO_RECEIVED:  # REPEATED_DESIGNATED
        port.proposed = port.proposed or message.flags & PROPOSAL != 0
        _set_tc_flags(port, message)
        _update_received_info_while(port)
    elif vector <= known or same_sender:  # SUPERIOR_DESIGNATED
        port.agreed = port.proposing = False
        port.proposed = port.proposed or message.flags & PROPOSAL != 0
        _set_tc_flags(port, message)
        port.agree = port.agree and port.info_is == INFO_RECEIVED and vector <= known
        port.port_priority = vector
        port.port_times = times
        _update_received_info_while(port)
        port.info_is = INFO_RECEIVED
        port.reselect = True
        port.selected = False
    elif message.kind == RAPID and message.flags & LEARNING:  # INFERIOR_DESIGNATED
        port.disputed = True
        port.agreed = False


def _record_agreement(port: RstpPort, message: Bpdu) -> None:
    agreed = message.kind == RAPID and port.settings.point_to_point and message.flags & AGREEMENT != 0
    port.agreed = agreed
    port.proposing = port.proposing and not agreed


def _set_tc_flags(port: RstpPort, message: Bpdu) -> None:
    port.rcvd_tc = port.rcvd_tc or message.flags & TOPOLOGY_CHANGE != 0
    port.rcvd_tc_ack = port.rcvd_tc_ack or (
        message.kind == CONFIGURATION and message.flags & TOPOLOGY_CHANGE_ACKNOWLEDGMENT != 0
    )


def _update_received_info_while(port: RstpPort) -> None:
    """Received information is valid for three hello times, unless it exceeds its maximum age (17.21.23)."""
    times = port.port_times
    port.rcvd_info_while = 3 * times.hello_time if times.message_age + 1 <= times.max_age else 0


def _times_of(message: Bpdu) -> Times:
    return Times(
        (message.message_age + UNITS_PER_S // 2) // UNITS_PER_S,
        message.max_age // UNITS_PER_S,
        max(1, message.hello_time // UNITS_PER_S),
        message.forward_delay // UNITS_PER_S,
    )


def _message_of(port: RstpPort) -> Bpdu:
    root, cost, bridge, port_id = port.designated_priority
    times = port.designated_times
    flags = TOPOLOGY_CHANGE if port.tc_while != 0 else 0
    if not port.send_rstp:
        flags |= TOPOLOGY_CHANGE_ACKNOWLEDGMENT if port.tc_ack else 0
    else:
        role = ROOT if port.role == ROLE_ROOT else DESIGNATED if port.role == ROLE_DESIGNATED else ALTERNATE_OR_BACKUP
        flags |= role << ROLE_SHIFT
        flags |= PROPOSAL if port.proposing else 0
        flags |= AGREEMENT if port.agree else 0
        flags |= LEARNING if port.learning else 0
        flags |= FORWARDING if port.forwarding else 0
    return Bpdu(
        RAPID if port.send_rstp else CONFIGURATION,
        flags,
        root,
        cost,
        bridge,
        port_id,
        times.message_age * UNITS_PER_S,
        times.max_age * UNITS_PER_S,
        times.hello_time * UNITS_PER_S,
        times.forward_delay * UNITS_PER_S,
    )
