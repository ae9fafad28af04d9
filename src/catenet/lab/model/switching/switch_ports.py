"""The ports of VLAN-aware switches: what was said of each, and whether the two ends of a link agree."""

from __future__ import annotations

from collections.abc import Iterable

from catenet.errors import LabError, did_you_mean
from catenet.lab.model.lldp import NodeLldp
from catenet.lab.model.nodes import Attachment, End, Node, Switch
from catenet.lab.model.segment import Segment
from catenet.lab.model.switching.aggregates import join_aggregate
from catenet.lab.model.switching.port_filters import add_mirrors, add_pauses, add_storm_control, is_destination
from catenet.link.aggregation.aggregate import Member
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.port_vlans import PortVlans
from catenet.link.vlan_tag import DEFAULT_VLAN


def configure_ports(name: str, ends: tuple[End, End]) -> None:
    """Set the ports of a new link as their nodes say.  Raises :class:`LabError` if its ends contradict."""
    for end, other in (ends, ends[::-1]):
        if isinstance(end.node, Switch) and isinstance(end.port, BridgePort):
            said = end.node.options.port(name, other.node.name)
            if said is not None:
                end.port.vlans = said.vlans
                end.port.tree = said.tree
            if isinstance(other.node, Segment):
                end.port.tree = end.port.tree.shared()
            aggregate = end.node.options.aggregate_of(name, other.node.name)
            if aggregate is not None:
                if isinstance(other.node, Segment):
                    raise LabError(
                        f"switch {end.node.name}: aggregates: {name} leads to the segment {other.node.name}; "
                        f"the links of an aggregate are full duplex: give it links to a switch"
                    )
                join_aggregate(end.node, end.port, aggregate, name)
            add_storm_control(end.node, end.port, name, other.node.name)
    _check_agreement(name, *ends)
    add_pauses(name, *ends)
    for end, other in (ends, ends[::-1]):
        lldp = end.node.lldp
        if lldp is not None and end.port.encoding is None and lldp.options.speaks_at(name, other.node.name):
            _add_lldp(name, end, lldp)
    for end, other in (ends, ends[::-1]):
        if isinstance(end.node, Switch) and isinstance(end.port, BridgePort):
            add_mirrors(end.node, end.port, name, other.node.name)


def check_ports(nodes: Iterable[Node]) -> None:
    """Refuse ports that no link has."""
    for node in nodes:
        links = [(end.link, end) for end in node.ends if end.link is not None]
        known = [*(link.name for link, _ in links), *(link.other(end).node.name for link, end in links)]
        for table, port in _named(node):
            if port not in known:
                raise LabError(
                    f"{node.kind} {node.name}: {table}: no link of {node.name} is called {port!r} or leads to "
                    f"it{did_you_mean(port, known)}"
                )


def _named(node: Node) -> list[tuple[str, str]]:
    """Each port that the options of a node name, with the option."""
    ports = () if node.lldp is None else node.lldp.options.ports or ()
    of_lldp = [("lldp: ports", port) for port in ports]
    return of_lldp if not isinstance(node, Switch) else of_lldp + _named_by_switch(node)


def _named_by_switch(switch: Switch) -> list[tuple[str, str]]:
    options = switch.options
    named = [("ports", port) for port in options.ports if port not in options.aggregates]
    named += [("aggregates", port) for each in options.aggregates.values() for port in each.ports]
    return named + [("mirror", port) for each in options.mirrors for port in (each.to, *(each.ports or ()))]


def check_without_vlan(end: End) -> None:
    """Refuse a host or router whose frames a switch would drop, for they have no tags; Linux may send tags."""
    assert end.link is not None
    switch = end.link.other(end).node
    if not isinstance(end.node, Attachment) and not is_destination(switch, end.link.name, end.node.name):
        raise LabError(
            f"{end.node.name}: its port of the switch {switch.name} is a trunk without a native VLAN, "
            f"and it sends no tags; give the port access = VLAN, or the trunk native = VLAN"
        )


def _add_lldp(link: str, end: End, lldp: NodeLldp) -> None:
    name = end.port.name if end.interface is None else end.interface.name
    aware = isinstance(end.node, Switch) and end.node.options.vlan_aware
    vid = int(end.port.vlans.pvid) if aware and isinstance(end.port, BridgePort) else 0
    station = end.port.station
    lldp.add(end.port, name, link, vid)
    if isinstance(station, Member):
        station.lldp = lldp.agents[link]
        station.update_lldp()


def _check_agreement(name: str, a: End, b: End) -> None:
    if not (isinstance(a.port, BridgePort) and isinstance(b.port, BridgePort)):
        return
    one, other = a.port.vlans, b.port.vlans
    if "tunnel" in (one.mode, other.mode):
        return
    if one.pvid != other.pvid:
        raise LabError(
            f"link {name}: untagged frames are in {_vlan(one)} of {a.node.name} and in {_vlan(other)} of "
            f"{b.node.name}; give both ends the same native or access VLAN"
        )
    if one.mode == other.mode == "trunk":
        if one.tpid != other.tpid:
            raise LabError(f"link {name}: the ends have different tags; give both the same tag")
        if one.members.isdisjoint(other.members):
            raise LabError(f"link {name}: no VLAN is carried by both {a.node.name} and {b.node.name}; name one in both")


def _vlan(vlans: PortVlans) -> str:
    default = " (the default)" if vlans.mode == "access" and vlans.pvid == DEFAULT_VLAN else ""
    return f"VLAN {vlans.pvid}{default}" if vlans.pvid else "no VLAN"
