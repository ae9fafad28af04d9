"""The node that holds a group's replica, as the replica sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catenet.application.kv import protocol


class GroupOwner:
    """Node ``number`` of ``nodes``."""

    def __init__(self, number: int, nodes: Mapping[int, protocol.Node]) -> None:
        self.number: Final = number
        self.nodes: Final = dict(nodes)

    def learn(self, nodes: Mapping[int, protocol.Node]) -> None:
        """These nodes are there."""
        raise AssertionError(f"{type(self).__name__} does not learn")

    async def call(self, group: int, rpc: protocol.RpcRequest, addresses: tuple[str, ...] = ()) -> protocol.Reply:
        """Ask a group; the directory (0) is known.  Raises :class:`~catenet.application.kv.retry.NoAnswer`."""
        raise AssertionError(f"{type(self).__name__} does not ask")

    async def replica_status(self, group: int, added: Mapping[int, protocol.Node], node: int) -> protocol.Reply | None:
        """What a node, perhaps one that is to be added, says of its replica of a group; None if it does not answer."""
        raise AssertionError(f"{type(self).__name__} does not ask for a standing")
