"""Creates the devices of an internet, and ports on them."""

from __future__ import annotations

from typing import TypeVar

from catenet.host import host as machine
from catenet.kernel.kernel import Kernel
from catenet.lab.model.address_plan import Face
from catenet.lab.model.geography import Position
from catenet.lab.model.lldp import NodeLldp
from catenet.lab.model.nodes import Attachment, DetachedDevice, End, HostNode, IpNode, Node, Router, Switch
from catenet.lab.options.lldp import LldpOptions
from catenet.lab.options.switch import SwitchOptions
from catenet.link import Bridge, Port
from catenet.link import Switch as SwitchDevice
from catenet.network.stack import IpStack
from catenet.session.names.hosts_table import Names


def make_router(
    kernel: Kernel, name: str, routing: str, position: Position | None, names: Names, epoch_ns: int
) -> Router:
    """Create a router: a machine that forwards."""
    return Router(machine.Router(kernel, name, names=names, epoch_ns=epoch_ns), routing, position)


def make_switch(kernel: Kernel, name: str, options: SwitchOptions) -> Switch:
    """A learning switch, or a bridge if it has options."""
    if options.plain:
        return Switch(name, SwitchDevice(kernel, name), options)
    bridge = Bridge(kernel, name, protocol=options.protocol, tree_settings=options.tree, snooping=options.snooping)
    bridge.mirrored = bool(options.mirrors)
    return with_lldp(Switch(name, bridge, options), options.lldp)


NodeT = TypeVar("NodeT", bound=Node)


def with_lldp(node: NodeT, options: LldpOptions | None) -> NodeT:
    """Let a new node speak LLDP, unless there are no options of it."""
    if options is not None:
        node.lldp = NodeLldp(node.name, node.kind, options)
    return node


def make_attachment_end(kernel: Kernel, node: Attachment, mac: int) -> End:
    """Create the port that a TAP or TUN device replaces; Linux's interface gets its MAC."""
    port = Port(kernel, node.name, mac, DetachedDevice())
    port.promiscuous = True
    return End(node, port, None)


def make_end(node: Node, mac: int, bytes_fidelity: bool) -> End:
    """Add a port to a node, with an IP interface if the node has an IP stack."""
    number = len(node.ends)
    if isinstance(node, Switch):
        port = node.device.add_port(f"{node.name}.{number}", mac)
        port.bytes_fidelity = bytes_fidelity
        return End(node, port, None)
    assert isinstance(node, IpNode)
    interface = node.stack.add_interface(f"eth{number}", mac)
    interface.port.bytes_fidelity = bytes_fidelity
    if isinstance(node, HostNode) and node.promiscuous:
        interface.port.change_promiscuity(1)
    return End(node, interface.port, interface)


def add_own_address(stack: IpStack, face: Face) -> None:
    """Add a loopback address, which stays reachable when a link fails."""
    stack.add_address(stack.loopback_interface, face.version, int(face.ip), face.network.prefixlen)
