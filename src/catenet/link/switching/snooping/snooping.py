"""Snooping in one switch: processes every frame to a group, and selects its egress ports (RFC 4541)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER, Kernel
from catenet.kernel.timer import Timer
from catenet.link.ethernet import Frame
from catenet.link.multicast.query import Query
from catenet.link.multicast.report import Report
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.classified import Classified
from catenet.link.switching.port_vlans import ALL_VLANS
from catenet.link.switching.snooping.group_domain import GroupDomain
from catenet.link.switching.snooping.group_packet import GroupPacket, group_packet
from catenet.link.switching.snooping.last_member import LastMemberQuery
from catenet.link.switching.snooping.querier import Querier
from catenet.link.switching.snooping.query_packet import own_address, query_frame
from catenet.link.switching.snooping.settings import SnoopingSettings

IPV4_GROUPS: Final[i64] = 0x01005E
IPV6_GROUPS: Final[i64] = 0x3333


class Snooping(Timer):
    """``ports`` are the bridge's.  Each VLAN has a :class:`GroupDomain` for IPv4 and one for IPv6."""

    def __init__(self, kernel: Kernel, ports: list[BridgePort], settings: SnoopingSettings) -> None:
        super().__init__(kernel)
        self.settings: Final = settings
        self.queries_sent: i64 = 0
        self._ports: Final = ports
        self._mac: i64 = 0
        """The MAC of the switch, which is that of its first port."""
        self._domains: Final[dict[i64, GroupDomain]] = {}
        self._rising: Final[list[BridgePort]] = []
        self._asking: list[LastMemberQuery] = []

    # -- calls of the bridge ------------------------------------------------------------------------

    def usable(self, port: BridgePort) -> None:
        """A port's link has come up, or the spanning tree lets it forward: send queries there."""
        if self.settings.querier:
            self._rising.append(port)
            self.arm(self.kernel.now_ns)

    def port_lost(self, port: BridgePort) -> None:
        """A port's link went down or leads to another node."""
        for domain in self._domains.values():
            domain.forget(int(port.number), self.kernel.now_ns)
        self._wait()

    def topology_changed(self) -> None:
        """Stations may be behind other ports: send queries at once, and flood until they report (RFC 4541 2.1.1)."""
        now_ns = self.kernel.now_ns
        for domain in self._domains.values():
            domain.querier.reconsider(now_ns)
        self._wait()

    def egress_ports(self, port: BridgePort, received: Classified) -> list[BridgePort] | None:
        """The egress ports of a frame to a group; None for all of its VLAN.  Learns from its message."""
        dst = received.frame.dst
        if dst >> 24 != IPV4_GROUPS and dst >> 32 != IPV6_GROUPS:
            return None
        ethertype, payload = received.data()
        packet = group_packet(ethertype, payload)
        if packet is None:
            return None
        domain = self._domain(received.vid, packet.version)
        now_ns = self.kernel.now_ns
        if packet.hello_ns > 0:
            domain.hear_router(int(port.number), now_ns + packet.hello_ns)
        message = packet.message
        if message is not None and message.query is not None:
            self._hear_query(domain, port, packet, message.query)
            return None
        if message is not None and message.report is not None:
            self._hear_report(domain, port, message.report)
            return self._routers(domain) if domain.querier.filters(now_ns) else None
        return self._members(domain, packet, now_ns)

    # -- for reports ----------------------------------------------------------------------------------

    def domains(self) -> list[GroupDomain]:
        """The state of all groups, by VLAN and version."""
        return [self._domains[key] for key in sorted(self._domains)]

    # -- inside ---------------------------------------------------------------------------------------

    def _members(self, domain: GroupDomain, packet: GroupPacket, now_ns: i64) -> list[BridgePort] | None:
        if packet.always_flooded or not domain.querier.filters(now_ns):
            return None
        numbers = domain.members(packet.group, packet.src, now_ns)
        if numbers is None and self.settings.flood_unregistered:
            return None
        wanted = {*(numbers or ()), *domain.routers(now_ns)}
        return [port for port in self._ports if port.number in wanted]

    def _routers(self, domain: GroupDomain) -> list[BridgePort]:
        numbers = domain.routers(self.kernel.now_ns)
        return [port for port in self._ports if port.number in numbers]

    def _hear_query(self, domain: GroupDomain, port: BridgePort, packet: GroupPacket, query: Query) -> None:
        now_ns = self.kernel.now_ns
        querier = domain.querier
        if packet.src != 0:
            domain.hear_router(int(port.number), now_ns + querier.other_present_ns)
        if not querier.hear(query, packet.src, port.number, now_ns):
            return
        domain.hear_router(int(port.number), now_ns + querier.other_present_ns)
        if query.group != 0 and not query.suppress:
            by_ns = now_ns + querier.robustness * query.response_ns
            domain.lower(query.group, query.sources, by_ns, now_ns)
        self._wait()

    def _hear_report(self, domain: GroupDomain, port: BridgePort, report: Report) -> None:
        now_ns = self.kernel.now_ns
        number = int(port.number)
        older: i64 = 0 if report.is_latest else report.generation
        for record in report.records:
            asks = domain.hear(record, number, older, now_ns)
            if not (asks.group or asks.sources):
                continue
            if self.settings.fast_leave:
                domain.drop(record.group, number, asks, now_ns)
            elif domain.querier.is_own(now_ns):
                self._asking.append(LastMemberQuery(domain, number, record.group, asks, now_ns))
                self._wait()

    def expired(self) -> None:
        now_ns = self.kernel.now_ns
        rising = [port for port in self._rising if port in self._ports]
        self._rising.clear()
        if rising:
            self._rise(rising, now_ns)
        for domain in self._domains.values():
            if domain.querier.due_ns <= now_ns:
                query = domain.querier.asked(now_ns)
                for port in self._ports:
                    self._send(domain, port, query)
        self._ask_last_members(now_ns)
        self._wait()

    def _rise(self, rising: list[BridgePort], now_ns: i64) -> None:
        for vid in self._vlans():
            for version in (4, 6):
                domain = self._domain(vid, version)
                if domain.querier.due_ns >= NEVER:
                    domain.querier.start(now_ns)
                elif domain.querier.is_own(now_ns) and domain.querier.due_ns > now_ns:
                    for port in rising:
                        self._send(domain, port, domain.querier.general())

    def _vlans(self) -> list[int]:
        """The VLANs that may have stations; a trunk of all VLANs does not count."""
        found: dict[int, None] = dict.fromkeys(self.settings.vlans)
        for port in self._ports:
            if port.vlans.members is not ALL_VLANS:
                for vid in sorted(port.vlans.members):
                    found[vid] = None
        return sorted(found)

    def _ask_last_members(self, now_ns: i64) -> None:
        for asking in self._asking:
            if asking.due_ns <= now_ns:
                for query in asking.queries(now_ns):
                    for port in self._ports:
                        if port.number == asking.port:
                            self._send(asking.domain, port, query)
        self._asking = [asking for asking in self._asking if asking.left > 0]

    def _send(self, domain: GroupDomain, port: BridgePort, query: Query) -> None:
        if port.carrier and port.forwarding and port.vlans.carries(domain.vid):
            self.queries_sent += 1
            frame: Frame = query_frame(query, self._mac, domain.querier.address)
            port.send(Classified(frame, domain.vid, None).leaving(port.vlans, True))

    def _domain(self, vid: i64, version: i64) -> GroupDomain:
        key = vid << 3 | version
        known = self._domains.get(key)
        if known is None:
            if self._mac == 0:
                self._mac = self._ports[0].mac
            address = own_address(version, self._mac)
            if version == 4 and self.settings.address:
                address = self.settings.address
            known = self._domains[key] = GroupDomain(vid, version, Querier(self.settings, address))
        return known

    def _wait(self) -> None:
        if self._rising:
            return
        due_ns: i64 = NEVER
        for domain in self._domains.values():
            due_ns = min(due_ns, domain.querier.due_ns)
        for asking in self._asking:
            due_ns = min(due_ns, asking.due_ns)
        self.arm(due_ns)
