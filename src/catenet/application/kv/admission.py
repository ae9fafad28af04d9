"""Admission of a replica to its group: as a founder, as a member with its store, or after the loss of its store.

A replica with an empty store must not take part unless it is certain that it has promised nothing.  A founder asks
*all* others to record its life; if they have recorded an earlier life, it has lost its disk.  A replica that has lost
its store, or joins a running group, is silent until the group's leader has committed a mark in the log by a majority
without it (:class:`~catenet.application.consensus.entry.Readmission`); then it listens until it has caught up.

Every step is durable before the next one begins, so the process may be killed at any time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final, NamedTuple

from catenet.application.consensus.entry import Readmission, Stored, founding
from catenet.application.kv import protocol
from catenet.application.kv.retry import RpcClient
from catenet.application.replication import replica_status as status_file
from catenet.application.replication.log_store import stored
from catenet.application.replication.member import Member
from catenet.application.replication.operator_log import log_event
from catenet.application.replication.replica_status import FOUNDING, LISTENING, LOST, MEMBER, Mark, ReplicaStatus
from catenet.application.storage.disk import Disk
from catenet.application.storage.engine import DamagedStore
from catenet.application.storage.store import Store, make_engine

ROUND_S: Final = 0.25
PATIENT_ROUNDS: Final = 12
"""Rounds without an answer or progress before a further request is sent and the operator is informed."""
FOUNDING_PATIENCE_S: Final = 30.0
"""How long a founder waits for the others before it informs the operator: longer than routing takes to start."""

REPLACED: Final = "its disk is empty, and the group knows an earlier life of this replica"


class RecoveredStore(NamedTuple):
    """A usable store, and the initial state of its replica."""

    store: Store
    found: Stored


class ReplicaLocation(NamedTuple):
    """Where a replica stores its durable state."""

    disk: Disk
    folder: str
    engine: str
    found_by_majority: bool = False


class AdmissionObserver:
    """An observer of admissions; its method does nothing unless overridden."""

    def lost(self, group: int, error: DamagedStore) -> None:
        """The store of a replica is damaged or gone."""


class Admission:
    """The replica of ``group`` on node ``number``; ``nodes`` are those known now, and may become more.

    ``status`` is what is on the disk; None before :meth:`look`.
    """

    def __init__(
        self,
        group: int,
        number: int,
        nodes: Mapping[int, protocol.Node],
        founders: tuple[int, ...],
        place: ReplicaLocation,
        rpc_client: RpcClient,
        watcher: AdmissionObserver,
    ) -> None:
        self.group: Final = group
        self.number: Final = number
        self.status: ReplicaStatus | None = None
        self._nodes: Final = nodes
        self._founders: Final = founders
        self._place: Final = place
        self._rpc: Final = rpc_client
        self._watcher: Final = watcher
        self._told = ""
        self._lock: Final = asyncio.Lock()

    @property
    def name(self) -> str:
        """The replica's name in messages."""
        return f"group {self.group} on node {self.number}"

    # -- the local store

    async def look(self) -> RecoveredStore | None:
        """Open the store, if this replica may take part with it at once; None if it has to :meth:`wait`.

        Raises OSError, and :class:`~catenet.application.storage.engine.UnknownVersion`, which changes nothing.
        """
        try:
            self.status = await self._place.disk.run(lambda files: status_file.relied_on(files, self._place.folder))
        except status_file.UnreadableStatus as error:
            await self._lose(DamagedStore(status_file.status_path(self._place.folder), 0, str(error)))
        status = self.status
        if status is not None and status.state == LOST:
            await self._place.disk.run(lambda files: status_file.set_aside(files, self._place.folder, status))
            if status.why:
                self._report_loss(status)
            return None
        try:
            if status is not None and status.state in (MEMBER, LISTENING) and not await self._exists():
                raise DamagedStore(self._place.folder, 0, "it is empty, and this replica has been a member")
            opened = await self._open()
        except DamagedStore as error:
            await self._lose(error)
            return None
        return await self._may_start(opened)

    async def _exists(self) -> bool:
        """Whether a store exists; asked before one is created, which would look like an old one after a crash."""
        engine = make_engine(self._place.engine)
        return await self._place.disk.run(lambda files: engine.exists(files, self._place.folder))

    async def _open(self) -> RecoveredStore:
        place = self._place
        store, recovered = await Store.open(place.disk, place.folder, engine=place.engine)
        mark = None if self.status is None else self.status.mark
        readmission = None if mark is None else Readmission(mark.index, mark.term, mark.leader)
        return RecoveredStore(store, stored(recovered, founding(self._founders), readmission))

    async def _may_start(self, opened: RecoveredStore) -> RecoveredStore | None:
        state = "" if self.status is None else self.status.state
        if state in (MEMBER, LISTENING):
            return opened
        found = opened.found
        if found.hard_state.term or found.entries or found.snapshot.index:
            await self._save(ReplicaStatus(MEMBER, status_file.new_life()))  # of a version without status files
            return opened
        if self.number in self._founders:
            if state != FOUNDING:
                await self._save(ReplicaStatus(FOUNDING, status_file.new_life()))
            if self._founders == (self.number,):
                await self._become(MEMBER)
                return opened
        else:
            await self._save(ReplicaStatus(LOST, status_file.new_life()))  # new or wiped: indistinguishable
        await opened.store.close()
        return None

    async def _save(self, status: ReplicaStatus) -> None:
        await self._place.disk.run(lambda files: status_file.save(files, self._place.folder, status))
        self.status = status

    async def _become(self, state: str, mark: Mark | None = None) -> None:
        async with self._lock:
            now = self._known()
            await self._save(ReplicaStatus(state, now.life, now.why, now.aside, mark, now.peers))

    def _known(self) -> ReplicaStatus:
        assert self.status is not None, "look() comes first"
        return self.status

    async def _lose(self, error: DamagedStore, *, left: bool = True) -> None:
        why = f"{error.file} at octet {error.offset}: {error.reason}"
        before, folder = self.status, self._place.folder
        self.status = await self._place.disk.run(lambda files: status_file.lose(files, folder, why, before, left=left))
        self._watcher.lost(self.group, error)
        self._report_loss(self.status)

    def _report_loss(self, status: ReplicaStatus) -> None:
        """Report the loss at each start, since the process may have been killed before it could."""
        done = f"what is left was moved to {status.aside}" if status.aside else "nothing was left"
        text = f"{self.name} has lost its log: {status.why}; {done}"
        log_event(f"{text}; it neither votes nor answers until it has caught up", logging.ERROR)

    # -- the other nodes

    async def register(self, node: int, life: str) -> str:
        """Record the life of another founder's disk unless one is recorded; returns the recorded life."""
        async with self._lock:
            now = self._known()
            if node not in now.peers:
                peers = {**now.peers, node: life}
                await self._save(ReplicaStatus(now.state, now.life, now.why, now.aside, now.mark, peers))
        return self._known().peers[node]

    # -- waiting

    async def wait(self) -> RecoveredStore:
        """Return when this replica may start.  Raises OSError."""
        while True:
            try:
                return await self._admitted()
            except DamagedStore as error:
                await self._lose(error)

    async def _admitted(self) -> RecoveredStore:
        if self._known().state == FOUNDING:
            others = len(self._founders) - 1
            if await self._registered(len(self._founders) // 2 if self._place.found_by_majority else others):
                await self._become(MEMBER)
                return await self._open()
            await self._lose(DamagedStore(self._place.folder, 0, REPLACED), left=False)
        mark = await self._marked()
        opened = await self._open()
        await self._become(LISTENING, mark)
        readmission = Readmission(mark.index, mark.term, mark.leader)
        found = opened.found
        return RecoveredStore(
            opened.store, Stored(found.hard_state, found.snapshot, found.entries, readmission=readmission)
        )

    async def _registered(self, enough: int) -> bool:
        """Have at least ``enough`` other founders record this life.  False if one of them has recorded another."""
        loop = asyncio.get_running_loop()
        life, begun = self._known().life, loop.time()
        waiting = [founder for founder in self._founders if founder != self.number]
        rpc = protocol.Register(self.number, life)
        while True:
            replies = await self._ask_each(rpc, waiting)
            lives = {node: reply.life for node, reply in replies.items() if isinstance(reply, protocol.RegisterReply)}
            if any(other != life for other in lives.values()):
                return False
            waiting = [node for node in waiting if node not in lives]
            if len(waiting) <= len(self._founders) - 1 - enough:
                return True
            if self._known().state == FOUNDING and loop.time() - begun >= FOUNDING_PATIENCE_S:
                self._report_once(f"{self.name} waits to found it: no answer yet from node {_listed(waiting)}")
            await asyncio.sleep(ROUND_S)

    async def register_with_all(self, member: Member) -> None:
        """Ask the remaining founders after a majority has founded the group; stop if this disk was replaced."""
        if not await self._registered(len(self._founders) - 1):
            error = DamagedStore(self._place.folder, 0, REPLACED)
            member.fail(error)
            await self._lose(error)

    async def _ask_each(self, rpc: protocol.RpcRequest, nodes: list[int]) -> dict[int, protocol.Reply | None]:
        """Ask all nodes in parallel; returns the reply of each."""
        asked = [self._rpc.call_node(self.group, rpc, self._nodes[node].address) for node in nodes]
        return dict(zip(nodes, await asyncio.gather(*asked), strict=True))

    async def _marked(self) -> Mark:
        """Ask for a mark until it is granted."""
        rounds = 0
        while True:
            rpc = protocol.Readmit(self.number, self._known().life)
            reply = (await self._rpc.call_leader(self.group, rpc, self._others())).reply
            if isinstance(reply, protocol.ReadmitReply):
                return Mark(reply.index, reply.term, reply.leader)
            rounds += 1
            if rounds % PATIENT_ROUNDS == 0 and self._known().why:
                self._report_once(await self._prospects())
            await asyncio.sleep(ROUND_S)

    def _others(self) -> tuple[str, ...]:
        return tuple(node.address for number, node in self._nodes.items() if number != self.number)

    async def _prospects(self) -> str:
        """A message that says whether this replica can recover without an operator."""
        states: dict[int, str] = {}
        voters = self._founders
        others = [number for number in self._nodes if number != self.number]
        for number, reply in (await self._ask_each(protocol.GetReplicaStatus(), others)).items():
            if isinstance(reply, protocol.ReplicaStatusReply):
                states[number] = reply.state
                voters = reply.voters or voters
        lost = [number for number in voters if number == self.number or states.get(number) in (LOST, FOUNDING)]
        needed = len(voters) // 2 + 1
        if len(voters) - len(lost) >= needed:
            return f"{self.name} waits for {needed} of {len(voters)} replicas that have their logs and reach each other"
        return (
            f"{self.name} cannot be repaired by its peers: {needed} of {len(voters)} replicas with their logs are "
            f"needed, and those on node {_listed(lost)} have lost theirs.  It stays silent.  An operator must decide: "
            f"`catenet store show {self._place.folder.rpartition('/')[0]}` shows what is left on a node, and "
            "`catenet store accept` lets a replica take part with it; acknowledged writes may then be missing"
        )

    def _report_once(self, text: str) -> None:
        if text != self._told:
            self._told = text
            log_event(text, logging.ERROR)

    # -- listening

    async def caught_up(self, member: Member) -> None:
        """Return when a listening replica has become a member again, durably."""
        rounds, before = 0, -1
        while member.running and member.replica.listening:
            await asyncio.sleep(ROUND_S)
            rounds = rounds + 1 if member.replica.commit_index == before else 0
            before = member.replica.commit_index
            if rounds >= PATIENT_ROUNDS and member.running and member.replica.listening:
                rounds = 0  # the leader may still rely on acknowledgments from before the loss
                rpc = protocol.Readmit(self.number, self._known().life)
                await self._rpc.call_leader(self.group, rpc, self._others())
        await member.flushed()
        if member.running:
            repaired = bool(self._known().why)
            await self._become(MEMBER)
            if repaired:
                log_event(f"{self.name} has caught up with the others, and takes part again")


def _listed(numbers: list[int]) -> str:
    return ", ".join(str(number) for number in numbers)
