"""The neighbours that LLDP has discovered, by node and port."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final

from catenet.errors import LabError
from catenet.lab.model.nodes import Node
from catenet.link.lldp.agent import LldpAgent
from catenet.link.lldp.lldpdu import (
    ADDRESS_IPV4,
    ADDRESS_IPV6,
    ADDRESS_MAC,
    CAPABILITIES,
    CHASSIS_MAC,
    LINK_AGGREGATION,
    MAXIMUM_FRAME_SIZE,
    OUI_8021,
    OUI_8023,
    PORT_MAC,
    PORT_VLAN_ID,
    Lldpdu,
    ManagementAddress,
)
from catenet.link.lldp.local_system import AGGREGATION_ACTIVE
from catenet.link.lldp.neighbours import Neighbour

if TYPE_CHECKING:
    from catenet.lab.world.world import World

SECOND_NS: Final = 1_000_000_000


def lldp(net: World, name: str | None = None) -> list[dict[str, Any]]:
    """The neighbours of one node, or of all that run LLDP.  Raises LabError for a node that does not run it."""
    nodes = [node for node in net.registry.nodes.values() if node.lldp is not None]
    if name is not None:
        node = net.registry.node(name)
        if node.lldp is None:
            raise LabError(f"{node.name} does not run LLDP; give it lldp = true")
        nodes = [node]
    return [_node(node, int(net.kernel.now_ns)) for node in nodes]


def _node(node: Node, now_ns: int) -> dict[str, Any]:
    assert node.lldp is not None
    return {"node": node.name, "ports": [_port(link, agent, now_ns) for link, agent in node.lldp.agents.items()]}


def _port(link: str, agent: LldpAgent, now_ns: int) -> dict[str, Any]:
    return {
        "link": link,
        "port": agent.local.name,
        "frames_out": agent.frames_out,
        "frames_in": agent.frames_in,
        "frames_in_error": agent.frames_in_error,
        "ageouts": agent.ageouts,
        "neighbours": [_neighbour(each, now_ns) for each in agent.neighbours.known.values()],
    }


def _neighbour(neighbour: Neighbour, now_ns: int) -> dict[str, Any]:
    unit = neighbour.unit
    supported, enabled = unit.capabilities or (0, 0)
    return {
        "chassis": _identifier(*unit.chassis, CHASSIS_MAC),
        "port": _identifier(*unit.port, PORT_MAC),
        "ttl_s": unit.ttl_s,
        "expires_s": (int(neighbour.expires_ns) - now_ns) / SECOND_NS,
        "port_description": unit.port_description,
        "system_name": unit.system_name,
        "system_description": unit.system_description,
        "capabilities": _capabilities(supported),
        "enabled_capabilities": _capabilities(enabled),
        "management_addresses": [_address(each) for each in unit.addresses],
        **_organizational(unit),
    }


def _organizational(unit: Lldpdu) -> dict[str, Any]:
    vid = unit.organizational_value(OUI_8021, PORT_VLAN_ID)
    size = unit.organizational_value(OUI_8023, MAXIMUM_FRAME_SIZE)
    aggregation = unit.organizational_value(OUI_8021, LINK_AGGREGATION)
    return {
        "port_vlan": int.from_bytes(vid, "big") if vid else None,
        "maximum_frame_size": int.from_bytes(size, "big") if size else None,
        "aggregated": None if not aggregation else bool(aggregation[0] & AGGREGATION_ACTIVE),
    }


def _identifier(subtype: int, value: bytes, mac_subtype: int) -> str:
    """A MAC address in its notation; other identifiers as text if possible."""
    if subtype == mac_subtype and len(value) == 6:
        return value.hex(":")
    text = value.decode(errors="replace")
    return text if text.isprintable() else value.hex(":")


def _capabilities(bits: int) -> list[str]:
    return [name for bit, name in enumerate(CAPABILITIES) if bits & 1 << bit]


def _address(address: ManagementAddress) -> str:
    length = {ADDRESS_IPV4: 4, ADDRESS_IPV6: 16}.get(address.subtype)
    if length == len(address.address):
        return str(ip_address(address.address))
    return address.address.hex(":" if address.subtype == ADDRESS_MAC else "")
