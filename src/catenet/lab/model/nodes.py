"""Nodes of an internet (hosts, routers, switches, attachments), and the ends of links at them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

from catenet.lab.model.address_plan import Address, Face
from catenet.lab.model.geography import Position
from catenet.lab.model.lldp import NodeLldp
from catenet.link import Frame, Port, Station
from catenet.link import Switch as SwitchDevice
from catenet.link.aggregation.aggregate import AggregatePort
from catenet.link.flow_control.pause_filter import FlowControl
from catenet.link.switching.mirror import Mirror
from catenet.network.interface import Interface
from catenet.network.router_discovery.advertiser import RouterAdvertiser

if TYPE_CHECKING:
    from catenet.host.host import Host as Machine
    from catenet.host.host import Router as RouterMachine
    from catenet.lab.model.host import Host
    from catenet.lab.options.ospf import OspfLinkOptions
    from catenet.lab.options.switch import SwitchOptions


class Node:
    """A node: anything with links."""

    kind = "node"

    def __init__(self, name: str, position: Position | None = None) -> None:
        self.name: Final = name
        self.position: Final = position
        self.ends: Final[list[End]] = []
        self.lldp: NodeLldp | None = None

    @property
    def addresses(self) -> tuple[Address, ...]:
        """All its addresses, in order of declaration; none before the internet is built."""
        return tuple(face.ip for end in self.ends for face in end.faces)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}: {'; '.join(self._in_words())}>"

    def _in_words(self) -> list[str]:
        """The parts of its ``repr``."""
        links = [end.link.name + ("" if end.link.up else " (cut)") for end in self.ends if end.link is not None]
        return [f"links {', '.join(links)}" if links else "no links"]


class IpNode(Node):
    """A node with an IP stack: a host or a router."""

    def __init__(self, machine: Machine, position: Position | None = None) -> None:
        super().__init__(machine.name, position)
        self.machine: Final = machine
        self.stack: Final = machine.ip
        self.own_faces: list[Face] = []
        self.configures: frozenset[int] = frozenset()
        """The versions of IP whose addresses it learns from the network during the run."""

    @property
    def addresses(self) -> tuple[Address, ...]:
        """All its addresses: its own first, then those of its interfaces, in order of declaration."""
        return (*(face.ip for face in self.own_faces), *super().addresses)

    def _in_words(self) -> list[str]:
        return [", ".join(map(str, self.addresses)) or "no address yet", *super()._in_words()]


class Router(IpNode):
    """A router.  ``routing`` is ``"auto"``, ``"static"``, or the protocols that it runs, such as ``"ospf+rip"``."""

    kind = "router"

    def __init__(self, host: RouterMachine, routing: str, position: Position | None) -> None:
        super().__init__(host, position)
        self.host: Final = host
        self.routing: Final = routing
        self.advertisers: Final[dict[str, RouterAdvertiser]] = {}
        """By interface's name, if it advertises itself to hosts."""

    def _in_words(self) -> list[str]:
        return [f"routing {self.routing}", *super()._in_words()]

    def start_advertising(self) -> None:
        """Advertise itself again, on all links where it did."""
        for advertiser in self.advertisers.values():
            advertiser.start()

    def stop_advertising(self) -> None:
        """Tell its hosts that it is no default router any more, and send no more advertisements."""
        for advertiser in self.advertisers.values():
            advertiser.stop()

    def speaks(self, protocol: str) -> bool:
        """Whether it runs this routing protocol."""
        return protocol in self.routing.split("+")


class HostNode(IpNode):
    """The node of a host; its interfaces are ``promiscuous``, or become so by its programs."""

    kind = "host"

    def __init__(self, host: Host, promiscuous: bool = False) -> None:
        super().__init__(host)
        self.host: Final = host
        self.promiscuous: Final = promiscuous


class Switch(Node):
    """A switch."""

    kind = "switch"

    def __init__(self, name: str, device: SwitchDevice, options: SwitchOptions) -> None:
        super().__init__(name)
        self.device: Final = device
        self.options: Final = options
        self.aggregates: Final[dict[str, AggregatePort]] = {}
        self.flow: Final = FlowControl()
        self.mirrors: Final = [Mirror() for _ in options.mirrors]


class Attachment(Node):
    """An attachment of Linux: a device of ``kind_of_device`` ``"tap"`` or ``"tun"``, with one link.

    ``namespace`` is the network namespace that gets the device, None for the process's own.  ``routes`` are the
    prefixes that Linux is to send here; None lets :mod:`~catenet.lab.attach.attached` choose them.
    """

    kind = "Linux attachment"

    def __init__(
        self,
        name: str,
        kind_of_device: str,
        device: str,
        namespace: str | None,
        routes: tuple[str, ...] | None,
        offload: bool,
    ) -> None:
        super().__init__(name)
        self.kind_of_device: Final = kind_of_device
        self.device: Final = device
        self.namespace: Final = namespace
        self.routes: Final = routes
        self.offload: Final = offload


class DetachedDevice(Station):
    """The placeholder of a device: in virtual time no Linux is attached."""

    def receive_frame(self, port: Port, frame: Frame) -> None:
        pass


class End:
    """One end of a link: a port of a node, and, if the node has an IP stack, the interface behind it."""

    def __init__(self, node: Node, port: Port, interface: Interface | None) -> None:
        self.node: Final = node
        self.port: Final = port
        self.interface: Final = interface
        self.faces: list[Face] = []
        self.link: LinkBase | None = None

    def face(self, version: int) -> Face | None:
        """Its first address of a version of IP."""
        return next((face for face in self.faces if face.version == version), None)


class LinkBase(ABC):
    """The base of links: ends, carrier and cost."""

    def __init__(self, name: str, ends: tuple[End, End], ospf: OspfLinkOptions | None) -> None:
        self.name: Final = name
        self.a: Final = ends[0]
        self.b: Final = ends[1]
        self.ospf: Final = ospf
        for end in ends:
            end.link = self
            end.node.ends.append(end)

    @property
    def ends(self) -> tuple[End, End]:
        """Both ends, in the order in which they were declared."""
        return self.a, self.b

    def other(self, end: End) -> End:
        """The end across."""
        return self.b if end is self.a else self.a

    def leads_to(self, name: str) -> bool:
        """Whether one of its ends is at the node of that name."""
        return name in (self.a.node.name, self.b.node.name)

    @property
    def unnumbered(self) -> bool:
        """Whether it has no IPv4 subnet, so that its routers use their loopback addresses."""
        return self.ospf is not None and bool(self.ospf.both.get("unnumbered"))

    @property
    @abstractmethod
    def up(self) -> bool:
        """True unless it is cut."""

    @abstractmethod
    def carries(self, out: End) -> bool:
        """Whether frames from one end can arrive: the link is not cut and does not lose every frame that way."""

    @abstractmethod
    def given_cost(self, out: End) -> int | None:
        """The cost that was declared for the direction that leaves one end, if one was."""

    @abstractmethod
    def path_cost(self, metric: str, out: End) -> int:
        """The cost of crossing it from one end, at least 1, by a metric."""

    @abstractmethod
    def rate_bit_s(self, out: End) -> int:
        """The rate of the direction that leaves one end."""
