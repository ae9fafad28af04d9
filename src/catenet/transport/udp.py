"""UDP: sockets, ports, and demultiplexing (RFC 768, RFC 1122 section 4.1).

A socket receives into a queue bounded in octets; a datagram that does not fit is dropped and counted, as in Linux.  A
datagram is delivered to the socket with the most specific match (a connected one before a bound address before any
address); a broadcast or multicast datagram to all that match.  Without a match, the sender gets an ICMP port
unreachable.
"""

from __future__ import annotations

import errno as errors
from collections import deque
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import Kernel
from catenet.network.addresses import is_multicast
from catenet.network.interface import Interface
from catenet.network.multicast.source_filter import SourceFilter
from catenet.network.packet import IpPacket
from catenet.network.protocol import IcmpError, Protocol
from catenet.network.stack import IpStack
from catenet.transport.datagram import HEADER_OCTETS, MAX_DATA_OCTETS, PROTOCOL_UDP, UdpDatagram, parse

FIRST_EPHEMERAL_PORT: Final = 32_768
LAST_EPHEMERAL_PORT: Final = 60_999
RECEIVE_BUFFER_OCTETS: Final = 212_992
"""Linux's default (net.core.rmem_default)."""
ERROR_OCTETS: Final = 768
"""What a queued error takes of the receive buffer: about a small packet's size in Linux."""

COUNTER_NAMES: Final = (
    "InDatagrams",
    "NoPorts",
    "InErrors",
    "OutDatagrams",
    "RcvbufErrors",
    "SndbufErrors",
    "InCsumErrors",
)


@mypyc_attr(allow_interpreted_subclasses=True)
class UdpUser:
    """The user of a socket."""

    def readable(self) -> None:
        """The receive queue is no longer empty."""

    def failed(self, errno: int) -> None:
        """An ICMP error was received for the socket; ``errno`` is also stored in ``socket.error``."""


class Arrival:
    """A datagram in a receive queue, with what its packet said, and the interface that received it."""

    def __init__(
        self,
        version: i64,
        data: bytes,
        src: int,
        src_port: i64,
        dst: int,
        interface: Interface,
        hop_limit: i64,
        traffic_class: i64,
    ) -> None:
        self.version: Final[i64] = version
        self.data: Final = data
        self.src: Final = src
        self.src_port: Final[i64] = src_port
        self.dst: Final = dst
        self.interface: Final = interface
        self.hop_limit: Final[i64] = hop_limit
        self.traffic_class: Final[i64] = traffic_class


class GroupMember:
    """A socket's membership of one group on one interface, and the sources that it listens to."""

    def __init__(self, interface: Interface, version: int, group: int, sources: SourceFilter) -> None:
        self.interface: Final = interface
        self.version: Final = version
        self.group: Final = group
        self.sources = sources


class UdpSocket:
    """A UDP socket.  Created by :meth:`UdpLayer.open`.

    ``version`` is 4 or 6; a version-6 socket with ``dual_stack`` also accepts IPv4.  Address 0 is any.  With
    ``interface`` set it sends and receives only on that one (SO_BINDTODEVICE).
    """

    def __init__(self, layer: UdpLayer, user: UdpUser, version: i64, *, dual_stack: bool) -> None:
        self.layer: Final = layer
        self.user = user
        self.version: Final[i64] = version
        self.dual_stack: Final = dual_stack
        self.local_address: int = 0
        self.local_port: i64 = 0
        self.remote_version: i64 = 0
        self.remote_address: int = 0
        self.remote_port: i64 = 0
        self.reuse = False
        self.broadcast = False
        self.hop_limit: i64 = 0
        self.group_hop_limit: i64 = 0
        self.group_interface: Interface | None = None
        self.memberships: Final[list[GroupMember]] = []
        self.all_groups = True
        """Whether it gets packets of groups that only others joined (IP_MULTICAST_ALL, on by default as in Linux)."""
        self.traffic_class: i64 = 0
        self.dont_fragment = False
        self.interface: Interface | None = None
        self.error: int = 0
        self.queues_errors4 = False
        """Whether ICMP errors of IPv4 are queued, and reported without a connection too (IP_RECVERR)."""
        self.queues_errors6 = False
        """The same of ICMPv6 (IPV6_RECVERR)."""
        self._errors: Final[deque[IcmpError]] = deque()
        self.open: bool = True
        self.receive_buffer_octets: i64 = RECEIVE_BUFFER_OCTETS
        self.queued_octets: i64 = 0
        self.drops: i64 = 0
        self._queue: Final[deque[Arrival]] = deque()

    @property
    def connected(self) -> bool:
        """True after :meth:`connect`: only datagrams and errors of the peer are received."""
        return self.remote_port != 0

    def connect(self, version: i64, address: int, port: i64) -> int:
        """Set the peer.  Returns 0, or an errno if there is no route to it, or none from the bound address."""
        src = self.local_address or self.layer.ip.source_address(version, address)
        if src == 0:
            return errors.ENETUNREACH
        if self.local_address:
            error = self.layer.ip.source_error(version, src, address)
            if error:
                return error
        self.layer.reserve(self)
        self.local_address = src
        self.remote_version, self.remote_address, self.remote_port = version, address, port
        return 0

    def disconnect(self) -> None:
        """Receive from any peer again."""
        self.remote_version = 0
        self.remote_address = 0
        self.remote_port = 0

    def send(self, data: bytes) -> int:
        """Send to the connected peer.  Returns 0 or an errno; a pending error is reported first, once."""
        if not self.connected:
            return errors.EDESTADDRREQ
        return self.send_to(data, self.remote_version, self.remote_address, self.remote_port)

    def send_to(
        self,
        data: bytes,
        version: i64,
        address: int,
        port: i64,
        src: int = 0,
        interface: Interface | None = None,
    ) -> int:
        """Send one datagram; from the address ``src`` and on ``interface``, if they are given (RFC 3542 section 6.2).

        Returns 0, or an errno: EMSGSIZE, ENETUNREACH, EACCES for broadcast without SO_BROADCAST ...
        """
        if self.error:
            return self.take_error()
        if len(data) > MAX_DATA_OCTETS:
            return errors.EMSGSIZE
        if version == 4 and address == 0xFFFFFFFF and not self.broadcast:
            return errors.EACCES
        self.layer.reserve(self)
        return self.layer.transmit(self, data, version, address, port, src, interface)

    def receive(self) -> Arrival | None:
        """Remove and return the oldest queued datagram; None if the queue is empty."""
        if not self._queue:
            return None
        arrival = self._queue.popleft()
        self.queued_octets -= len(arrival.data)
        return arrival

    def peek(self) -> Arrival | None:
        """The oldest queued datagram, without removing it."""
        return self._queue[0] if self._queue else None

    def take_error(self) -> int:
        """The pending errno, which is cleared (SO_ERROR)."""
        error, self.error = self.error, 0
        return error

    def queues_errors(self, version: i64) -> bool:
        """Whether ICMP errors of an IP version are queued."""
        return self.queues_errors4 if version == 4 else self.queues_errors6

    def report(self, error: IcmpError) -> None:
        """Store an ICMP error, and queue it if the socket asked for that and has room."""
        self.error = error.errno
        room = (len(self._errors) + 1) * ERROR_OCTETS <= self.receive_buffer_octets
        if self.queues_errors(error.version) and room:
            self._errors.append(error)
        self.user.failed(error.errno)

    def take_queued_error(self) -> IcmpError | None:
        """Remove and return the oldest queued error.  The pending errno becomes that of the next one, or 0."""
        if not self._errors:
            return None
        error = self._errors.popleft()
        self.error = self._errors[0].errno if self._errors else 0
        return error

    def close(self) -> None:
        """Release the port, and drop the queue."""
        if self.open:
            self.open = False
            self._queue.clear()
            self.layer.release(self)

    def deliver(self, arrival: Arrival) -> bool:
        """Queue a datagram; False if there is no room."""
        size: i64 = len(arrival.data)
        if self.queued_octets + size > self.receive_buffer_octets and self._queue:
            self.drops += 1
            return False
        was_empty = not self._queue
        self.queued_octets += size
        self._queue.append(arrival)
        if was_empty:
            self.user.readable()
        return True

    def hears(self, arrival: Arrival, interface: Interface) -> bool:
        """Whether the socket's source filters let a group's datagram pass (RFC 3376 section 3.1)."""
        for member in self.memberships:
            if member.group == arrival.dst and (member.interface is interface or interface.loopback):
                return member.sources.accepts(arrival.src)
        return self.all_groups or not is_multicast(arrival.version, arrival.dst)

    def score(self, version: i64, dst: int, src: int, src_port: i64, interface: Interface | None = None) -> i64:
        """The match of a datagram: negative for none, higher for each fixed address or port.

        ``interface`` is the receiving one; None if unknown.
        """
        if version != self.version and not (version == 4 and self.dual_stack):
            return -1
        points: i64 = 0
        if self.interface is not None:
            if interface is not None and interface is not self.interface:
                return -1
            points += 4
        if self.local_address != 0:
            if self.local_address != dst:
                return -1
            points += 1
        if self.remote_port != 0:
            if self.remote_port != src_port or self.remote_address != src or self.remote_version != version:
                return -1
            points += 2
        return points


class UdpLayer(Protocol):
    """UDP of one host."""

    def __init__(self, kernel: Kernel, ip: IpStack, name: str) -> None:
        super().__init__()
        self.kernel: Final = kernel
        self.ip: Final = ip
        self._ports: Final[dict[i64, list[UdpSocket]]] = {}
        self._stream: Final = kernel.streams.stream(f"host:{name}:udp:ports")
        self._counters: Final[list[int]] = [0] * len(COUNTER_NAMES)
        ip.register(PROTOCOL_UDP, self)

    def counters(self) -> dict[str, int]:
        """The host's counters, named as in UDP-MIB (RFC 4113) and Linux's ``netstat -s``."""
        return dict(zip(COUNTER_NAMES, self._counters, strict=True))

    def open(self, user: UdpUser, version: i64, *, dual_stack: bool = False) -> UdpSocket:
        """Create a socket without a port; it gets one by :meth:`bind`, or at its first use."""
        return UdpSocket(self, user, version, dual_stack=dual_stack)

    def bind(self, socket: UdpSocket, address: int, port: i64) -> int:
        """Bind a socket to an address (0: any) and a port (0: choose).

        Returns 0, EINVAL, EADDRINUSE or EADDRNOTAVAIL.
        """
        if socket.local_port:
            return errors.EINVAL
        if address and not self.ip.is_local(socket.version, address) and not _is_group(socket.version, address):
            return errors.EADDRNOTAVAIL
        if port == 0:
            port = self._choose_port()
            if port == 0:
                return errors.EADDRINUSE
        elif self._conflicts(socket, address, port):
            return errors.EADDRINUSE
        socket.local_address = address
        socket.local_port = port
        self._ports.setdefault(port, []).append(socket)
        return 0

    def reserve(self, socket: UdpSocket) -> None:
        """Assign a port to a socket without one."""
        if not socket.local_port:
            self.bind(socket, socket.local_address, 0)

    def release(self, socket: UdpSocket) -> None:
        """Remove a socket from its port."""
        sharers = self._ports.get(socket.local_port)
        if sharers is not None and socket in sharers:
            sharers.remove(socket)
            if not sharers:
                del self._ports[socket.local_port]

    def lose_power(self) -> None:
        """The host has lost power: every socket is dropped."""
        for sharers in list(self._ports.values()):
            for socket in list(sharers):
                socket.close()
        self._ports.clear()

    def transmit(
        self,
        socket: UdpSocket,
        data: bytes,
        version: i64,
        address: int,
        port: i64,
        src: int = 0,
        interface: Interface | None = None,
    ) -> int:
        """Pass one datagram to the network layer; ``src`` and ``interface`` override the socket's."""
        hop_limit = socket.hop_limit
        if interface is None:
            interface = socket.interface
        if is_multicast(version, address):
            hop_limit = socket.group_hop_limit
            if interface is None or interface is socket.interface:
                interface = socket.group_interface or interface
        if src == 0:
            src = socket.local_address
        if src == 0 and (interface is None or interface is socket.interface):
            src = self.ip.source_address(version, address, interface)
            if src == 0:
                return errors.ENETUNREACH
        datagram = UdpDatagram(socket.local_port, port, data)
        self._counters[3] += 1
        return self.ip.send(
            version,
            src,
            address,
            PROTOCOL_UDP,
            datagram,
            socket.traffic_class,
            hop_limit,
            socket.dont_fragment,
            interface,
        )

    def send_from(self, socket: UdpSocket, data: bytes, src: int, dst: int, port: i64) -> int:
        """Send over IPv4 from an address of this host, along its routes.  Returns 0 or an errno."""
        self._counters[3] += 1
        datagram = UdpDatagram(socket.local_port, port, data)
        return self.ip.send(4, src, dst, PROTOCOL_UDP, datagram, socket.traffic_class, 0, socket.dont_fragment)

    def transmit_on_link(self, socket: UdpSocket, data: bytes, src: int, dst: int, port: i64) -> None:
        """Send to a neighbour or to all on the link of the socket's interface, whatever the routes say, from ``src``.

        It may be 0: that is how a host without an address speaks (IPv4 only).
        """
        assert socket.interface is not None
        self._counters[3] += 1
        datagram = UdpDatagram(socket.local_port, port, data)
        hop_limit = self.ip.default_hop_limit
        self.ip.send_on_link(socket.interface, 4, src, dst, PROTOCOL_UDP, datagram, socket.traffic_class, hop_limit)

    def receive(self, packet: IpPacket, interface: Interface) -> None:
        payload = packet.payload
        if isinstance(payload, UdpDatagram):
            datagram = payload
        else:
            parsed = parse(payload.emit(), packet.version, packet.src, packet.dst)
            if parsed is None:
                self._counters[2] += 1
                self._counters[6] += 1
                return
            datagram = parsed
        sharers = self._ports.get(datagram.dst_port)
        arrival = Arrival(
            packet.version,
            datagram.data,
            packet.src,
            datagram.src_port,
            packet.dst,
            interface,
            packet.hop_limit,
            packet.traffic_class,
        )
        if self.ip.is_local(packet.version, packet.dst):
            best = self._best(sharers, arrival, interface) if sharers is not None else None
            if best is None:
                self._counters[1] += 1
                self.ip.reject_port(packet)
                return
            self._deliver(best, arrival)
        elif sharers is not None:
            for socket in list(sharers):
                matches = socket.score(arrival.version, arrival.dst, arrival.src, arrival.src_port, interface) >= 0
                if matches and socket.hears(arrival, interface):
                    self._deliver(socket, arrival)

    def icmp_error(self, error: IcmpError) -> None:
        if len(error.head) < HEADER_OCTETS:
            return
        src_port: i64 = error.head[0] << 8 | error.head[1]
        dst_port: i64 = error.head[2] << 8 | error.head[3]
        for socket in list(self._ports.get(src_port, [])):
            reports = socket.connected or socket.queues_errors(error.version)
            if reports and socket.score(error.version, error.src, error.dst, dst_port) >= 0:
                socket.report(error)

    def _deliver(self, socket: UdpSocket, arrival: Arrival) -> None:
        if socket.deliver(arrival):
            self._counters[0] += 1
        else:
            self._counters[2] += 1
            self._counters[4] += 1

    def _best(self, sharers: list[UdpSocket], arrival: Arrival, interface: Interface) -> UdpSocket | None:
        best: UdpSocket | None = None
        best_score: i64 = -1
        for socket in sharers:
            score = socket.score(arrival.version, arrival.dst, arrival.src, arrival.src_port, interface)
            if score > best_score:
                best, best_score = socket, score
        return best

    def _conflicts(self, socket: UdpSocket, address: int, port: i64) -> bool:
        for other in self._ports.get(port, []):
            same_family = other.version == socket.version or other.dual_stack or socket.dual_stack
            same_address = address == 0 or other.local_address == 0 or address == other.local_address
            same_interface = other.interface is None or socket.interface is None or other.interface is socket.interface
            if same_family and same_address and same_interface and not (other.reuse and socket.reuse):
                return True
        return False

    def _choose_port(self) -> i64:
        """A free ephemeral port: a random start, then upwards (RFC 6056, algorithm 1); 0 if all are taken."""
        count = LAST_EPHEMERAL_PORT - FIRST_EPHEMERAL_PORT + 1
        start: i64 = self._stream.below(count)
        for step in range(count):
            port: i64 = FIRST_EPHEMERAL_PORT + (start + step) % count
            if port not in self._ports:
                return port
        return 0


def _is_group(version: i64, address: int) -> bool:
    """True for a multicast or the limited broadcast address, to which a receiver may bind."""
    if version == 4:
        return address >> 28 == 0xE or address == 0xFFFFFFFF
    return address >> 120 == 0xFF
