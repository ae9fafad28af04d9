"""``ping`` and ``traceroute``, run from a node.

Both run the internet until they have their results: virtual time passes, and everything else continues meanwhile.
They must be called outside a run, not from a program or an action.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from functools import partial
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Final, NamedTuple

from catenet.errors import LabError
from catenet.kernel.quantity import duration_ns, whole_number
from catenet.lab.model.address_plan import Address, parse_address
from catenet.lab.model.nodes import IpNode
from catenet.lab.model.registry import NodeReference
from catenet.lab.options.types import Duration
from catenet.network import addresses
from catenet.network.icmp.icmp import IcmpListener
from catenet.network.icmp.message import IcmpMessage
from catenet.network.icmp.ping import EchoUser
from catenet.network.packet import IpPacket
from catenet.network.protocol import IcmpError
from catenet.transport.udp import UdpUser

if TYPE_CHECKING:
    from catenet.lab.world.world import World

FIRST_PORT: Final = 33_434
"""The first destination port of traceroute, on which no program listens."""
MAX_SEQUENCE: Final = 0xFFFF
"""An echo's sequence number has 16 bits (RFC 792)."""
MAX_HOP_LIMIT: Final = 0xFF
MAX_DATA: Final = 65_000
MAX_PROBES: Final = 100
MAX_HOPS: Final = 30
PORT_UNREACHABLE: Final = {4: (3, 3), 6: (1, 4)}
"""Type and code of "port unreachable", the reply of the destination that ends the trace."""
TIME_EXCEEDED: Final = {4: 11, 6: 3}
SIGNS: Final = {
    (4, 3, 0): "!N",
    (4, 3, 1): "!H",
    (4, 3, 2): "!P",
    (4, 3, 4): "!F",
    (4, 3, 13): "!X",
    (6, 1, 0): "!N",
    (6, 1, 1): "!X",
    (6, 1, 3): "!H",
    (6, 2, 0): "!F",
}
"""The annotations of traceroute(8) for errors, by version, type and code."""


class PingReply(NamedTuple):
    """The result of one request.  ``rtt_ns`` is -1 without a reply; ``error`` then is the ICMP error received, if any.

    ``number`` counts from 1; ``source`` is the replying address; ``hop_limit`` is the reply's on arrival.
    """

    number: int
    rtt_ns: int
    source: str
    hop_limit: int
    error: str


class PingResult(NamedTuple):
    """The result of a ping."""

    source: str
    target: str
    address: str
    size_bytes: int
    duration_ns: int
    replies: tuple[PingReply, ...]

    @property
    def sent(self) -> int:
        """Requests sent."""
        return len(self.replies)

    @property
    def rtts_ns(self) -> list[int]:
        """The round-trip times of the answered requests, in nanoseconds."""
        return [reply.rtt_ns for reply in self.replies if reply.rtt_ns >= 0]

    @property
    def received(self) -> int:
        """Requests answered."""
        return len(self.rtts_ns)

    @property
    def loss(self) -> float:
        """The ratio of unanswered requests, from 0 to 1."""
        return 1 - self.received / self.sent

    @property
    def rtt_min_ns(self) -> int:
        """The minimum round-trip time in nanoseconds; raises ValueError if no reply came."""
        return min(self.rtts_ns)

    @property
    def rtt_max_ns(self) -> int:
        """The maximum round-trip time in nanoseconds; raises ValueError if no reply came."""
        return max(self.rtts_ns)

    @property
    def rtt_avg_ns(self) -> float:
        """The mean round-trip time in nanoseconds; raises ZeroDivisionError if no reply came."""
        return sum(self.rtts_ns) / self.received

    @property
    def rtt_mdev_ns(self) -> float:
        """The standard deviation of the round-trip times as in ping(8), in nanoseconds."""
        mean = self.rtt_avg_ns
        return math.sqrt(max(0.0, sum(rtt * rtt for rtt in self.rtts_ns) / self.received - mean * mean))


class HopReply(NamedTuple):
    """A reply to one probe: source address, node name (or the address), round-trip time, and a mark such as ``!N``."""

    address: str
    name: str
    rtt_ns: int
    sign: str


class Hop(NamedTuple):
    """One hop of a route: for each probe its reply, or None."""

    number: int
    replies: tuple[HopReply | None, ...]

    @property
    def name(self) -> str:
        """The name of the first replying node; ``"*"`` without a reply."""
        return next((reply.name for reply in self.replies if reply is not None), "*")

    @property
    def address(self) -> str:
        """The address of the first replying node; ``"*"`` without a reply."""
        return next((reply.address for reply in self.replies if reply is not None), "*")


def ping(
    net: World,
    a: NodeReference,
    b: NodeReference | Address,
    *,
    count: int = 4,
    size: int = 56,
    interval: Duration = "1s",
    hop_limit: int = 64,
    timeout: Duration = "2s",
    version: int = 0,
) -> PingResult:
    """Send ``count`` echo requests of ``size`` octets from node ``a`` to ``b`` (a node, its name or an address).

    A reply is awaited for ``timeout`` after the last request.  ``version`` is 4 or 6; 0 is the first that both have.
    Raises :class:`~catenet.errors.LabError` for a wrong argument.
    """
    target = target_of(net, a, b, version=version)
    node = net.registry.ip_node(a, "ping")
    whole_number(count, "ping: count", 1, MAX_SEQUENCE)
    whole_number(size, "ping: size, in octets,", 0, MAX_DATA)
    whole_number(hop_limit, "ping: hop_limit", 1, MAX_HOP_LIMIT)
    pinger = _Pinger(net, node, target, count)
    echo = node.stack.icmp.open(pinger, target.version)
    start_ns, interval_ns = int(net.kernel.now_ns), duration_ns(interval)
    body = bytes(place & 0xFF for place in range(size))
    for number in range(1, count + 1):
        send = partial(pinger.send, echo.send, number, body, hop_limit)
        net.kernel.call_at(start_ns + (number - 1) * interval_ns, send)
    _run_until(net, start_ns + (count - 1) * interval_ns + duration_ns(timeout), lambda: pinger.done)
    echo.close()
    return PingResult(node.name, target.name, target.text, size, int(net.kernel.now_ns) - start_ns, pinger.replies())


def traceroute(
    net: World,
    a: NodeReference,
    b: NodeReference | Address,
    *,
    max_hops: int = MAX_HOPS,
    probes: int = 3,
    size: int = 32,
    timeout: Duration = "2s",
    version: int = 0,
) -> list[Hop]:
    """The routers between ``a`` and ``b``: UDP to unused ports, with an increasing hop limit.

    Each hop gets ``probes`` datagrams of ``size`` octets.  ``version`` as with :func:`ping`.  The last hop is ``b``
    itself if it was reached, or a router that rejects the probes, or hop ``max_hops``.
    """
    target = target_of(net, a, b, version=version)
    node = net.registry.ip_node(a, "traceroute")
    whole_number(max_hops, "traceroute: max_hops", 1, MAX_HOP_LIMIT)
    whole_number(probes, "traceroute: probes", 1, MAX_PROBES)
    whole_number(size, "traceroute: size, in octets,", 0, MAX_DATA)
    tracer = _Tracer(net, node, target, size)
    hops: list[Hop] = []
    try:
        for number in range(1, max_hops + 1):
            hops.append(tracer.probe(number, probes, duration_ns(timeout)))
            if tracer.over:
                break
    finally:
        tracer.close()
    return hops


class Target(NamedTuple):
    """The target of a probe."""

    name: str
    version: int
    address: int

    @property
    def text(self) -> str:
        """The address as text."""
        return addresses.text(self.version, self.address)


class _Pinger(EchoUser):
    """Records the replies."""

    def __init__(self, net: World, node: IpNode, target: Target, count: int) -> None:
        super().__init__()
        self._kernel: Final = net.kernel
        self._target: Final = target
        self._sent_ns: Final[dict[int, int]] = {}
        self._replies: Final[dict[int, PingReply]] = {}
        self._count: Final = count

    @property
    def done(self) -> bool:
        return len(self._replies) == self._count

    def send(self, send: Callable[[int, int, bytes, int], int], number: int, body: bytes, hop_limit: int) -> None:
        self._sent_ns[number] = int(self._kernel.now_ns)
        error = send(self._target.address, number, body, hop_limit)
        if error:
            self._record_reply(number, -1, "", 0, errno_text(error))

    def replied(self, sequence: int, source: int, hop_limit: int, body: bytes) -> None:
        rtt_ns = int(self._kernel.now_ns) - self._sent_ns[sequence]
        self._record_reply(sequence, rtt_ns, addresses.text(self._target.version, source), hop_limit, "")

    def failed(self, sequence: int, error: IcmpError) -> None:
        source = addresses.text(int(error.version), error.reporter) if error.reporter else ""
        self._record_reply(sequence, -1, source, 0, error_text(error))

    def _record_reply(self, number: int, rtt_ns: int, source: str, hop_limit: int, error: str) -> None:
        self._replies.setdefault(number, PingReply(number, rtt_ns, source, hop_limit, error))

    def replies(self) -> tuple[PingReply, ...]:
        return tuple(
            self._replies.get(number, PingReply(number, -1, "", 0, "")) for number in range(1, self._count + 1)
        )


class _Tracer(IcmpListener):
    """Sends probes, and receives the ICMP errors that they cause."""

    def __init__(self, net: World, node: IpNode, target: Target, size: int) -> None:
        super().__init__()
        self._net: Final = net
        self._node: Final = node
        self._target: Final = target
        self._payload: Final = bytes(0x40 + place % 64 for place in range(size))
        self._socket: Final = node.machine.udp.open(UdpUser(), target.version)
        self._port = FIRST_PORT
        self._pending: Final[dict[int, int]] = {}
        self._answers: Final[dict[int, HopReply]] = {}
        self.over = False
        node.stack.icmp.listeners.append(self)

    def close(self) -> None:
        self._node.stack.icmp.listeners.remove(self)
        self._socket.close()

    def probe(self, hop: int, probes: int, timeout_ns: int) -> Hop:
        """Send one hop's probes, and wait for their answers."""
        self._socket.hop_limit = hop
        ports = range(self._port, self._port + probes)
        self._port += probes
        now_ns = int(self._net.kernel.now_ns)
        for port in ports:
            self._pending[port] = now_ns
            error = self._socket.send_to(self._payload, self._target.version, self._target.address, port)
            if error:
                raise LabError(f"traceroute: {self._node.name} cannot send to {self._target.text}: {errno_text(error)}")
        _run_until(self._net, now_ns + timeout_ns, lambda: all(port in self._answers for port in ports))
        return Hop(hop, tuple(self._answers.get(port) for port in ports))

    def icmp_received(self, packet: IpPacket, message: IcmpMessage, error: IcmpError | None) -> None:
        if error is None or len(error.head) < 4 or error.dst != self._target.address:
            return
        src_port, dst_port = error.head[0] << 8 | error.head[1], error.head[2] << 8 | error.head[3]
        sent_ns = self._pending.get(dst_port)
        if sent_ns is None or src_port != self._socket.local_port or dst_port in self._answers:
            return
        version, kind = int(error.version), (int(error.type), int(error.code))
        sign = SIGNS.get((version, *kind), "")
        if kind == PORT_UNREACHABLE[version] or sign:
            self.over = True
        name = self._net.naming.table.name_of(version, error.reporter)
        text = addresses.text(version, error.reporter)
        self._answers[dst_port] = HopReply(text, name or text, int(self._net.kernel.now_ns) - sent_ns, sign)


def error_text(error: IcmpError) -> str:
    """An ICMP error in the words of ping(8)."""
    version, type_, code = int(error.version), int(error.type), int(error.code)
    if type_ == TIME_EXCEEDED[version] and error.reporter:
        return "Time to live exceeded" if version == 4 else "Time exceeded: Hop limit"
    if error.mtu:
        return (
            f"Frag needed and DF set (mtu = {int(error.mtu)})"
            if version == 4
            else f"Packet too big: mtu={int(error.mtu)}"
        )
    words = {"!N": "Net Unreachable" if version == 4 else "No route", "!H": "Host Unreachable", "!X": "Packet filtered"}
    sign = SIGNS.get((version, type_, code), "")
    return f"Destination {words[sign]}" if sign in words else errno_text(error.errno)


def errno_text(number: int) -> str:
    """An errno in words."""
    return os.strerror(number)


def target_of(net: World, a: NodeReference, b: NodeReference | Address, *, version: int = 0) -> Target:
    """The target of a probe from ``a`` to ``b``: a node's name and one of its addresses, or an address.

    ``version`` is 4 or 6; 0 is the first that both have.
    """
    net.build()
    node = net.registry.ip_node(a, "probe")
    if version not in (0, 4, 6):
        raise LabError(f"version is 4 or 6, not {version}")
    if isinstance(b, IPv4Address | IPv6Address):
        b = str(b)
    if isinstance(b, str) and b not in net.registry.nodes and (":" in b or b.replace(".", "").isdigit()):
        address = parse_address(b, "probe")
        return Target(b, address.version, int(address))
    there = net.registry.ip_node(b, "probe")
    mine = {address.version for address in node.addresses}
    for address in there.addresses:
        if address.version in mine and version in (0, address.version):
            return Target(there.name, address.version, int(address))
    wanted = f"IPv{version}" if version else "IP"
    for waiting in (node, there):
        if waiting.configures and not waiting.addresses:
            raise LabError(f"{waiting.name} configures itself, and has no {wanted} address yet; run the internet first")
    raise LabError(f"{node.name} and {there.name} have no {wanted} addresses; give them some")


def _run_until(net: World, until_ns: int, done: Callable[[], bool]) -> None:
    """Run until a condition holds, or until a time."""
    kernel = net.kernel
    with net.driven("a probe"):
        while not done() and kernel.next_time_ns() <= until_ns:
            kernel.step()
        if not done():
            kernel.run(until_ns)
