"""Groups under everything that may go wrong, with the invariants checked at each step.

Hypothesis chooses what happens and finds the shortest run that fails; a range of seeds runs longer ones.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from catenet.application.consensus.entry import Membership
from catenet.application.consensus.events import ADD_VOTER, JOINT_EXPLICIT, REMOVE, Campaign, Receive
from catenet.application.consensus.raft import replication, state, votes
from catenet.application.consensus.raft import server as raft_server
from catenet.application.consensus.raft.invariants import InvariantError
from catenet.application.consensus.raft.messages import AppendEntries, HeartbeatReply, RequestVote, VoteReply
from catenet.application.consensus.raft.quorum import agreed_index

from .raft_chaos import Chaos
from .raft_cluster import Cluster, with_log

SIZES = (1, 2, 3, 3, 5)


def run(seed: int, steps: int = 400) -> None:
    """One run, whose seed its failure names."""
    chaos = Chaos(Random(seed), SIZES[seed % len(SIZES)])
    try:
        chaos.run(steps)
        chaos.recover()
    except AssertionError as error:
        raise AssertionError(f"seed {seed}: {error}") from error


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_seeds(first: int) -> None:
    for seed in range(first, first + 20):
        run(seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(100, 2100, 100))
def test_many_seeds(first: int) -> None:
    for seed in range(first, first + 100):
        run(seed)


class Group(RuleBasedStateMachine):
    """The same things, one rule each."""

    @initialize(seed=st.integers(0, 1000), size=st.sampled_from((2, 3, 5)))
    def begin(self, seed: int, size: int) -> None:
        self.chaos = Chaos(Random(seed), size)
        self.cluster = self.chaos.cluster

    @rule(at=st.integers(0, 20))
    def deliver(self, at: int) -> None:
        network = self.cluster.network
        if network:
            message = network.pop(at % len(network))
            if message.sender == message.to or frozenset((message.sender, message.to)) not in self.cluster.cut:
                if message.to in self.cluster.members:
                    self.cluster[message.to].step(Receive(message))

    @rule()
    def deliver_all(self) -> None:
        self.chaos.deliver_all()

    @rule()
    def lose(self) -> None:
        self.chaos.lose_one()

    @rule()
    def double(self) -> None:
        self.chaos.double_one()

    @rule()
    def pass_time(self) -> None:
        self.chaos.pass_time()

    @rule(count=st.integers(1, 3))
    def propose(self, count: int) -> None:
        for _ in range(count):
            self.chaos.propose()

    @rule()
    def ask(self) -> None:
        self.chaos.ask()

    @rule()
    def crash(self) -> None:
        self.chaos.crash()

    @rule()
    def restart(self) -> None:
        self.chaos.restart()

    @rule()
    def slow_disk(self) -> None:
        self.chaos.slow_disk()

    @rule()
    def sync(self) -> None:
        self.chaos.sync_some()

    @rule()
    def part(self) -> None:
        self.chaos.part()

    @rule()
    def campaign(self) -> None:
        self.chaos.campaign()

    @rule()
    def transfer(self) -> None:
        self.chaos.transfer()

    @rule()
    def change(self) -> None:
        self.chaos.change()

    @rule()
    def snapshot(self) -> None:
        self.chaos.snapshot()

    @invariant()
    def reads_are_linearizable(self) -> None:
        if hasattr(self, "chaos"):
            self.chaos.check_reads()

    def teardown(self) -> None:
        if hasattr(self, "chaos"):
            self.chaos.recover()


TestGroup = Group.TestCase
TestGroup.settings = settings(max_examples=40, stateful_step_count=60, deadline=None)


def finds(seeds: range) -> bool:
    """Some run fails."""
    for seed in seeds:
        try:
            run(seed)
        except (AssertionError, InvariantError):
            return True
    return False


interpreted = pytest.mark.skipif(
    not raft_server.__file__.endswith(".py"), reason="compiled functions call each other, and cannot be replaced"
)


@interpreted
def test_a_vote_given_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes, "may_vote", lambda server, candidate: True)
    assert finds(range(200))


@interpreted
def test_counting_old_terms_as_committed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper's Figure 8, c and d."""

    def commit_known(server: raft_server.RaftServer) -> bool:
        index = server.members.agreed({member: known.match for member, known in server.leading.progress.items()})
        if index <= server.commit_index:
            return False
        server.volatile.commit_to(index)
        return True

    monkeypatch.setattr(replication, "commit_known", commit_known)
    logs = {1: [1, 2], 2: [1, 2], 3: [1], 4: [1], 5: [1, 3]}
    cluster = Cluster(5, stored={member: with_log(terms, size=5, term=3) for member, terms in logs.items()})
    cluster.split((1, 2, 3, 4), (5,))
    cluster[1].step(Campaign())
    cluster.stabilize(lambda message: isinstance(message, RequestVote | VoteReply))
    cluster.drop()
    cluster[2].step(Receive(AppendEntries(1, 2, 4, 2, 2, [], 0)))
    cluster[3].step(Receive(AppendEntries(1, 3, 4, 1, 1, [cluster[1].raft.server.log.entry(2)], 0)))
    cluster.deliver()
    assert cluster[1].raft.commit_index == 2
    cluster[1].crash()
    cluster.drop()
    cluster.heal()
    cluster[5].step(Campaign())  # its term is behind
    cluster.stabilize()
    with pytest.raises(InvariantError, match="completeness: leader 5"):
        cluster.elect(5)


@interpreted
def test_one_majority_of_a_joint_membership_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The new voters commit alone, the old ones elect alone."""
    monkeypatch.setattr(state, "joint_agreed_index", lambda voters, outgoing, indexes: agreed_index(voters, indexes))
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.add(4)
    cluster.add(5)
    cluster.split((1, 2), (3,), (4,), (5,))
    cluster.change(1, (ADD_VOTER, 4), (ADD_VOTER, 5), (REMOVE, 2), (REMOVE, 3), transition=JOINT_EXPLICIT)
    cluster.deliver()
    cluster.deliver()
    assert cluster[1].raft.membership == Membership((1, 4, 5), (1, 2, 3))
    assert cluster[2].raft.membership == Membership((1, 2, 3)), "it does not know yet that the change is committed"
    cluster.split((1, 4, 5), (2, 3))
    cluster.propose(1, b"new")
    cluster.advance(120)
    assert cluster[1].commands == [b"new"], "by a majority of the new voters, and of the old ones only itself"
    with pytest.raises(InvariantError, match="completeness: leader 2"):
        cluster.elect(2)


@interpreted
def test_an_unchecked_append_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catenet.application.consensus.raft.log.Log.matches", lambda log, index, term: True)
    assert finds(range(50))


@interpreted
def test_an_acknowledgment_before_the_disk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raft_server.RaftServer, "reply", raft_server.RaftServer.send)
    assert finds(range(400))


@interpreted
def test_a_stale_read_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A leader that was replaced still gets an old answer, and takes it for a majority's."""
    monkeypatch.setattr(
        "catenet.application.consensus.raft.reads.confirmed_round", lambda server: server.leading.rounds.newest
    )
    chaos = Chaos(Random(1), 3, {"ask": 1}, pre_vote=False, check_quorum=False, lease_reads=False, priorities=None)
    cluster = chaos.cluster
    cluster.elect(1)
    cluster.split((1,), (2, 3))
    cluster.elect(2)
    cluster.propose(2, b"new")
    cluster.stabilize()
    chaos.reads[1] = cluster.invariants.last_committed
    cluster.read(1, 1)
    cluster[1].step(Receive(HeartbeatReply(2, 1, 1, 0)))
    with pytest.raises(AssertionError, match="a read of 1 after"):
        chaos.check_reads()


@interpreted
def test_a_log_that_is_less_up_to_date_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "catenet.application.consensus.raft.log.Log.is_current", lambda log, last_index, last_term: True
    )
    assert finds(range(100))


def test_the_unbroken_machine_passes_where_the_broken_ones_fail() -> None:
    assert not finds(range(10))


def test_a_late_election_to_an_old_term_breaks_nothing() -> None:
    """Its votes were given before a newer leader committed what it lacks; it will hear of that leader."""
    cluster = Cluster(3)
    cluster[3].slow_disk = True
    cluster[3].step(Campaign())
    cluster.stabilize()
    cluster.split((1, 2), (3,))
    cluster[1].step(Campaign())
    cluster.stabilize()
    cluster.elect(1)
    cluster.propose(1, b"new")
    cluster.stabilize()
    assert cluster[1].commands == [b"new"]
    cluster[3].slow_disk = False
    cluster[3].sync()
    cluster.stabilize()
    assert cluster.leaders() == [3, 1], "the one of the older term is first"
    cluster.heal()
    cluster.advance(200)
    assert cluster.leaders() == [1]
    assert cluster[3].commands == [b"new"]
