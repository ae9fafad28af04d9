"""An aggregate: one port of a bridge, several links.

To the bridge an :class:`AggregatePort` is a port; its carrier is up while enough members distribute.  Each member is a
port of its own with a link, whose station is a :class:`Member`, not the bridge.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.timer import Timer
from catenet.link.aggregation.flow_hash import flow_hash
from catenet.link.aggregation.lacp_port import MUX_COLLECTING, MUX_DISTRIBUTING, WAITING, LacpPort
from catenet.link.aggregation.lacpdu import ETHERTYPE, SLOW_PROTOCOLS, Lacpdu, marker_response, slow_frame
from catenet.link.aggregation.selection import Group, select
from catenet.link.aggregation.settings import NEVER_NS, OFF, AggregateSettings
from catenet.link.aggregation.tracing import ROW_AGGREGATE, ROW_MEMBER
from catenet.link.drop_reasons import NO_CARRIER
from catenet.link.ethernet import Frame
from catenet.link.lldp.agent import LldpAgent
from catenet.link.lldp.local_system import AGGREGATION_ACTIVE, AGGREGATION_CAPABLE
from catenet.link.port import Port, Station
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.vlan_bridge import Bridge


class AggregatePort(BridgePort):
    """A port of a bridge that sends by its members.  Its first member gives it its number and MAC address.

    ``key`` tells it from other aggregates of the bridge.  ``system`` is the bridge's MAC address.
    """

    def __init__(
        self, bridge: Bridge, name: str, first: BridgePort, settings: AggregateSettings, system: int, key: int
    ) -> None:
        super().__init__(bridge.kernel, name, int(first.mac), bridge, first.number)
        self.settings: Final = settings
        self.system: Final = system
        self.key: Final = key
        self.members: Final[list[Member]] = []
        self.distributing: list[Member] = []
        self.group: Group | None = None
        self._alarm: Final = _Alarm(bridge.kernel, self)
        self._distributing_ports: list[BridgePort] = []
        self.learning: bool = first.learning
        self.forwarding: bool = first.forwarding

    # -- what the bridge calls

    def send(self, frame: Frame) -> bool:
        """Send a frame by the member of its flow."""
        ports = self._distributing_ports
        if not self.carrier or not ports:
            return self.drop(frame, NO_CARRIER)
        return ports[flow_hash(frame, self.settings.hash_policy) % len(ports)].send(frame)

    def rate_bit_s(self) -> int:
        """The rates of the members that work, together."""
        rate_bit_s = 0
        for member in self.distributing:
            rate_bit_s += member.port.rate_bit_s()
        return rate_bit_s

    # -- what members call

    def add(self, port: BridgePort) -> Member:
        """A port of the bridge becomes a member; it must have no link yet."""
        member = Member(self, port)
        self.members.append(member)
        return member

    def changed(self) -> None:
        """A member has heard something, or its link came up or went down."""
        now_ns = self.kernel.now_ns
        if self.settings.lacp != OFF:
            self._run(now_ns)
        self._distribute(now_ns)
        if self.settings.lacp != OFF:
            self._transmit(now_ns)
            self._wait(now_ns)

    def due(self) -> None:
        """A timer has expired.  For :class:`_Alarm` alone."""
        for member in self.members:
            member.lacp.advance(self.kernel.now_ns)
        self.changed()

    def _run(self, now_ns: i64) -> None:
        """Let selection and the mux machines make transitions until none can."""
        self._step_mux(now_ns)
        ports = [member.lacp for member in self.members]
        self.group = select(ports, self.group)
        for port in ports:
            port.ready = False
        self._step_mux(now_ns)
        waiting = [port for port in ports if port.mux_state == WAITING]
        for port in waiting:
            if not port.has_waited(now_ns):
                return
        for port in waiting:
            port.ready = True
        self._step_mux(now_ns)

    def _step_mux(self, now_ns: i64) -> None:
        for member in self.members:
            before = member.lacp.mux_state
            while member.lacp.step_mux(now_ns):
                pass
            if member.lacp.mux_state != before:
                state = member.lacp.mux_state
                self.kernel.trace.row(now_ns, ROW_MEMBER, member.subject, state, member.lacp.partner.system)

    def _distribute(self, now_ns: i64) -> None:
        distributing = [member for member in self.members if member.may_distribute()]
        if distributing == self.distributing:
            return
        self.distributing = distributing
        self._distributing_ports = [member.port for member in distributing]
        up = len(distributing) >= self.settings.min_links
        self.kernel.trace.row(now_ns, ROW_AGGREGATE, self._subject, len(distributing), 1 if up else 0)
        self._set_carrier(up)
        for member in self.members:
            member.update_lldp()

    def _transmit(self, now_ns: i64) -> None:
        for member in self.members:
            pdu = member.lacp.take_pdu(now_ns)
            if pdu is not None:
                member.port.send(pdu.frame(member.port.mac))

    def _wait(self, now_ns: i64) -> None:
        deadline_ns = NEVER_NS
        for member in self.members:
            deadline_ns = min(deadline_ns, member.lacp.next_deadline_ns(now_ns))
        self._alarm.arm(deadline_ns)


class Member(Station):
    """One member of an aggregate: what stands behind its port."""

    def __init__(self, aggregate: AggregatePort, port: BridgePort) -> None:
        self.aggregate: Final = aggregate
        self.port: Final = port
        self.lacp: Final = LacpPort(aggregate.settings, aggregate.system, aggregate.key, int(port.number))
        self.bad_pdus: int = 0
        self.markers: int = 0
        self.subject: Final = aggregate.kernel.trace.subject(port.name)
        self.lldp: LldpAgent | None = None
        port.station = self

    def receive_frame(self, port: Port, frame: Frame) -> None:
        aggregate = self.aggregate
        if frame.dst == SLOW_PROTOCOLS and frame.ethertype == ETHERTYPE:
            self._receive_slow(frame)
        elif aggregate.carrier and self.may_collect():
            aggregate.station.receive_frame(aggregate, frame)
        else:
            aggregate.in_discarded += 1

    def carrier_changed(self, port: Port, up: bool) -> None:
        self.lacp.port_enabled(up, self.aggregate.kernel.now_ns)
        self.aggregate.changed()

    def may_collect(self) -> bool:
        """Whether frames that come in by it are the aggregate's."""
        if self.aggregate.settings.lacp == OFF:
            return self.port.carrier
        return self.lacp.mux_state >= MUX_COLLECTING

    def may_distribute(self) -> bool:
        """Whether frames of the aggregate may leave by it."""
        if self.aggregate.settings.lacp == OFF:
            return self.port.carrier
        return self.lacp.mux_state == MUX_DISTRIBUTING

    def update_lldp(self) -> None:
        """Let LLDP send whether the port works as a member (802.1AX-2014, annex F)."""
        agent = self.lldp
        if agent is None:
            return
        local = agent.local
        before = local.aggregation
        local.aggregation = AGGREGATION_CAPABLE | (AGGREGATION_ACTIVE if self.may_distribute() else 0)
        local.aggregate = int(self.aggregate.number) if self.may_distribute() else 0
        if local.aggregation != before:
            agent.local_changed()

    def _receive_slow(self, frame: Frame) -> None:
        """LACPDUs, and markers, which are answered."""
        data = frame.payload.emit()
        pdu = Lacpdu.parse(data)
        if pdu is not None and self.aggregate.settings.lacp != OFF:
            self.lacp.receive(pdu, self.aggregate.kernel.now_ns)
            self.aggregate.changed()
            return
        response = marker_response(data)
        if response is not None:
            self.markers += 1
            self.port.send(slow_frame(int(self.port.mac), response))
        elif pdu is None:
            self.bad_pdus += 1


class _Alarm(Timer):
    """Wakes the machines of an aggregate."""

    def __init__(self, kernel: Kernel, aggregate: AggregatePort) -> None:
        super().__init__(kernel)
        self._aggregate: Final = aggregate

    def expired(self) -> None:
        self._aggregate.due()
