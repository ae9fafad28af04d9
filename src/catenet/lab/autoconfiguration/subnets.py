"""The subnets of a DHCP server: what was declared, completed by what the links have."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any, Final

from catenet.application.dhcp.subnet import LEASE_S, MAX_LEASE_S, Subnet
from catenet.errors import LabError, did_you_mean
from catenet.lab.model.address_plan import AddressPlan, members
from catenet.lab.model.nodes import End, HostNode, Router
from catenet.lab.model.registry import Registry
from catenet.lab.routing.graph import reachable_interfaces

MAX_POOL: Final = 100
"""The size of an automatic pool: the last free addresses of the subnet, since automatic ones begin with the first."""


def serve_link(
    end: End,
    options: Mapping[str, Any],
    registry: Registry,
    plan: AddressPlan,
    owner: str,
) -> Subnet | None:
    """The subnet on the link at one end of a server or relay agent; None if it has none of IPv4."""
    face = end.face(4)
    if face is None:
        return None
    assert isinstance(face, IPv4Interface)
    gateway = _gateway(end)
    return make_subnet(face.network, options, registry, plan, owner, gateway)


def make_subnet(
    network: IPv4Network,
    options: Mapping[str, Any],
    registry: Registry,
    plan: AddressPlan,
    owner: str,
    gateway: IPv4Address | None,
) -> Subnet:
    """A subnet; ``gateway`` is its router unless the options name others.  Claims the pool's addresses."""
    owner = f"{owner}: {network}"
    reservations = tuple((_mac_of(name, registry, owner), address) for name, address in options.get("reservations", ()))
    given = [*(each for pool in options.get("pools", ()) for each in pool), *(address for _, address in reservations)]
    for address in given:
        if address not in network:
            raise LabError(f"{owner}: {address} is not in the subnet")
    pools = options.get("pools") or _free_pool(network, plan, owner, reservations)
    for first, last in pools:
        for number in range(int(first), int(last) + 1):
            plan.claim(IPv4Address(number), owner)
    for _, address in reservations:
        plan.claim(address, owner)
    return Subnet(
        network,
        tuple(pools),
        reservations,
        options.get("routers", () if gateway is None else (gateway,)),
        options.get("dns", ()),
        options.get("domain", ""),
        options.get("search", ()),
        options.get("routes", ()),
        options.get("mtu", 0),
        options.get("lease", LEASE_S),
        max(options.get("max_lease", MAX_LEASE_S), options.get("lease", 0)),
        options.get("renew", 0),
        options.get("rebind", 0),
    )


def _gateway(end: End) -> IPv4Address | None:
    """The address of the node itself if it is a router, else that of the first router on the link."""
    for other in (end, *reachable_interfaces(end, set())):
        face = other.face(4)
        if isinstance(other.node, Router) and isinstance(face, IPv4Interface):
            return face.ip
    return None


def _free_pool(
    network: IPv4Network, plan: AddressPlan, owner: str, reservations: tuple[tuple[bytes, IPv4Address], ...]
) -> list[tuple[IPv4Address, IPv4Address]]:
    """The last free addresses of a subnet, at most half of it."""
    room = members(network)
    most = max(1, min(MAX_POOL, (room.stop - room.start) // 2))
    pool: list[tuple[IPv4Address, IPv4Address]] = []
    count = 0
    kept = {int(address) for _, address in reservations}
    for number in range(room.stop - 1, room.start - 1, -1):
        if count == most or (pool and len(pool) > MAX_POOL):
            break
        if plan.owner(IPv4Address(number)) in (None, owner) and number not in kept:
            count += 1
            if pool and int(pool[-1][0]) == number + 1:
                pool[-1] = IPv4Address(number), pool[-1][1]
            else:
                pool.append((IPv4Address(number), IPv4Address(number)))
    if not pool and not reservations:
        raise LabError(f"{owner}: no address is free for DHCP; give the link a larger subnet")
    return pool[::-1]


def _mac_of(name: str, registry: Registry, owner: str) -> bytes:
    """The MAC of a host's first interface, or one that is written out."""
    digits = name.replace(":", "").replace("-", "")
    if name.count(":") == 5 and len(digits) == 12:
        try:
            return bytes.fromhex(digits)
        except ValueError:
            pass
    node = registry.nodes.get(name)
    if not isinstance(node, HostNode):
        known = [each.name for each in registry.hosts()]
        raise LabError(f"{owner}: reservations: {name!r} is neither a host nor a MAC{did_you_mean(name, known)}")
    interface = next((end.interface for end in node.ends if end.interface is not None), None)
    if interface is None:
        raise LabError(f"{owner}: reservations: {name} has no link")
    return interface.mac.to_bytes(6, "big")
