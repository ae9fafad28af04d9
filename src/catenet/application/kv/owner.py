"""The interface of a node for the replicas that it runs."""

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
        """Add nodes, or change their addresses."""
        raise AssertionError(f"{type(self).__name__} does not learn")

    async def call(self, group: int, rpc: protocol.RpcRequest, addresses: tuple[str, ...] = ()) -> protocol.Reply:
        """Ask a group; the directory (0) is known.  Raises :class:`~catenet.application.kv.retry.NoAnswer`."""
        raise AssertionError(f"{type(self).__name__} does not ask")

    async def replica_status(self, group: int, added: Mapping[int, protocol.Node], node: int) -> protocol.Reply | None:
        """The status of a node's replica of a group, also of a node to be added; None if it does not answer."""
        raise AssertionError(f"{type(self).__name__} does not ask for a standing")
