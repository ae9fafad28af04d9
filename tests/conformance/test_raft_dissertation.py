"""What Raft has beyond its paper: Ongaro's dissertation (its sections are named), and common extensions."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus.effects import Accepted, Append, Refused, Send
from catenet.application.consensus.election_timeout import TAKE_OVER, WAIT, Elector, ElectorMessage
from catenet.application.consensus.entry import STRIPPED, HardState, Membership, Snapshot, Stored, founding
from catenet.application.consensus.events import (
    ADD_VOTER,
    ADD_WITNESS,
    REMOVE,
    Campaign,
    ForgetLeader,
    Propose,
    Receive,
    Tick,
    Unreachable,
)
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.raft.messages import (
    AppendReply,
    Heartbeat,
    RequestPreVote,
    RequestVote,
)
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.progress import PROBE, REPLICATE
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.server import ROLE_CANDIDATE, ROLE_FOLLOWER, ROLE_LEADER, ROLE_PRE_CANDIDATE
from catenet.application.consensus.timing import Adaptive, Fixed, Randomised

from .raft_cluster import MS, Cluster, appends, with_log

CAREFUL = {"pre_vote": True, "check_quorum": True}


# §3.8 Persisted state


def test_3_8_nobody_leads_before_its_own_vote_is_on_disk() -> None:
    cluster = Cluster(3)
    member = cluster[1]
    member.slow_disk = True
    member.step(Campaign())
    cluster.stabilize()
    assert member.raft.role == ROLE_CANDIDATE, "2 and 3 voted for it, but it may yet forget the term"
    member.sync()
    cluster.stabilize()
    assert member.raft.role == ROLE_LEADER


# §9.6 Pre-vote


def test_9_6_a_server_that_was_cut_off_does_not_disrupt_when_it_returns() -> None:
    terms = {}
    for pre_vote in (False, True):
        cluster = Cluster(3, pre_vote=pre_vote)
        cluster.elect(1)
        cluster.split((1, 2), (3,))
        cluster.advance(5_000)
        cluster.heal()
        cluster.advance(1_000)
        terms[pre_vote] = cluster[1].raft.term
    assert terms[True] == 1
    assert terms[False] > 1


def test_9_6_a_pre_vote_changes_neither_term_nor_vote() -> None:
    cluster = Cluster(3, pre_vote=True)
    cluster[1].step(Campaign())
    assert (cluster[1].raft.role, cluster[1].raft.term) == (ROLE_PRE_CANDIDATE, 0)
    cluster[2].step(Receive(RequestPreVote(1, 2, 1, 0, 0)))
    assert (cluster[2].raft.term, cluster[2].raft.server.persistent.vote) == (0, 0)


def test_9_6_a_log_that_is_behind_gets_no_pre_votes() -> None:
    cluster = Cluster(3, pre_vote=True, stored={2: with_log([1]), 3: with_log([1])})
    cluster[1].step(Campaign())
    cluster.stabilize()
    assert (cluster[1].raft.role, cluster[1].raft.term) == (ROLE_FOLLOWER, 1)


# §6.2 Check-quorum, §4.2.3 leases on votes


def test_6_2_a_leader_that_hears_no_majority_gives_up() -> None:
    for check_quorum, role in ((False, ROLE_LEADER), (True, ROLE_FOLLOWER)):
        cluster = Cluster(3, check_quorum=check_quorum)
        cluster.elect(1)
        cluster.split((1,), (2, 3))
        cluster.advance(500)
        assert cluster[1].raft.role == role


def test_4_2_3_votes_are_held_back_while_a_leader_is_heard() -> None:
    cluster = Cluster(3, check_quorum=True)
    cluster.elect(1)
    cluster.advance(60)
    cluster[2].step(Receive(RequestVote(3, 2, 9, 99, 9, False)))
    assert cluster[2].raft.term == 1
    cluster[2].step(Receive(RequestVote(3, 2, 9, 99, 9, True)))
    assert cluster[2].raft.term == 9, "its leader told the candidate to"


def test_a_follower_may_forget_its_leader_but_not_with_lease_reads() -> None:
    for lease_reads, leader in ((False, 0), (True, 1)):
        cluster = Cluster(3, check_quorum=True, lease_reads=lease_reads)
        cluster.elect(1)
        cluster[2].step(ForgetLeader())
        assert cluster[2].raft.leader == leader


def test_with_lease_reads_a_restarted_voter_keeps_what_it_promised() -> None:
    cluster = Cluster(3, check_quorum=True, lease_reads=True)
    cluster.elect(1)
    cluster.advance(60)
    cluster[2].crash()
    cluster[2].start()
    cluster[2].step(Receive(RequestVote(3, 2, 9, 99, 9, False)))
    assert cluster[2].raft.term == 1
    cluster.now_ns += 150 * MS
    cluster[2].step(Receive(RequestVote(3, 2, 9, 99, 9, False)))
    assert cluster[2].raft.term == 9


# §3.10 Leadership transfer


def test_3_10_leadership_goes_to_the_target_without_a_timeout() -> None:
    cluster = Cluster(3, **CAREFUL)
    cluster.elect(1)
    cluster.transfer(1, 3)
    cluster.stabilize()
    assert cluster.leaders() == [3]
    assert cluster.now_ns == 0


def test_3_10_a_target_that_is_behind_is_brought_up_to_date_first() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.split((1, 2), (3,))
    cluster.propose(1, b"a")
    cluster.stabilize()
    cluster.heal()
    cluster.transfer(1, 3)
    assert not any(isinstance(message, TimeoutNow) for message in cluster.network)
    cluster.advance(60)
    assert cluster.leaders() == [3]
    assert cluster[3].commands == [b"a"]


def test_3_10_meanwhile_nothing_is_accepted_and_after_a_timeout_it_is_again() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.split((1, 2), (3,))
    cluster.transfer(1, 3)
    cluster.propose(1, b"a", tag=1)
    assert [type(answer) for _, answer in cluster.take_answers()] == [Refused]
    cluster.advance(300)
    cluster.propose(1, b"b", tag=2)
    cluster.stabilize()
    assert [type(answer) for _, answer in cluster.take_answers()] == [Accepted]


def test_3_10_a_follower_passes_the_wish_on_and_not_all_can_lead() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.transfer(2, 3)
    cluster.stabilize()
    assert cluster.leaders() == [3]
    cluster.transfer(3, 9)
    assert [answer.reason for _, answer in cluster.answers if isinstance(answer, Refused)] == ["cannot lead"]


# Pipelining, limits, batching (§10.2)


def test_10_2_appends_are_pipelined_up_to_a_limit_by_count() -> None:
    cluster = Cluster(3, max_inflight=3, batching=False)
    cluster.elect(1)
    for number in range(6):
        cluster.propose(1, b"%d" % number)
    assert len([message for message in appends(cluster.network) if message.to == 2]) == 3
    cluster.stabilize()
    assert len(cluster[2].commands) == 6


def test_10_2_and_by_octets() -> None:
    cluster = Cluster(3, max_inflight_octets=25, batching=False)
    cluster.elect(1)
    for _ in range(6):
        cluster.propose(1, b"x" * 10)
    assert len([message for message in appends(cluster.network) if message.to == 2]) == 3
    cluster.stabilize()
    assert len(cluster[2].commands) == 6


def test_10_2_proposals_handled_together_travel_together() -> None:
    cluster = Cluster(3)
    raft = cluster.elect(1).raft
    for number in range(5):
        raft.handle(Propose([b"%d" % number]), 0)
    effects = raft.take_effects(0)
    sent = [effect.message for effect in effects if isinstance(effect, Send) and effect.after == 0]
    assert [len(message.entries) for message in appends(sent)] == [5, 5]
    assert [len(effect.entries) for effect in effects if isinstance(effect, Append)] == [5]


def test_an_append_is_limited_in_octets() -> None:
    cluster = Cluster(3, max_append_octets=50)
    leader = cluster.elect(1)
    for _ in range(9):
        leader.raft.handle(Propose([b"x" * 15]), 0)
    leader.perform(leader.raft.take_effects(0))
    sent = [message for message in appends(cluster.stabilize()) if message.to == 2]
    assert max(len(message.entries) for message in sent) == 2
    assert len(cluster[2].commands) == 9


def test_a_leader_takes_no_more_than_may_be_uncommitted() -> None:
    cluster = Cluster(3, max_uncommitted_octets=20)
    cluster.elect(1)
    for number in range(4):
        cluster.propose(1, b"x" * 10, tag=number + 1)
    assert [type(answer) for _, answer in cluster.take_answers()] == [Accepted, Accepted, Refused, Refused]
    cluster.stabilize()
    cluster.propose(1, b"y", tag=9)
    assert [type(answer) for _, answer in cluster.take_answers()] == [Accepted]


def test_an_unreachable_follower_is_probed() -> None:
    cluster = Cluster(3)
    leader = cluster.elect(1)
    assert leader.raft.server.leading.progress[2].state == REPLICATE
    leader.step(Unreachable(2))
    assert leader.raft.server.leading.progress[2].state == PROBE


# Witnesses


def test_a_witness_makes_a_majority_and_keeps_no_commands() -> None:
    cluster = Cluster(2)
    cluster.elect(1)
    cluster.add(3)
    cluster.change(1, (ADD_WITNESS, 3))
    cluster.stabilize()
    cluster.split((1, 3), (2,))
    cluster.propose(1, b"secret")
    cluster.stabilize()
    assert cluster[1].commands == [b"secret"]
    assert [entry.kind for entry in cluster[3].disk.entries if entry.index == 3] == [STRIPPED]
    assert all(b"secret" not in entry.data for entry in cluster[3].disk.entries)
    assert cluster[3].commands == []


def test_a_witness_votes_but_never_leads() -> None:
    cluster = Cluster(2)
    cluster.elect(1)
    cluster.add(3)
    cluster.change(1, (ADD_WITNESS, 3))
    cluster.stabilize()
    cluster[1].crash()
    cluster.advance(5_000)
    assert cluster.leaders() == [2]
    cluster[3].step(Campaign())
    assert cluster[3].raft.role == ROLE_FOLLOWER


def test_a_witness_is_never_ahead_of_its_leaders_disk() -> None:
    cluster = Cluster(2)
    leader = cluster.elect(1)
    cluster.add(3)
    cluster.change(1, (ADD_WITNESS, 3))
    cluster.stabilize()
    leader.slow_disk = True
    cluster.propose(1, b"a")
    cluster.stabilize()
    assert cluster[2].log()[-1][1] == 3
    assert cluster[3].log()[-1][1] == 2
    leader.sync()
    cluster.stabilize()
    assert cluster[3].log()[-1][1] == 3


def test_who_alone_may_hold_everything_does_not_leave_a_group_with_witnesses() -> None:
    cluster = Cluster(2)
    cluster.elect(1)
    cluster.add(3)
    cluster.change(1, (ADD_WITNESS, 3))
    cluster.stabilize()
    cluster.change(1, (REMOVE, 1))
    [(_, answer)] = cluster.take_answers()
    assert isinstance(answer, Refused)
    assert "hand leadership over" in answer.reason


# Priorities


def test_the_highest_priority_leads_in_the_end() -> None:
    for seed in range(5):
        cluster = Cluster(3, seed=seed, priorities={3: 2, 2: 1}, handicap_ns=300 * MS, **CAREFUL)
        cluster.elect(1)
        cluster.advance(1_000)
        assert cluster.leaders() == [3]


def test_a_negative_priority_never_campaigns_by_itself() -> None:
    cluster = Cluster(3, priorities={1: -1, 2: -1})
    cluster[3].crash()
    cluster.advance(5_000)
    assert cluster.leaders() == []
    cluster[3].start()
    cluster.advance(1_000)
    assert cluster.leaders() == [3]


# Election policies in a group


def lose_heartbeats(cluster: Cluster, stream: Random) -> None:
    """Forty seconds of it, two in five."""
    for _ in range(4_000):
        cluster.advance(10, stabilize=False)
        cluster.drop(lambda message: isinstance(message, Heartbeat) and stream.random() < 0.4)
        cluster.stabilize()


def test_an_adaptive_group_stands_losses_that_a_hasty_one_does_not() -> None:
    elections = {}
    for name, policy in (
        ("hasty", lambda: Randomised(100 * MS, 200 * MS, 50 * MS)),
        ("adaptive", lambda: Adaptive(100 * MS, 5_000 * MS, 50 * MS)),
    ):
        cluster = Cluster(3, seed=5, policy=policy)
        cluster.elect(1)
        lose_heartbeats(cluster, Random(9))
        elections[name] = max(member.raft.term for member in cluster.running())
    assert elections["adaptive"] < elections["hasty"] / 4


# Another elector


class Appointed(Elector):
    """Whoever is told to leads; tells its peers what it decided."""

    def __init__(self, replica: int) -> None:
        super().__init__()
        self.replica = replica
        self.wanted = False
        self.heard_of: list[int] = []

    def deadline_ns(self) -> int:
        return 1_000

    def tick(self, now_ns: int, leading: bool, eligible: bool) -> int:
        if not self.wanted or leading or not eligible:
            return WAIT
        self.outbox.append(ElectorMessage(self.replica, 2, 0))
        return TAKE_OVER

    def receive(self, message: object, now_ns: int) -> None:
        self.heard_of.append(message.sender)  # type: ignore[attr-defined]


def test_an_elector_may_be_exchanged() -> None:
    electors = {replica: Appointed(replica) for replica in (1, 2, 3)}
    rafts = {
        replica: RaftReplica(
            replica, founding((1, 2, 3)), RaftOptions(), Fixed(100, 10), Random(1), elector=electors[replica]
        )
        for replica in (1, 2, 3)
    }
    assert rafts[1].deadline_ns() == 1_000
    learner = RaftReplica(4, founding(()), RaftOptions(), Fixed(100, 10), Random(1), elector=Appointed(4))
    assert learner.deadline_ns() == 1_000, "this one does not rest"
    electors[1].wanted = True
    first = rafts[1].step(Tick(), 5)
    messages = [effect.message for effect in first if isinstance(effect, Send)]
    assert [message.transfer for message in messages if isinstance(message, RequestVote)] == [True, True]
    for message in messages:
        rafts[message.to].step(Receive(message), 5)
    assert electors[2].heard_of == [1]


def test_an_elector_that_keeps_no_leases_allows_no_lease_reads() -> None:
    with pytest.raises(ValueError, match="keeps no leases"):
        RaftReplica(1, founding((1,)), RaftOptions(lease_reads=True), Fixed(100, 10), Random(1), elector=Appointed(1))


@pytest.mark.parametrize(
    "options",
    [
        {"lease_reads": True, "check_quorum": False},
        {"clock_drift": 1.0},
        {"max_inflight": 0},
        {"snapshot_chunk_octets": 0},
    ],
)
def test_options_that_make_no_sense(options: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        RaftOptions(**options)  # type: ignore[arg-type]


# Starting again


def test_a_replica_starts_from_what_its_disk_holds() -> None:
    cluster = Cluster(3, keep_entries=0)
    cluster.elect(1)
    for number in range(5):
        cluster.propose(1, b"%d" % number)
        cluster.stabilize()
    cluster[2].snapshot()
    cluster.propose(1, b"after")
    cluster.stabilize()
    before = cluster[2].commands
    cluster[2].crash()
    cluster[2].start()
    raft = cluster[2].raft
    assert cluster[2].commands == before
    assert (raft.term, raft.commit_index, raft.applied_index, raft.server.log.base) == (1, 7, 7, 6)


def test_an_application_that_keeps_its_own_state_is_not_given_it_again() -> None:
    stored = with_log([1, 1, 1], commit=3)
    kept = Stored(stored.hard_state, stored.snapshot, stored.entries, applied=2)
    raft = RaftReplica(1, kept, RaftOptions(), Fixed(100, 10), Random(1))
    effects = raft.take_effects(0)
    assert [effect.entries[0].index for effect in effects if hasattr(effect, "entries")] == [3]


def test_a_single_replica_leads_and_commits_alone() -> None:
    cluster = Cluster(1)
    cluster.elect(1)
    cluster.propose(1, b"a")
    assert cluster.stabilize()
    assert cluster[1].commands == [b"a"]
    assert cluster[1].raft.membership == Membership((1,))


def test_stale_acknowledgments_do_not_shorten_what_is_known() -> None:
    cluster = Cluster(3)
    leader = cluster.elect(1)
    cluster.propose(1, b"a")
    cluster.stabilize()
    leader.step(Receive(AppendReply(2, 1, 1, 1)))
    assert leader.raft.server.leading.progress[2].match == 2
    assert Stored(HardState(0, 0, 0), Snapshot(4, 1, Membership(), b""), []).applied == 4


def test_a_witness_needs_an_empty_disk_to_become_more() -> None:
    cluster = Cluster(2)
    cluster.elect(1)
    cluster.add(3)
    cluster.change(1, (ADD_WITNESS, 3))
    cluster.stabilize()
    cluster.propose(1, b"a")
    cluster.stabilize()
    cluster.change(1, (REMOVE, 3))
    cluster.stabilize()
    cluster.change(1, (ADD_VOTER, 3))
    with pytest.raises(AssertionError, match="empty disk"):
        cluster.stabilize()
