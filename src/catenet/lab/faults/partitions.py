"""Partitions: who hears nothing from whom.

A partition is a set of directed pairs ``(from, to)``: what the first node sends, the second does not take in.  It is a
filter at the receiver's door (:class:`~catenet.network.partition_filter.PartitionFilter`): carrier, routes and queues
stay as they are, as they do when a firewall or a switch's access list is to blame.  The functions here make the shapes
that have names.
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
    """A full partition: no group hears another.  A node in no group hears all, and all hear it.

    So with one node left out, it is the bridge between the groups.
    """
    return [(one, other) for ours, theirs in permutations(groups, 2) for one in ours for other in theirs]


def one_way(sources: Sequence[str], targets: Sequence[str]) -> Pairs:
    """What the sources send does not reach the targets; the way back is open."""
    return [(source, target) for source in sources for target in targets if source != target]


def ring(nodes: Sequence[str]) -> Pairs:
    """A partial partition in which everyone hears a majority, and no two the same one.

    Of ``n`` nodes each hears itself and its neighbours on a ring, up to a majority of ``n // 2 + 1`` if ``n`` is odd
    and one more if it is even.
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
    """Refuse groups that share a node, and fewer than two."""
    if len(groups) < 2 or not all(groups):
        raise LabError('a partition needs at least two groups, like partition(["paris"], ["oslo", "rome"])')
    names = [name for group in groups for name in group]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise LabError(f"a partition: {twice[0]} is in two groups; leave it out of both if it should reach both")


def impose(registry: Registry, pairs: Iterable[tuple[str, str]]) -> None:
    """Put up barriers; those that stand already stay."""
    for source, target in pairs:
        stack = registry.ip_node(target, "partition").stack
        if stack.barrier is None:
            stack.barrier = PartitionFilter()
        for version, address in _addresses(registry.ip_node(source, "partition")):
            stack.barrier.bar(version, address)


def lift(registry: Registry) -> None:
    """Take every barrier away."""
    for node in registry.ip_nodes():
        if node.stack.barrier is not None:
            node.stack.barrier.clear()


def _addresses(node: IpNode) -> list[tuple[int, int]]:
    """Every address that a node may send from, link-local ones included."""
    return [
        (int(own.version), own.address)
        for interface in node.stack.interfaces
        for own in interface.addresses
        if not interface.loopback
    ]
