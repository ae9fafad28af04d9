"""A server of the replicated store: Raft with a write-ahead log."""

from __future__ import annotations

import asyncio

from catenet.application.kv.node import KvNode, Settings
from catenet.application.kv.protocol import CLIENT_PORT, MESH_PORT, Node

NODES = {number: Node(f"store-{number}", MESH_PORT, CLIENT_PORT) for number in (1, 2, 3)}
ADDRESSES = tuple(node.address for node in NODES.values())


async def main(number: int) -> None:
    """Serve the directory (group 0) and the store (group 1)."""
    node = KvNode(number, NODES, ADDRESSES, Settings("raft", "wal"))
    await node.start()
    for group in (0, 1):
        await node.serve(group, founders=tuple(NODES))
    await asyncio.Event().wait()
