"""Link aggregates of switches: which links belong to one, and whether both ends agree."""

from __future__ import annotations

from typing import Final

from catenet.errors import LabError
from catenet.lab.model.nodes import Attachment, Node, Switch
from catenet.link.aggregation.aggregate import AggregatePort
from catenet.link.aggregation.settings import OFF, PASSIVE
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.vlan_bridge import Bridge

FIRST_KEY: Final = 1


def join_aggregate(switch: Switch, port: BridgePort, name: str, link: str) -> None:
    """Make a new port a member of an aggregate, which is made with its first member."""
    bridge = switch.device
    assert isinstance(bridge, Bridge)
    aggregate = switch.aggregates.get(name)
    if aggregate is None:
        key = FIRST_KEY + list(switch.options.aggregates).index(name)
        settings = switch.options.aggregates[name].settings
        aggregate = AggregatePort(bridge, f"{switch.name}.{name}", port, settings, int(bridge.ports[0].mac), key)
        aggregate.vlans, aggregate.tree = port.vlans, port.tree
        switch.aggregates[name] = aggregate
    elif (port.vlans, port.tree) != (aggregate.vlans, aggregate.tree) and not _same(port, aggregate):
        raise LabError(
            f"switch {switch.name}: aggregates: {name}: its links have different options, {link} others than "
            f"the first; say them once, in ports under the name {name}"
        )
    bridge.stand_in(port, aggregate)
    aggregate.add(port)


def _same(port: BridgePort, aggregate: AggregatePort) -> bool:
    one, other = port.vlans, aggregate.vlans
    return (one.mode, one.pvid, one.members, one.tpid) == (other.mode, other.pvid, other.members, other.tpid)


def parallel(a: Switch, b: Switch) -> bool:
    """Whether a link joins two switches already."""
    return any(end.link is not None and end.link.other(end).node is b for end in a.ends)


def check_aggregates(link: str, a: Node, b: Node) -> None:
    """Refuse a new link that is aggregated at one end and cannot be at the other.  Raises :class:`LabError`."""
    for here, there in ((a, b), (b, a)):
        name = here.options.aggregate_of(link, there.name) if isinstance(here, Switch) else None
        if name is None or not isinstance(here, Switch) or isinstance(there, Attachment):
            continue
        owner = f"switch {here.name}: aggregates: {name}"
        if not isinstance(there, Switch):
            raise LabError(f"{owner}: {there.name} is a {there.kind}; only switches and Linux aggregate")
        other = there.options.aggregate_of(link, here.name)
        if other is None:
            raise LabError(f"{owner}: the link {link} is in no aggregate of {there.name}; name it there too")
        mine, theirs = here.options.aggregates[name].settings.lacp, there.options.aggregates[other].settings.lacp
        if (mine == OFF) != (theirs == OFF):
            raise LabError(f"{owner}: lacp is {mine!r} here and {theirs!r} at {there.name}; give both LACP or none")
        if mine == theirs == PASSIVE:
            raise LabError(f'{owner}: both ends are passive, so neither begins; give one of them lacp = "active"')
