"""RIP's events and timers (RFC 2453 sections 3.8 to 3.10).

Each method is one event, with the time; :meth:`Rip.deadline_ns` is the next time to call :meth:`Rip.expired`. Nothing
else triggers an action.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.kernel.streams import Stream
from catenet.network.routing.process import RoutingProcess
from catenet.network.routing.rip import advertising, drop_reasons, tracing
from catenet.network.routing.rip.authentication import VerifiedMessage, max_octets, verify_unauthenticated
from catenet.network.routing.rip.callbacks import RipCallbacks
from catenet.network.routing.rip.message import (
    HEADER_OCTETS,
    INFINITY,
    REQUEST,
    RESPONSE,
    VERSION,
    Entry,
    asks_for_everything,
    parse,
    prefix_len_of,
    whole_table_request,
)
from catenet.network.routing.rip.settings import RipInterface, RipSettings
from catenet.network.routing.rip.table import RipTable

PORT: Final = 520
GROUP: Final = 0xE0000009
"""224.0.0.9, all RIP-2 routers (section 4.5)."""
MAX_PEERS: Final = 1024


class Peer:
    """A neighbour from which messages were received (the rows of RFC 1724's rip2PeerTable)."""

    def __init__(self, interface: RipInterface, address: int) -> None:
        self.interface: Final = interface
        self.address: Final = address
        self.heard_ns: i64 = 0
        self.sequence = -1
        self.messages: i64 = 0
        self.bad_entries: i64 = 0


class ConfiguredNetwork:
    """A configured network, advertised while ``through`` is up (None: always)."""

    def __init__(
        self, prefix: int, prefix_len: int, metric: int, tag: int, through: RipInterface | None, next_hop: int
    ) -> None:
        self.prefix: Final = prefix
        self.prefix_len: Final = prefix_len
        self.metric: Final = metric
        self.tag: Final = tag
        self.through: Final = through
        self.next_hop: Final = next_hop


class Rip(RoutingProcess):
    """RIPv2 of one router.

    ``drops`` counts rejected messages and entries, by reason.  Interfaces are added down.  Nothing is sent before
    :meth:`start`, so that the first update contains all networks that are up by then.
    """

    def __init__(self, settings: RipSettings, stream: Stream, callbacks: RipCallbacks) -> None:
        self.settings: Final = settings
        self.table: Final = RipTable(settings, callbacks)
        self.interfaces: Final[list[RipInterface]] = []
        self.peers: Final[dict[int, Peer]] = {}
        self.drops: Final[list[int]] = [0] * drop_reasons.REASON_COUNT
        self._given: Final[dict[int, ConfiguredNetwork]] = {}
        self._stream: Final = stream
        self._callbacks: Final = callbacks
        self._next_update_ns: i64 = NEVER
        self._hold_until_ns: i64 = 0
        self._started = False

    # -- events

    def start(self, now_ns: i64) -> None:
        """Start: send requests (section 3.9.1), and advertise the networks that are up.

        The first regular update follows after a random part of the interval, to desynchronize routers.
        """
        self._started = True
        for interface in self.interfaces:
            if interface.up:
                self._ask(interface, now_ns)
        self._send_triggered_update(now_ns)
        self._next_update_ns = now_ns + self._stream.below(int(self.settings.update_ns))

    def add_interface(self, interface: RipInterface) -> None:
        """Add an interface; it is down until :meth:`interface_up`."""
        self.interfaces.append(interface)

    def add_network(
        self, prefix: int, prefix_len: int, now_ns: i64, metric: int = 1, tag: int = 0, next_hop: int = 0
    ) -> None:
        """Advertise a network of no RIP interface, with ``next_hop`` if it is reached through a neighbour.

        It is advertised while the link to that neighbour is up, and replaces an earlier declaration.  Raises
        ValueError if it cannot be advertised.
        """
        if drop_reasons.network_fault(prefix, prefix_len) or not 1 <= metric < INFINITY:
            raise ValueError(f"RIP cannot advertise {prefix:#x}/{prefix_len} with metric {metric}")
        through = next((interface for interface in self.interfaces if interface.is_on_link(next_hop)), None)
        given = ConfiguredNetwork(prefix, prefix_len, metric, tag, through, next_hop)
        if self._given.pop(tracing.pack_prefix(prefix, prefix_len), None) is not None:
            self.table.remove_own(prefix, prefix_len, now_ns)
        self._given[tracing.pack_prefix(prefix, prefix_len)] = given
        if through is None or through.up:
            self._give(given)
        self._send_triggered_update(now_ns)

    def remove_network(self, prefix: int, prefix_len: int, now_ns: i64) -> None:
        """Undo :meth:`add_network`: the network is advertised as unreachable for a while, then deleted."""
        if self._given.pop(tracing.pack_prefix(prefix, prefix_len), None) is not None:
            self.table.remove_own(prefix, prefix_len, now_ns)
            self._send_triggered_update(now_ns)

    def interface_up(self, interface: RipInterface, now_ns: i64) -> None:
        """A link came up: add its networks, and request the tables of its routers."""
        if interface.up:
            return
        interface.up = True
        self._give_networks(interface)
        if self._started:
            self._ask(interface, now_ns)
            self._send_triggered_update(now_ns)

    def interface_down(self, interface: RipInterface, now_ns: i64) -> None:
        """A link went down: its routes become unreachable, which is advertised."""
        if not interface.up:
            return
        interface.up = False
        self.table.interface_down(interface, now_ns)
        for other in self.interfaces:
            if other.up:
                self._give_networks(other)
        self._send_triggered_update(now_ns)

    def receive(self, interface: RipInterface, source: int, source_port: int, octets: bytes, now_ns: i64) -> None:
        """A datagram to port 520 was received."""
        reason = self._fault(interface, source, source_port, octets)
        if reason == 0:
            verified = verify_unauthenticated(octets) if interface.key is None else interface.key.verify(octets)
            reason = verified.reason
            if reason == 0:
                reason = self._take(interface, source, source_port, verified, now_ns)
        if reason != 0:
            self._drop(interface, source, reason)
        self._send_triggered_update(now_ns)

    def expired(self, now_ns: i64) -> None:
        """The deadline has expired."""
        self.table.age(now_ns)
        if now_ns >= self._next_update_ns:
            self._update(False, now_ns)
            jitter = int(self.settings.jitter_ns)
            self._next_update_ns = now_ns + self.settings.update_ns + self._stream.between(-jitter, jitter)
        self._send_triggered_update(now_ns)

    def deadline_ns(self) -> i64:
        """The next time to call :meth:`expired`; it may change with every event."""
        deadline = min(self._next_update_ns, self.table.next_ageing_ns)
        if self.table.changed and self.settings.triggered:
            deadline = min(deadline, self._hold_until_ns)
        return deadline

    # -- input

    def _fault(self, interface: RipInterface, source: int, source_port: int, octets: bytes) -> int:
        """The fault of a datagram, as far as it can be checked without the key."""
        if not HEADER_OCTETS <= len(octets) <= max_octets(interface.key):
            return drop_reasons.MALFORMED
        command = octets[0]
        if octets[1] != VERSION:
            return drop_reasons.WRONG_VERSION
        if command not in (REQUEST, RESPONSE):
            return drop_reasons.WRONG_COMMAND
        if any(own.is_own(source) for own in self.interfaces):
            return drop_reasons.OWN_MESSAGE
        if command == RESPONSE and source_port != PORT:
            return drop_reasons.WRONG_PORT
        if command == RESPONSE and not interface.is_on_link(source):
            return drop_reasons.NOT_A_NEIGHBOUR
        if command == REQUEST and interface.passive and source_port == PORT:
            return drop_reasons.SILENT_HERE
        return 0

    def _take(
        self, interface: RipInterface, source: int, source_port: int, verified: VerifiedMessage, now_ns: i64
    ) -> int:
        """Process an authenticated message."""
        message = parse(verified.message)
        if message is None:
            return drop_reasons.MALFORMED
        if interface.is_on_link(source):
            peer = self._peer(interface, source)
            if peer is None:
                return drop_reasons.TOO_MANY_NEIGHBOURS
            if self._is_old(peer, verified.sequence, now_ns):
                return drop_reasons.OLD_SEQUENCE
            peer.sequence = verified.sequence
            peer.heard_ns = now_ns
            peer.messages += 1
            if message.command == RESPONSE:
                for entry in message.entries:
                    self._hear(peer, entry, now_ns)
                return 0
        if asks_for_everything(message):
            entries = advertising.entries_for(self.table, interface, False)
        else:
            entries = advertising.answers(self.table, message.entries)
        self._respond(interface, source, source_port, entries, now_ns)
        return 0

    def _is_old(self, peer: Peer, sequence: int, now_ns: i64) -> bool:
        """Whether a sequence number is lower than the last (RFC 2082 3.2.2); a lost neighbour may restart at 0."""
        if sequence < 0 or sequence >= peer.sequence:
            return False
        return not (sequence == 0 and now_ns - peer.heard_ns > self.settings.timeout_ns)

    def _hear(self, peer: Peer, entry: Entry, now_ns: i64) -> None:
        interface = peer.interface
        fault = drop_reasons.entry_fault(entry)
        gateway = peer.address
        if fault == 0 and entry.next_hop != 0:
            if any(own.is_own(entry.next_hop) for own in self.interfaces):
                fault = drop_reasons.NEXT_HOP_HERE
            elif interface.is_on_link(entry.next_hop):
                gateway = entry.next_hop
        if fault != 0:
            peer.bad_entries += 1
            self._drop(interface, peer.address, fault)
            return
        metric = min(entry.metric + interface.cost, INFINITY)
        self.table.learn(
            interface, peer.address, gateway, entry.address, prefix_len_of(entry.mask), metric, entry.tag, now_ns
        )

    def _peer(self, interface: RipInterface, address: int) -> Peer | None:
        key = interface.number << 32 | address
        peer = self.peers.get(key)
        if peer is None and len(self.peers) < MAX_PEERS:
            peer = self.peers[key] = Peer(interface, address)
        return peer

    def _drop(self, interface: RipInterface, source: int, reason: int) -> None:
        self.drops[reason] += 1
        self._callbacks.dropped(interface, source, reason)

    # -- output

    def _give_networks(self, interface: RipInterface) -> None:
        for address, prefix_len in interface.networks:
            network = address >> (32 - prefix_len) << (32 - prefix_len)
            self.table.add_own(network, prefix_len, 1, 0, interface, 0)
        for given in self._given.values():
            if given.through is interface:
                self._give(given)

    def _give(self, given: ConfiguredNetwork) -> None:
        self.table.add_own(given.prefix, given.prefix_len, given.metric, given.tag, given.through, given.next_hop)

    def _ask(self, interface: RipInterface, now_ns: i64) -> None:
        if not interface.passive:
            self._send(interface, GROUP, PORT, whole_table_request().emit(), now_ns)

    def _send_triggered_update(self, now_ns: i64) -> None:
        """Send a triggered update, delayed if the last one was sent recently (section 3.10.1)."""
        settings = self.settings
        if self._started and self.table.changed and settings.triggered and now_ns >= self._hold_until_ns:
            self._update(True, now_ns)
            hold = self._stream.between(int(settings.hold_low_ns), int(settings.hold_high_ns))
            self._hold_until_ns = now_ns + hold

    def _update(self, only_changed: bool, now_ns: i64) -> None:
        said = 0
        for interface in self.interfaces:
            if interface.up and not interface.passive:
                entries = advertising.entries_for(self.table, interface, only_changed)
                said += len(entries)
                self._respond(interface, GROUP, PORT, entries, now_ns)
        for route in self.table.routes.values():
            route.changed = False
        self.table.changed = False
        self._callbacks.updated(tracing.TRIGGERED if only_changed else tracing.PERIODIC, said)

    def _respond(self, interface: RipInterface, address: int, port: int, entries: list[Entry], now_ns: i64) -> None:
        for octets in advertising.responses(entries, interface):
            self._send(interface, address, port, octets, now_ns)

    def _send(self, interface: RipInterface, address: int, port: int, octets: bytes, now_ns: i64) -> None:
        key = interface.key
        if key is not None:
            # Never decreases, across restarts too: the time in hundredths of a second, or the last number plus one.
            interface.sequence = max(interface.sequence + 1, now_ns // 10_000_000) & 0xFFFFFFFF
            octets = key.authenticated(octets, interface.sequence)
        self._callbacks.send(interface, address, port, octets)
