"""A host's network layer as its own parts see it: what interfaces, ICMP, ping and the loopback queue ask of the whole.

:class:`IpCore` holds what they share, and names the steps of a packet's walk that they may set off;
:class:`~catenet.network.stack.IpStack` is the walk.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Pdu
from catenet.network import addresses, tracing
from catenet.network.configuration import Configuration
from catenet.network.icmp.counters import IcmpCounters
from catenet.network.interface import Interface
from catenet.network.ip import pmtu
from catenet.network.nat.translator import Translator
from catenet.network.neighbour.neighbour import Neighbour
from catenet.network.packet import IpPacket
from catenet.network.protocol import IcmpError, Protocol


class IpCore(Configuration):
    """What the parts of one host's network layer share."""

    def __init__(self, kernel: Kernel, name: str) -> None:
        super().__init__(kernel, name)
        self.icmp_counters: Final = IcmpCounters()
        self.translator: Translator | None = None
        self._handlers: Final[list[Protocol | None]] = [None] * 256
        self._last_interface: Interface | None = None

    # -- the walk of a packet, which is the stack's ---------------------------------------------------

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
        """Send a packet; the payload is given away.  0, or an errno.

        ``src`` 0 lets the host choose, ``hop_limit`` 0 is the default (1 for groups).  ``interface`` is
        needed for a link-local destination of a host with several, and says where a group's packet leaves.
        ENETUNREACH: no route.  EHOSTUNREACH, EACCES, EINVAL: a route that says no.  EMSGSIZE: longer than
        the path MTU, with ``dont_fragment``.  EADDRNOTAVAIL: ``src`` is not (or no longer) this host's.  EINVAL:
        ``src`` is a loopback address and ``dst`` is not this host's.
        """
        raise AssertionError(f"{type(self).__name__} cannot send")

    def input(self, packet: IpPacket, interface: Interface, group: bool) -> None:
        """A packet came in from a link; ``group`` says that its frame was not for this host alone."""
        raise AssertionError(f"{type(self).__name__} cannot take packets")

    def deliver_own(self, packet: IpPacket) -> None:
        """A packet that this host sent to itself."""
        raise AssertionError(f"{type(self).__name__} cannot take packets")

    def unresolved(self, neighbour: Neighbour, packets: list[IpPacket], dropped: bool) -> None:
        """Packets that a neighbour does not take: their senders hear that the host is unreachable."""
        raise AssertionError(f"{type(self).__name__} cannot report errors")

    # -- the protocols above --------------------------------------------------------------------------

    def register(self, protocol: int, handler: Protocol) -> None:
        """Hand packets of this protocol number (0 to 255), of both versions, to ``handler``."""
        self._handlers[protocol] = handler

    def tell(self, error: IcmpError) -> None:
        """Hand an error to the protocol whose packet it is about."""
        handler = self._handlers[error.protocol]
        if handler is not None:
            handler.icmp_error(error)

    def path_mtu(self, version: i64, dst: int) -> int:
        """The longest packet, in octets, that is thought to fit through to ``dst``."""
        family = self.family4 if version == 4 else self.family6
        return pmtu.current(family.destination(dst), self.kernel.now_ns)

    def learn_path_mtu(self, version: i64, dst: int, octets: i64) -> None:
        """A packet of more than ``octets`` did not fit through to ``dst``.  Forgotten after ten minutes."""
        family = self.family4 if version == 4 else self.family6
        family.path_mtus.learn(family.destination(dst), octets)

    # -- what goes no further -------------------------------------------------------------------------

    def scope_of(self, packet: IpPacket) -> Interface | None:
        """The interface through which to answer a link-local packet; None if no scope is needed."""
        return self._last_interface if addresses.is_link_local(6, packet.src) and packet.version == 6 else None

    def malformed(self, version: i64) -> None:
        """Octets came that are no packet."""
        counters = self.family(version).counters
        counters.in_receives += 1
        counters.in_header_errors += 1
        self.kernel.trace.row(self.kernel.now_ns, tracing.DROP, self.subject, tracing.MALFORMED, 0)

    def drop(self, reason: int, packet: IpPacket) -> None:
        """Leave a row in the trace: this packet goes no further."""
        self.kernel.trace.row(self.kernel.now_ns, tracing.DROP, self.subject, reason, int(packet.protocol))
