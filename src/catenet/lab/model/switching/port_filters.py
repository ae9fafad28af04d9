"""Storm control, mirrors and pauses at the ports of a switch."""

from __future__ import annotations

from catenet.errors import LabError
from catenet.lab.model.nodes import Attachment, End, Node, Switch
from catenet.lab.model.segment import Segment
from catenet.link.aggregation.aggregate import Member
from catenet.link.flow_control.pause_filter import PauseFilter
from catenet.link.flow_control.settings import PauseSettings
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.mirror import NO_MEMBERSHIP, MirroredPort, MirrorFilter, MirrorSink
from catenet.link.switching.storm_control import StormControl
from catenet.link.switching.vlan_bridge import Bridge


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


def add_pauses(link: str, a: End, b: End) -> None:
    """Let the ports of a new link send and obey pause frames, if one of its switches has flow control there."""
    at_a, at_b = _pause_of(link, a, b), _pause_of(link, b, a)
    if (at_a or at_b) is not None and (isinstance(a.node, Segment) or isinstance(b.node, Segment)):
        raise LabError(f"link {link}: a segment is half duplex and knows no pause frames; give the port pause = false")
    for end, own, others in ((a, at_a, at_b), (b, at_b, at_a)):
        if isinstance(end.node, Switch) and own is not None:
            PauseFilter(end.port, own, end.node.flow)
        elif others is not None and not isinstance(end.node, Attachment):
            PauseFilter(end.port, others)


def _pause_of(link: str, here: End, there: End) -> PauseSettings | None:
    if not isinstance(here.node, Switch):
        return None
    return here.node.options.pause_of(link, there.node.name)


def is_destination(switch: Node, link: str, neighbour: str) -> bool:
    """Whether the copies of a mirror leave a switch by a link."""
    return isinstance(switch, Switch) and any(each.is_destination(link, neighbour) for each in switch.options.mirrors)
