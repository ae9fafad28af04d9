"""Who hears a broadcast: the ends that are next to an end, across any switches, in the same VLAN.

Frames of hosts and routers are untagged.  On the way from switch to switch they may have tags, outermost first: a pair
of TPID and VLAN each.  What the spanning tree blocks is not looked at: it leaves a way to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from catenet.lab.model.nodes import End, Switch
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.port_vlans import NO_VLAN

Tags = tuple[tuple[int, int], ...]
Path = list[End]
"""The ends that a frame leaves through."""


class BroadcastDomain:
    """What an end reaches over the links that ``crosses`` accepts, each by the end that a frame enters it from.

    ``found`` are the ends of hosts, routers and attachments, in order of declaration of their links, switch by switch,
    each with the way there; ``vlans`` the names of switches with the VLAN there, 0 where a switch knows none.
    """

    def __init__(self, out: End, crosses: Callable[[End], bool]) -> None:
        self.found: Final[list[tuple[Path, End]]] = []
        self.vlans: Final[dict[tuple[str, int], None]] = {}
        self._left: Final[set[tuple[End, Tags]]] = set()
        pending: list[tuple[Path, End, Tags]] = [([], out, ())]
        for path, end, tags in pending:
            link = end.link
            if link is None or not crosses(end):
                continue
            across = link.other(end)
            if isinstance(across.node, Switch):
                pending.extend(([*path, end], *left) for left in self._relayed(across.node, across, tags))
            elif across is not out and not tags:
                self.found.append(([*path, end], across))

    def _relayed(self, switch: Switch, into: End, tags: Tags) -> list[tuple[End, Tags]]:
        """Where a switch sends on what came in by an end, but for what it has sent before."""
        port = into.port
        if isinstance(port, BridgePort):
            leaving = self._classified(switch, port, tags)
        else:
            self.vlans[switch.name, 0] = None
            leaving = [(end, tags) for end in switch.ends]
        fresh = [(end, left) for end, left in leaving if end is not into and (end, left) not in self._left]
        self._left.update(fresh)
        return fresh

    def _classified(self, switch: Switch, port: BridgePort, tags: Tags) -> list[tuple[End, Tags]]:
        tpid, tag_vid = tags[0] if tags else (0, 0)
        vid = int(port.vlans.classify(tpid, tag_vid))
        if vid == NO_VLAN:
            return []
        self.vlans[switch.name, vid] = None
        rest = tags[1:] if port.vlans.takes_off(tpid) else tags
        leaving = []
        for end in switch.ends:
            assert isinstance(end.port, BridgePort)
            if end.port.vlans.carries(vid):
                tag = int(end.port.vlans.tag(vid))
                leaving.append((end, ((tag, vid), *rest) if tag else rest))
        return leaving


def reached(out: End, crosses: Callable[[End], bool]) -> list[End]:
    """The ends of hosts, routers and attachments that hear what one sends, over links that ``crosses`` accepts."""
    return [end for _, end in BroadcastDomain(out, crosses).found]


def any_link(_: End) -> bool:
    """Crosses every link."""
    return True


def bridged_ends(switch: Switch) -> list[End]:
    """The ends of hosts, routers and attachments at a switch and those that are joined to it, whatever their VLANs."""
    switches, found = [switch], []
    for here in switches:
        for end in here.ends:
            across = end.link.other(end) if end.link is not None else None
            if across is None:
                continue
            if not isinstance(across.node, Switch):
                found.append(across)
            elif across.node not in switches:
                switches.append(across.node)
    return found
