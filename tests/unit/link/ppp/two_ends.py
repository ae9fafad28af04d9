"""Two ends of a PPP link, or one end and a test that plays the other."""

from __future__ import annotations

from collections.abc import Callable

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Octets, Pdu
from catenet.link.ethernet import Frame
from catenet.link.framing.encoding import LineFrame
from catenet.link.framing.line import LineUser
from catenet.link.port import Port
from catenet.link.ppp.line import PppLine
from catenet.link.ppp.packet import ControlPacket
from catenet.link.ppp.session import PppSettings
from catenet.physical.channel import Channel, Receiver

RATE_BIT_S = 92_160
DELAY_NS = 1_000_000


class Above(LineUser):
    """An interface with an address, which notes what it hears."""

    def __init__(self, address: int, identifier: int) -> None:
        self.address = address
        self.identifier = identifier
        self.carrier: list[bool] = []
        self.packets: list[tuple[int, bytes]] = []
        self.assigned: list[int] = []

    def line_address(self) -> int:
        return self.address

    def line_identifier(self) -> int:
        return self.identifier

    def line_assigned(self, address: int) -> None:
        self.assigned.append(address)

    def carrier_changed(self, port: Port, up: bool) -> None:
        self.carrier.append(up)

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.packets.append((frame.ethertype, frame.payload.emit()))


class End:
    """A port with PPP."""

    def __init__(self, kernel: Kernel, name: str, address: int, identifier: int, settings: PppSettings) -> None:
        self.above = Above(address, identifier)
        self.port = Port(kernel, name, 1, self.above)
        self.line = PppLine(self.port, self.above, settings, kernel.streams.stream(f"ppp:{name}"))
        self.session = self.line.session

    def states(self) -> tuple[int, int, int]:
        """LCP, IPCP, IPV6CP."""
        session = self.session
        return int(session.lcp.state), int(session.ipcp.state), int(session.ipv6cp.state)


class Between(Receiver):
    """What stands before a port: it loses what a test says."""

    def __init__(self, port: Port, loses: Callable[[], bool]) -> None:
        self.port = port
        self.loses = loses
        self.frames: list[LineFrame] = []

    def receive(self, pdu: Pdu) -> None:
        assert isinstance(pdu, LineFrame)
        self.frames.append(pdu)
        if not self.loses():
            self.port.receive(Octets(pdu.emit()))

    def signal_changed(self, up: bool) -> None:
        self.port.signal_changed(up)


class Link:
    """Two ends, and a channel each way."""

    def __init__(
        self,
        a: PppSettings | None = None,
        b: PppSettings | None = None,
        loses: Callable[[], bool] = lambda: False,
        addresses: tuple[int, int] = (0x0A000001, 0x0A000002),
        identifiers: tuple[int, int] = (1, 2),
    ) -> None:
        self.kernel = Kernel(5)
        self.a = End(self.kernel, "a", addresses[0], identifiers[0], a or PppSettings())
        self.b = End(self.kernel, "b", addresses[1], identifiers[1], b or PppSettings())
        self.to_a, self.to_b = Between(self.a.port, loses), Between(self.b.port, loses)
        self.channels = [
            Channel(self.kernel, "a>b", self.to_b, RATE_BIT_S, DELAY_NS),
            Channel(self.kernel, "b>a", self.to_a, RATE_BIT_S, DELAY_NS),
        ]
        self.a.port.attach(self.channels[0])
        self.b.port.attach(self.channels[1])

    def run(self, seconds: float) -> None:
        """For so long."""
        self.kernel.run(int(self.kernel.now_ns + seconds * 1e9))

    def controls(self, to: Between, protocol: int) -> list[ControlPacket]:
        """The control packets that reached an end, of one protocol."""
        parsed = [ControlPacket.parse(frame.payload.emit()) for frame in to.frames if frame.protocol == protocol]
        return [control for control in parsed if control is not None]
