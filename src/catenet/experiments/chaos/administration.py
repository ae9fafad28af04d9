"""Administrators, which move slots, add and remove nodes, and transfer leadership during a run."""

from __future__ import annotations

import asyncio
import random
from typing import Final

from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.connection import Connections
from catenet.application.kv.errors import InvalidRequest, StoreError
from catenet.application.replication.replica_status import MEMBER
from catenet.experiments.chaos.profile import ADD, JOIN, JOINT, LEARN, LEAVE, REMOVE, TRANSFER, Profile

STANDING_S: Final = 0.1
"""How long to wait for nodes to report whether they take part."""
Addresses = dict[int, tuple[str, ...]]


async def administer(
    directory: tuple[str, ...], nodes: dict[int, protocol.Node], groups: Addresses, profile: Profile
) -> None:
    """Make random changes until the profile's end."""
    loop = asyncio.get_running_loop()
    patience_s = 4.0 if profile.administrators == 1 else 0.4
    client = Client(directory, timeout_s=min(0.5, profile.timeout_ms / 1000), patience_s=patience_s)
    connections = Connections(STANDING_S)
    while loop.time() < profile.until_ms / 1000:
        await asyncio.sleep(random.expovariate(1000 / profile.administer_ms))
        group = random.choice(list(groups))
        try:
            what = random.choice(profile.administration)
            ready = await _ready(connections, group, nodes) if what in (ADD, JOINT) else []
            await _change(client, what, group, nodes, groups[group], ready)
        except (StoreError, InvalidRequest):
            continue  # no leader is reachable, or the change is not possible now
    client.close()
    connections.close()


async def _ready(connections: Connections, group: int, nodes: dict[int, protocol.Node]) -> list[int]:
    """The nodes that take part.

    A new node cannot vote before it has its mark, and only a leader grants one, so a group with a majority of new
    voters would be lost together with its leader.
    """

    async def stands(node: protocol.Node) -> bool:
        try:
            connection = await connections.to(node.address)
            reply = await connection.call(group, protocol.GetReplicaStatus(), STANDING_S)
        except (OSError, TimeoutError):
            return False
        return isinstance(reply, protocol.ReplicaStatusReply) and reply.state == MEMBER

    standing = await asyncio.gather(*map(stands, nodes.values()))
    return [number for number, there in zip(nodes, standing, strict=True) if there]


async def _change(
    client: Client,
    what: str,
    group: int,
    nodes: dict[int, protocol.Node],
    addresses: tuple[str, ...],
    ready: list[int],
) -> None:
    node = random.choice(list(nodes))
    if what == JOIN:
        await client.join(group, addresses)
    elif what == LEAVE:
        await client.leave(group)
    elif what == TRANSFER:
        await client.transfer(group, node)
    elif what == REMOVE:
        await client.change_members(group, remove=(node,))
    elif what == ADD and node in ready:
        await client.change_members(group, {node: nodes[node]})
    elif what in (ADD, LEARN):
        await client.change_members(group, learn={node: nodes[node]})
    else:
        assert what == JOINT, f"there is no change {what!r}"
        chosen = random.sample(ready, random.randint(1, len(ready))) if ready else []
        goes = [one for one in nodes if one not in chosen][: len(nodes) // 2]
        await client.change_members(group, {one: nodes[one] for one in chosen}, tuple(goes))


async def join_groups(directory: tuple[str, ...], groups: Addresses, patience_s: float) -> bool:
    """Join every group to the layout; False after a timeout.

    Changes with an unknown outcome are repeated: joining an existing group changes nothing.
    """
    loop = asyncio.get_running_loop()
    end_s = loop.time() + patience_s
    client = Client(directory, timeout_s=0.5, patience_s=patience_s)
    waiting = dict(groups)
    while waiting and loop.time() < end_s:
        group = next(iter(waiting))
        try:
            await client.join(group, waiting[group])
            del waiting[group]
        except StoreError:
            await asyncio.sleep(0.1)
    client.close()
    return not waiting
