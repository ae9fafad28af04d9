"""One group's replica on one node: answers clients, ends leases, and moves slots while it leads."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final

from catenet.application.consensus import effects, events
from catenet.application.kv import protocol
from catenet.application.kv.leases import Leases
from catenet.application.kv.migration import Migration
from catenet.application.kv.owner import GroupOwner
from catenet.application.kv.readiness import objection
from catenet.application.kv.state import results
from catenet.application.kv.state.commands import Request, Revoke, fault
from catenet.application.kv.state.directory import Directory
from catenet.application.kv.state.machines import AddNodes, GroupMachine, entry
from catenet.application.kv.state.results import Result
from catenet.application.kv.state.slot_map import Layout
from catenet.application.kv.state.slots import slot_of
from catenet.application.kv.state.store import Store, StoreObserver
from catenet.application.kv.watch import Notifier
from catenet.application.replication.member import Member, MemberObserver
from catenet.application.replication.pending import CommitUnknown, ProposalDropped
from catenet.application.storage.engine import DamagedStore


class Observer:
    """An observer of a node; its methods do nothing unless overridden."""

    def notice(self, group: Group, text: str) -> None:
        """A notice for operators."""

    def failed(self, group: Group, error: BaseException) -> None:
        """The disk of a replica failed, and the replica has stopped."""

    def served(self, group: Group) -> None:
        """A replica is about to start from the contents of its disk."""

    def damaged(self, node: GroupOwner, group: int, error: DamagedStore) -> None:
        """The store of a replica is damaged or gone; the replica is silent until it has been brought up to date."""

    def role_changed(self, group: Group) -> None:
        """A replica began or ceased to lead, or knows of another leader."""

    def effects_emitted(self, group: Group, asked: list[effects.Effect]) -> None:
        """A replica has handled events, with these effects."""

    def message_sent(self, group: Group, message: effects.Message) -> None:
        """A replica sends a message."""

    def reading(self, group: Group, mode: int) -> int:
        """A client requests a read; the result is passed to :meth:`read`."""
        return 0

    def read(self, group: Group, mode: int, asked: int) -> None:
        """The replica is about to answer a read from its current state."""


class Group(StoreObserver, MemberObserver):
    """The replica of group ``number`` (0: the directory) on ``node``; :meth:`attach` sets its member."""

    def __init__(self, node: GroupOwner, number: int, observer: Observer) -> None:
        self.node: Final = node
        self.number: Final = number
        self.observer: Final = observer
        self.store: Final = Store(number, self) if number else None
        self.directory: Final = None if number else Directory()
        self.machine: Final = GroupMachine(self.store or self._directory())
        self.notifier: Final = Notifier()
        self._leases: Final = Leases(self._end_lease)
        self._migration: asyncio.Task[None] | None = None
        self._led = False
        self._marking: dict[tuple[int, str], asyncio.Task[tuple[int, int]]] = {}

    def _directory(self) -> Directory:
        assert self.directory is not None
        return self.directory

    def attach(self, member: Member) -> None:
        """Set the member, which is not running yet."""
        self.member = member

    # -- what the replica tells

    def role_changed(self, member: Member) -> None:
        self.observer.role_changed(self)
        leads = member.leads
        if leads == self._led:
            return
        self._led = leads
        if self._migration is not None:
            self._migration.cancel()
            self._migration = None
        if leads and self.store is not None:
            self._leases.lead(self.store.leases)
            work = Migration(self.node, member, self.store).run()
            self._migration = asyncio.get_running_loop().create_task(work, name=f"migration of group {self.number}")
        elif not leads:
            self._leases.follow()

    def membership_changed(self, member: Member) -> None:
        self.node.learn(self.machine.nodes)

    def notice(self, member: Member, text: str) -> None:
        self.observer.notice(self, text)

    def failed(self, member: Member, error: BaseException) -> None:
        self.stop()
        self.observer.failed(self, error)

    def effects_emitted(self, member: Member, asked: list[effects.Effect]) -> None:
        self.observer.effects_emitted(self, asked)

    def message_sent(self, member: Member, message: effects.Message) -> None:
        self.observer.message_sent(self, message)

    def stop(self) -> None:
        """Stop leases and migration, after the replica has stopped."""
        self._led = False
        self._leases.follow()
        if self._migration is not None:
            self._migration.cancel()
            self._migration = None

    # -- what the store tells

    def written(self, slot: int) -> None:
        self.notifier.notify()

    def layout_changed(self) -> None:
        self.notifier.notify()

    def lease_granted(self, lease: int, ttl_ns: int) -> None:
        if self._led:
            self._leases.begin(lease, ttl_ns)

    def lease_ended(self, lease: int) -> None:
        self._leases.ended(lease)

    async def _end_lease(self, lease: int) -> bool:
        reply = await self._write(Request(0, 0, 0, Revoke(lease)))
        return isinstance(reply, protocol.WriteReply)

    # -- what clients ask

    async def answer(self, rpc: protocol.RpcRequest) -> protocol.Reply:
        """The reply to a request (a watch has many replies: see the node)."""
        try:
            return await self._answer(rpc)
        except ProposalDropped as error:
            return self._redirect(error.leader or self.member.leader)
        except CommitUnknown as error:
            return protocol.UnknownOutcome(str(error))

    async def _answer(self, rpc: protocol.RpcRequest) -> protocol.Reply:
        match rpc:
            case protocol.GetStatus():
                return self._status()
            case _ if not self.member.serves:
                return self._redirect(self.member.leader)
            case protocol.Readmit(node, life):
                return await self._readmit(node, life)
            case protocol.ChangeMembers():
                return await self._change_members(rpc)
            case protocol.Transfer(to):
                await self.member.transfer(to)
                return protocol.Acknowledged(True)
            case protocol.GetLayout(number) if self.directory is not None:
                await self.member.read_index()
                return protocol.LayoutReply(self.directory.layout(number))
            case protocol.ChangeLayout(change) if self.directory is not None:
                layout = await self.member.propose(entry(change))
                assert layout is None or isinstance(layout, Layout), "a directory answers a change with a layout"
                return protocol.LayoutReply(layout)
            case _:
                return await self._ask_store(rpc)

    async def _ask_store(self, rpc: protocol.RpcRequest) -> protocol.Reply:
        store = self.store
        if store is None:
            return protocol.Refused(results.REFUSED, "group 0 is the directory, and holds no keys")
        match rpc:
            case protocol.Write(request):
                return await self._write(request)
            case protocol.Read(key, mode):
                return await self._read(store, key, mode)
            case protocol.Scan(start, end, limit, mode):
                await self._wait_to_read(mode)
                return protocol.ScanReply(store.scan(start, end, limit), tuple(sorted(store.slots)))
            case protocol.KeepAlive(lease):
                return self._keep_alive(lease)
            case protocol.FetchSlot(number, slot):
                await self.member.read_index()
                return protocol.FetchSlotReply(store.departing_content(number, slot))
            case protocol.HasSlots(number, slots):
                await self.member.read_index()
                if store.number < number:
                    return protocol.HasSlotsReply(())
                missing = store.awaited if store.number == number else {}
                return protocol.HasSlotsReply(tuple(slot for slot in slots if slot not in missing))
            case _:
                return protocol.Refused(results.REFUSED, f"group {self.number} is not the directory (group 0 is)")

    async def _write(self, request: Request) -> protocol.Reply:
        wrong = fault(request.operation)
        if wrong:
            return protocol.Refused(results.REFUSED, wrong)
        if not self.member.leads:
            return self._redirect(self.member.leader)
        result = await self.member.propose(entry(request))
        assert isinstance(result, Result)
        if result.status in (results.WRONG_GROUP, results.AWAITED):
            return protocol.Refused(result.status, results.NAMES[result.status])
        return protocol.WriteReply(result)

    async def _read(self, store: Store, key: bytes, mode: int) -> protocol.Reply:
        await self._wait_to_read(mode)
        status = store.status_of(slot_of(key))
        if status != results.OK:
            return protocol.Refused(status, results.NAMES[status])
        return protocol.ReadReply(store.get(key))

    async def _wait_to_read(self, mode: int) -> None:
        observer = self.observer
        asked = observer.reading(self, mode)
        await self._may_read(mode)
        observer.read(self, mode, asked)

    async def _may_read(self, mode: int) -> None:
        if mode != protocol.STALE:
            await self.member.read_index(lease=mode == protocol.LEASE)

    def _keep_alive(self, lease: int) -> protocol.Reply:
        if not self._led:
            return self._redirect(self.member.leader)
        return protocol.WriteReply(Result(results.OK if self._leases.renew(lease) else results.NO_LEASE))

    async def _change_members(self, asked: protocol.ChangeMembers) -> protocol.Reply:
        if not self.member.leads:
            return self._redirect(self.member.leader)
        membership = self.member.replica.membership
        wrong = await objection(membership, asked, partial(self.node.replica_status, self.number, asked.add))
        if wrong:
            return protocol.Refused(results.REFUSED, wrong)
        if asked.add or asked.learn:
            await self.member.propose(entry(AddNodes({**asked.add, **asked.learn})))
            self.node.learn(self.machine.nodes)
        changes = [events.MemberChange(events.ADD_VOTER, number) for number in asked.add]
        changes += [events.MemberChange(events.ADD_LEARNER, number) for number in asked.learn]
        changes += [events.MemberChange(events.REMOVE, number) for number in asked.remove]
        if self.member.replica.membership != membership:
            raise ProposalDropped("another change of membership came first", self.member.leader)
        await self.member.change_membership(changes)
        return protocol.Acknowledged(True)

    async def _readmit(self, node: int, life: str) -> protocol.Reply:
        """One mark for each loss, however often it is asked for."""
        if not self.member.leads:
            return self._redirect(self.member.leader)
        marking = self._marking.get((node, life))
        if marking is None or marking.done():
            work = self.member.readmit(node)
            marking = asyncio.get_running_loop().create_task(work, name=f"mark for node {node}")
            self._marking = {(node, life): marking} | {
                key: task for key, task in self._marking.items() if not task.done()
            }
        index, term = await asyncio.shield(marking)
        return protocol.ReadmitReply(index, term, self.node.number)

    def _redirect(self, leader: int) -> protocol.Redirect:
        known = self.node.nodes.get(leader)
        return protocol.Redirect("" if known is None else known.address)

    def _status(self) -> protocol.Status:
        replica, store = self.member.replica, self.store
        slots = {} if store is None else store.slots
        return protocol.Status(
            self.node.number,
            replica.leader,
            replica.term,
            replica.commit_index,
            replica.applied_index,
            replica.membership.voters,
            self._directory().latest.number if store is None else store.number,
            len(slots),
            sum(len(slot.records) for slot in slots.values()),
        )
