"""Partitions: sets of node pairs without communication.

A partition is a set of directed pairs ``(from, to)``: the second node drops packets from the first on input
(:class:`~catenet.network.partition_filter.PartitionFilter`).  Carrier, routes and queues stay as they are, as with a
wrong rule in a firewall or in a switch's access list.  The functions here build the partitions with established names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import TYPE_CHECKING

from catenet.errors import LabError
from catenet.network.partition_filter import PartitionFilter

if TYPE_CHECKING:
    from catenet.lab.model.nodes import IpNode
    from catenet.lab.model.registry import Registry

Pairs = list[tuple[str, str]]


def between(*groups: Sequence[str]) -> Pairs:
    """A full partition: no group receives packets from another.

    A node in no group communicates with all groups: it is a bridge.
    """
    return [(one, other) for ours, theirs in permutations(groups, 2) for one in ours for other in theirs]


def one_way(sources: Sequence[str], targets: Sequence[str]) -> Pairs:
    """Packets from the sources do not reach the targets; the reverse direction works."""
    return [(source, target) for source in sources for target in targets if source != target]


def ring(nodes: Sequence[str]) -> Pairs:
    """A partial partition: each node receives from a majority, and no two from the same majority.

    Each of ``n`` nodes receives from itself and its neighbours on a ring, up to a majority of ``n // 2 + 1`` if ``n``
    is odd and one more if it is even.
    """
    count, reach = len(nodes), (len(nodes) // 2 + 1) // 2
    apart = [
        (one, other)
        for one in range(count)
        for other in range(count)
        if min((one - other) % count, (other - one) % count) > reach
    ]
    return [(nodes[one], nodes[other]) for one, other in apart]


def check_apart(groups: Sequence[Sequence[str]]) -> None:
    """Reject groups that share a node, and fewer than two groups."""
    if len(groups) < 2 or not all(groups):
        raise LabError('a partition needs at least two groups, like partition(["paris"], ["oslo", "rome"])')
    names = [name for group in groups for name in group]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise LabError(f"a partition: {twice[0]} is in two groups; leave it out of both if it should reach both")


def impose(registry: Registry, pairs: Iterable[tuple[str, str]]) -> None:
    """Add filters for the pairs; existing filters stay."""
    for source, target in pairs:
        stack = registry.ip_node(target, "partition").stack
        if stack.partition_filter is None:
            stack.partition_filter = PartitionFilter()
        for version, address in _addresses(registry.ip_node(source, "partition")):
            stack.partition_filter.bar(version, address)


def lift(registry: Registry) -> None:
    """Remove every filter."""
    for node in registry.ip_nodes():
        if node.stack.partition_filter is not None:
            node.stack.partition_filter.clear()


def _addresses(node: IpNode) -> list[tuple[int, int]]:
    """All source addresses of a node, including link-local ones."""
    return [
        (int(own.version), own.address)
        for interface in node.stack.interfaces
        for own in interface.addresses
        if not interface.loopback
    ]
