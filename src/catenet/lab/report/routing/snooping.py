"""The state of multicast snooping: the querier, multicast routers and members of each VLAN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catenet.errors import LabError
from catenet.lab.model.nodes import Switch
from catenet.link.switching.snooping.group_domain import GroupDomain
from catenet.link.switching.snooping.port_group import PortGroup
from catenet.link.switching.snooping.snooping import Snooping
from catenet.link.switching.vlan_bridge import Bridge
from catenet.network import addresses

if TYPE_CHECKING:
    from catenet.lab.world.world import World


def snooping(net: World, name: str | None = None) -> list[dict[str, Any]]:
    """The groups of one switch, or of all with snooping.  Raises LabError for a node without snooping."""
    all_known = [(switch, _snooping(switch)) for switch in net.registry.switches()]
    found = {switch.name: (switch, known) for switch, known in all_known if known is not None}
    if name is not None:
        node = net.registry.node(name)
        if node.name not in found:
            raise LabError(f"{node.name} does not snoop; give a switch snooping = true")
        found = {node.name: found[node.name]}
    now_ns = int(net.kernel.now_ns)
    return [
        {"switch": each, "vlans": [_domain(switch, domain, now_ns) for domain in known.domains()]}
        for each, (switch, known) in found.items()
    ]


def _snooping(switch: Switch) -> Snooping | None:
    device = switch.device
    return device.snooping if isinstance(device, Bridge) else None


def _domain(switch: Switch, domain: GroupDomain, now_ns: int) -> dict[str, Any]:
    links = {index: end.link.name for index, end in enumerate(switch.ends, start=1) if end.link is not None}
    links.update({int(port.number): name for name, port in switch.aggregates.items()})
    version = int(domain.version)
    querier = domain.querier
    own = querier.is_own(now_ns)
    present = querier.is_present(now_ns)
    return {
        "vlan": int(domain.vid),
        "protocol": "igmp" if version == 4 else "mld",
        "querier": {
            "address": addresses.text(version, querier.address if own else querier.other_address),
            "port": None if own else links[int(querier.other_port)],
        }
        if present
        else None,
        "filters": querier.filters(now_ns),
        "routers": [links[port] for port in sorted(domain.routers(now_ns))],
        "groups": [
            _member(links[port], addresses.text(version, group), version, known, now_ns)
            for group, port, known in domain.groups(now_ns)
        ],
    }


def _member(link: str, group: str, version: int, known: PortGroup, now_ns: int) -> dict[str, Any]:
    sources = known.blocked(now_ns) if known.exclude else known.wanted(now_ns)
    return {
        "group": group,
        "link": link,
        "mode": "exclude" if known.exclude else "include",
        "sources": [addresses.text(version, source) for source in sources],
        "expires_s": (int(known.last_ns(now_ns)) - now_ns) / 1e9,
    }
