"""Automatic addresses, derived from the order of declaration.

IPv4 comes from 10.0.0.0/8 and IPv6 from 2001:db8::/32 (documentation, RFC 3849), in **blocks**: block *n* is
10.x.y.0/24 with x.y = n, and 2001:db8:n::/48.  A router takes the next block when it is first needed.  Its loopback
address is the block's first; each link that names the router first, and each host at it, takes the next /30 and /64 of
its block.  So ``10.0.7.5`` is an address at the seventh router, and one prefix in each table covers all addresses
there.  A LAN of switches takes a block to itself, or as many as its members need.

Explicit addresses are used unchanged; overlapping subnets and duplicate addresses are rejected. MAC addresses are
locally administered and counted up from 02:00:00:00:00:01.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Interface,
    IPv4Network,
    IPv6Address,
    IPv6Interface,
    IPv6Network,
    ip_address,
    ip_interface,
    ip_network,
)
from typing import Final

from catenet.errors import LabError
from catenet.link import local_mac

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Face = IPv4Interface | IPv6Interface
"""An address with the length of its subnet's prefix, as an interface has it."""

IPV4_POOL: Final = IPv4Network("10.0.0.0/8")
IPV6_POOL: Final = IPv6Network("2001:db8::/32")

_BLOCK_V4: Final = 256
_PAIR_V4: Final = 4
_BLOCKS: Final = 1 << 16


class Block:
    """One or more whole blocks, and the addresses assigned from them."""

    def __init__(self, number: int, count: int) -> None:
        self.number: Final = number
        self.ipv4: Final = IPv4Network(
            (int(IPV4_POOL.network_address) + number * _BLOCK_V4, 24 - (count - 1).bit_length())
        )
        self.ipv6: Final = IPv6Network((int(IPV6_POOL.network_address) + (number << 80), 48))
        self._next_pair = 1

    def own(self) -> tuple[IPv4Interface, IPv6Interface]:
        """The address of the router itself: the first of the block."""
        return (
            IPv4Interface((int(self.ipv4.network_address) + 1, 32)),
            IPv6Interface((int(self.ipv6.network_address) + 1, 128)),
        )

    def lan(self) -> tuple[IPv4Network, IPv6Network]:
        """The block as the subnets of one LAN."""
        return self.ipv4, IPv6Network((int(self.ipv6.network_address), 64))

    def pair(self) -> tuple[IPv4Network, IPv6Network] | None:
        """The next subnets for a point-to-point link, or None when the block is full."""
        if self._next_pair * _PAIR_V4 >= self.ipv4.num_addresses:
            return None
        number = self._next_pair
        self._next_pair += 1
        return (
            IPv4Network((int(self.ipv4.network_address) + number * _PAIR_V4, 30)),
            IPv6Network((int(self.ipv6.network_address) + (number << 64), 64)),
        )


class AddressPlan:
    """All assigned addresses and subnets, each with its one owner."""

    def __init__(self) -> None:
        self._next_block = 1
        self._next_mac = 1
        self._owners: dict[Address, str] = {}
        self._explicit: dict[Network, str] = {}
        self._blocks: dict[Network, str] = {}

    def mac(self) -> int:
        """The next MAC address."""
        mac = local_mac(self._next_mac)
        self._next_mac += 1
        return mac

    def block(self, owner: str, addresses: int = 0) -> Block:
        """The next free block, or the next aligned range of blocks with room for so many addresses."""
        count = 1
        while count * _BLOCK_V4 < addresses + 2:
            count *= 2
        number = -(-self._next_block // count) * count
        block = Block(number, count)
        while any(block.ipv4.overlaps(taken) for taken in self._explicit if taken.version == 4) or any(
            block.ipv6.overlaps(taken) for taken in self._explicit if taken.version == 6
        ):
            number += count
            block = Block(number, count)
        if number + count > _BLOCKS:
            raise LabError(f"{owner}: 10.0.0.0/8 has no room left; give subnets of your own")
        self._next_block = number + count
        self._blocks[block.ipv4] = owner
        self._blocks[block.ipv6] = owner
        return block

    def reserve(self, network: Network, owner: str) -> None:
        """Reserve an explicit subnet.  Raises :class:`LabError` if it overlaps another."""
        for taken, other in (*self._explicit.items(), *self._blocks.items()):
            if taken.version == network.version and network.overlaps(taken):
                raise LabError(f"{owner}: the subnet {network} overlaps {taken} of {other}; give one that does not")
        self._explicit[network] = owner

    def claim(self, address: Address, owner: str) -> None:
        """Reserve an address.  Raises :class:`LabError` if it is taken."""
        other = self._owners.setdefault(address, owner)
        if other != owner:
            raise LabError(f"{owner}: the address {address} is already that of {other}; give each its own")

    def owner(self, address: Address) -> str | None:
        """The owner of an address."""
        return self._owners.get(address)


def parse_faces(texts: Sequence[str], owner: str) -> list[Face]:
    """Parse addresses with prefix lengths.  Raises :class:`LabError` with the right syntax."""
    faces: list[Face] = []
    for text in texts:
        if "/" not in str(text):
            raise LabError(f'{owner}: the address {text!r} lacks its prefix length; write it like "192.0.2.1/24"')
        try:
            face = ip_interface(text)
        except ValueError as error:
            raise LabError(f'{owner}: {error}; write an address like "192.0.2.1/24" or "2001:db8::1/64"') from error
        _check_usable(face, owner)
        faces.append(face)
    return faces


def parse_networks(texts: Sequence[str], owner: str) -> list[Network]:
    """Parse subnets.  Raises :class:`LabError` with the right syntax."""
    networks: list[Network] = []
    for text in texts:
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            raise LabError(f'{owner}: {error}; write a subnet like "192.0.2.0/24" or "2001:db8:1::/64"') from error
    return networks


def parse_address(text: str, owner: str) -> Address:
    """Parse one address.  Raises :class:`LabError` with the right syntax."""
    try:
        return ip_address(text)
    except ValueError as error:
        raise LabError(f'{owner}: {error}; write an address like "192.0.2.1" or "2001:db8::1"') from error


def members(network: Network) -> range:
    """The addresses that hosts of a subnet may have, as numbers: without network and broadcast address."""
    first, size = int(network.network_address), network.num_addresses
    if network.version == 4:
        return range(first, first + size) if size <= 2 else range(first + 1, first + size - 1)
    return range(first + 1, first + size) if size > 1 else range(first, first + 1)


def face_in(network: Network, number: int) -> Face:
    """An address, given as a number, with the prefix length of its subnet."""
    if network.version == 4:
        return IPv4Interface((number, network.prefixlen))
    return IPv6Interface((number, network.prefixlen))


def _check_usable(face: Face, owner: str) -> None:
    address = face.ip
    what = ""
    if address.is_multicast:
        what = "a multicast address"
    elif address.is_loopback:
        what = "a loopback address"
    elif address.is_unspecified:
        what = "the unspecified address"
    elif address.is_link_local and address.version == 6:
        what = "link-local, and every interface has its own already"
    elif int(address) not in members(face.network):
        what = f"the network's or the broadcast address of {face.network}"
    if what:
        raise LabError(f"{owner}: {face} cannot be given: it is {what}")
