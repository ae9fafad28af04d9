"""LANs: connected switches, which may not form a loop.

A LAN is a set of connected switches with all nodes attached to them: one broadcast domain, with one subnet of each
version of IP.  Switches that know VLANs make one LAN of each.  In a loop of switches without a spanning tree a frame
would circle for ever, so a link that closes such a loop is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catenet.errors import LabError
from catenet.lab.model.address_plan import Network
from catenet.lab.model.broadcast_domain import BroadcastDomain, any_link
from catenet.lab.model.nodes import End, LinkBase, Switch
from catenet.lab.model.switching.switch_ports import check_without_vlan
from catenet.link.vlan_tag import DEFAULT_VLAN


class Lan:
    """One broadcast domain; with VLANs, all the domains of its switches."""

    def __init__(self, switch: Switch, name: str) -> None:
        self.name: Final = name
        self.switches: Final = [switch]
        self.subnets: list[Network] = []
        self.automatic = True
        self.next_member: Final[dict[Network, int]] = {}

    def ends(self) -> list[End]:
        """The interfaces on it, in order of declaration, switch by switch."""
        return [
            link.other(end)
            for switch in self.switches
            for end in switch.ends
            for link in [end.link]
            if link is not None and not isinstance(link.other(end).node, Switch)
        ]


class VlanLan(Lan):
    """The broadcast domain of one VLAN."""

    def __init__(self, switch: Switch, vid: int) -> None:
        super().__init__(switch, f"{switch.name} (VLAN {vid})" if vid else switch.name)
        self.members: Final[list[End]] = []

    def ends(self) -> list[End]:
        """The interfaces on it, in order of declaration, switch by switch."""
        return list(self.members)


class Lans:
    """Which switch belongs to which LAN."""

    def __init__(self) -> None:
        self._lans: Final[dict[str, Lan]] = {}
        self._vlan_lans: Final[dict[End, VlanLan]] = {}
        self._subnets: Final[dict[tuple[str, int], Sequence[Network]]] = {}

    def all(self) -> list[Lan]:
        """Every LAN once, in order of declaration of their first switches."""
        found: list[Lan] = []
        for name, lan in self._lans.items():
            if lan.switches[0].name == name:
                aware = any(switch.options.vlan_aware for switch in lan.switches)
                found.extend(self._by_vlan(lan) if aware else [lan])
        return found

    def _by_vlan(self, bridged: Lan) -> list[VlanLan]:
        """The LANs that VLANs make of switches that are joined."""
        found: dict[VlanLan, None] = {}
        for end in bridged.ends():
            if end not in self._vlan_lans:
                self._place(end)
            if end in self._vlan_lans:
                found[self._vlan_lans[end]] = None
        return list(found)

    def _place(self, end: End) -> None:
        """Find the LAN of an end, or make one for it and all that it reaches."""
        domain = BroadcastDomain(end, any_link)
        if not domain.vlans:
            check_without_vlan(end)
            return
        ends = [end, *(other for _, other in domain.found)]
        known = list(dict.fromkeys(self._vlan_lans[each] for each in ends if each in self._vlan_lans))
        if len(known) > 1:
            raise LabError(
                f"the LANs {known[0].name} and {known[1].name} have subnets of their own already; "
                f"join switches before the first run"
            )
        lan = known[0] if known else self._vlan_lan(end, list(domain.vlans))
        fresh = [each for each in ends if each not in self._vlan_lans]
        lan.members.extend(fresh)
        self._vlan_lans.update(dict.fromkeys(fresh, lan))

    def _vlan_lan(self, end: End, vlans: list[tuple[str, int]]) -> VlanLan:
        assert end.link is not None
        switch = end.link.other(end).node
        assert isinstance(switch, Switch)
        lan = VlanLan(switch, vlans[0][1])
        for place in vlans:
            lan.subnets.extend(subnet for subnet in self._subnets.get(place, ()) if subnet not in lan.subnets)
        lan.automatic = not lan.subnets
        return lan

    def add(self, switch: Switch, subnets: list[Network]) -> None:
        """A new switch is a LAN of its own until it is joined to others."""
        lan = Lan(switch, switch.name)
        self._subnets[switch.name, DEFAULT_VLAN if switch.options.vlan_aware else 0] = subnets
        self._subnets.update(((switch.name, vid), given) for vid, given in switch.options.vlans.items())
        lan.subnets.extend(subnets)
        lan.automatic = not subnets
        self._lans[switch.name] = lan

    def of(self, switch: Switch) -> Lan:
        """The LAN of a switch."""
        return self._lans[switch.name]

    def check_join(self, a: Switch, b: Switch) -> None:
        """Reject a link that would close a loop, or join two LANs that already have subnets."""
        one, other = self._lans[a.name], self._lans[b.name]
        if one is other:
            way = _path(a, b)
            if way:
                raise LabError(
                    f"a link {a.name} - {b.name} would close a loop of switches ({' - '.join(way)}), in which "
                    f'broadcasts circle for ever; give them stp = "rstp", leave it out, or make one of them a router'
                )
            return
        if one.next_member and other.next_member:
            raise LabError(
                f"the LANs of {a.name} and {b.name} have subnets of their own already; "
                f"join switches before the first run"
            )

    def join(self, a: Switch, b: Switch) -> None:
        """Make one LAN of two."""
        one, other = self._lans[a.name], self._lans[b.name]
        if one is other:
            return
        if other.next_member:
            one, other = other, one
        one.switches.extend(other.switches)
        one.subnets.extend(subnet for subnet in other.subnets if subnet not in one.subnets)
        one.automatic = one.automatic and other.automatic
        for switch in other.switches:
            self._lans[switch.name] = one


def switch_of(link: LinkBase) -> Switch | None:
    """The switch at an end of the link, if there is one."""
    for end in link.ends:
        if isinstance(end.node, Switch):
            return end.node
    return None


def _path(a: Switch, b: Switch) -> list[str]:
    """The names of the switches without a spanning tree that join two already, ends included; or none."""
    if a.options.has_tree or b.options.has_tree:
        return []
    came_from: dict[str, Switch | None] = {a.name: None}
    frontier = [a]
    while frontier and b.name not in came_from:
        here = frontier.pop(0)
        for end in here.ends:
            there = end.link.other(end).node if end.link is not None else None
            if isinstance(there, Switch) and there.name not in came_from and not there.options.has_tree:
                came_from[there.name] = here
                frontier.append(there)
    if b.name not in came_from:
        return []
    way = [b.name]
    back = came_from[b.name]
    while back is not None:
        way.append(back.name)
        back = came_from[back.name]
    return way[::-1]
