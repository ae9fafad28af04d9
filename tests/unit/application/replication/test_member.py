"""The program around a replica, with a replica that does what the test says: what is asked for is done, in order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest

from catenet.application.consensus import effects, events
from catenet.application.consensus.entry import (
    CHANGE,
    COMMAND,
    NEVER_NS,
    Entry,
    HardState,
    Membership,
    Snapshot,
    Stored,
)
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.server import ROLE_FOLLOWER, ROLE_LEADER
from catenet.application.consensus.timing import Fixed
from catenet.application.replication.application import Application
from catenet.application.replication.member import Member, MemberObserver
from catenet.application.replication.pending import CommitUnknown, ProposalDropped
from catenet.application.replication.protocols import Codec
from catenet.application.replication.state_machine import SnapshotPolicy
from catenet.application.storage.engine import PoisonedStore
from catenet.internet import Internet

S = 1_000_000_000


def a_server() -> RaftServer:
    """What every replica stands around; it is not asked here."""
    stored = Stored(HardState(0, 0, 0), Snapshot(0, 0, Membership((1, 2, 3)), b""), [])
    return RaftReplica(1, stored, RaftOptions(), Fixed(3 * S, S), Random(1)).server


class Scripted(Replica):
    """Notes its events, and asks for what it is told to ask for."""

    def __init__(self) -> None:
        super().__init__(a_server())
        self.events: list[Any] = []
        self.asks: list[effects.Effect] = []
        self.breaks: Exception | None = None
        self.now_role, self.now_leader, self.deadline = ROLE_FOLLOWER, 3, NEVER_NS
        self.now_listening = False

    def handle(self, event: events.Event, now_ns: int) -> None:
        if self.breaks is not None:
            raise self.breaks
        self.events.append(event)

    def take_effects(self, now_ns: int) -> list[effects.Effect]:
        asks, self.asks = self.asks, []
        return asks

    def deadline_ns(self) -> int:
        return self.deadline

    @property
    def role(self) -> int:
        return self.now_role

    @property
    def leader(self) -> int:
        return self.now_leader

    @property
    def listening(self) -> bool:
        return self.now_listening

    @property
    def term(self) -> int:
        return 1

    @property
    def commit_index(self) -> int:
        return 0

    @property
    def applied_index(self) -> int:
        return 0

    @property
    def membership(self) -> Membership:
        return Membership((1, 2, 3))

    def _handle(self, event: events.Event) -> None:
        raise AssertionError("handle does it")

    def _flush(self) -> None:
        raise AssertionError("take_effects does it")

    def _take_append(self, asked: list[effects.Effect]) -> None:
        raise AssertionError("take_effects does it")

    def _take_apply(self, asked: list[effects.Effect]) -> None:
        raise AssertionError("take_effects does it")

    def of(self, kind: type[events.Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


class Disk:
    """A store whose writes end when the test says so."""

    def __init__(self) -> None:
        self.batches: list[Any] = []
        self.writes: list[asyncio.Future[None]] = []

    async def append(self, batch: object) -> None:
        self.batches.append(batch)
        future = asyncio.get_running_loop().create_future()
        self.writes.append(future)
        await future


class Wire:
    """A mesh that keeps what is said."""

    def __init__(self) -> None:
        self.said: list[tuple[int, int, bytes]] = []
        self.takers: dict[int, Callable[[int, bytes], None]] = {}
        self.reaches = True

    def open(self, channel: int, taker: Callable[[int, bytes], None]) -> None:
        self.takers[channel] = taker

    def close_channel(self, channel: int) -> None:
        del self.takers[channel]

    def send(self, to: int, channel: int, octets: bytes) -> bool:
        self.said.append((to, channel, octets))
        return self.reaches


class Log(Application):
    """Keeps its commands."""

    def __init__(self) -> None:
        self.commands: list[tuple[int, bytes]] = []

    def apply(self, index: int, command: bytes) -> object:
        if command == b"break":
            raise RuntimeError("the application has a defect")
        self.commands.append((index, command))
        return command.upper()

    def snapshot(self) -> bytes:
        return b"|".join(command for _, command in self.commands)

    def restore(self, data: bytes) -> None:
        self.commands = [(0, command) for command in data.split(b"|")]


class Notes(MemberObserver):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def role_changed(self, member: Member) -> None:
        self.told.append(("role", member.leader))

    def membership_changed(self, member: Member) -> None:
        self.told.append("membership")

    def notice(self, member: Member, text: str) -> None:
        self.told.append(text)

    def failed(self, member: Member, error: BaseException) -> None:
        self.told.append(error)


def emit(message: effects.Message) -> bytes:
    return b"%d>%d@%d" % (message.sender, message.to, message.term)


def parse(octets: bytes) -> effects.Message:
    sender, rest = octets.split(b">")
    to, term = rest.split(b"@")
    return effects.Message(int(sender), int(to), int(term))


class Rig:
    """A member, number 1, with all that it speaks to."""

    def __init__(self, snapshots: SnapshotPolicy | None = None, *, start: bool = True) -> None:
        self.replica, self.disk, self.wire, self.log, self.notes = Scripted(), Disk(), Wire(), Log(), Notes()
        self.member = Member(
            self.replica,
            self.disk,
            self.log,
            self.wire,
            Codec(emit, parse),
            5,
            self.notes,
            snapshots,  # type: ignore[arg-type]
        )
        if start:
            self.member.start()

    async def ask(self, *asks: effects.Effect) -> None:
        """Let the replica ask for these, and everything settle."""
        self.replica.asks += asks
        self.member.handle(events.Tick())
        await run_until_idle()

    async def propose(self, *commands: bytes) -> list[asyncio.Task[object]]:
        tasks = [asyncio.get_running_loop().create_task(self.member.propose(command)) for command in commands]
        await run_until_idle()
        return tasks


async def run_until_idle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def with_rig(
    body: Callable[[Rig], Awaitable[None]], snapshots: SnapshotPolicy | None = None, *, start: bool = True
) -> None:
    """On a simulated host, so that time costs none."""
    ended: list[bool] = []

    async def main() -> None:
        await body(Rig(snapshots, start=start))
        ended.append(True)

    net = Internet(seed=1)
    net.host("one").run(main)
    net.run(until="60s")
    net.close()
    assert ended


def append(token: int, *entries: Entry) -> effects.Append:
    return effects.Append(token, HardState(1, 0, 0), list(entries), None, True)


def test_commands_of_one_turn_are_one_proposal_and_each_gets_its_answer() -> None:
    async def body(rig: Rig) -> None:
        tasks = await rig.propose(b"a", b"b")
        (proposal,) = rig.replica.of(events.Propose)
        assert proposal.commands == [b"a", b"b"]
        entries = [Entry(1, 4, COMMAND, b"a"), Entry(1, 5, COMMAND, b"b")]
        await rig.ask(effects.Accepted(proposal.tag, 4, 1), effects.Apply(entries))
        assert [task.result() for task in tasks] == [b"A", b"B"]
        assert rig.log.commands == [(4, b"a"), (5, b"b")]
        assert [event.index for event in rig.replica.of(events.Applied)] == [5]
        await rig.propose(b"c")
        assert [event.commands for event in rig.replica.of(events.Propose)] == [[b"a", b"b"], [b"c"]]

    with_rig(body)


def test_what_is_no_command_is_not_given_to_the_application() -> None:
    async def body(rig: Rig) -> None:
        await rig.ask(
            effects.Apply([Entry(1, 1, COMMAND, b""), Entry(1, 2, CHANGE, b"1,2"), Entry(1, 3, COMMAND, b"c")])
        )
        assert rig.log.commands == [(3, b"c")]

    with_rig(body)


def test_a_message_that_rests_on_a_write_waits_for_it() -> None:
    """An acknowledgement before the disk has the entry is a write that a power cut loses."""

    async def body(rig: Rig) -> None:
        held = effects.Send(effects.Message(1, 2, 8), 7)
        await rig.ask(append(7, Entry(1, 1, COMMAND, b"x")), held, effects.Send(effects.Message(1, 3, 9), 0))
        assert rig.wire.said == [(3, 5, b"1>3@9")]
        await rig.ask(effects.Send(effects.Message(1, 3, 8), 7))
        assert len(rig.wire.said) == 1
        assert not rig.replica.of(events.Appended)
        rig.disk.writes[0].set_result(None)
        await run_until_idle()
        assert rig.wire.said[1:] == [(2, 5, b"1>2@8"), (3, 5, b"1>3@8")]
        assert [event.token for event in rig.replica.of(events.Appended)] == [7]
        await rig.ask(effects.Send(effects.Message(1, 2, 10), 7))
        assert rig.wire.said[3:] == [(2, 5, b"1>2@10")]

    with_rig(body)


def test_a_message_to_itself_comes_back_and_one_that_cannot_go_is_told_of() -> None:
    async def body(rig: Rig) -> None:
        await rig.ask(effects.Send(effects.Message(1, 1, 4), 0))
        assert [event.message.term for event in rig.replica.of(events.Receive)] == [4]
        assert rig.wire.said == []
        rig.wire.reaches = False
        await rig.ask(effects.Send(effects.Message(1, 2, 4), 0))
        assert [event.peer for event in rig.replica.of(events.Unreachable)] == [2]

    with_rig(body)


def test_what_others_say_is_heard_unless_it_is_not_theirs_or_not_for_this_replica() -> None:
    async def body(rig: Rig) -> None:
        taker = rig.wire.takers[5]
        for speaker, octets in ((2, b"2>1@5"), (3, b"2>1@6"), (2, b"2>3@7"), (2, b"no message")):
            taker(speaker, octets)
        assert [event.message.term for event in rig.replica.of(events.Receive)] == [5]
        assert rig.member.messages_refused == 3

    with_rig(body)


@pytest.mark.parametrize("broken", [False, True])
def test_a_member_that_has_stopped_has_no_timer_set(broken: bool) -> None:
    """It would wake the program, and keep the replica in memory, until then."""

    async def body(rig: Rig) -> None:
        rig.replica.deadline = time.monotonic_ns() + 3 * S
        await rig.ask()
        timer = rig.member._timer._handle
        assert timer is not None
        assert not timer.cancelled()
        if broken:
            rig.member.fail(RuntimeError("broken"))
        else:
            await rig.member.stop()
        assert timer.cancelled()

    with_rig(body)


def test_the_timer_expires_when_the_replica_wants_it_and_not_before() -> None:
    async def body(rig: Rig) -> None:
        await asyncio.sleep(20)
        start_ns = time.monotonic_ns()
        rig.replica.deadline = start_ns + 3 * S
        await rig.ask()
        rung = len(rig.replica.of(events.Tick))
        await asyncio.sleep(2.9)
        assert len(rig.replica.of(events.Tick)) == rung
        rig.replica.deadline = start_ns + 5 * S
        await asyncio.sleep(0.2)
        assert len(rig.replica.of(events.Tick)) == rung + 1
        await asyncio.sleep(1.8)
        assert len(rig.replica.of(events.Tick)) == rung + 1
        rig.replica.deadline = NEVER_NS
        await rig.ask()
        await asyncio.sleep(5)
        assert len(rig.replica.of(events.Tick)) == rung + 2, "the timer was put off, and does not ring"

    with_rig(body)


def test_a_read_returns_when_the_index_is_applied_and_gives_up_when_no_leader_answers() -> None:
    async def body(rig: Rig) -> None:
        loop = asyncio.get_running_loop()
        read = loop.create_task(rig.member.read_index(lease=True))
        await run_until_idle()
        (event,) = rig.replica.of(events.Read)
        assert event.lease
        await rig.ask(effects.ReadReady(event.tag, 2))
        assert not read.done()
        await rig.ask(effects.Apply([Entry(1, 1, COMMAND, b"a"), Entry(1, 2, COMMAND, b"b")]))
        assert read.done()
        started = loop.time()
        with pytest.raises(ProposalDropped, match="the leader did not answer") as caught:
            await rig.member.read_index()
        assert caught.value.leader == 3
        assert loop.time() - started == pytest.approx(2.0, abs=0.01)
        assert not rig.replica.of(events.Read)[1].lease
        behind = loop.create_task(rig.member.read_index())
        await run_until_idle()
        await rig.ask(effects.ReadReady(rig.replica.of(events.Read)[2].tag, 2))
        assert behind.done()

    with_rig(body)


def test_the_application_is_written_down_every_so_many_entries() -> None:
    async def body(rig: Rig) -> None:
        for index in range(1, 11):
            await rig.ask(effects.Apply([Entry(1, index, COMMAND, b"%d" % index)]))
        taken = rig.replica.of(events.SnapshotTaken)
        assert [event.index for event in taken] == [4, 8]
        assert taken[0].data == b"1|2|3|4"
        assert [event.index for event in rig.replica.of(events.Compact)] == [0, 3]
        await rig.ask(effects.Restore(Snapshot(20, 1, Membership((1,)), b"x|y")))
        assert rig.log.commands == [(0, b"x"), (0, b"y")]
        assert rig.replica.of(events.Applied)[-1].index == 20
        await rig.ask(effects.Apply([Entry(1, 23, COMMAND, b"c")]))
        assert len(rig.replica.of(events.SnapshotTaken)) == 2
        await rig.ask(effects.Apply([Entry(1, 24, COMMAND, b"d")]))
        assert rig.replica.of(events.SnapshotTaken)[-1].index == 24

    with_rig(body, SnapshotPolicy(4, 5))


def test_its_own_snapshot_goes_to_the_disk() -> None:
    async def body(rig: Rig) -> None:
        await rig.ask(effects.StoreSnapshot(Snapshot(20, 1, Membership((1,)), b"x"), 15))
        (batch,) = rig.disk.batches
        assert (batch.snapshot.index, batch.forget_before) == (20, 16)
        rig.disk.writes[0].set_result(None)
        await run_until_idle()
        assert not rig.replica.of(events.Appended), "no append of the replica's was written"

    with_rig(body)


def test_a_snapshot_leaves_those_who_wait_for_its_entries_without_an_answer() -> None:
    async def body(rig: Rig) -> None:
        (task,) = await rig.propose(b"a")
        await rig.ask(effects.Accepted(rig.replica.of(events.Propose)[0].tag, 4, 1))
        await rig.ask(effects.Restore(Snapshot(20, 1, Membership((1,)), b"x|y")))
        with pytest.raises(CommitUnknown):
            task.result()

    with_rig(body)


def test_changes_and_transfers_are_asked_for_and_a_refusal_is_told() -> None:
    async def body(rig: Rig) -> None:
        change = asyncio.get_running_loop().create_task(
            rig.member.change_membership([events.MemberChange(events.ADD_VOTER, 4)])
        )
        await run_until_idle()
        (event,) = rig.replica.of(events.ChangeMembership)
        assert event.changes == [events.MemberChange(events.ADD_VOTER, 4)]
        await rig.ask(effects.Refused(event.tag, "another change is under way", 2))
        with pytest.raises(ProposalDropped, match="under way"):
            change.result()
        await rig.member.transfer(3)
        assert rig.replica.of(events.Transfer)[0].to == 3

    with_rig(body)


def test_whoever_watches_is_told() -> None:
    async def body(rig: Rig) -> None:
        assert not rig.member.leads
        rig.replica.now_role = ROLE_LEADER
        await rig.ask(
            effects.RoleChanged(ROLE_LEADER, 1, 2),
            effects.MembershipChanged(Membership((1,)), 4),
            effects.Notice("it is so"),
        )
        assert rig.member.leads
        assert rig.notes.told == [("role", 1), "membership", "it is so"]

    with_rig(body)


@pytest.mark.parametrize("where", ["the disk", "the application", "the replica"])
def test_what_it_cannot_go_on_without_stops_it_and_all_are_told(where: str) -> None:
    async def body(rig: Rig) -> None:
        (placed,) = await rig.propose(b"a")
        await rig.ask(effects.Accepted(rig.replica.of(events.Propose)[0].tag, 4, 1), append(7))
        read = asyncio.get_running_loop().create_task(rig.member.read_index())
        await run_until_idle()
        if where == "the disk":
            rig.disk.writes[0].set_exception(PoisonedStore("the disk failed"))
            await run_until_idle()
        elif where == "the application":
            await rig.ask(effects.Apply([Entry(1, 3, COMMAND, b"break")]))
        else:
            rig.replica.breaks = RuntimeError("the replica has a defect")
            rig.member.handle(events.Tick())
            await run_until_idle()
        assert not rig.member.running
        assert [str(error) for error in rig.notes.told] in (
            ["the disk failed"], ["the application has a defect"], ["the replica has a defect"],
        )  # fmt: skip
        assert rig.wire.takers == {}
        with pytest.raises(CommitUnknown):
            placed.result()
        with pytest.raises(ProposalDropped):
            read.result()
        with pytest.raises(ProposalDropped, match="the replica has stopped"):
            await rig.member.propose(b"late")
        before = len(rig.replica.events)
        await rig.ask(effects.Send(effects.Message(1, 2, 3), 0))
        assert (len(rig.replica.events), rig.wire.said) == (before, [])
        rig.member.fail(RuntimeError("again"))
        assert len(rig.notes.told) == 1

    with_rig(body)


def test_a_member_that_stops_answers_everybody_waits_for_the_disk_and_is_silent() -> None:
    async def body(rig: Rig) -> None:
        (placed,) = await rig.propose(b"a")
        await rig.ask(effects.Accepted(rig.replica.of(events.Propose)[0].tag, 4, 1))
        await rig.ask(append(7), effects.Send(effects.Message(1, 2, 8), 7))
        late = asyncio.get_running_loop().create_task(rig.member.propose(b"b"))
        stopping = asyncio.get_running_loop().create_task(rig.member.stop())
        await run_until_idle()
        assert not stopping.done(), "the disk is still at it"
        rig.disk.writes[0].set_result(None)
        await run_until_idle()
        assert stopping.done()
        assert rig.wire.said == [], "who has stopped says nothing more"
        with pytest.raises(CommitUnknown):
            placed.result()
        with pytest.raises(ProposalDropped):
            late.result()
        await rig.member.stop()

    with_rig(body)


def test_a_member_that_has_not_started_takes_no_part() -> None:
    """It would give reads from a state that nobody has brought up to date, and vote before its log was read."""

    async def body(rig: Rig) -> None:
        assert (rig.member.running, rig.member.serves, rig.wire.takers) == (False, False, {})
        await rig.ask(effects.Send(effects.Message(1, 2, 8), 0))
        assert (rig.replica.events, rig.wire.said) == ([], [])
        with pytest.raises(ProposalDropped, match="the replica has stopped"):
            await rig.member.propose(b"early")
        await rig.member.stop()
        rig.member.start()
        assert rig.member.serves
        rig.replica.now_listening = True
        assert not rig.member.serves, "it has lost its disk and not caught up"

    with_rig(body, start=False)
