"""Network address translation: many IPv4 hosts behind one address (RFC 4787 UDP, RFC 5382 TCP, RFC 5508 ICMP).

**Out.**  A packet from an inside interface to the outside one gets the outside address and a port of the mapping of
its source: the same port if it is free, for UDP at least one of the same parity.

**In.**  A packet to the outside address is looked up by its port, before routing.  A packet with a mapping that passes
the filter gets the inside address; one without a mapping is for the router itself.  An unsolicited SYN is held for six
seconds, for a simultaneous open, before it is rejected (RFC 5382 REQ-4).

**Hairpin.**  An inside host that sends to the outside address reaches the inside host behind that port, which sees the
sender's outside endpoint (RFC 4787 REQ-9).

**Errors.**  An ICMP error about a translated packet is translated together with the quoted packet, and neither ends
nor extends a mapping.  Errors of this router itself quote the original packet: :meth:`Nat.original`.

**Fragments** are reassembled before translation, in any order, and fragmented again on output.

Protocols other than TCP, UDP and ICMP queries are rejected with "communication administratively prohibited" (RFC 5508
REQ-8), as are packets without a free port.  Inside addresses are not reachable from outside.  IPv6 passes unchanged.
Payloads are not translated: there is no application level gateway.

:mod:`~catenet.network.nat.table` keeps mappings and time; :mod:`~catenet.network.nat.rewrite` changes packets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from catenet.kernel.event import Event
from catenet.kernel.quantity import NS_PER_S
from catenet.network import tracing
from catenet.network.forwarding.destination_cache import REMOTE, Destination
from catenet.network.icmp import icmpv4
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.nat.rewrite import (
    NO_PORTS,
    Quote,
    is_query,
    is_reply,
    parse_quote,
    ports_of,
    readdress,
    tcp_flags,
    with_identifier,
)
from catenet.network.nat.table import (
    ACK,
    ENDPOINT_INDEPENDENT,
    FIRST_HIGH_PORT,
    SYN,
    Mapping,
    NatTable,
    NatTimeouts,
)
from catenet.network.nat.translator_base import Translator
from catenet.network.packet import PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP, IpPacket

if TYPE_CHECKING:
    from catenet.network.interface import Interface
    from catenet.network.stack import IpStack

HOLD_SYN_NS: Final[i64] = 6 * NS_PER_S
MAX_HELD_SYNS: Final = 64


class NatCounters:
    """The counters of a translator, in packets (``mappings`` in mappings)."""

    def __init__(self) -> None:
        self.out: i64 = 0
        self.into: i64 = 0
        self.hairpinned: i64 = 0
        self.errors: i64 = 0
        self.mappings: i64 = 0
        self.exhausted: i64 = 0
        self.filtered: i64 = 0
        self.hidden: i64 = 0
        self.unknown: i64 = 0

    def named(self) -> dict[str, int]:
        """By name."""
        return {
            "NatOut": self.out,
            "NatIn": self.into,
            "NatHairpinned": self.hairpinned,
            "NatErrors": self.errors,
            "NatMappings": self.mappings,
            "NatExhausted": self.exhausted,
            "NatFiltered": self.filtered,
            "NatHidden": self.hidden,
            "NatUnknown": self.unknown,
        }


class HeldSyn(Event):
    """An unsolicited SYN from outside, until it is rejected."""

    def __init__(self, nat: Nat, packet: Ipv4Packet, ports: i64) -> None:
        super().__init__()
        self.nat: Final = nat
        self.packet: Final = packet
        self.ports: Final[i64] = ports

    def fire(self) -> None:
        self.nat.refuse(self)


class Nat(Translator):
    """The translator of one router, between its ``inside`` interfaces and the ``outside`` one.

    ``address`` is the outside interface's.  ``filtering`` is one of the three kinds of
    :mod:`~catenet.network.nat.table`.  Packets between other interfaces pass unchanged.
    """

    def __init__(
        self,
        stack: IpStack,
        address: int,
        outside: Interface,
        inside: list[Interface],
        filtering: int = ENDPOINT_INDEPENDENT,
        hairpin: bool = True,
        timeouts: NatTimeouts | None = None,
        first_port: i64 = FIRST_HIGH_PORT,
        last_port: i64 = 0xFFFF,
    ) -> None:
        self.stack: Final = stack
        self.kernel: Final = stack.kernel
        self.address: Final = address
        self.outside: Final = outside
        self.inside: Final = inside
        self.filtering: Final = filtering
        self.hairpin: Final = hairpin
        self.timeouts: Final = timeouts if timeouts is not None else NatTimeouts()
        self.table: Final = NatTable(first_port, last_port)
        self.counters: Final = NatCounters()
        self._identification: i64 = stack.stream.bits(16)
        self._held = 0

    # -- hooks of the stack -------------------------------------------------------------------------------------

    def arriving(self, packet: IpPacket, interface: Interface) -> IpPacket | None:
        if not isinstance(packet, Ipv4Packet):
            return packet
        if packet.dst == self.address:
            whole = self._whole(packet)
            return None if whole is None else self._to_outside_address(whole, interface)
        if interface is self.outside:
            if self._leads_inside(packet.dst):
                self.counters.hidden += 1
                self.stack.drop(tracing.NAT_HIDDEN, packet)
                return None
        elif packet.is_fragment() and self._leads_outside(packet.dst):
            return self._whole(packet)
        return packet

    def leaving(self, packet: IpPacket, destination: Destination, interface: Interface) -> bool:
        if interface not in self.inside or not isinstance(packet, Ipv4Packet) or not self._is_outside(destination):
            return True
        if not packet.dont_fragment:
            # Several hosts now share one identification space (RFC 6864 5.3).
            self._identification = (self._identification + 1) & 0xFFFF
            packet.identification = self._identification
        if packet.protocol == PROTOCOL_ICMP:
            return self._icmp_out(packet)
        ports = ports_of(packet) if packet.protocol in (PROTOCOL_TCP, PROTOCOL_UDP) else NO_PORTS
        if ports == NO_PORTS:
            return self._refuse_unknown(packet)
        src_port = ports >> 16
        dst_port = ports & 0xFFFF
        mapping = self._mapping_for(packet, src_port)
        if mapping is None:
            return False
        now_ns = self.kernel.now_ns
        mapping.passed(packet.dst, dst_port, tcp_flags(packet), True, now_ns, self.timeouts)
        readdress(packet, self.address, mapping.outside_port, packet.dst, dst_port)
        self.counters.out += 1
        return True

    def original(self, packet: IpPacket) -> IpPacket:
        if not isinstance(packet, Ipv4Packet) or packet.is_fragment():
            return packet
        ports = self._endpoints(packet)
        if ports == NO_PORTS:
            return packet
        now_ns = self.kernel.now_ns
        src, src_port = packet.src, ports >> 16
        dst, dst_port = packet.dst, ports & 0xFFFF
        if src == self.address or self._leads_outside(src):
            mapping = self.table.inside(packet.protocol, dst, dst_port, now_ns)
            if mapping is not None:
                dst, dst_port = self.address, mapping.outside_port
        if packet.src == self.address:
            mapping = self.table.outside(packet.protocol, src_port, now_ns)
            if mapping is not None:
                src, src_port = mapping.address, mapping.port
        if src == packet.src and dst == packet.dst:
            return packet
        copy = packet.clone()
        assert isinstance(copy, Ipv4Packet)
        self._write_endpoints(copy, src, src_port, dst, dst_port)
        return copy

    def named_counters(self) -> dict[str, int]:
        return self.counters.named()

    # -- in -------------------------------------------------------------------------------------------

    def _to_outside_address(self, packet: Ipv4Packet, interface: Interface) -> IpPacket | None:
        """Process a packet to the outside address: translate it, deliver it to the router itself, or drop it."""
        protocol = packet.protocol
        if protocol == PROTOCOL_ICMP:
            return self._icmp_in(packet, interface)
        ports = ports_of(packet) if protocol in (PROTOCOL_TCP, PROTOCOL_UDP) else NO_PORTS
        if ports == NO_PORTS:
            return packet
        mapping = self.table.outside(protocol, ports & 0xFFFF, self.kernel.now_ns)
        if mapping is None:
            if self._is_opening(packet) and ports & 0xFFFF >= FIRST_HIGH_PORT:
                self._hold(packet, ports)
                return None
            return packet
        if interface is self.outside:
            return self._let_in(packet, mapping, packet.src, ports)
        return self._turn_round(packet, mapping, ports, interface)

    def _let_in(self, packet: Ipv4Packet, mapping: Mapping, remote: int, ports: i64) -> IpPacket | None:
        """Filter and translate a packet with the (translated) source ``remote`` and source port."""
        now_ns = self.kernel.now_ns
        if not mapping.accepts(remote, ports >> 16, self.filtering, now_ns):
            self.counters.filtered += 1
            self.stack.drop(tracing.NAT_FILTERED, packet)
            if self._is_opening(packet) and remote == packet.src:
                self._hold(packet, ports)
            return None
        mapping.passed(remote, ports >> 16, tcp_flags(packet), False, now_ns, self.timeouts)
        readdress(packet, remote, ports >> 16, mapping.address, mapping.port)
        self.counters.into += 1
        return packet

    def _turn_round(self, packet: Ipv4Packet, mapping: Mapping, ports: i64, interface: Interface) -> IpPacket | None:
        if not self.hairpin or interface not in self.inside:
            self.counters.filtered += 1
            self.stack.drop(tracing.NAT_FILTERED, packet)
            return None
        own = self._mapping_for(packet, ports >> 16)
        if own is None:
            return None
        own.passed(self.address, ports & 0xFFFF, tcp_flags(packet), True, self.kernel.now_ns, self.timeouts)
        self.counters.hairpinned += 1
        seen_ports = own.outside_port << 16 | ports & 0xFFFF
        # The source is rewritten first, so that the filter and the other host see the outside endpoint.
        readdress(packet, self.address, own.outside_port, packet.dst, ports & 0xFFFF)
        return self._let_in(packet, mapping, self.address, seen_ports)

    def _is_opening(self, packet: Ipv4Packet) -> bool:
        return packet.protocol == PROTOCOL_TCP and tcp_flags(packet) & (SYN | ACK) == SYN

    def _hold(self, packet: Ipv4Packet, ports: i64) -> None:
        if self._held < MAX_HELD_SYNS:
            self._held += 1
            self.kernel.after(HeldSyn(self, packet, ports), HOLD_SYN_NS)

    def refuse(self, held: HeldSyn) -> None:
        """After six seconds: reject a held SYN, unless an outbound one has crossed it."""
        self._held -= 1
        packet, ports = held.packet, held.ports
        mapping = self.table.outside(PROTOCOL_TCP, ports & 0xFFFF, self.kernel.now_ns)
        if mapping is None or not mapping.has_session(packet.src, ports >> 16, self.kernel.now_ns):
            self.stack.icmp.port_unreachable(packet)

    # -- ICMP -----------------------------------------------------------------------------------------

    def _icmp_in(self, packet: Ipv4Packet, interface: Interface) -> IpPacket | None:
        message = _message(packet)
        if message is None:
            return packet
        if is_reply(message.kind):
            mapping = self.table.outside(PROTOCOL_ICMP, message.identifier, self.kernel.now_ns)
            if mapping is None or not mapping.has_session(packet.src, 0, self.kernel.now_ns):
                return packet
            packet.payload = with_identifier(message, mapping.port)
            packet.dst = mapping.address
            self.counters.into += 1
            return packet
        return self._error_in(packet, message, interface) if icmpv4.is_error(message.kind) else packet

    def _error_in(self, packet: Ipv4Packet, message: IcmpMessage, interface: Interface) -> IpPacket | None:
        """An error about a packet that left with the outside address (RFC 5508 REQ-4, hairpinned REQ-7)."""
        quote = parse_quote(message.body)
        if quote is None or quote.src != self.address:
            return packet
        mapping = self.table.outside(quote.protocol, quote.src_port, self.kernel.now_ns)
        if mapping is None:
            return packet
        dst, dst_port = quote.dst, quote.dst_port
        if interface is not self.outside:
            far = self._far_side(quote)
            if far is None:
                return packet
            dst, dst_port = self.address, far.outside_port
            packet.src = self.address
        body = quote.readdressed(mapping.address, mapping.port, dst, dst_port)
        packet.payload = IcmpMessage(4, message.kind, message.code, message.rest, body)
        packet.dst = mapping.address
        self.counters.errors += 1
        return packet

    def _icmp_out(self, packet: Ipv4Packet) -> bool:
        message = _message(packet)
        if message is None:
            return self._refuse_unknown(packet)
        if is_query(message.kind):
            mapping = self._mapping_for(packet, message.identifier)
            if mapping is None:
                return False
            mapping.passed(packet.dst, 0, 0, True, self.kernel.now_ns, self.timeouts)
            packet.payload = with_identifier(message, mapping.outside_port)
            packet.src = self.address
            self.counters.out += 1
            return True
        return icmpv4.is_error(message.kind) and self._error_out(packet, message)

    def _error_out(self, packet: Ipv4Packet, message: IcmpMessage) -> bool:
        """An error from inside about a packet that had come in (RFC 5508 REQ-5); without a mapping it is dropped."""
        quote = parse_quote(message.body)
        mapping = None if quote is None else self._far_side(quote)
        if quote is None or mapping is None:
            self.counters.unknown += 1
            self.stack.drop(tracing.NAT_UNKNOWN, packet)
            return False
        body = quote.readdressed(quote.src, quote.src_port, self.address, mapping.outside_port)
        packet.payload = IcmpMessage(4, message.kind, message.code, message.rest, body)
        packet.src = self.address
        self.counters.errors += 1
        return True

    def _far_side(self, quote: Quote) -> Mapping | None:
        """The mapping of the inside endpoint that a quoted packet was for."""
        return self.table.inside(quote.protocol, quote.dst, quote.dst_port, self.kernel.now_ns)

    # -- common to all protocols -------------------------------------------------------------------------------

    def _mapping_for(self, packet: Ipv4Packet, port: i64) -> Mapping | None:
        """The mapping of a packet's source, created if needed; None if no port is free: the packet is rejected."""
        now_ns = self.kernel.now_ns
        mapping = self.table.inside(packet.protocol, packet.src, port, now_ns)
        if mapping is not None:
            return mapping
        avoid: i64 = -1
        if packet.protocol == PROTOCOL_ICMP and self.stack.icmp.echoes.is_open(int(port)):
            avoid = port
        mapping = self.table.create(packet.protocol, packet.src, port, now_ns, avoid)
        if mapping is None:
            self.counters.exhausted += 1
            self.stack.drop(tracing.NAT_EXHAUSTED, packet)
            self.stack.icmp.report(packet, icmpv4.UNREACHABLE, icmpv4.PROHIBITED)
            return None
        self.counters.mappings += 1
        row = int(packet.protocol), int(mapping.outside_port)
        self.kernel.trace.row(now_ns, tracing.NAT_MAPPED, self.stack.subject, row[0], row[1])
        return mapping

    def _refuse_unknown(self, packet: Ipv4Packet) -> bool:
        self.counters.unknown += 1
        self.stack.drop(tracing.NAT_UNKNOWN, packet)
        self.stack.icmp.report(packet, icmpv4.UNREACHABLE, icmpv4.PROHIBITED)
        return False

    def _whole(self, packet: Ipv4Packet) -> Ipv4Packet | None:
        """An unfragmented packet, or one reassembled with this fragment."""
        if not packet.is_fragment():
            return packet
        whole = self.stack.reassembler4.add(packet)
        if not isinstance(whole, Ipv4Packet):
            return None
        whole.dont_fragment = False
        return whole

    def _endpoints(self, packet: Ipv4Packet) -> i64:
        """Ports, or the identifier of a query as source port and of a reply as destination port."""
        if packet.protocol != PROTOCOL_ICMP:
            return ports_of(packet) if packet.protocol in (PROTOCOL_TCP, PROTOCOL_UDP) else NO_PORTS
        message = _message(packet)
        if message is None:
            return NO_PORTS
        if is_query(message.kind):
            return message.identifier << 16
        return message.identifier if is_reply(message.kind) else NO_PORTS

    def _write_endpoints(self, packet: Ipv4Packet, src: int, src_port: i64, dst: int, dst_port: i64) -> None:
        if packet.protocol != PROTOCOL_ICMP:
            readdress(packet, src, src_port, dst, dst_port)
            return
        message = _message(packet)
        if message is not None:
            packet.payload = with_identifier(message, src_port if is_query(message.kind) else dst_port)
        packet.src = src
        packet.dst = dst

    def _leads_outside(self, address: int) -> bool:
        return self._is_outside(self.stack.family4.destination(address))

    def _is_outside(self, destination: Destination) -> bool:
        return destination.kind == REMOTE and destination.neighbours[0].port is self.outside.port

    def _leads_inside(self, address: int) -> bool:
        destination = self.stack.family4.destination(address)
        if destination.kind != REMOTE:
            return False
        port = destination.neighbours[0].port
        return any(interface.port is port for interface in self.inside)


def _message(packet: Ipv4Packet) -> IcmpMessage | None:
    """The ICMP message that a whole packet carries; None if it is malformed."""
    payload = packet.payload
    return payload if isinstance(payload, IcmpMessage) else icmpv4.parse(payload.emit())
