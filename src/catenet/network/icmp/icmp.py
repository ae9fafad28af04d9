"""ICMP and ICMPv6 of one host: echo, sent errors, and received errors (RFC 792, RFC 1122 3.2.2, RFC 4443)."""

from __future__ import annotations

import errno
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.link.multicast.message import ROUTER_ALERT6, is_mld, parse_message
from catenet.network import addresses, tracing
from catenet.network.forwarding.destination_cache import Destination
from catenet.network.icmp import icmpv4, icmpv6
from catenet.network.icmp.errors import (
    error_about,
    may_report4,
    may_report6,
    meaning,
    next_header_at,
    parse_quoted,
)
from catenet.network.icmp.message import IcmpMessage
from catenet.network.icmp.ping import Echo, EchoTable, EchoUser
from catenet.network.icmp.rate_limit import TokenBucket
from catenet.network.interface import Interface
from catenet.network.ip import pmtu
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import HOP_BY_HOP, MIN_MTU_OCTETS, Ipv6Packet
from catenet.network.ip_core import IpCore
from catenet.network.packet import NO_NEXT_HEADER, PROTOCOL_ICMP, PROTOCOL_ICMPV6, IpPacket
from catenet.network.protocol import IcmpError, Protocol
from catenet.network.router_discovery.redirect_receiver import RedirectReceiver

ERRORS_PER_SECOND: Final = 1000
ERROR_BURST: Final = 50
"""Linux's net.ipv4.icmp_msgs_per_sec and icmp_msgs_burst.  Echo replies are not limited."""


@mypyc_attr(allow_interpreted_subclasses=True)
class IcmpListener:
    """Receives every ICMP message of a host, as a raw socket does."""

    def icmp_received(self, packet: IpPacket, message: IcmpMessage, error: IcmpError | None) -> None:
        """A message was received in ``packet``; ``error`` is set for an error about a packet of this host."""


class Icmp(Protocol):
    """ICMP of both versions, under the protocol numbers 1 and 58."""

    def __init__(self, core: IpCore) -> None:
        super().__init__()
        self.core: Final = core
        self.limit: Final = TokenBucket(ERRORS_PER_SECOND, ERROR_BURST)
        self.listeners: Final[list[IcmpListener]] = []
        self.echoes: Final = EchoTable(core)
        self.redirects: RedirectReceiver | None = None
        """Set if the host accepts redirects."""
        self._counters: Final = core.icmp_counters

    # -- input -------------------------------------------------------------------------------------------

    def receive(self, packet: IpPacket, interface: Interface) -> None:
        self._counters.count(packet.version, "InMsgs")
        message = self._parsed(packet)
        if message is None:
            self._counters.count(packet.version, "InErrors")
            self._counters.count(packet.version, "InCsumErrors")
            self.core.drop(tracing.MALFORMED, packet)
            return
        self._counters.count_type(packet.version, "In", message.kind)
        error: IcmpError | None = None
        if packet.version == 4:
            error = self._receive4(packet, message, interface)
        else:
            error = self._receive6(packet, message, interface)
        if self.listeners:
            for listener in list(self.listeners):
                listener.icmp_received(packet, message, error)

    def icmp_error(self, error: IcmpError) -> None:
        if len(error.head) < 8:
            return
        echo = self.echoes.find(error.version, error.head[4] << 8 | error.head[5])
        if echo is not None:
            echo.user.failed(error.head[6] << 8 | error.head[7], error)

    def _parsed(self, packet: IpPacket) -> IcmpMessage | None:
        payload = packet.payload
        if isinstance(payload, IcmpMessage):
            return payload if payload.version == packet.version else None
        if packet.version == 4:
            return icmpv4.parse(payload.emit())
        return icmpv6.parse(payload.emit(), packet.src, packet.dst)

    def _receive4(self, packet: IpPacket, message: IcmpMessage, interface: Interface) -> IcmpError | None:
        kind = message.kind
        if packet.protocol != PROTOCOL_ICMP:
            return None
        if kind == icmpv4.ECHO:
            if self.core.is_local(4, packet.dst):
                self._answer(packet, icmpv4.echo_reply(message))
        elif kind == icmpv4.ECHO_REPLY:
            self._replied(packet, message)
        elif kind == icmpv4.REDIRECT and self.redirects is not None:
            self.redirects.receive4(packet, message, interface)
        elif icmpv4.is_error(kind):
            return self._error(packet, message)
        return None

    def _receive6(self, packet: IpPacket, message: IcmpMessage, interface: Interface) -> IcmpError | None:
        kind = message.kind
        if packet.protocol != PROTOCOL_ICMPV6:
            return None
        if kind == icmpv6.ECHO:
            self._answer(packet, icmpv6.echo_reply(message))
        elif kind == icmpv6.ECHO_REPLY:
            self._replied(packet, message)
        elif kind == icmpv6.REDIRECT:
            if self.redirects is not None:
                self.redirects.receive6(packet, message, interface)
        elif icmpv6.ROUTER_SOLICITATION <= kind < icmpv6.REDIRECT:
            interface.receive_nd(packet, message)
        elif is_mld(kind):
            _receive_mld(packet, message, interface)
        elif icmpv6.is_error(kind):
            return self._error(packet, message)
        return None

    def _answer(self, request: IpPacket, reply: IcmpMessage) -> None:
        src = request.dst if self.core.is_local(request.version, request.dst) else 0
        scope = self.core.scope_of(request)
        self._send(request.version, src, request.src, reply, request.traffic_class, scope)

    def _replied(self, packet: IpPacket, message: IcmpMessage) -> None:
        echo = self.echoes.find(packet.version, message.identifier)
        if echo is not None:
            echo.user.replied(message.sequence, packet.src, int(packet.hop_limit), message.body)

    # -- received errors ---------------------------------------------------------------------------------

    def _error(self, packet: IpPacket, message: IcmpMessage) -> IcmpError | None:
        """Notify the protocol of the quoted packet.  Foreign quoted packets are ignored."""
        version = packet.version
        quoted = parse_quoted(version, message.body)
        if quoted is None or not self.core.is_local(version, quoted.src):
            self._counters.count(version, "InErrors")
            return None
        number, hard = meaning(version, message.kind, message.code)
        if number == 0:
            return None
        mtu: i64 = 0
        if number == errno.EMSGSIZE:
            mtu = _reported_mtu(version, message, quoted.length)
            if mtu == 0:
                return None
            self.core.learn_path_mtu(version, quoted.dst, mtu)
        error = IcmpError(
            version,
            quoted.src,
            quoted.dst,
            quoted.protocol,
            number,
            hard,
            mtu,
            quoted.head,
            packet.src,
            message.kind,
            message.code,
        )
        self.core.report_error(error)
        return error

    # -- sent errors ----------------------------------------------------------------------------------

    def report(self, packet: IpPacket, kind: i64, code: i64, rest: i64 = 0) -> None:
        """Send an error about a packet to its source, if one may be sent and the rate limit allows it.

        ``kind`` and ``code`` are the type and code of the packet's version; ``rest`` is the MTU or the pointer.
        """
        if self.core.translator is not None:
            packet = self.core.translator.original(packet)
        if not self._may_report(packet, kind, code):
            return
        if not self.limit.take(self.core.kernel.now_ns):
            self.core.drop(tracing.ICMP_LIMITED, packet)
            return
        message = error_about(packet, kind, code, rest)
        src = packet.dst if self.core.is_local(packet.version, packet.dst) else 0
        scope = self.core.scope_of(packet)
        self._send(packet.version, src, packet.src, message, 0xC0 if packet.version == 4 else 0, scope)

    def port_unreachable(self, packet: IpPacket) -> None:
        """No socket is bound to the port."""
        self._unreachable(packet, icmpv4.PORT_UNREACHABLE, icmpv6.PORT_UNREACHABLE)

    def host_unreachable(self, packet: IpPacket) -> None:
        """The neighbour at the last hop does not answer."""
        self._unreachable(packet, icmpv4.HOST_UNREACHABLE, icmpv6.ADDRESS_UNREACHABLE)

    def refused(self, packet: IpPacket, destination: Destination) -> None:
        """No route, or a rejecting one; no error for a blackhole route or a link-local source."""
        if destination.reason == tracing.PROHIBITED:
            self._unreachable(packet, icmpv4.PROHIBITED, icmpv6.PROHIBITED)
        elif destination.errno == errno.EHOSTUNREACH:
            self.host_unreachable(packet)
        elif destination.reason == tracing.NO_ROUTE:
            self._unreachable(packet, icmpv4.NET_UNREACHABLE, icmpv6.NO_ROUTE)

    def protocol_unreachable(self, packet: IpPacket) -> None:
        """The host has no such protocol; in IPv6, an unrecognised next header (RFC 8200 section 4)."""
        if packet.version == 4:
            self.report(packet, icmpv4.UNREACHABLE, icmpv4.PROTOCOL_UNREACHABLE)
        elif packet.protocol != NO_NEXT_HEADER:
            self.parameter_problem(packet, icmpv6.UNRECOGNIZED_NEXT_HEADER, next_header_at(packet))

    def time_exceeded(self, packet: IpPacket) -> None:
        """The hop limit was exceeded."""
        self.report(packet, icmpv4.TIME_EXCEEDED if packet.version == 4 else icmpv6.TIME_EXCEEDED, 0)

    def too_big(self, packet: IpPacket, mtu: i64) -> None:
        """The MTU of the next link is ``mtu`` octets."""
        if packet.version == 4:
            self.report(packet, icmpv4.UNREACHABLE, icmpv4.FRAGMENTATION_NEEDED, mtu)
        else:
            self.report(packet, icmpv6.PACKET_TOO_BIG, 0, mtu)

    def parameter_problem(self, packet: IpPacket, code: i64, pointer: i64) -> None:
        """The octet at ``pointer`` is invalid."""
        if packet.version == 4:
            self.report(packet, icmpv4.PARAMETER_PROBLEM, code, pointer << 24)
        else:
            self.report(packet, icmpv6.PARAMETER_PROBLEM, code, pointer)

    def _unreachable(self, packet: IpPacket, code4: i64, code6: i64) -> None:
        if packet.version == 4:
            self.report(packet, icmpv4.UNREACHABLE, code4)
        else:
            self.report(packet, icmpv6.UNREACHABLE, code6)

    def _may_report(self, packet: IpPacket, kind: i64, code: i64) -> bool:
        version = packet.version
        if packet.src == addresses.UNSPECIFIED or addresses.is_multicast(version, packet.src):
            return False
        if isinstance(packet, Ipv6Packet):
            return may_report6(packet, kind, code)
        if isinstance(packet, Ipv4Packet):
            family = self.core.family4
            return may_report4(packet) and not (family.is_broadcast(packet.src) or family.is_broadcast(packet.dst))
        return False

    # -- echo requests ------------------------------------------------------------------------------------------

    def open(self, user: EchoUser, version: int) -> Echo:
        """Open a sender of echo requests with an identifier of its own.  Close it after use.

        Raises OSError (ENOBUFS) if all 65,535 identifiers are in use.
        """
        return self.echoes.open(user, version)

    def _send(
        self, version: i64, src: int, dst: int, message: IcmpMessage, traffic_class: i64, scope: Interface | None
    ) -> None:
        self._counters.sent(version, message.kind)
        protocol = PROTOCOL_ICMP if version == 4 else PROTOCOL_ICMPV6
        self.core.send(version, src, dst, protocol, message, traffic_class, 0, False, scope)


def _receive_mld(packet: IpPacket, message: IcmpMessage, interface: Interface) -> None:
    """Process an MLD message; without Router Alert, or from another link, it is ignored (RFC 3810 6.2 and 7.6)."""
    if not isinstance(packet, Ipv6Packet) or packet.hop_limit != 1 or interface.loopback:
        return
    alerted = packet.next_header == HOP_BY_HOP and ROUTER_ALERT6[:4] in packet.extensions
    told = parse_message(6, message.emit())
    if told is None or not alerted:
        return
    if told.query is None or addresses.is_link_local(6, packet.src):
        interface.receive_group_message(6, told)


def _reported_mtu(version: i64, message: IcmpMessage, length: i64) -> i64:
    """The MTU in a too-big message; estimated if it contains none, 0 if it is implausible."""
    if version == 6:
        return message.rest if message.rest >= MIN_MTU_OCTETS else 0
    mtu = message.rest & 0xFFFF
    if mtu == 0:
        return pmtu.next_plateau(length)
    return max(mtu, pmtu.MIN_IPV4_OCTETS)
