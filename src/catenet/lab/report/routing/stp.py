"""The state of the spanning tree in switches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catenet.errors import LabError
from catenet.lab.model.nodes import Switch
from catenet.link.mac import mac_text
from catenet.link.switching.bridge_tree import BridgeTree
from catenet.link.switching.spanning_tree.tree import ROLES, STATES, PortInfo
from catenet.link.switching.vlan_bridge import Bridge

if TYPE_CHECKING:
    from catenet.lab.world.world import World


def stp(net: World, name: str | None = None) -> list[dict[str, Any]]:
    """The spanning tree of one switch, or of all that run a protocol: the root, the times, the ports.

    Raises LabError for a node without a spanning tree protocol.
    """
    trees = {switch.name: (switch, _tree(switch)) for switch in net.registry.switches()}
    found = {each: (switch, tree) for each, (switch, tree) in trees.items() if tree is not None}
    if name is not None:
        node = net.registry.node(name)
        if node.name not in found:
            raise LabError(f'{node.name} does not run STP; give a switch stp = "rstp"')
        found = {node.name: found[node.name]}
    names = {tree.core.bridge_id: each for each, (_, tree) in found.items() if tree.core is not None}
    return [_switch(switch, tree, names) for switch, tree in found.values()]


def _tree(switch: Switch) -> BridgeTree | None:
    device = switch.device
    return device.tree if isinstance(device, Bridge) else None


def _switch(switch: Switch, tree: BridgeTree, names: dict[int, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"switch": switch.name, "protocol": tree.protocol}
    core = tree.core
    if core is None:
        return {**told, "bridge": None, "root": None, "ports": [], "topology_changes": 0, "bad_bpdus": 0}
    root, cost, root_port = core.root()
    links = {index: end.link.name for index, end in enumerate(switch.ends, start=1) if end.link is not None}
    links.update((int(aggregate.number), name) for name, aggregate in switch.aggregates.items())
    return {
        **told,
        "bridge": _identifier(core.bridge_id),
        "root": {
            **_identifier(root),
            "switch": names.get(root),
            "cost": cost,
            "port": links.get(root_port),
        },
        "hello_s": tree.settings.hello_time_s,
        "max_age_s": tree.settings.max_age_s,
        "forward_delay_s": tree.settings.forward_delay_s,
        "ports": [_port(info, links, names) for info in core.port_infos()],
        "topology_changes": core.topology_changes,
        "bad_bpdus": tree.bad_bpdus,
    }


def _port(info: PortInfo, links: dict[int, str], names: dict[int, str]) -> dict[str, Any]:
    return {
        "port": info.number,
        "link": links[info.number],
        "role": ROLES[info.role],
        "state": STATES[info.state],
        "cost": info.cost,
        "edge": info.edge,
        "designated_bridge": {**_identifier(info.designated_bridge), "switch": names.get(info.designated_bridge)},
    }


def _identifier(bridge_id: int) -> dict[str, Any]:
    return {"priority": bridge_id >> 48, "mac": mac_text(bridge_id & (1 << 48) - 1)}
