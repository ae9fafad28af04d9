"""Migration of slots between groups, driven by the leader of each group.

1. The group adopts the next layout of the directory once all slots of the last one have arrived.
2. A slot that the layout gives to this group is fetched from its previous group, and written into the log.
3. A slot that this group has lost is kept until the new owner confirms that it has it.

Every step is a command in a log, and the next leader may repeat it: a late command changes nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from catenet.application.kv import protocol
from catenet.application.kv.owner import GroupOwner
from catenet.application.kv.retry import NoReply
from catenet.application.kv.state.commands import Configure, Forget, Install
from catenet.application.kv.state.machines import entry
from catenet.application.kv.state.slot_map import Layout
from catenet.application.kv.state.store import Store
from catenet.application.replication.member import Member
from catenet.application.replication.pending import CommitUnknown, ProposalDropped

ROUND_S: Final = 0.2
MAX_AT_ONCE: Final = 64


class Migration:
    """The migration task, which runs while ``member`` leads the group."""

    def __init__(self, node: GroupOwner, member: Member, store: Store) -> None:
        self._node: Final = node
        self._member: Final = member
        self._store: Final = store
        self._layouts: Final[dict[int, Layout]] = {}

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._retry(self._take), name="slots in")
            group.create_task(self._retry(self._let_go), name="slots out")

    @staticmethod
    async def _retry(work: Callable[[], Awaitable[bool]]) -> None:
        while True:
            try:
                moved = await work()
            except (NoReply, ProposalDropped, CommitUnknown):
                moved = False  # the other group is unreachable, or this replica no longer leads
            if not moved:
                await asyncio.sleep(ROUND_S)

    async def _take(self) -> bool:
        """Fetch slots of the current layout, or adopt the next one."""
        store = self._store
        if store.awaited:
            return await self._fetch()
        layout = await self._layout(store.number + 1)
        if layout is None:
            return False
        await self._member.propose(entry(Configure(layout.number, layout.owners)))
        return True

    async def _layout(self, number: int) -> Layout | None:
        layout = self._layouts.get(number)
        if layout is None:
            reply = await self._node.call(0, protocol.GetLayout(number))
            layout = reply.layout if isinstance(reply, protocol.LayoutReply) else None
            if layout is not None:
                self._layouts[number] = layout
        return layout

    async def _addresses(self, group: int, number: int) -> tuple[str, ...]:
        """A group's addresses in the latest layout that has it, since its nodes may have changed."""
        reply = await self._node.call(0, protocol.GetLayout(-1))
        if isinstance(reply, protocol.LayoutReply) and reply.layout is not None and group in reply.layout.groups:
            return reply.layout.groups[group]
        layout = await self._layout(number)
        return () if layout is None else layout.groups.get(group, ())

    async def _fetch(self) -> bool:
        number = self._store.number
        wanted = list(self._store.awaited.items())[:MAX_AT_ONCE]
        addresses = {owner: await self._addresses(owner, number - 1) for owner in dict.fromkeys(dict(wanted).values())}
        fetched = [self._fetch_one(number, slot, owner, addresses[owner]) for slot, owner in wanted]
        return any(await asyncio.gather(*fetched))

    async def _fetch_one(self, number: int, slot: int, owner: int, addresses: tuple[str, ...]) -> bool:
        try:
            reply = await self._node.call(owner, protocol.FetchSlot(number, slot), addresses)
            if not isinstance(reply, protocol.FetchSlotReply) or reply.content is None:
                return False  # that group has not adopted the layout yet
            await self._member.propose(entry(Install(number, slot, reply.content)))
        except (NoReply, ProposalDropped, CommitUnknown):
            return False
        return True

    async def _let_go(self) -> bool:
        """Delete slots that have arrived at their new groups."""
        moves: dict[tuple[int, int], list[int]] = {}
        for number, slot in list(self._store.departing):
            layout = await self._layout(number)
            if layout is not None:
                moves.setdefault((number, layout.owners[slot]), []).append(slot)
        for (number, owner), slots in moves.items():
            rpc = protocol.HasSlots(number, tuple(slots))
            reply = await self._node.call(owner, rpc, await self._addresses(owner, number))
            if isinstance(reply, protocol.HasSlotsReply) and reply.slots:
                await self._member.propose(entry(Forget(number, reply.slots)))
        return False
