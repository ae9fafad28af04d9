"""Node names for addresses and router ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from catenet.errors import LabError

if TYPE_CHECKING:
    from catenet.lab.world.world import World

Daemon = TypeVar("Daemon")


def owners(net: World) -> dict[str, str]:
    """The node names by address, as text."""
    return {str(address): node.name for node in net.registry.ip_nodes() for address in node.addresses}


def chosen(net: World, daemons: Mapping[str, Daemon], name: str | None, protocol: str) -> dict[str, Daemon]:
    """All daemons of a protocol, or that of one router.  Raises LabError if the router does not run it."""
    if name is None:
        return dict(daemons)
    node = net.registry.ip_node(name, "show")
    if node.name not in daemons:
        raise LabError(f'{node.name} does not run {protocol.upper()}; give it routing = "{protocol}"')
    return {node.name: daemons[node.name]}
