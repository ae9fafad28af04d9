"""Link aggregates of switches: their members, and their state in LACP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catenet.errors import LabError
from catenet.lab.model.nodes import Switch
from catenet.link.aggregation.aggregate import AggregatePort, Member
from catenet.link.aggregation.lacp_port import MUX_STATES, RECEIVE_STATES
from catenet.link.aggregation.lacpdu import STATE_FLAGS, PortInfo
from catenet.link.aggregation.settings import OFF
from catenet.link.mac import mac_text

if TYPE_CHECKING:
    from catenet.lab.world.world import World


def lacp(net: World, name: str | None = None) -> list[dict[str, Any]]:
    """The aggregates of one switch, or of all switches.  Raises LabError for a node without aggregates."""
    switches = [switch for switch in net.registry.switches() if switch.aggregates]
    if name is not None:
        node = net.registry.node(name)
        if node not in switches:
            raise LabError(f"{node.name} has no link aggregates; give a switch aggregates, and links to another")
        switches = [switch for switch in switches if switch is node]
    return [
        {"switch": switch.name, "aggregates": [_aggregate(switch, *each) for each in switch.aggregates.items()]}
        for switch in switches
    ]


def _aggregate(switch: Switch, name: str, aggregate: AggregatePort) -> dict[str, Any]:
    links = {end.port: end.link.name for end in switch.ends if end.link is not None}
    return {
        "name": name,
        "lacp": aggregate.settings.lacp,
        "hash": aggregate.settings.hash_policy,
        "up": aggregate.carrier,
        "min_links": aggregate.settings.min_links,
        "rate_bit_s": aggregate.rate_bit_s(),
        "members": [_member(member, links[member.port]) for member in aggregate.members],
    }


def _member(member: Member, link: str) -> dict[str, Any]:
    port = member.lacp
    told = {"link": link, "distributing": member.may_distribute(), "out_frames": int(member.port.out_frames)}
    if member.aggregate.settings.lacp == OFF:
        return told
    return {
        **told,
        "mux": MUX_STATES[port.mux_state],
        "receive": RECEIVE_STATES[port.receive_state],
        "actor": _end(port.actor),
        "partner": _end(port.partner),
        "pdus_in": port.pdus_in,
        "pdus_out": port.pdus_out,
    }


def _end(info: PortInfo) -> dict[str, Any]:
    return {
        "system_priority": info.system_priority,
        "system": mac_text(info.system),
        "key": info.key,
        "port": info.port,
        "state": [flag for bit, flag in enumerate(STATE_FLAGS) if info.state & 1 << bit],
    }
