"""The base of a host's network layer, for its parts: interfaces, ICMP, ping and the loopback queue.

:class:`IpCore` holds their common state, and declares the packet processing that they may call;
:class:`~catenet.network.stack.IpStack` implements it.
"""

from __future__ import annotations

import errno
from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Pdu
from catenet.network import addresses, tracing
from catenet.network.configuration import Configuration
from catenet.network.family import Family
from catenet.network.forwarding.destination_cache import Destination
from catenet.network.icmp.counters import IcmpCounters
from catenet.network.interface import Interface
from catenet.network.ip import pmtu
from catenet.network.ip.fragment import fragments
from catenet.network.nat.translator_base import Translator
from catenet.network.neighbour.neighbour import Neighbour
from catenet.network.packet import IpPacket
from catenet.network.protocol import IcmpError, Protocol


class IpCore(Configuration):
    """The common state of the parts of one host's network layer."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        super().__init__(kernel, name)
        self.icmp_counters: Final = IcmpCounters()
        self.translator: Translator | None = None
        self._handlers: Final[list[Protocol | None]] = [None] * 256
        self._last_interface: Interface | None = None

    # -- packet processing, implemented by the stack ---------------------------------------------------

    def send(
        self,
        version: i64,
        src: int,
        dst: int,
        protocol: i64,
        payload: Pdu,
        traffic_class: i64 = 0,
        hop_limit: i64 = 0,
        dont_fragment: bool = True,
        interface: Interface | None = None,
    ) -> int:
        """Send a packet; takes ownership of the payload.  Returns 0, or an errno.

        With ``src`` 0 the host selects the source address; ``hop_limit`` 0 is the default (1 for groups).  A host with
        several interfaces needs ``interface`` for a link-local destination; for a group it selects the outgoing one.

        ENETUNREACH: no route.  EHOSTUNREACH, EACCES, EINVAL: a rejecting route.  EMSGSIZE: longer than the path MTU,
        with ``dont_fragment``.  EADDRNOTAVAIL: ``src`` is not (or no longer) an address of this host.  EINVAL: ``src``
        is a loopback address, and ``dst`` is not an address of this host.
        """
        raise AssertionError(f"{type(self).__name__} cannot send")

    def input(self, packet: IpPacket, interface: Interface, group: bool) -> None:
        """Process a packet from a link; ``group`` if its frame was a broadcast or multicast."""
        raise AssertionError(f"{type(self).__name__} cannot take packets")

    def deliver_own(self, packet: IpPacket) -> None:
        """Process a packet that this host sent to itself."""
        raise AssertionError(f"{type(self).__name__} cannot take packets")

    def unresolved(self, neighbour: Neighbour, packets: list[IpPacket], dropped: bool) -> None:
        """Resolution of a neighbour failed for these packets: report the host as unreachable to their senders."""
        raise AssertionError(f"{type(self).__name__} cannot report errors")

    # -- the protocols above --------------------------------------------------------------------------

    def register(self, protocol: int, handler: Protocol) -> None:
        """Register the handler of a protocol number (0 to 255) for both versions."""
        self._handlers[protocol] = handler

    def report_error(self, error: IcmpError) -> None:
        """Pass an error to the protocol of the packet concerned."""
        handler = self._handlers[error.protocol]
        if handler is not None:
            handler.icmp_error(error)

    def path_mtu(self, version: i64, dst: int) -> int:
        """The path MTU to ``dst`` in octets."""
        family = self.family4 if version == 4 else self.family6
        return pmtu.current(family.destination(dst), self.kernel.now_ns)

    def learn_path_mtu(self, version: i64, dst: int, octets: i64) -> None:
        """Record that a packet of more than ``octets`` did not fit on the path to ``dst``, for ten minutes."""
        family = self.family4 if version == 4 else self.family6
        family.path_mtus.learn(family.destination(dst), octets)

    def send_fragments(self, packet: IpPacket, destination: Destination, family: Family, mtu: i64) -> int:
        """Send a packet in fragments of at most ``mtu`` octets.  Returns 0, or EMSGSIZE if no fragment fits."""
        cut = fragments(packet, mtu, self.random_ids.next_identification6())
        if not cut:
            family.counters.fragmentation_failures += 1
            return errno.EMSGSIZE
        family.counters.fragmented += 1
        family.counters.fragments_created += len(cut)
        for piece in cut:
            destination.send(piece)
        return 0

    # -- dropped packets -------------------------------------------------------------------------

    def scope_of(self, packet: IpPacket) -> Interface | None:
        """The interface for the reply to a link-local packet; None if no scope is needed."""
        return self._last_interface if addresses.is_link_local(6, packet.src) and packet.version == 6 else None

    def malformed(self, version: i64) -> None:
        """Malformed octets were received."""
        counters = self.family(version).counters
        counters.in_receives += 1
        counters.in_header_errors += 1
        self.kernel.trace.row(self.kernel.now_ns, tracing.DROP, self.subject, tracing.MALFORMED, 0)

    def drop(self, reason: int, packet: IpPacket) -> None:
        """Drop a packet, with a row in the trace."""
        self.kernel.trace.row(self.kernel.now_ns, tracing.DROP, self.subject, reason, int(packet.protocol))
