"""The program around one replica: gives it events and does what its effects ask.

The disk is :mod:`.persistence`'s, the timer :mod:`.deadline_timer`'s, the application :mod:`.state_machine`'s.

Events that come within one turn of the event loop are handled together: one append, one round of messages, one
proposal for all commands (see :class:`~catenet.application.consensus.interface.Replica`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from catenet.application.consensus import effects, events
from catenet.application.consensus.entry import mark_octets
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.server import ROLE_LEADER
from catenet.application.replication.application import Application
from catenet.application.replication.deadline_timer import DeadlineTimer
from catenet.application.replication.peer_links import Mesh
from catenet.application.replication.pending import ProposalDropped, Requests
from catenet.application.replication.persistence import Persistence, PersistenceOwner
from catenet.application.replication.protocols import Codec
from catenet.application.replication.state_machine import SnapshotPolicy, StateMachine
from catenet.application.storage.store import Store

READ_PATIENCE_S: Final = 2.0


class MemberObserver:
    """An observer of a member; its methods do nothing unless overridden."""

    def role_changed(self, member: Member) -> None:
        """The member began or ceased to lead, or knows of another leader."""

    def membership_changed(self, member: Member) -> None:
        """The membership of the group has changed."""

    def notice(self, member: Member, text: str) -> None:
        """A notice for operators."""

    def failed(self, member: Member, error: BaseException) -> None:
        """The disk or the application failed; the member has stopped, and must be restarted."""

    def effects_emitted(self, member: Member, asked: list[effects.Effect]) -> None:
        """The replica has handled events; its effects are not executed yet."""

    def message_sent(self, member: Member, message: effects.Message) -> None:
        """The member sends a message."""


class Member(PersistenceOwner):
    """One running replica of one group.  ``channel`` is the group's number on the mesh."""

    def __init__(
        self,
        replica: Replica,
        store: Store,
        application: Application,
        mesh: Mesh,
        codec: Codec,
        channel: int,
        watcher: MemberObserver | None = None,
        snapshots: SnapshotPolicy | None = None,
    ) -> None:
        self.replica: Final = replica
        self.watcher: Final = watcher or MemberObserver()
        self.requests: Final = Requests()
        self.running: bool = False
        self.leader: int = replica.leader
        self.messages_refused: int = 0
        self._mesh: Final = mesh
        self._codec: Final = codec
        self._channel: Final = channel
        self._persistence: Final = Persistence(store, self)
        self._timer: Final = DeadlineTimer(self._timer_expired)
        self._state_machine: Final = StateMachine(
            application, self.requests, snapshots or SnapshotPolicy(), replica.applied_index
        )
        self._loop: Final = asyncio.get_running_loop()
        self._marks: Final[dict[int, tuple[int, int]]] = {}
        self._flushing = False
        self._commands: list[bytes] = []
        self._proposed: list[asyncio.Future[object]] = []
        self._do: Final[dict[type[effects.Effect], Callable[..., None]]] = {
            effects.Append: self._persistence.append,
            effects.Send: self._send,
            effects.Apply: self._apply,
            effects.Restore: self._restore,
            effects.StoreSnapshot: self._persistence.store_snapshot,
            effects.Accepted: self._accepted,
            effects.Refused: self._refused,
            effects.ReadReady: self._read_ready,
            effects.RoleChanged: self._role_changed,
            effects.MembershipChanged: self._membership_changed,
            effects.Notice: self._notice,
        }

    # -- life

    def start(self) -> None:
        """Start the replica."""
        self.running = True
        self._mesh.open(self._channel, self._received)
        self.handle(events.Tick())

    async def stop(self) -> None:
        """Stop the replica; the store stays open."""
        if not self.running:
            return
        self.running = False
        self._mesh.close_channel(self._channel)
        self._timer.cancel()
        self.requests.fail_all("the replica has stopped")
        for future in self._proposed:
            self.requests.fail(future, "the replica has stopped")
        await self._persistence.flushed()

    def fail(self, error: BaseException) -> None:
        """Stop the replica after an error of its disk or application."""
        if self.running:
            self.running = False
            self._mesh.close_channel(self._channel)
            self._timer.cancel()
            self.requests.fail_all(str(error))
            self.watcher.failed(self, error)

    @property
    def application(self) -> Application:
        """What is replicated."""
        return self._state_machine.application

    @property
    def serves(self) -> bool:
        """Whether its state may be read: it runs, and has caught up if it had lost its disk."""
        return self.running and not self.replica.listening

    @property
    def leads(self) -> bool:
        """Whether this replica believes that it leads."""
        return self.replica.role == ROLE_LEADER

    # -- requests of the application above

    async def propose(self, command: bytes) -> object:
        """Propose a command; returns the application's result.

        Raises :class:`~catenet.application.replication.pending.ProposalDropped` if it was not executed, and
        :class:`~catenet.application.replication.pending.CommitUnknown` if that is unknown.
        """
        future: asyncio.Future[object] = self._loop.create_future()
        self._commands.append(command)
        self._proposed.append(future)
        self._soon()
        return await future

    async def read_index(self, *, lease: bool = False) -> None:
        """Return when everything that was committed before this call has been applied here.

        ``lease`` allows the leader to rely on its lease.  Raises ``ProposalDropped``.
        """
        tag, future = self.requests.reading()
        self.handle(events.Read(tag, lease))
        try:
            async with asyncio.timeout(READ_PATIENCE_S):
                await future
        except TimeoutError:
            raise ProposalDropped("the leader did not answer", self.leader) from None
        finally:
            self.requests.forget_reading(tag)

    async def change_membership(self, changes: list[events.MemberChange]) -> None:
        """Request a change of membership, and return when it is accepted.  Raises ``ProposalDropped``."""
        tag, future = self.requests.changing()
        self.handle(events.ChangeMembership(changes, events.AUTO, tag))
        await future

    async def readmit(self, replica: int) -> tuple[int, int]:
        """Append a mark from which on a replica that lost its disk may take part again; returns its index and term.

        When this returns, the mark is committed, and applied here.  Raises ``ProposalDropped``, ``CommitUnknown``.
        """
        future: asyncio.Future[object] = self._loop.create_future()
        tag = self.requests.proposing([mark_octets(replica)], [future])
        self._marks[tag] = 0, 0
        try:
            self.handle(events.Readmit(replica, tag))
            await future
            return self._marks[tag]
        finally:
            del self._marks[tag]

    async def flushed(self) -> None:
        """Return when everything appended to the store so far is durable, or has failed."""
        await self._persistence.flushed()

    async def transfer(self, to: int) -> None:
        """Transfer leadership to another replica.  Raises ``ProposalDropped`` if this one refuses."""
        tag, _ = self.requests.changing()
        self.handle(events.Transfer(to, tag))

    # -- events

    def handle(self, event: events.Event) -> None:
        """Pass an event to the replica; its effects are executed at the end of this turn."""
        if not self.running:
            return
        try:
            self.replica.handle(event, time.monotonic_ns())
        except Exception as error:  # a bug: the state of this replica is no longer reliable
            self.fail(error)
            return
        self._soon()

    def _received(self, speaker: int, octets: bytes) -> None:
        try:
            message = self._codec.parse(octets)
        except ValueError:
            self.messages_refused += 1
            return
        if message.sender != speaker or message.to != self.replica.id:
            self.messages_refused += 1
            return
        self.handle(events.Receive(message))

    def _timer_expired(self) -> None:
        self.handle(events.Tick())

    def _soon(self) -> None:
        if not self._flushing:
            self._flushing = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        if not self.running:
            for future in self._proposed:
                self.requests.fail(future, "the replica has stopped")
            self._proposed = []
            return
        try:
            self._offer()
            asked = self.replica.take_effects(time.monotonic_ns())
            self.watcher.effects_emitted(self, asked)
            for effect in asked:
                self._do[type(effect)](effect)
        except Exception as error:  # of the application, or a bug: the state of this replica is no longer reliable
            self.fail(error)
            return
        self._timer.set(self.replica.deadline_ns())

    def _offer(self) -> None:
        """Propose all commands of this turn together."""
        if self._commands:
            commands, futures = self._commands, self._proposed
            self._commands, self._proposed = [], []
            tag = self.requests.proposing(commands, futures)
            self.replica.handle(events.Propose(commands, tag), time.monotonic_ns())

    # -- effects: the disk

    def persisted(self, token: int, messages: list[effects.Message]) -> None:
        for message in messages:
            self._transmit(message)
        self.handle(events.Appended(token))

    # -- effects: the network

    def _send(self, effect: effects.Send) -> None:
        if not self._persistence.delays(effect):
            self._transmit(effect.message)

    def _transmit(self, message: effects.Message) -> None:
        if not self.running:
            return
        self.watcher.message_sent(self, message)
        if message.to == self.replica.id:
            self.handle(events.Receive(message))
        elif not self._mesh.send(message.to, self._channel, self._codec.emit(message)):
            self.handle(events.Unreachable(message.to))

    # -- effects: the application

    def _apply(self, effect: effects.Apply) -> None:
        self._handle_all(self._state_machine.apply(effect))

    def _restore(self, effect: effects.Restore) -> None:
        self._handle_all(self._state_machine.restore(effect))

    def _handle_all(self, happened: list[events.Event]) -> None:
        for event in happened:
            self.handle(event)

    # -- effects: answers

    def _accepted(self, effect: effects.Accepted) -> None:
        if effect.tag in self._marks:
            self._marks[effect.tag] = effect.index, effect.term
        self.requests.accepted(effect.tag, effect.index, effect.term)

    def _refused(self, effect: effects.Refused) -> None:
        self.requests.refused(effect.tag, effect.reason, effect.leader)

    def _read_ready(self, effect: effects.ReadReady) -> None:
        self.requests.read_ready(effect.tag, effect.index, self._state_machine.last_applied)

    def _role_changed(self, effect: effects.RoleChanged) -> None:
        self.leader = effect.leader
        self.watcher.role_changed(self)

    def _membership_changed(self, effect: effects.MembershipChanged) -> None:
        self.watcher.membership_changed(self)

    def _notice(self, effect: effects.Notice) -> None:
        self.watcher.notice(self, effect.text)
