"""What an internet is made of: hosts, routers and switches, and the ends of links at them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from catenet.lab.addressing import Address, Face
from catenet.lab.geography import Position
from catenet.link import Port, Switch
from catenet.network.interface import Interface

if TYPE_CHECKING:
    from catenet.host.machine import Host as Machine
    from catenet.host.machine import Router as RouterMachine
    from catenet.lab.link import Link
    from catenet.lab.machines import Host


class Node:
    """Anything that links can lead to."""

    kind = "node"

    def __init__(self, name: str, position: Position | None = None) -> None:
        self.name: Final = name
        self.position: Final = position
        self.ends: Final[list[End]] = []

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"


class IpNode(Node):
    """A node with an IP stack: a host or a router."""

    def __init__(self, machine: Machine, position: Position | None = None) -> None:
        super().__init__(machine.name, position)
        self.machine: Final = machine
        self.stack: Final = machine.ip
        self.own_faces: list[Face] = []

    def addresses(self) -> list[Address]:
        """All its addresses: its own first, then those of its interfaces, in order of declaration."""
        return [face.ip for face in (*self.own_faces, *(face for end in self.ends for face in end.faces))]


class Router(IpNode):
    """A router.  ``routing`` is ``"auto"``, ``"static"`` or ``"rip"``."""

    kind = "router"

    def __init__(self, host: RouterMachine, routing: str, position: Position | None) -> None:
        super().__init__(host, position)
        self.host: Final = host
        self.routing: Final = routing


class HostNode(IpNode):
    """A host's place in the internet."""

    kind = "host"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.host: Final = host


class SwitchNode(Node):
    """A switch."""

    kind = "switch"

    def __init__(self, name: str, device: Switch) -> None:
        super().__init__(name)
        self.device: Final = device


class End:
    """One end of a link: a port of a node, and, if the node has an IP stack, the interface behind it."""

    def __init__(self, node: Node, port: Port, interface: Interface | None) -> None:
        self.node: Final = node
        self.port: Final = port
        self.interface: Final = interface
        self.faces: list[Face] = []
        self.link: Link | None = None

    def face(self, version: int) -> Face | None:
        """Its first address of a version of IP."""
        return next((face for face in self.faces if face.version == version), None)
