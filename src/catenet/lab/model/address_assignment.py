"""Assigns addresses and names to all nodes and links.

It runs before a run, and again before the run continues if more was declared meanwhile; assigned addresses do not
change.  Explicit subnets are reserved first, so that automatic ones do not overlap them; then LANs and links get
subnets in order of declaration.  A link or LAN with explicit subnets has no automatic ones: with an explicit IPv4
subnet only, it carries no IPv6.
"""

from __future__ import annotations

from typing import Final

from catenet.errors import LabError
from catenet.lab.model.address_plan import (
    AddressPlan,
    Block,
    Face,
    Network,
    face_in,
    members,
    parse_networks,
)
from catenet.lab.model.devices import add_own_address
from catenet.lab.model.lans import Lan, Lans, switch_of
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import End, HostNode, IpNode, Router
from catenet.lab.model.registry import Registry


class AddressAssignment:
    """Assigns addresses from an :class:`~catenet.lab.model.address_plan.AddressPlan`."""

    def __init__(self, registry: Registry, lans: Lans, plan: AddressPlan) -> None:
        self._registry: Final = registry
        self._lans: Final = lans
        self._plan: Final = plan
        self._blocks: Final[dict[str, list[Block]]] = {}
        self._reserved: Final[set[Network]] = set()
        self.wanted: Final[dict[End, list[Face]]] = {}
        self.wanted_own: Final[dict[str, list[Face]]] = {}

    def blocks(self, router: Router) -> list[Block]:
        """The blocks whose prefixes are routed to a router."""
        return self._blocks.get(router.name, [])

    def assign(self) -> bool:
        """Assign the missing addresses.  True if any were missing."""
        lans = self._lans.all()
        links = [link for link in self._registry.links.values() if not link.addressed]
        routers = [router for router in self._registry.routers() if not router.own_faces]
        if not links and not routers:
            return False
        for lan in lans:
            self._reserve_lan(lan)
        explicit = {link.name: self._explicit_subnets(link) for link in links if switch_of(link) is None}
        for router in routers:
            self._own_address(router)
        for lan in lans:
            self._address_lan(lan)
        for link in links:
            if link.name in explicit:
                self._address_pair(link, explicit[link.name])
            link.addressed = True
        return True

    # -- routers

    def _own_address(self, router: Router) -> None:
        faces = self.wanted_own.get(router.name)
        if faces is None:
            faces = list(self._block(router).own())
        for face in faces:
            self._plan.claim(face.ip, router.name)
            router.own_faces.append(face)
            add_own_address(router.stack, face)

    def _block(self, router: Router) -> Block:
        blocks = self._blocks.setdefault(router.name, [])
        if not blocks:
            blocks.append(self._plan.block(router.name))
        return blocks[-1]

    # -- links between two

    def _explicit_subnets(self, link: Link) -> list[Network]:
        """The link's explicit subnets, reserved; an empty list if it has none."""
        owner = f"link {link.name}"
        subnets = parse_networks(link.subnets, owner)
        for end in link.ends:
            for face in self.wanted.get(end, []):
                if face.network not in subnets:
                    subnets.append(face.network)
        for subnet in subnets:
            if subnet.num_addresses < 2:
                raise LabError(f"{owner}: the subnet {subnet} has no space for two ends; give a shorter prefix")
            self._plan.reserve(subnet, owner)
        return subnets

    def _address_pair(self, link: Link, explicit: list[Network]) -> None:
        subnets = explicit or list(self._automatic_pair(link))
        if link.unnumbered:
            if any(subnet.version == 4 for subnet in explicit):
                raise LabError(f"link {link.name}: it is unnumbered, and has an IPv4 subnet; leave one out")
            subnets = [subnet for subnet in subnets if subnet.version != 4]
        for end in link.ends:
            for face in self.wanted.get(end, []):
                self._give(end, face)
        # Routers first: a host's gateway then has the lower address, as on a LAN.
        for end in sorted(link.ends, key=lambda end: isinstance(end.node, HostNode)):
            for subnet in subnets:
                if not any(face.network == subnet for face in end.faces) and not _learns(end, subnet.version):
                    self._give(end, self._free_face(subnet, f"{end.node.name} on link {link.name}"))

    def _automatic_pair(self, link: Link) -> tuple[Network, Network]:
        owner = next((end.node for end in link.ends if isinstance(end.node, Router)), None)
        if owner is None:
            pair = self._plan.block(f"link {link.name}").pair()
            assert pair is not None
            return pair
        pair = self._block(owner).pair()
        if pair is None:
            block = self._plan.block(owner.name)
            self._blocks[owner.name].append(block)
            pair = block.pair()
            assert pair is not None
        return pair

    # -- LANs

    def _reserve_lan(self, lan: Lan) -> None:
        owner = f"LAN {lan.name}"
        if not lan.next_member:
            for end in lan.ends():
                for face in self.wanted.get(end, []):
                    if face.network not in lan.subnets and (lan.automatic or not lan.subnets):
                        lan.subnets.append(face.network)
        for subnet in lan.subnets:
            if subnet not in self._reserved and subnet not in lan.next_member:
                self._plan.reserve(subnet, owner)
                self._reserved.add(subnet)

    def _address_lan(self, lan: Lan) -> None:
        ends = [end for end in lan.ends() if not end.faces]
        if not ends:
            return
        if not lan.subnets:
            lan.subnets.extend(self._plan.block(f"LAN {lan.name}", len(lan.ends())).lan())
        for subnet in lan.subnets:
            lan.next_member.setdefault(subnet, 0)
        for end in ends:
            for face in self.wanted.get(end, []):
                if face.network not in lan.subnets:
                    known = ", ".join(str(subnet) for subnet in lan.subnets)
                    raise LabError(
                        f"{end.node.name}: {face} is not in a subnet of the LAN {lan.name}, which are {known}"
                    )
                self._give(end, face)
        # Routers first: the gateway of a LAN is then its first address, as is customary.
        for end in sorted(ends, key=lambda end: not isinstance(end.node, Router)):
            if end not in self.wanted:
                for subnet in lan.subnets:
                    if not _learns(end, subnet.version):
                        self._give(end, self._lan_face(lan, subnet, end))

    def _lan_face(self, lan: Lan, subnet: Network, end: End) -> Face:
        room = members(subnet)
        place = lan.next_member[subnet]
        while place < room.stop - room.start and self._plan.owner(face_in(subnet, room[place]).ip) is not None:
            place += 1
        lan.next_member[subnet] = place + 1
        if place >= room.stop - room.start:
            raise LabError(
                f"{end.node.name}: the subnet {subnet} of the LAN {lan.name} is full; give the switch a larger one"
            )
        return face_in(subnet, room[place])

    # -- both

    def _free_face(self, subnet: Network, owner: str) -> Face:
        for number in members(subnet)[:16]:
            face = face_in(subnet, number)
            if self._plan.owner(face.ip) is None:
                return face
        raise LabError(f"{owner}: the subnet {subnet} has no free address; give a shorter prefix")

    def _give(self, end: End, face: Face) -> None:
        place = f"{end.node.name} on link {end.link.name}" if end.link is not None else end.node.name
        self._plan.claim(face.ip, place)
        end.faces.append(face)
        if isinstance(end.node, IpNode) and end.interface is not None:
            end.node.stack.add_address(end.interface, face.version, int(face.ip), face.network.prefixlen)


def _learns(end: End, version: int) -> bool:
    """Whether the node at an end gets its addresses of a version from the network, during the run."""
    return isinstance(end.node, IpNode) and version in end.node.configures
