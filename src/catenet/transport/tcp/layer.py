"""TCP of one host: opening and listening for the users above, segments and errors from below.

RFC 9293 section 3.9 (the user's calls) and 3.10.7 (segments that belong to no connection).
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from catenet.kernel.checksum import pseudo_header_sum
from catenet.kernel.kernel import Kernel
from catenet.network.addresses import BROADCAST, is_multicast
from catenet.network.packet import IpPacket
from catenet.network.protocol import IcmpError, Protocol
from catenet.network.stack import IpStack
from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.connection.time_wait import ANSWER, REPLACE, TimeWait
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.demux import ConnectionTable
from catenet.transport.tcp.isn import KeyedHash, initial_sequence_number
from catenet.transport.tcp.listener import Acceptor, Listener
from catenet.transport.tcp.ports import Ports, Reservation
from catenet.transport.tcp.segment.segment import ACK, PROTOCOL, RST, SYN, TcpSegment, parse
from catenet.transport.tcp.segment.sequence import MASK
from catenet.transport.tcp.sender.segment_output import Carrier
from catenet.transport.tcp.settings import MS, TcpOptions, TcpSettings

if TYPE_CHECKING:
    from catenet.network.interface import Interface

__all__ = ["Reservation", "TcpLayer"]

_TEXTS: Final = {
    errno.ENETUNREACH: "Network is unreachable",
    errno.EADDRNOTAVAIL: "Cannot assign requested address",
    errno.EADDRINUSE: "Address already in use",
    errno.EINVAL: "Invalid argument",
}


class IpCarrier(Carrier):
    """Passes the segments of one connection to the network layer.

    ``traffic_class`` and ``hop_limit`` may be set at any time; a hop limit of 0 is the host's default.
    """

    def __init__(self, ip: IpStack, version: i64, src: int, dst: int, traffic_class: i64, hop_limit: i64) -> None:
        self.ip: Final = ip
        self.version: Final[i64] = version
        self.src: Final = src
        self.dst: Final = dst
        self.traffic_class: i64 = traffic_class
        self.hop_limit: i64 = hop_limit

    def carry(self, segment: TcpSegment) -> int:
        return self.ip.send(self.version, self.src, self.dst, PROTOCOL, segment, self.traffic_class, self.hop_limit)

    def path_mtu(self) -> i64:
        return self.ip.path_mtu(self.version, self.dst)

    def confirm(self) -> None:
        self.ip.confirm(self.version, self.dst)


class TcpLayer(Protocol):
    """TCP of one host.  ``name`` names the host's seeded streams."""

    def __init__(self, kernel: Kernel, ip: IpStack, name: str) -> None:
        self.kernel: Final = kernel
        self.ip: Final = ip
        self.name: Final = name
        self.settings: Final = TcpSettings()
        self.counters: Final = TcpCounters()
        self.hashes: Final = KeyedHash(kernel.streams.stream(f"host:{name}:tcp:secret"))
        self.table: Final = ConnectionTable(kernel, self.settings, self.counters, self.hashes)
        stream = kernel.streams.stream(f"host:{name}:tcp:ports")
        self.ports: Final = Ports(self.settings, self.hashes, stream)
        ip.register(PROTOCOL, self)

    @property
    def default_congestion(self) -> str:
        """The default congestion control of connections."""
        return self.settings.congestion

    @default_congestion.setter
    def default_congestion(self, name: str) -> None:
        self.settings.congestion = name

    # -- calls from above

    def connect(
        self,
        user: TcpUser,
        version: i64,
        local_address: int,
        local_port: i64,
        remote_address: int,
        remote_port: i64,
        options: TcpOptions | None = None,
        reservation: Reservation | None = None,
    ) -> Connection:
        """Open a connection; local address and port 0 are chosen here.

        Raises OSError at once: ENETUNREACH (no route), EADDRNOTAVAIL (not our address, no port left, or the two ends
        are in use), EINVAL (a loopback address of ours, and a remote one that is not this host's), EADDRINUSE (the
        port is bound by another socket than ``reservation``).  Later errors are reported by ``user.closed``.
        """
        source = self.ip.source_address(version, remote_address)
        if source == 0:
            raise _error(errno.ENETUNREACH)
        if local_address == 0:
            local_address = source
        else:
            refusal = self.ip.source_error(version, local_address, remote_address)
            if refusal:
                raise _error(refusal)
        if local_port == 0:
            local_port = self._choose_port(version, local_address, remote_address, remote_port)
        elif reservation is None and self.ports.conflicts(
            Reservation(version, local_address, local_port, False, False, False)
        ):
            raise _error(errno.EADDRINUSE)
        if self.table.is_taken(version, local_address, local_port, remote_address, remote_port):
            raise _error(errno.EADDRNOTAVAIL)
        connection = self._make(
            options or TcpOptions(), version, local_address, local_port, remote_address, remote_port
        )
        connection.user = user
        connection.open_actively(self._isn(connection), self._ts_offset(connection))
        return connection

    def listen(
        self,
        acceptor: Acceptor,
        version: i64,
        local_address: int,
        local_port: i64,
        backlog: i64 = 128,
        dual_stack: bool = False,
        reuse_address: bool = True,
        options: TcpOptions | None = None,
        reservation: Reservation | None = None,
    ) -> Listener:
        """Listen; address 0 is any, port 0 is chosen here.

        Raises OSError: EADDRINUSE (the port is bound or listened to), EADDRNOTAVAIL (not our address). ``reservation``
        is a result of :meth:`reserve`; without one the port is reserved here.
        """
        held = reservation
        if held is None:
            held = self.reserve(version, local_address, local_port, dual_stack, reuse_address, False)
        if self.ports.conflicts(held):
            # bound for sharing, and another of those that share it listens already
            raise _error(errno.EADDRINUSE)
        held.listening = True
        kept = reservation is not None
        listener = Listener(
            self.table.forget_listener, self.ports, acceptor, held, kept, backlog, options or TcpOptions()
        )
        self.table.add_listener(listener)
        return listener

    def reserve(
        self,
        version: i64,
        local_address: int,
        local_port: i64,
        dual_stack: bool = False,
        reuse_address: bool = False,
        reuse_port: bool = False,
    ) -> Reservation:
        """Bind a port, 0 for any free one.  Raises OSError: EADDRINUSE, EADDRNOTAVAIL."""
        if local_address != 0 and not self.ip.is_local(version, local_address):
            raise _error(errno.EADDRNOTAVAIL)
        if local_port == 0:
            return self._reserve_any(version, local_address, dual_stack, reuse_address, reuse_port)
        wanted = Reservation(version, local_address, local_port, dual_stack, reuse_address, reuse_port)
        in_use = not reuse_address and self.table.port_is_used(local_port)
        if in_use or self.ports.conflicts(wanted):
            raise _error(errno.EADDRINUSE)
        self.ports.add(wanted)
        return wanted

    def release(self, reservation: Reservation) -> None:
        """Release a bound port.  Its connections continue."""
        self.ports.remove(reservation)

    def connections(self) -> list[Connection]:
        """All connections but those in TIME-WAIT."""
        return self.table.all()

    def lose_power(self) -> None:
        """The host has lost power: connections end without FIN or RST, and leave no entries."""
        self.table.lose_power()
        self.ports.clear()

    # -- from below

    def receive(self, packet: IpPacket, interface: Interface) -> None:
        counters = self.counters
        counters.in_segments += 1
        payload = packet.payload
        if isinstance(payload, TcpSegment):
            segment = payload
        else:
            octets = payload.emit()
            start_sum = pseudo_header_sum(packet.version, packet.src, packet.dst, PROTOCOL, len(octets))
            parsed = parse(octets, start_sum)
            if parsed is None:
                counters.in_errors += 1
                counters.in_checksum_errors += 1
                return
            segment = parsed
        connection = self.table.find(packet.version, packet.dst, segment.dst_port, packet.src, segment.src_port)
        if connection is not None:
            connection.segment_arrives(segment, self.kernel.now_ns)
        else:
            self._without_connection(packet, segment)

    def icmp_error(self, error: IcmpError) -> None:
        head = error.head
        if len(head) < 8:
            return
        local_port = head[0] << 8 | head[1]
        remote_port = head[2] << 8 | head[3]
        sequence = int.from_bytes(head[4:8], "big")
        connection = self.table.find(error.version, error.src, local_port, error.dst, remote_port)
        if connection is not None:
            connection.icmp_error(error.errno, error.mtu, sequence)

    # -- inside

    def _without_connection(self, packet: IpPacket, segment: TcpSegment) -> None:
        version = packet.version
        local = packet.dst
        remote = packet.src
        # RFC 9293 section 3.10.7.2 and MUST-57: never answer a group
        if is_multicast(version, local) or (version == 4 and local == BROADCAST):
            return
        entry = self.table.waiting.find((version, local, segment.dst_port, remote, segment.src_port))
        min_isn: i64 = -1
        if entry is not None:
            verdict = entry.verdict(segment)
            if verdict != REPLACE:
                if verdict == ANSWER:
                    self._answer(entry, segment)
                return
            min_isn = (entry.snd_nxt + 65_535 + 2) & MASK
        if segment.flags & RST:
            # sections 3.10.7.1 and 3.10.7.2: a RST is never answered, and there is no connection to end
            return
        listener = None
        if segment.flags & (SYN | ACK) == SYN:
            listener = self.table.listener_for(version, local, segment.dst_port, remote, segment.src_port)
        if listener is None:
            # no listener (3.10.7.1), or an ACK for a listener, which has sent nothing yet (3.10.7.2, second)
            self._reset(version, local, remote, segment)
            return
        if entry is not None:
            # section 3.6.1, MAY-2; RFC 6191
            self.counters.time_wait_recycled += 1
            self.table.waiting.remove(entry)
        self._syn(listener, version, local, remote, segment, min_isn)

    def _syn(
        self, listener: Listener, version: i64, local: int, remote: int, segment: TcpSegment, min_isn: i64
    ) -> None:
        if listener.is_full() or listener.is_flooded():
            # dropped silently, so that the peer retransmits: a RST would report a closed port
            self.counters.listen_drops += 1
            if listener.is_full():
                self.counters.listen_overflows += 1
            return
        connection = self._make(listener.options, version, local, segment.dst_port, remote, segment.src_port)
        self.table.opening(connection, listener)
        isn = self._isn(connection) if min_isn < 0 else min_isn
        connection.open_passively(isn, self._ts_offset(connection), segment)

    def _make(
        self,
        options: TcpOptions,
        version: i64,
        local_address: int,
        local_port: i64,
        remote_address: int,
        remote_port: i64,
    ) -> Connection:
        connection = Connection(
            self.kernel, self.table, self.settings, self.counters, options,
            IpCarrier(self.ip, version, local_address, remote_address, options.traffic_class, options.hop_limit),
            version, local_address, local_port, remote_address, remote_port,
        )  # fmt: skip
        self.table.add(connection)
        return connection

    def _isn(self, connection: Connection) -> i64:
        secret = self.hashes.of(
            "isn",
            connection.local_address,
            connection.local_port,
            connection.remote_address,
            connection.remote_port,
        )
        return initial_sequence_number(secret, self.kernel.now_ns)

    def _ts_offset(self, connection: Connection) -> i64:
        # by the addresses only, so that the timestamp clock is monotonic across connections (RFC 7323 section 5.4)
        return self.hashes.of("timestamps", connection.local_address, 0, connection.remote_address, 0)

    def _answer(self, entry: TimeWait, segment: TcpSegment) -> None:
        """Acknowledge a segment for an entry in TIME-WAIT."""
        if entry.restarts(segment):
            self.table.waiting.restart(entry, self.kernel.now_ns)
        version, local, local_port, remote, remote_port = entry.ends
        ts_value = (self.kernel.now_ns // MS + entry.ts_offset) & MASK
        answer = TcpSegment(
            local_port, remote_port, entry.snd_nxt, entry.rcv_nxt, ACK, entry.window, b"",
            entry.timestamps, ts_value if entry.timestamps else 0, entry.ts_recent if entry.timestamps else 0,
        )  # fmt: skip
        self.counters.out_segments += 1
        self.ip.send(version, local, remote, PROTOCOL, answer)

    def _reset(self, version: i64, local: int, remote: int, segment: TcpSegment) -> None:
        """Answer a segment for which there is no connection (RFC 9293 section 3.10.7.1)."""
        if segment.flags & ACK:
            answer = TcpSegment(segment.dst_port, segment.src_port, segment.ack, 0, RST, 0, b"")
        else:
            end = (segment.seq + segment.sequence_length()) & MASK
            answer = TcpSegment(segment.dst_port, segment.src_port, 0, end, RST | ACK, 0, b"")
        self.counters.out_resets += 1
        self.counters.out_segments += 1
        self.ip.send(version, local, remote, PROTOCOL, answer)

    def _choose_port(self, version: i64, local_address: int, remote_address: int, remote_port: i64) -> int:
        ports = self.ports
        first = ports.first_to_connect(local_address, remote_address, remote_port)
        for step in range(ports.count()):
            port = ports.port(first + step)
            if not ports.is_reserved(port) and not self.table.is_taken(
                version, local_address, port, remote_address, remote_port
            ):
                ports.chosen()
                return port
        raise _error(errno.EADDRNOTAVAIL)

    def _reserve_any(
        self, version: i64, local_address: int, dual_stack: bool, reuse_address: bool, reuse_port: bool
    ) -> Reservation:
        ports = self.ports
        first = ports.first_to_bind()
        for step in range(ports.count()):
            port = ports.port(first + step)
            if not ports.is_reserved(port) and not self.table.port_is_used(port):
                wanted = Reservation(version, local_address, port, dual_stack, reuse_address, reuse_port)
                ports.add(wanted)
                return wanted
        raise _error(errno.EADDRINUSE)


def _error(number: int) -> OSError:
    return OSError(number, _TEXTS[number])
