"""Mappings of inside endpoints to outside endpoints, and their timeouts.

A **mapping** binds an inside address and port to one outside port for all remote endpoints (endpoint-independent
mapping, RFC 4787 4.1).  Within it, a **session** is the traffic with one remote endpoint: sessions determine filtering
and the mapping's lifetime.  There is no timer: expired entries are detected at look-ups, and removed when the table
has doubled or a port is needed.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.kernel.quantity import NS_PER_S
from catenet.network.packet import PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP

FIN: Final[i64] = 0x01
SYN: Final[i64] = 0x02
RST: Final[i64] = 0x04
ACK: Final[i64] = 0x10

ENDPOINT_INDEPENDENT: Final = 0
"""Accept packets from every remote endpoint."""
ADDRESS_DEPENDENT: Final = 1
"""Accept only from addresses to which the inside endpoint has sent."""
ADDRESS_AND_PORT_DEPENDENT: Final = 2
"""Accept only from endpoints to which the inside endpoint has sent."""

SWEEP_AT: Final = 1024
FIRST_HIGH_PORT: Final[i64] = 1024
"""The port range is preserved: below or from 1024 up (RFC 4787 REQ-3)."""
FULL_NS: Final[i64] = NS_PER_S
"""The maximum time without a new search after no port was free."""


class NatTimeouts:
    """The timeouts of idle sessions, in nanoseconds."""

    def __init__(
        self,
        tcp_established_ns: i64 = 7440 * NS_PER_S,
        tcp_transitory_ns: i64 = 240 * NS_PER_S,
        udp_ns: i64 = 300 * NS_PER_S,
        icmp_ns: i64 = 60 * NS_PER_S,
    ) -> None:
        self.tcp_established_ns: Final[i64] = tcp_established_ns
        self.tcp_transitory_ns: Final[i64] = tcp_transitory_ns
        self.udp_ns: Final[i64] = udp_ns
        self.icmp_ns: Final[i64] = icmp_ns


class Session:
    """The traffic between an inside endpoint and one remote endpoint."""

    def __init__(self) -> None:
        self.expires_ns: i64 = 0
        self.seen_out: bool = False
        self.seen_in: bool = False
        self.established: bool = False
        self.fin_out: bool = False
        self.fin_in: bool = False
        self.reset: bool = False

    def timeout_ns(self, protocol: i64, timeouts: NatTimeouts) -> i64:
        """Its timeout from its last packet."""
        if protocol == PROTOCOL_UDP:
            return timeouts.udp_ns
        if protocol == PROTOCOL_ICMP:
            return timeouts.icmp_ns
        closing = self.reset or (self.fin_out and self.fin_in)
        return timeouts.tcp_established_ns if self.established and not closing else timeouts.tcp_transitory_ns

    def follow(self, flags: i64, outward: bool) -> None:
        """Track a TCP segment: established once both sides have sent, closing after both FINs or a RST."""
        if flags & (SYN | ACK) == SYN and (self.reset or (self.fin_out and self.fin_in)):
            self.established = self.fin_out = self.fin_in = self.reset = False
            self.seen_out = self.seen_in = False
        if outward:
            self.seen_out = True
            self.fin_out = self.fin_out or flags & FIN != 0
        else:
            self.seen_in = True
            self.fin_in = self.fin_in or flags & FIN != 0
        if flags & RST:
            self.reset = True
        elif flags & SYN == 0 and self.seen_out and self.seen_in:
            self.established = True


class Mapping:
    """An inside endpoint and its outside port.  A ``fixed`` one never expires."""

    def __init__(self, protocol: i64, address: int, port: i64, outside_port: i64, fixed: bool) -> None:
        self.protocol: Final[i64] = protocol
        self.address: Final = address
        self.port: Final[i64] = port
        self.outside_port: Final[i64] = outside_port
        self.fixed: Final = fixed
        self.expires_ns: i64 = NEVER if fixed else 0
        self._sessions: Final[dict[int, Session]] = {}
        self._sweep_at = SWEEP_AT

    def alive(self, now_ns: i64) -> bool:
        """True until its last session has timed out."""
        return now_ns < self.expires_ns

    def has_session(self, remote: int, port: i64, now_ns: i64) -> bool:
        """Whether a session with this remote endpoint is alive."""
        session = self._sessions.get(remote << 16 | port)
        return session is not None and session.seen_out and now_ns < session.expires_ns

    def accepts(self, remote: int, port: i64, filtering: int, now_ns: i64) -> bool:
        """Whether a packet from a remote endpoint passes the filter (RFC 4787 section 5, RFC 5382 4.2)."""
        if self.fixed or filtering == ENDPOINT_INDEPENDENT or self.has_session(remote, port, now_ns):
            return True
        if filtering == ADDRESS_AND_PORT_DEPENDENT:
            return False
        for key, session in self._sessions.items():
            if key >> 16 == remote and session.seen_out and now_ns < session.expires_ns:
                return True
        return False

    def passed(self, remote: int, port: i64, flags: i64, outward: bool, now_ns: i64, timeouts: NatTimeouts) -> None:
        """Record a packet.  An inbound packet refreshes only existing sessions (RFC 4787 REQ-6)."""
        key = remote << 16 | port
        session = self._sessions.get(key)
        fresh = session is None
        if session is None:
            self._bound(now_ns)
            session = self._sessions[key] = Session()
        if self.protocol == PROTOCOL_TCP:
            session.follow(flags, outward)
        elif outward:
            session.seen_out = True
        if not fresh and not session.seen_out:
            return
        before_ns = session.expires_ns
        session.expires_ns = now_ns + session.timeout_ns(self.protocol, timeouts)
        if self.fixed:
            return
        if session.expires_ns >= before_ns:
            if session.seen_out and session.expires_ns > self.expires_ns:
                self.expires_ns = session.expires_ns
        elif before_ns == self.expires_ns:
            self._recount()

    def _recount(self) -> None:
        latest: i64 = 0
        for session in self._sessions.values():
            if session.seen_out and session.expires_ns > latest:
                latest = session.expires_ns
        self.expires_ns = latest

    def _bound(self, now_ns: i64) -> None:
        if len(self._sessions) >= self._sweep_at:
            for key in [key for key, session in self._sessions.items() if session.expires_ns <= now_ns]:
                del self._sessions[key]
            self._sweep_at = max(SWEEP_AT, 2 * len(self._sessions))


class NatTable:
    """All mappings of one outside address.  ``first_port`` and ``last_port`` bound the outside ports of high ports."""

    def __init__(self, first_port: i64 = FIRST_HIGH_PORT, last_port: i64 = 0xFFFF) -> None:
        self.first_port: Final[i64] = first_port
        self.last_port: Final[i64] = last_port
        self._by_inside: Final[dict[int, Mapping]] = {}
        self._by_outside: Final[dict[int, Mapping]] = {}
        self._next: Final[dict[int, int]] = {}
        self._full_until_ns: Final[dict[int, int]] = {}
        self._sweep_at = SWEEP_AT

    def __len__(self) -> int:
        return len(self._by_outside)

    def inside(self, protocol: i64, address: int, port: i64, now_ns: i64) -> Mapping | None:
        """The mapping of an inside endpoint."""
        return self._alive(self._by_inside.get(_inside_key(protocol, address, port)), now_ns)

    def outside(self, protocol: i64, port: i64, now_ns: i64) -> Mapping | None:
        """The mapping that a port outside belongs to."""
        return self._alive(self._by_outside.get(protocol << 16 | port), now_ns)

    def fix(self, protocol: i64, outside_port: i64, address: int, port: i64) -> None:
        """Create a static mapping of an outside port to an inside endpoint.  Raises ValueError if it is taken."""
        if self._by_outside.get(protocol << 16 | outside_port) is not None:
            raise ValueError(f"port {outside_port} is bound already")
        self._enter(Mapping(protocol, address, port, outside_port, True))

    def create(self, protocol: i64, address: int, port: i64, now_ns: i64, avoid: i64 = -1) -> Mapping | None:
        """A new mapping for an inside endpoint: its port if it is free, else the next free one; None if there is none.

        ``avoid`` is a port that may not be given.
        """
        if len(self._by_outside) >= self._sweep_at:
            self.sweep(now_ns)
            self._sweep_at = max(SWEEP_AT, 2 * len(self._by_outside))
        outside_port = self._free_port(protocol, port, now_ns, avoid)
        if outside_port < 0:
            return None
        mapping = Mapping(protocol, address, port, outside_port, False)
        mapping.expires_ns = now_ns + 1
        return self._enter(mapping)

    def sweep(self, now_ns: i64) -> None:
        """Remove expired entries."""
        for mapping in [mapping for mapping in self._by_outside.values() if not mapping.alive(now_ns)]:
            self._forget(mapping)

    def mappings(self) -> list[Mapping]:
        """All mappings, including expired ones that are not removed yet."""
        return list(self._by_outside.values())

    def _alive(self, mapping: Mapping | None, now_ns: i64) -> Mapping | None:
        if mapping is not None and not mapping.alive(now_ns):
            self._forget(mapping)
            return None
        return mapping

    def _enter(self, mapping: Mapping) -> Mapping:
        self._by_inside[_inside_key(mapping.protocol, mapping.address, mapping.port)] = mapping
        self._by_outside[mapping.protocol << 16 | mapping.outside_port] = mapping
        return mapping

    def _forget(self, mapping: Mapping) -> None:
        del self._by_outside[mapping.protocol << 16 | mapping.outside_port]
        key = _inside_key(mapping.protocol, mapping.address, mapping.port)
        if self._by_inside.get(key) is mapping:
            del self._by_inside[key]

    def _free_port(self, protocol: i64, port: i64, now_ns: i64, avoid: i64) -> i64:
        """The port itself, or the next free one of its range, for UDP of its parity (RFC 4787 REQ-4); -1 if none is."""
        low, high = self._range(protocol, port)
        if low <= port <= high and port != avoid and self._is_free(protocol, port, now_ns):
            return port
        step: i64 = 2 if protocol == PROTOCOL_UDP else 1
        if step == 2 and (low ^ port) & 1:
            low += 1
        cursor_key = int(protocol << 17 | low)
        if now_ns < self._full_until_ns.get(cursor_key, 0):
            return -1
        count: i64 = (high - low) // step + 1 if high >= low else 0
        at: i64 = self._next.get(cursor_key, 0)
        tried: i64 = 0
        while tried < count:
            candidate = low + (at + tried) % count * step
            tried += 1
            if candidate != avoid and self._is_free(protocol, candidate, now_ns):
                self._next[cursor_key] = int((at + tried) % count)
                return candidate
        self._full_until_ns[cursor_key] = min(self._first_end_ns(protocol), int(now_ns + FULL_NS))
        return -1

    def _range(self, protocol: i64, port: i64) -> tuple[i64, i64]:
        if protocol == PROTOCOL_ICMP:
            return 0, 0xFFFF
        if port < FIRST_HIGH_PORT:
            return 1, FIRST_HIGH_PORT - 1
        return self.first_port, self.last_port

    def _is_free(self, protocol: i64, port: i64, now_ns: i64) -> bool:
        return self.outside(protocol, port, now_ns) is None

    def _first_end_ns(self, protocol: i64) -> int:
        """The earliest time at which a port becomes free without further packets."""
        ends = [int(mapping.expires_ns) for mapping in self._by_outside.values() if mapping.protocol == protocol]
        return min(ends, default=0)


def _inside_key(protocol: i64, address: int, port: i64) -> int:
    wide: i64 = address
    return int(protocol << 48 | wide << 16 | port)
