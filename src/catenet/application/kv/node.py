"""One node of the store: a process with replicas of some groups, on a simulated host or a real machine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final, NamedTuple

from catenet.application.consensus.entry import Stored
from catenet.application.kv import protocol
from catenet.application.kv.admission import Admission, AdmissionObserver, RecoveredStore, ReplicaLocation
from catenet.application.kv.connection import Connections
from catenet.application.kv.group import Group, Observer
from catenet.application.kv.owner import GroupOwner
from catenet.application.kv.retry import RpcClient
from catenet.application.kv.watch import watch_events
from catenet.application.replication.member import Member
from catenet.application.replication.operator_log import log_event
from catenet.application.replication.peer_links import Mesh
from catenet.application.replication.protocols import Protocol, make_protocol
from catenet.application.replication.state_machine import SnapshotPolicy
from catenet.application.storage.disk import Disk, machine_disk
from catenet.application.storage.engine import DamagedStore, PoisonedStore
from catenet.application.storage.store import Store

PATIENCE_S: Final = 2.0


class Settings(NamedTuple):
    """The options of a node.

    ``protocol`` is ``"raft"`` or ``"multi-paxos"``, ``engine`` the storage engine, ``"wal"`` or ``"sqlite"``;
    ``snapshots`` determines when logs are compacted.  With ``found_by_majority``, a new group starts when a majority of
    its founders has been reached, instead of all: then a founder whose whole disk was replaced can be mistaken for a
    new one while others are away.  ``mesh_patience_s`` is the user timeout of connections to peers.
    """

    protocol: str | Protocol = "raft"
    engine: str = "wal"
    snapshots: SnapshotPolicy | None = None
    found_by_majority: bool = False
    mesh_patience_s: float = 2.0


class KvNode(GroupOwner, AdmissionObserver):
    """Node ``number`` of ``nodes``: call :meth:`start`, then :meth:`serve` for each group.

    Its groups store their durable state in ``folder`` on ``disk`` (by default the machine's own).
    """

    def __init__(
        self,
        number: int,
        nodes: Mapping[int, protocol.Node],
        directory: tuple[str, ...],
        settings: Settings = Settings(),  # noqa: B008 (it is frozen)
        *,
        disk: Disk | None = None,
        folder: str = "kv",
        observer: Observer | None = None,
    ) -> None:
        super().__init__(number, nodes)
        self.groups: Final[dict[int, Group]] = {}
        self.observer: Final = observer or Observer()
        self._protocol: Final = make_protocol(settings.protocol)
        self._settings: Final = settings
        self._directory: Final = directory
        self._disk: Final = disk or machine_disk()
        self._folder: Final = folder
        self._mesh: Final = Mesh(number, patience_s=settings.mesh_patience_s)
        self._connections: Final = Connections(PATIENCE_S / 2)
        self._rpc: Final = RpcClient(self._connections)
        self._stores: Final[dict[int, Store]] = {}
        self._server: asyncio.Server | None = None
        self._admissions: Final[dict[int, Admission]] = {}
        self._admitting: Final[dict[int, asyncio.Task[None]]] = {}
        self._talks: Final[dict[asyncio.Task[None], None]] = {}

    # -- life

    async def start(self) -> None:
        """Listen for peers and clients.  Raises OSError if a port is in use."""
        own = self.nodes[self.number]
        self.learn(self.nodes)
        await self._mesh.start(None, own.mesh_port)
        self._server = await asyncio.start_server(self._accepted, None, own.client_port)

    async def serve(self, group: int, founders: tuple[int, ...] = ()) -> Group:
        """Run a replica of a group.  ``founders`` are the first nodes of the group; none to join a running group.

        The contents of the disk take precedence.  A founder with an empty disk takes part when all others have
        confirmed that they never knew it; a replica that lost its store, when it has been brought up to date
        (:mod:`.admission`).  Until then the group has no member here.

        If the disk fails, the replica stops: one line on stderr reports it, the observer gets a
        :class:`~catenet.application.storage.engine.PoisonedStore`, and the node must be restarted.  Raises
        :class:`~catenet.application.storage.engine.UnknownVersion` if a newer program wrote the store.
        """
        served = Group(self, group, self.observer)
        place = ReplicaLocation(
            self._disk, self._folder_of(group), self._settings.engine, self._settings.found_by_majority
        )
        admission = Admission(group, self.number, self.nodes, founders, place, self._rpc, self)
        try:
            opened = await admission.look()
        except (OSError, PoisonedStore) as error:
            self._disk_failed(served, error)
            return served
        self._admissions[group] = admission
        if opened is not None:
            self._begin(served, opened)
        if opened is None or served.member.replica.listening:
            work = self._admit(served, admission, opened)
            self._admitting[group] = asyncio.get_running_loop().create_task(work, name=f"admission to group {group}")
        return served

    def _folder_of(self, group: int) -> str:
        return f"{self._folder}/group-{group}"

    async def _admit(self, served: Group, admission: Admission, opened: RecoveredStore | None) -> None:
        try:
            await self._admitted(served, admission, opened)
        except (OSError, PoisonedStore) as error:
            self._disk_failed(served, error)

    async def _admitted(self, served: Group, admission: Admission, opened: RecoveredStore | None) -> None:
        if opened is None:
            self._begin(served, await admission.wait())
            if self._settings.found_by_majority and not served.member.replica.listening:
                await admission.register_with_all(served.member)
        if served.member.replica.listening:
            await admission.caught_up(served.member)

    def _begin(self, served: Group, opened: RecoveredStore) -> None:
        if opened.found.snapshot.data:
            served.machine.restore(opened.found.snapshot.data)
        self.learn(served.machine.nodes)
        served.attach(self._member(served, opened.found, opened.store))
        self._stores[served.number] = opened.store
        self.groups[served.number] = served
        self.observer.served(served)
        served.member.start()

    def _disk_failed(self, served: Group, error: Exception) -> None:
        """Stop a replica whose disk failed at the start, as if it had failed later."""
        self._admissions.pop(served.number, None)
        name = f"group {served.number} on node {self.number}"
        poisoned = PoisonedStore(f"the disk failed as {self._folder_of(served.number)} was opened: {error}")
        log_event(f"{name} has stopped: {poisoned}; start the node again when the disk works", logging.ERROR)
        if served.number in self.groups:
            served.member.fail(poisoned)
        else:
            self.observer.failed(served, poisoned)

    def lost(self, group: int, error: DamagedStore) -> None:
        self.observer.damaged(self, group, error)

    def _member(self, group: Group, found: Stored, store: Store) -> Member:
        made = self._protocol
        replica = made.replica(self.number, found)
        return Member(
            replica, store, group.machine, self._mesh, made.codec, group.number, group, self._settings.snapshots
        )

    async def stop(self) -> None:
        """Stop all replicas, and close everything."""
        for group in self.groups.values():
            group.stop()
            await group.member.stop()
        tasks = [*self._talks, *self._admitting.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._server is not None:
            self._server.close()
        self._connections.close()
        await self._mesh.close()
        for store in self._stores.values():
            await store.close()

    def learn(self, nodes: Mapping[int, protocol.Node]) -> None:
        self.nodes.update(nodes)
        for number, node in self.nodes.items():
            self._mesh.addresses[number] = node.host, node.mesh_port

    async def call(self, group: int, rpc: protocol.RpcRequest, addresses: tuple[str, ...] = ()) -> protocol.Reply:
        return await self._rpc.call(group, rpc, addresses or self._directory, PATIENCE_S)

    async def replica_status(self, group: int, added: Mapping[int, protocol.Node], node: int) -> protocol.Reply | None:
        rpc = protocol.GetReplicaStatus()
        if node == self.number:
            return await self._answer_about_replica(group, rpc)
        place = added.get(node) or self.nodes.get(node)
        return None if place is None else await self._rpc.call_node(group, rpc, place.address)

    # -- clients

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks[task] = None
        answering: dict[asyncio.Task[None], None] = {}
        try:
            while True:
                call: protocol.Call = protocol.calls.decode(await protocol.read_frame(reader))
                answer = asyncio.get_running_loop().create_task(self._answer(call, writer), name="answer")
                answering[answer] = None
                answer.add_done_callback(answering.pop)
        except (OSError, EOFError, ValueError):
            pass  # the client has disconnected, or does not speak this protocol
        finally:
            self._talks.pop(task)
            for answer in answering:
                answer.cancel()
            writer.close()

    async def _answer(self, call: protocol.Call, writer: asyncio.StreamWriter) -> None:
        group = self.groups.get(call.group)
        try:
            if isinstance(call.request, protocol.Register | protocol.GetReplicaStatus):
                self._reply(writer, call, await self._answer_about_replica(call.group, call.request))
            elif group is None or not group.member.running:
                self._reply(writer, call, protocol.Redirect(""))
            elif isinstance(call.request, protocol.Watch) and group.store is not None and group.member.serves:
                async for told in watch_events(group.store, group.notifier, call.request):
                    self._reply(writer, call, told)
                    await writer.drain()
            else:
                self._reply(writer, call, await group.answer(call.request))
        except OSError:
            pass  # the client has gone

    async def _answer_about_replica(
        self, number: int, rpc: protocol.Register | protocol.GetReplicaStatus
    ) -> protocol.Reply:
        admission = self._admissions.get(number)
        if admission is None or admission.status is None:
            return protocol.Redirect("")
        if isinstance(rpc, protocol.Register):
            return protocol.RegisterReply(await admission.register(rpc.node, rpc.life))
        group = self.groups.get(number)
        if group is None:
            return protocol.ReplicaStatusReply(admission.status.state, ())
        member = group.member
        return protocol.ReplicaStatusReply(admission.status.state, member.replica.membership.voters, member.running)

    @staticmethod
    def _reply(writer: asyncio.StreamWriter, call: protocol.Call, reply: protocol.Reply) -> None:
        writer.write(protocol.frame(protocol.CallReply(call.number, reply)))
