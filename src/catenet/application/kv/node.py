"""One node of the store: a process that holds replicas of some groups, on a simulated host or a real machine."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final, NamedTuple

from catenet.application.consensus.effects import Effect, Message
from catenet.application.consensus.entry import Stored, founding
from catenet.application.kv import protocol
from catenet.application.kv.asking import Asker
from catenet.application.kv.connection import Connections
from catenet.application.kv.group import Group
from catenet.application.kv.watching import tell
from catenet.application.replication.keeping import stored
from catenet.application.replication.member import Member, Snapshots
from catenet.application.replication.mesh import Mesh
from catenet.application.replication.protocols import Protocol, make_protocol
from catenet.application.storage.disk import Disk, machine_disk
from catenet.application.storage.engine import DamagedStore
from catenet.application.storage.store import Store

PATIENCE_S: Final = 2.0


class Observer:
    """Who wants to know what happens on a node.  Override what is wanted."""

    def noticed(self, group: Group, text: str) -> None:
        """Something that an operator would want to read."""

    def failed(self, group: Group, error: BaseException) -> None:
        """A replica's disk failed; it has stopped."""

    def served(self, group: Group) -> None:
        """A replica is about to begin, with what it found on its disk."""

    def damaged(self, node: KvNode, group: int, error: DamagedStore) -> None:
        """What a replica had kept is damaged: it begins anew, as a new member."""

    def role_changed(self, group: Group) -> None:
        """A replica leads, or knows of another leader."""

    def stepped(self, group: Group, asked: list[Effect]) -> None:
        """A replica has handled what came, and asks for this."""

    def says(self, group: Group, message: Message) -> None:
        """A message leaves a replica."""


class Settings(NamedTuple):
    """How a node works.

    ``protocol`` is ``"raft"`` or ``"multi-paxos"``, ``engine`` the storage, ``"wal"`` or ``"sqlite"``; ``snapshots``
    says when logs are cut short.
    """

    protocol: str | Protocol = "raft"
    engine: str = "wal"
    snapshots: Snapshots | None = None


class KvNode:
    """Node ``number`` of ``nodes``; :meth:`start` it, then :meth:`serve` groups.

    ``folder`` is where its groups keep what they must not forget, on ``disk`` (the machine's own by default).
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
        self.number: Final = number
        self.nodes: Final = dict(nodes)
        self.groups: Final[dict[int, Group]] = {}
        self.observer: Final = observer or Observer()
        self._protocol: Final = make_protocol(settings.protocol)
        self._settings: Final = settings
        self._directory: Final = directory
        self._disk: Final = disk or machine_disk()
        self._folder: Final = folder
        self._mesh: Final = Mesh(number)
        self._connections: Final = Connections(PATIENCE_S / 2)
        self._asker: Final = Asker(self._connections)
        self._stores: Final[dict[int, Store]] = {}
        self._server: asyncio.Server | None = None
        self._rejoining: asyncio.Task[None] | None = None
        self._talks: Final[dict[asyncio.Task[None], None]] = {}

    # -- life

    async def start(self) -> None:
        """Listen to peers and to clients.  Raises OSError if a port is taken."""
        own = self.nodes[self.number]
        self.learn(self.nodes)
        await self._mesh.start(None, own.mesh_port)
        self._server = await asyncio.start_server(self._accepted, None, own.client_port)

    async def serve(self, group: int, founders: tuple[int, ...] = ()) -> Group:
        """Hold a replica of a group.  ``founders`` are its first nodes; none for one that joins a running group.

        What is on the disk counts for more.  If that is damaged, nobody knows what this replica has promised: it is
        forgotten, and the others are asked to take it out of the group and in again.  Raises OSError.
        """
        folder = f"{self._folder}/group-{group}"
        damaged = False
        try:
            store, recovered = await Store.open(self._disk, folder, engine=self._settings.engine)
        except DamagedStore as error:
            self.observer.damaged(self, group, error)
            await Store.discard(self._disk, folder)
            store, recovered = await Store.open(self._disk, folder, engine=self._settings.engine)
            founders, damaged = (), True
        served = Group(self, group)
        found = stored(recovered, founding(founders))
        if found.snapshot.data:
            served.machine.restore(found.snapshot.data)
        self.learn(served.machine.nodes)
        served.attach(self._member(served, found, store))
        self._stores[group] = store
        self.groups[group] = served
        self.observer.served(served)
        if damaged:
            work = self._rejoin(group, served.member)
            self._rejoining = asyncio.get_running_loop().create_task(work, name=f"rejoin group {group}")
        else:
            served.member.start()
        return served

    async def _rejoin(self, group: int, member: Member) -> None:
        """Leave the group and join it again.

        It takes no part before it is out: it might promise what it has promised otherwise, and has forgotten.
        """
        others = tuple(node.address for number, node in self.nodes.items() if number != self.number)
        out = protocol.ChangeMembers({}, (self.number,))
        again = protocol.ChangeMembers({self.number: self.nodes[self.number]}, ())
        for question, wanted in ((out, False), (again, True)):
            while await self._votes(group, others) is not wanted:
                await self._asker.once(group, question, others)
                await asyncio.sleep(PATIENCE_S / 4)
            if not wanted:
                member.start()

    async def _votes(self, group: int, others: tuple[str, ...]) -> bool | None:
        """Whether this node has a vote in a group, as its leader sees it; None if nobody can say."""
        for address in others:
            try:
                connection = await self._connections.to(address)
                reply = await connection.ask(group, protocol.GetStatus(), PATIENCE_S)
            except (OSError, TimeoutError):
                continue
            if isinstance(reply, protocol.Status) and reply.leader == reply.node:
                return self.number in reply.voters
        return None

    def _member(self, group: Group, found: Stored, store: Store) -> Member:
        made = self._protocol
        replica = made.replica(self.number, found)
        return Member(
            replica, store, group.machine, self._mesh, made.codec, group.number, group, self._settings.snapshots
        )

    async def stop(self) -> None:
        """Stop serving, in good order."""
        for group in self.groups.values():
            group.stop()
            await group.member.stop()
        tasks = [*self._talks, *([self._rejoining] if self._rejoining else [])]
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
        """These nodes are there."""
        self.nodes.update(nodes)
        for number, node in self.nodes.items():
            self._mesh.addresses[number] = node.host, node.mesh_port

    async def ask(self, group: int, question: protocol.Question, addresses: tuple[str, ...] = ()) -> protocol.Reply:
        """Ask a group; the directory (0) is known.  Raises :class:`~catenet.application.kv.asking.NoAnswer`."""
        return await self._asker.ask(group, question, addresses or self._directory, PATIENCE_S)

    # -- clients

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks[task] = None
        answering: dict[asyncio.Task[None], None] = {}
        try:
            while True:
                ask: protocol.Ask = protocol.asks.decode(await protocol.read_frame(reader))
                answer = asyncio.get_running_loop().create_task(self._answer(ask, writer), name="answer")
                answering[answer] = None
                answer.add_done_callback(answering.pop)
        except (OSError, EOFError, ValueError):
            pass  # it hung up, or is none of ours
        finally:
            self._talks.pop(task)
            for answer in answering:
                answer.cancel()
            writer.close()

    async def _answer(self, ask: protocol.Ask, writer: asyncio.StreamWriter) -> None:
        group = self.groups.get(ask.group)
        try:
            if group is None or not group.member.running:
                self._say(writer, ask, protocol.Redirect(""))
            elif isinstance(ask.question, protocol.Watch) and group.store is not None:
                async for told in tell(group.store, group.bell, ask.question):
                    self._say(writer, ask, told)
                    await writer.drain()
            else:
                self._say(writer, ask, await group.answer(ask.question))
        except OSError:
            pass  # the client has gone

    @staticmethod
    def _say(writer: asyncio.StreamWriter, ask: protocol.Ask, reply: protocol.Reply) -> None:
        writer.write(protocol.frame(protocol.Answer(ask.number, reply)))
