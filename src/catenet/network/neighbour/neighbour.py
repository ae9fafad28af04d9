"""Neighbours: MAC addresses of addresses on the same link, and their reachability.

ARP and Neighbour Discovery share one state machine, Neighbour Unreachability Detection (RFC 4861 7.3.2 and
appendix C; RFC 7048 for the way back from FAILED), written below as a table.  An expired REACHABLE entry becomes STALE
when it is used, so an idle network has no events; a timer runs only while a reply is awaited.

The quick path is :meth:`Neighbour.send`: a known neighbour costs two comparisons, of state and time.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import NEVER, Kernel
from catenet.kernel.quantity import NS_PER_S
from catenet.kernel.timer import Timer
from catenet.link.ethernet import Frame
from catenet.link.port import Port
from catenet.network.packet import IpPacket

NONE: Final[i64] = 0
INCOMPLETE: Final[i64] = 1
REACHABLE: Final[i64] = 2
STALE: Final[i64] = 3
DELAY: Final[i64] = 4
PROBE: Final[i64] = 5
FAILED: Final[i64] = 6
STATE_NAMES: Final = ("NONE", "INCOMPLETE", "REACHABLE", "STALE", "DELAY", "PROBE", "FAILED")

USED: Final[i64] = 0
"""A packet is to be sent."""
TIMEOUT: Final[i64] = 1
"""The timer expired, and another try is left."""
EXHAUSTED: Final[i64] = 2
"""The timer expired after the last try."""
EXPIRED: Final[i64] = 3
"""An expired REACHABLE entry is used."""
CONFIRMED: Final[i64] = 4
"""A solicited reply was received, or the upper layer confirmed reachability."""
HEARD: Final[i64] = 5
"""An unsolicited MAC was received: in a request or an unsolicited advertisement."""

NOTHING: Final[i64] = 0
SOLICIT: Final[i64] = 1
"""Send a multicast solicitation, and wait."""
PROBE_IT: Final[i64] = 2
"""Send a unicast solicitation, and wait."""
WAIT: Final[i64] = 3
"""Give the upper layer time to confirm."""
FLUSH: Final[i64] = 4
"""Send queued packets, and stop the timer."""
GIVE_UP: Final[i64] = 5
"""Report errors to the senders of queued packets."""

TRANSITIONS: Final[dict[tuple[int, int], tuple[int, int, str]]] = {
    (NONE, USED): (INCOMPLETE, SOLICIT, "RFC 4861 7.2.2"),
    (NONE, HEARD): (STALE, NOTHING, "RFC 4861 7.2.3"),
    (INCOMPLETE, USED): (INCOMPLETE, NOTHING, "RFC 4861 7.2.2"),
    (INCOMPLETE, TIMEOUT): (INCOMPLETE, SOLICIT, "RFC 4861 7.2.2"),
    (INCOMPLETE, EXHAUSTED): (FAILED, GIVE_UP, "RFC 4861 7.2.2"),
    (INCOMPLETE, CONFIRMED): (REACHABLE, FLUSH, "RFC 4861 7.2.5"),
    (INCOMPLETE, HEARD): (STALE, FLUSH, "RFC 4861 7.2.5"),
    (REACHABLE, EXPIRED): (STALE, NOTHING, "RFC 4861 7.3.3"),
    (REACHABLE, CONFIRMED): (REACHABLE, NOTHING, "RFC 4861 7.3.1"),
    (REACHABLE, HEARD): (STALE, NOTHING, "RFC 4861 7.2.5"),
    (STALE, USED): (DELAY, WAIT, "RFC 4861 7.3.3"),
    (STALE, CONFIRMED): (REACHABLE, FLUSH, "RFC 4861 7.3.1"),
    (STALE, HEARD): (STALE, NOTHING, "RFC 4861 7.2.3"),
    (DELAY, TIMEOUT): (PROBE, PROBE_IT, "RFC 4861 7.3.3"),
    (DELAY, CONFIRMED): (REACHABLE, FLUSH, "RFC 4861 7.3.1"),
    (DELAY, HEARD): (STALE, FLUSH, "RFC 4861 7.2.3"),
    (PROBE, TIMEOUT): (PROBE, PROBE_IT, "RFC 4861 7.3.3"),
    (PROBE, EXHAUSTED): (FAILED, GIVE_UP, "RFC 4861 7.3.3"),
    (PROBE, CONFIRMED): (REACHABLE, FLUSH, "RFC 4861 7.3.1"),
    (PROBE, HEARD): (STALE, FLUSH, "RFC 4861 7.2.3"),
    (FAILED, USED): (INCOMPLETE, SOLICIT, "RFC 4861 7.2.2"),
    (FAILED, HEARD): (STALE, NOTHING, "RFC 4861 7.2.3"),
}
"""``(state, event)``: ``(next state, action, source)``.  Missing combinations are impossible."""


REACHABLE_TIME_NS: Final[i64] = 30 * NS_PER_S
"""Without the random factor of RFC 4861 6.3.2, unless a router advertises another time."""
RETRANSMIT_NS: Final[i64] = NS_PER_S
DELAY_FIRST_PROBE_NS: Final[i64] = 5 * NS_PER_S
MAX_SOLICITATIONS: Final[i64] = 3
"""The number of solicitations, both multicast and unicast (RFC 4861 section 10)."""
MAX_WAITING: Final[i64] = 64
"""The queue limit per unresolved neighbour; the oldest packet is dropped first (RFC 4861 7.2.2)."""
MAX_NEIGHBOURS: Final = 1024

UNKNOWN_MAC: Final[i64] = -1


@mypyc_attr(allow_interpreted_subclasses=True)
class Resolver:
    """ARP or Neighbour Discovery on an interface, with its times (RFC 4861 6.3.2), which a router may advertise."""

    def __init__(self) -> None:
        self.reachable_ns: i64 = REACHABLE_TIME_NS
        self.retransmit_ns: i64 = RETRANSMIT_NS

    def reset_times(self) -> None:
        """Use the default times again."""
        self.reachable_ns = REACHABLE_TIME_NS
        self.retransmit_ns = RETRANSMIT_NS

    def solicit(self, neighbour: Neighbour, unicast: bool) -> None:
        """Solicit the neighbour's MAC, by multicast or at its last MAC."""

    def unresolved(self, neighbour: Neighbour, packets: list[IpPacket], dropped: bool) -> None:
        """These packets cannot be sent: the neighbour does not reply, or the queue is full (``dropped``)."""

    def forgotten(self, neighbour: Neighbour) -> None:
        """The entry was removed from the table; holders must look it up again."""


class Neighbour(Timer):
    """One address on one link.  A broadcast or multicast address is one too: always REACHABLE."""

    def __init__(self, kernel: Kernel, port: Port, resolver: Resolver, version: i64, address: int) -> None:
        super().__init__(kernel)
        self.port: Final = port
        self.resolver: Final = resolver
        self.version: Final[i64] = version
        self.address: Final = address
        self.ethertype: Final[i64] = 0x0800 if version == 4 else 0x86DD
        self.source_mac: Final[i64] = port.mac
        self.state: i64 = NONE
        self.mac: i64 = UNKNOWN_MAC
        self.fresh_until_ns: i64 = 0
        self.tries: i64 = 0
        self.is_router = False
        self.waiting: list[IpPacket] = []

    def send(self, packet: IpPacket) -> None:
        """Send a packet to this neighbour, now or when its MAC is known."""
        if self.state == REACHABLE and self.kernel.now_ns <= self.fresh_until_ns:
            self.port.send(Frame(self.mac, self.source_mac, self.ethertype, packet))
        else:
            self._send_unsure(packet)

    def make_permanent(self, mac: i64) -> None:
        """Make the MAC permanent, for a group or a static entry."""
        self.mac = mac
        self.state = REACHABLE
        self.fresh_until_ns = NEVER
        self.forget()
        self._flush()

    def current_state(self) -> i64:
        """The present state: an expired REACHABLE entry is STALE."""
        if self.state == REACHABLE and self.kernel.now_ns > self.fresh_until_ns:
            self._happen(EXPIRED)
        return self.state

    def confirm(self) -> None:
        """The neighbour's reachability was confirmed."""
        now_ns = self.kernel.now_ns
        if self.fresh_until_ns == NEVER:
            return
        if self.state == REACHABLE and now_ns <= self.fresh_until_ns:
            self.fresh_until_ns = now_ns + self.resolver.reachable_ns
        elif self.mac != UNKNOWN_MAC and self.state != FAILED:
            self.current_state()
            self._happen(CONFIRMED)

    def heard(self, mac: i64) -> None:
        """An unsolicited MAC was received.  The same MAC changes nothing (RFC 4861 7.2.3)."""
        if self.fresh_until_ns == NEVER:
            return
        state = self.current_state()
        if mac != self.mac or state in (NONE, INCOMPLETE, FAILED):
            self.mac = mac
            self._happen(HEARD)

    def answered(self, mac: i64) -> None:
        """A solicited MAC was received."""
        if self.fresh_until_ns == NEVER:
            return
        if self.state != NONE and self.state != FAILED:
            self.mac = mac
            self.current_state()
            self._happen(CONFIRMED)

    def doubted(self) -> None:
        """Another MAC was received without the override flag: verify before the next use (RFC 4861 7.2.5)."""
        if self.state == REACHABLE and self.fresh_until_ns != NEVER:
            self.fresh_until_ns = self.kernel.now_ns - 1

    def expired(self) -> None:
        self._happen(TIMEOUT if self.tries < MAX_SOLICITATIONS else EXHAUSTED)

    def discard(self) -> None:
        """Reset the entry: queued packets are dropped, and the timer stops."""
        if self.fresh_until_ns != NEVER:
            self.state = NONE
            self.mac = UNKNOWN_MAC
            self.waiting = []
            self.forget()

    def _send_unsure(self, packet: IpPacket) -> None:
        state = self.current_state()
        if state != NONE and state != INCOMPLETE and state != FAILED:
            if state == STALE:
                self._happen(USED)
            self.port.send(Frame(self.mac, self.source_mac, self.ethertype, packet))
            return
        self.waiting.append(packet)
        if len(self.waiting) > MAX_WAITING:
            self.resolver.unresolved(self, [self.waiting.pop(0)], True)
        self._happen(USED)

    def _happen(self, event: i64) -> None:
        before = self.state
        self.state, action, _ = TRANSITIONS[(before, event)]
        if self.state != before:
            self.tries = 0
        if event == CONFIRMED and self.state == REACHABLE:
            self.fresh_until_ns = self.kernel.now_ns + self.resolver.reachable_ns
        if action != NOTHING:
            self._act(action)

    def _act(self, action: i64) -> None:
        if action == FLUSH:
            self.forget()
            self._flush()
        elif action == WAIT:
            self.arm(self.kernel.now_ns + DELAY_FIRST_PROBE_NS)
        elif action == GIVE_UP:
            # The old MAC is invalid: a confirmation by the upper layer must not restore it.
            self.mac = UNKNOWN_MAC
            packets = self.waiting
            self.waiting = []
            self.resolver.unresolved(self, packets, False)
        else:
            self.tries += 1
            self.arm(self.kernel.now_ns + self.resolver.retransmit_ns)
            self.resolver.solicit(self, action == PROBE_IT)

    def _flush(self) -> None:
        if self.waiting:
            packets = self.waiting
            self.waiting = []
            for packet in packets:
                self.port.send(Frame(self.mac, self.source_mac, self.ethertype, packet))


class NeighbourTable:
    """The neighbours on one interface, of one version."""

    def __init__(self, kernel: Kernel, port: Port, resolver: Resolver, version: i64) -> None:
        self.kernel: Final = kernel
        self.port: Final = port
        self.resolver: Final = resolver
        self.version: Final[i64] = version
        self.entries: Final[dict[int, Neighbour]] = {}

    def find(self, address: int) -> Neighbour | None:
        """The entry, if there is one."""
        return self.entries.get(address)

    def entry(self, address: int) -> Neighbour:
        """The entry, created if there is none.  If the table is full, an idle entry is removed."""
        neighbour = self.entries.get(address)
        if neighbour is None:
            if len(self.entries) >= MAX_NEIGHBOURS:
                self._make_room()
            neighbour = Neighbour(self.kernel, self.port, self.resolver, self.version, address)
            self.entries[address] = neighbour
        return neighbour

    def flush(self) -> None:
        """Remove all learned entries, after a loss of carrier."""
        for neighbour in self.entries.values():
            neighbour.discard()

    def _make_room(self) -> None:
        for address, neighbour in self.entries.items():
            state = neighbour.current_state()
            if state in (NONE, STALE, FAILED):
                neighbour.discard()
                del self.entries[address]
                self.resolver.forgotten(neighbour)
                return
