"""Connects a bridge to its spanning tree protocol: BPDUs in frames, port states, and timers.

A port whose link has come up takes part from the end of that instant, when its configuration is complete.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.timer import Timer
from catenet.link.ethernet import Frame
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.learning_switch import Switch
from catenet.link.switching.spanning_tree.bpdu import Bpdu
from catenet.link.switching.spanning_tree.rstp import Rstp
from catenet.link.switching.spanning_tree.settings import SECOND_NS, TreeSettings
from catenet.link.switching.spanning_tree.stp import Stp
from catenet.link.switching.spanning_tree.tracing import ROW_PORT, ROW_ROOT, ROW_TOPOLOGY_CHANGE
from catenet.link.switching.spanning_tree.tree import FORWARDING, LEARNING, MAC_MASK, SpanningTree, TreeCallbacks

NO_TREE: Final = "none"
STP: Final = "stp"
RSTP: Final = "rstp"


class BridgeTree(TreeCallbacks):
    """The spanning tree protocol of a bridge, :data:`STP` or :data:`RSTP`, with its callbacks."""

    def __init__(self, switch: Switch, protocol: str, settings: TreeSettings) -> None:
        self.protocol: Final = protocol
        self.settings: Final = settings
        self.core: SpanningTree | None = None
        self.bad_bpdus: int = 0
        self._switch: Final = switch
        self._ports: Final[dict[int, BridgePort]] = {}
        self._rising: Final[list[BridgePort]] = []
        self._alarm: Final = _Alarm(switch.kernel, self)
        self._subject: Final = switch.kernel.trace.subject(switch.name)
        self._usual_ageing_ns: Final = switch.ageing_ns

    # -- calls of the bridge

    def carrier_changed(self, port: BridgePort, up: bool) -> None:
        """A port's link has come up or gone down."""
        if up:
            self._rising.append(port)
            self._alarm.arm(self._switch.kernel.now_ns)
        elif port in self._rising:
            self._rising.remove(port)
        elif self.core is not None:
            self.core.port_down(port.number, self._switch.kernel.now_ns)
            self._wait()

    def receive(self, port: BridgePort, frame: Frame) -> None:
        """Process a frame to the Bridge Group Address."""
        bpdu = Bpdu.of_frame(frame)
        if bpdu is None:
            self.bad_bpdus += 1
        elif self.core is not None and port.number in self._ports:
            self.core.receive(port.number, bpdu, self._switch.kernel.now_ns)
            self._wait()

    def due(self) -> None:
        """A timer has expired.  Called by :class:`_Alarm` only."""
        now_ns = self._switch.kernel.now_ns
        rising = list(self._rising)
        self._rising.clear()
        for port in rising:
            self._port_up(port, now_ns)
        if self.core is not None:
            self.core.advance(now_ns)
        self._wait()

    # -- callbacks of the protocol

    def send_bpdu(self, port: int, bpdu: Bpdu) -> None:
        out = self._ports[port]
        out.send(bpdu.frame(out.mac))

    def set_state(self, port: int, role: int, state: int) -> None:
        changed = self._ports[port]
        changed.learning = state in (LEARNING, FORWARDING)
        changed.forwarding = state == FORWARDING
        if changed.forwarding:
            self._switch.port_forwards(changed)
        kernel = self._switch.kernel
        kernel.trace.row(kernel.now_ns, ROW_PORT, kernel.trace.subject(changed.name), role, state)

    def flush(self, port: int) -> None:
        self._switch.forget(self._ports[port])
        self._switch.topology_changed()

    def set_ageing(self, ageing_s: int) -> None:
        self._switch.ageing_ns = ageing_s * SECOND_NS or self._usual_ageing_ns
        self._switch.topology_changed()

    def topology_changed(self) -> None:
        kernel = self._switch.kernel
        kernel.trace.row(kernel.now_ns, ROW_TOPOLOGY_CHANGE, self._subject)

    def root_changed(self, root_id: int, cost: int) -> None:
        kernel = self._switch.kernel
        kernel.trace.row(kernel.now_ns, ROW_ROOT, self._subject, root_id & MAC_MASK, cost)

    def _port_up(self, port: BridgePort, now_ns: i64) -> None:
        core = self.core
        if core is None:
            core = self.core = self._make_core(port.mac)
        if port.number not in self._ports:
            self._ports[port.number] = port
            core.add_port(port.number, port.tree)
        core.port_up(port.number, port.rate_bit_s(), now_ns)

    def _make_core(self, mac: int) -> SpanningTree:
        """Create the protocol, with the MAC of the first port, which is the lowest (802.1D-2004, 7.12.5)."""
        if self.protocol == RSTP:
            return Rstp(mac, self.settings, self)
        return Stp(mac, self.settings, self)

    def _wait(self) -> None:
        if self.core is not None and not self._rising:
            self._alarm.arm(self.core.next_deadline_ns())


class _Alarm(Timer):
    """The timer of the protocol."""

    def __init__(self, kernel: Kernel, tree: BridgeTree) -> None:
        super().__init__(kernel)
        self._tree: Final = tree

    def expired(self) -> None:
        self._tree.due()
