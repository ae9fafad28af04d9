"""A replica that has lost its disk is silent, then listens, then counts again; and nothing that was decided is lost."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus import events
from catenet.application.consensus.entry import Readmission, Stored, founding
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.paxos.multi.messages import (
    Prepare,
    Promise,
)
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.raft.messages import (
    RequestPreVote,
    RequestVote,
    VoteReply,
)
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.timing import Randomised

from .pure_cluster import MS, Cluster, Disk, Host, Make

NAMES = ["raft", "multi-paxos"]


def maker(name: str) -> Make:
    def make(number: int, stored: Stored, dice: Random, now: int) -> Replica:
        policy = Randomised(150 * MS, 300 * MS, 50 * MS)
        if name == "raft":
            raft = RaftOptions(forward_proposals=False, keep_entries=5, snapshot_chunk_octets=64)
            return RaftReplica(number, stored, raft, policy, dice, now)
        return PaxosReplica(number, stored, PaxosOptions(keep_entries=5, snapshot_chunk_octets=64), policy, dice, now)

    return make


class Forgetful(Cluster):
    """A cluster in which disks are lost.  Unless it is ``careful``, whoever lost its disk takes part at once."""

    def __init__(self, name: str, voters: int, seed: int, *, careful: bool = True) -> None:
        super().__init__(maker(name), voters, seed, snapshot_every=25)
        self.careful = careful
        self.founder = founding(tuple(range(1, voters + 1)))
        self.silent: dict[int, int | None] = {}
        self.asked_of: dict[int, int] = {}
        self.number = 0

    def lose_disk(self, host: Host) -> None:
        host.crash()
        host.disk = Disk(self.founder)
        if self.careful:
            self.silent[host.number] = None
        else:
            host.start()

    def start(self, host: Host) -> None:
        if not host.up and host.number not in self.silent:
            host.start()

    def readmit(self) -> None:
        """What the program around a replica does: ask whoever leads for a mark, and begin when it is decided."""
        for number, tag in list(self.silent.items()):
            found = None if tag is None else self.accepted.get(tag)
            if found in self.applied_in:
                assert found is not None
                host = self.hosts[number]
                host.disk.readmission = Readmission(*found, self.asked_of[tag or 0])
                del self.silent[number]
                host.start()
                continue
            leader = self.leader()
            if leader is not None and self.dice.random() < 0.2:
                self.tag += 1
                self.silent[number] = self.tag
                self.asked_of[self.tag] = leader.number
                leader.step(events.Readmit(number, self.tag))

    def write(self) -> None:
        for host in self.hosts.values():
            if host.up:
                self.number += 1
                self.propose(host, b"%d" % self.number)

    def storm(self, dice: Random, rounds: int) -> None:
        for _ in range(rounds):
            up = [host for host in self.hosts.values() if host.up]
            match dice.randrange(9):
                case 0 if len(up) > 2:
                    dice.choice(up).crash()
                case 1 | 2:
                    for host in self.hosts.values():
                        self.start(host)
                case 3:
                    self.isolate(dice.choice(sorted(self.hosts)))
                case 4:
                    self.cut = set()
                case 5 if up and len(self.silent) < (len(self.hosts) - 1) // 2 and not self.listening():
                    self.lose_disk(dice.choice(up))
            self.readmit()
            self.write()
            self.run(60 * MS)

    def listening(self) -> bool:
        return any(host.replica.listening if host.up else behind(host.disk) for host in self.hosts.values())

    def settle_down(self) -> None:
        self.loss = self.double = 0.0
        self.cut = set()
        for _ in range(200):
            for host in self.hosts.values():
                self.start(host)
            self.readmit()
            self.write()
            self.run(50 * MS)
            if not self.silent and not self.listening() and all(host.up for host in self.hosts.values()):
                break
        self.run(1000 * MS)


@pytest.mark.slow
@pytest.mark.parametrize("voters", [3, 5])
@pytest.mark.parametrize("name", NAMES)
def test_disks_are_lost_and_nothing_that_was_decided_is(name: str, voters: int) -> None:
    """:meth:`Cluster.note` refutes a second value for any place."""
    lost = 0
    for seed in range(12):
        cluster = Forgetful(name, voters, seed)
        cluster.loss, cluster.double = 0.05, 0.05
        cluster.storm(Random(seed), 120)
        lost += sum(host.disk.readmission is not None for host in cluster.hosts.values()) + len(cluster.silent)
        cluster.settle_down()
        assert not cluster.silent
        assert not cluster.listening()
        ends = {host.index for host in cluster.hosts.values()}
        assert len(ends) == 1, f"seed {seed}: {ends}"
        states = {tuple(host.applied) for host in cluster.hosts.values()}
        assert len(states) == 1
    assert lost > 12


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_without_the_mark_what_was_decided_is_lost(name: str) -> None:
    """The test above can fail: a replica that takes part at once, with an empty disk, breaks the log in some storm."""
    for seed in range(40):
        cluster = Forgetful(name, 3, seed, careful=False)
        try:
            cluster.storm(Random(seed), 120)
            cluster.settle_down()
        except AssertionError:
            return
    raise AssertionError("forgetting did no harm in any storm")


def behind(disk: Disk) -> bool:
    mark = disk.readmission
    return mark is not None and mark.index > max([disk.snapshot.index, disk.state.commit])


def raft_listener() -> RaftReplica:
    made = maker("raft")(
        2, Stored(founding(()).hard_state, founding((1, 2, 3)).snapshot, [], 0, Readmission(9, 4, 1)), Random(1), 0
    )
    assert isinstance(made, RaftReplica)
    return made


def test_a_listener_of_raft_neither_votes_nor_campaigns_nor_takes_over() -> None:
    replica = raft_listener()
    assert replica.listening
    assert replica.deadline_ns() > 1 << 60
    replica.step(events.Receive(RequestVote(3, 2, 7, 100, 6, True)), 10_000 * MS)
    replica.step(events.Receive(RequestPreVote(3, 2, 8, 100, 6)), 10_000 * MS)
    replica.step(events.Receive(TimeoutNow(3, 2, 7)), 10_000 * MS)
    replica.step(events.Campaign(), 10_000 * MS)
    assert replica.term == 7
    assert replica.server.persistent.vote == 0


def test_a_listener_of_raft_has_voted_for_who_won_the_term_of_its_mark() -> None:
    """It may have voted for anybody in that term, and the leader's election is the only vote that can still count."""
    replica = raft_listener()
    assert (replica.server.term, replica.server.persistent.vote) == (4, 1)
    replies = [
        e.message for e in replica.step(events.Receive(RequestVote(3, 2, 4, 100, 4, True)), 0) if hasattr(e, "message")
    ]
    assert [reply.granted for reply in replies if isinstance(reply, VoteReply)] == [False]


def test_an_acceptor_that_has_a_mark_promises_nothing_to_who_stood_without_it() -> None:
    """What a replica promised before it lost its disk, it promised to somebody who did not know of the mark."""
    leader = maker("multi-paxos")(1, founding((1, 2, 3)), Random(1), 0)
    assert isinstance(leader, PaxosReplica)
    pending = list(leader.step(events.Campaign(), 0))
    deliver(leader, pending)
    leader.handle(events.Receive(Promise(3, 1, leader.server.proposer.ballot, 0, 0, True, 0, 0, [])), 0)
    deliver(leader, leader.take_effects(0))
    assert leader.role == 2
    deliver(leader, leader.step(events.Readmit(2, 7), 0))
    mark = leader.server.log.last_mark()
    assert mark > 0
    higher = leader.server.proposer.ballot + (1 << 40)
    before = leader.server.acceptor.promised
    leader.step(events.Receive(Prepare(2, 1, higher | 2, 0, 1, True, 0)), 0)
    assert leader.server.acceptor.promised == before
    leader.step(events.Receive(Prepare(2, 1, higher | 2, 0, 1, True, mark)), 0)
    assert leader.server.acceptor.promised == higher | 2


def deliver(replica: Replica, effects: list[object]) -> None:
    """Make appends durable, and bring what it says to itself."""
    while effects:
        effect = effects.pop(0)
        token, message = getattr(effect, "token", 0), getattr(effect, "message", None)
        if token:
            effects.extend(replica.step(events.Appended(token), 0))
        if message is not None and message.to == replica.id:
            effects.extend(replica.step(events.Receive(message), 0))
