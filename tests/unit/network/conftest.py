"""Small networks to test with: stacks, wires between them, and people who write down what they hear."""

from __future__ import annotations

import pytest

from catenet.kernel import Kernel, Octets
from catenet.network import addresses, tracing
from catenet.network.forwarding.route import UNICAST, NextHop, Route
from catenet.network.icmp.ping import Echo, EchoUser
from catenet.network.interface import Interface
from catenet.network.packet import IpPacket
from catenet.network.protocol import IcmpError, Protocol
from catenet.network.stack import IpStack
from catenet.physical.channel import Channel, Tap, Transmission
from catenet.physical.wire import Wire

MS = 1_000_000
PROTOCOL = 253
"""For experiments (RFC 3692)."""


class Recorder(Protocol):
    """An upper layer that keeps what it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.packets: list[IpPacket] = []
        self.errors: list[IcmpError] = []

    def receive(self, packet: IpPacket, interface: Interface) -> None:
        self.packets.append(packet)

    def icmp_error(self, error: IcmpError) -> None:
        self.errors.append(error)

    @property
    def bodies(self) -> list[bytes]:
        return [packet.payload.emit() for packet in self.packets]


class Pinger(EchoUser):
    """Sends echo requests and keeps what came back."""

    def __init__(self, net: Net, stack: IpStack, version: int) -> None:
        super().__init__()
        self.net = net
        self.echo: Echo = stack.icmp.open(self, version)
        self.replies: list[tuple[int, str, int, bytes]] = []
        self.times_ns: list[int] = []
        self.errors: list[tuple[int, IcmpError]] = []

    def replied(self, sequence: int, source: int, hop_limit: int, body: bytes) -> None:
        self.replies.append((sequence, addresses.text(int(self.echo.version), source), hop_limit, body))
        self.times_ns.append(self.net.kernel.now_ns)

    def failed(self, sequence: int, error: IcmpError) -> None:
        self.errors.append((sequence, error))
        self.times_ns.append(self.net.kernel.now_ns)


class Watch(Tap):
    """Keeps the octets of every frame that is sent over a wire."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[bytes] = []

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        self.frames.append(transmission.pdu.emit())


class Net:
    """A network under construction.  Addresses are not checked for duplicates unless asked."""

    def __init__(self, seed: int = 1) -> None:
        self.kernel = Kernel(seed)
        self.kernel.trace.listen()
        self.macs = 0

    def host(self, name: str, *, forwarding: bool = False) -> IpStack:
        stack = IpStack(self.kernel, name)
        stack.forwarding = forwarding
        return stack

    def interface(self, stack: IpStack, *texts: str, detect: bool = False, mtu: int = 1500) -> Interface:
        self.macs += 1
        mac = 0x020000000000 + self.macs
        interface = stack.add_interface(f"eth{len(stack.interfaces) - 1}", mac, mtu, False)
        for text in (f"{addresses.text(6, addresses.link_local_of(mac))}/64", *texts):
            version, address, prefix_len = addresses.parse_interface(text)
            stack.add_address(interface, version, address, prefix_len, detect)
        return interface

    def wire(self, a: Interface, b: Interface, delay_ns: int = MS) -> Wire:
        wire = Wire(self.kernel, a.port.name, b.port.name, a.port, b.port, 1_000_000_000, delay_ns)
        a.port.attach(wire.forward)
        b.port.attach(wire.backward)
        return wire

    def route(self, stack: IpStack, prefix: str, *hops: tuple[Interface, str], kind: int = UNICAST) -> None:
        version, address, prefix_len = addresses.parse_interface(prefix)
        ways = [NextHop(interface, addresses.parse(gateway)[1]) for interface, gateway in hops]
        stack.add_route(Route(version, address, prefix_len, kind, ways))

    def pinger(self, stack: IpStack, version: int) -> Pinger:
        return Pinger(self, stack, version)

    def recorder(self, stack: IpStack, protocol: int = PROTOCOL) -> Recorder:
        recorder = Recorder()
        stack.register(protocol, recorder)
        return recorder

    def watch(self, wire: Wire) -> Watch:
        watch = Watch()
        wire.add_tap(watch)
        return watch

    def send(self, stack: IpStack, to: str, data: bytes, **options: object) -> int:
        version, dst = addresses.parse(to)
        return stack.send(version, 0, dst, PROTOCOL, Octets(data), **options)  # type: ignore[arg-type]

    def drops(self, stack: IpStack) -> list[int]:
        return [row.a for row in self.kernel.trace.rows() if row.kind == tracing.DROP and row.subject == stack.subject]

    def rows(self, kind: int) -> list[tuple[int, int, int]]:
        return [(row.subject, row.a, row.b) for row in self.kernel.trace.rows() if row.kind == kind]

    def line(self, *, mtu: int = 1500, bytes_fidelity: bool = False) -> Line:
        return Line(self, mtu, bytes_fidelity)


class Line:
    """``left`` - ``router`` - ``right``; the right-hand link has the MTU given."""

    def __init__(self, net: Net, mtu: int, bytes_fidelity: bool) -> None:
        self.net = net
        self.left, self.right = net.host("left"), net.host("right")
        self.router = net.host("router", forwarding=True)
        self.left_if = net.interface(self.left, "10.0.1.1/24", "2001:db8:1::1/64")
        self.near_if = net.interface(self.router, "10.0.1.254/24", "2001:db8:1::fe/64")
        self.far_if = net.interface(self.router, "10.0.2.254/24", "2001:db8:2::fe/64", mtu=mtu)
        self.right_if = net.interface(self.right, "10.0.2.1/24", "2001:db8:2::1/64", mtu=mtu)
        self.left_wire = net.wire(self.left_if, self.near_if)
        self.right_wire = net.wire(self.far_if, self.right_if)
        for interface in (self.left_if, self.near_if, self.far_if, self.right_if):
            interface.port.bytes_fidelity = bytes_fidelity
        net.route(self.left, "0.0.0.0/0", (self.left_if, "10.0.1.254"))
        net.route(self.left, "::/0", (self.left_if, "2001:db8:1::fe"))
        net.route(self.right, "0.0.0.0/0", (self.right_if, "10.0.2.254"))
        net.route(self.right, "::/0", (self.right_if, "2001:db8:2::fe"))


@pytest.fixture
def net() -> Net:
    return Net()


@pytest.fixture
def make_net() -> type[Net]:
    return Net
