"""Storm control and mirrors at the ports of a switch."""

from __future__ import annotations

from catenet.errors import LabError
from catenet.lab.model.nodes import Node, Switch
from catenet.link.aggregation.aggregate import Member
from catenet.link.switching.bridge import Bridge
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.mirror import NO_MEMBERSHIP, MirroredPort, MirrorFilter, MirrorSink
from catenet.link.switching.storm_control import StormControl


def add_storm_control(switch: Switch, port: BridgePort, link: str, neighbour: str) -> None:
    """Limit what floods at a new port; at an aggregate, that of all its members together."""
    settings = switch.options.storm_control_of(link, neighbour)
    bridge = switch.device
    if settings is None or not isinstance(bridge, Bridge):
        return
    station = port.station
    if not isinstance(station, Member):
        StormControl(bridge, port, settings)
    elif len(station.aggregate.members) == 1:
        StormControl(bridge, station.aggregate, settings)


def add_mirrors(switch: Switch, port: BridgePort, link: str, neighbour: str) -> None:
    """Let a new port be a source or a destination of mirrors.  Raises :class:`LabError`."""
    bridge = switch.device
    assert isinstance(bridge, Bridge)
    for options, mirror in zip(switch.options.mirrors, switch.mirrors, strict=True):
        if options.is_destination(link, neighbour):
            if isinstance(port.station, Member):
                raise LabError(
                    f"switch {switch.name}: mirror: {options.to} is in an aggregate; send copies to another port"
                )
            if mirror.destination is not None:
                raise LabError(f"switch {switch.name}: mirror: {options.to} has several links; name one of them")
            mirror.destination = port
            if port in bridge.bridge_ports:
                port.vlans = NO_MEMBERSHIP
                bridge.stand_in(port, None)
                MirrorSink(port)
        elif options.copies(link, neighbour) and not is_destination(switch, link, neighbour):
            assert isinstance(port, MirroredPort)
            if options.direction != "out":
                MirrorFilter(port, mirror)
            if options.direction != "in":
                port.sent_to.append(mirror)


def is_destination(switch: Node, link: str, neighbour: str) -> bool:
    """Whether the copies of a mirror leave a switch by a link."""
    return isinstance(switch, Switch) and any(each.is_destination(link, neighbour) for each in switch.options.mirrors)
