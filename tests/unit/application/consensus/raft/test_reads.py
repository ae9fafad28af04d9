"""Reads in Raft: what is read was committed when it was asked for, and who cannot know that does not answer."""

from __future__ import annotations

from random import Random

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import Stored, founding
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.raft.messages import Heartbeat, PreVoteReply, RequestVote, VoteReply
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.server import ROLE_LEADER
from catenet.application.consensus.timing import Randomised
from tests.unit.application.consensus.pure_cluster import MS, Cluster, Host, Make


def maker(**options: object) -> Make:
    def make(number: int, stored: Stored, dice: Random, now: int) -> Replica:
        policy = Randomised(150 * MS, 300 * MS, 50 * MS)
        return RaftReplica(number, stored, RaftOptions(**options), policy, dice, now)  # type: ignore[arg-type]

    return make


def read(host: Host, tag: int, lease: bool = False) -> list[asked.Refused]:
    """CatchUpRequest, and hand back what was refused at once."""
    effects = host.replica.step(events.Read(tag, lease), host.cluster.now)
    host.do(effects)
    return [effect for effect in effects if isinstance(effect, asked.Refused)]


def followers(cluster: Cluster, leader: Host) -> list[Host]:
    return [host for host in cluster.hosts.values() if host is not leader]


def test_a_read_needs_a_round_trip_to_a_majority() -> None:
    cluster = Cluster(maker(), 3, 1)
    leader = cluster.stabilize()
    cluster.propose(leader, b"first")
    cluster.run(300 * MS)
    assert read(leader, 7) == []
    assert 7 not in cluster.reads
    cluster.run(100 * MS)
    assert cluster.reads[7] == leader.replica.commit_index >= 2


def test_a_follower_s_read_goes_by_way_of_the_leader() -> None:
    cluster = Cluster(maker(), 3, 1)
    leader = cluster.stabilize()
    cluster.propose(leader, b"first")
    cluster.run(300 * MS)
    one, other = followers(cluster, leader)
    read(one, 8)
    cluster.run(200 * MS)
    assert cluster.reads[8] == leader.replica.commit_index
    cluster.isolate(other.number)
    read(other, 9)
    cluster.run(400 * MS)
    assert 9 not in cluster.reads


def test_a_leader_that_is_cut_off_answers_no_read() -> None:
    """Another may lead by now, and have committed what this one does not know."""
    cluster = Cluster(maker(), 3, 2)
    leader = cluster.stabilize()
    cluster.isolate(leader.number)
    read(leader, 7)
    cluster.run(2000 * MS)
    assert 7 not in cluster.reads


def test_within_its_lease_a_leader_answers_alone_and_after_it_does_not() -> None:
    cluster = Cluster(maker(lease_reads=True), 3, 3)
    leader = cluster.stabilize()
    read(leader, 7, lease=True)
    assert 7 in cluster.reads
    read(leader, 8, lease=False)
    assert 8 not in cluster.reads, "who asks for certainty gets it"
    cluster.isolate(leader.number)
    cluster.run(150 * MS)
    read(leader, 9, lease=True)
    assert 9 not in cluster.reads


def test_without_lease_reads_nobody_answers_alone_but_a_group_of_one() -> None:
    cluster = Cluster(maker(), 3, 3)
    leader = cluster.stabilize()
    read(leader, 7, lease=True)
    assert 7 not in cluster.reads
    single = Cluster(maker(), 1, 3)
    alone = single.stabilize()
    read(alone, 7)
    assert single.reads[7] == alone.replica.commit_index


def test_a_lease_does_not_outlive_a_transfer() -> None:
    """The heir campaigns at once, whatever others have heard: the old leader's lease is worth nothing any more."""
    cluster = Cluster(maker(lease_reads=True), 3, 4)
    leader = cluster.stabilize()
    heir = followers(cluster, leader)[0]
    leader.step(events.Transfer(heir.number))
    read(leader, 7, lease=True)
    assert 7 not in cluster.reads
    cluster.run(500 * MS)
    assert cluster.leader() is heir


def test_who_has_answered_a_heartbeat_votes_for_nobody_else_within_the_lease_whatever_term_it_hears_of() -> None:
    """Its leader counts on the answer, and reads alone; a late answer to a campaign of its own must not undo that."""
    voter = maker(lease_reads=True)(2, founding((1, 2, 3)), Random(1), 0)
    voter.step(events.Receive(Heartbeat(1, 2, 1, 0, 1, 0)), 100 * MS)
    voter.step(events.Receive(PreVoteReply(3, 2, 2, False)), 101 * MS)
    assert not granted(voter.step(events.Receive(RequestVote(3, 2, 3, 9, 2, False)), 249 * MS))
    assert granted(voter.step(events.Receive(RequestVote(3, 2, 3, 9, 2, False)), 251 * MS))


def granted(effects: list[asked.Effect]) -> bool:
    messages = [effect.message for effect in effects if isinstance(effect, asked.Send)]
    return any(isinstance(message, VoteReply) and message.granted for message in messages)


def test_who_knows_no_leader_refuses_and_says_so() -> None:
    cluster = Cluster(maker(), 3, 5)
    (refused,) = read(cluster.hosts[1], 7)
    assert (refused.tag, refused.reason, refused.leader) == (7, "no leader", 0)


def test_a_leader_that_has_been_removed_refuses() -> None:
    cluster = Cluster(maker(step_down_on_removal=False), 3, 6)
    leader = cluster.stabilize()
    leader.step(events.ChangeMembership([events.MemberChange(events.REMOVE, leader.number)], events.AUTO, 1))
    cluster.run(500 * MS)
    if leader.replica.role == ROLE_LEADER and leader.number not in leader.replica.membership.voters:
        (refused,) = read(leader, 7)
        assert (refused.tag, refused.reason) == (7, "no member")
    else:
        raise AssertionError("it was to lead on")


def test_a_read_before_the_term_has_committed_anything_waits_for_it() -> None:
    """A new leader does not know yet how far its predecessor had committed (section 8)."""
    cluster = Cluster(maker(), 3, 7)
    first = cluster.stabilize()
    cluster.propose(first, b"x")
    cluster.run(300 * MS)
    committed = first.replica.commit_index
    first.crash()
    while (leader := cluster.leader()) is None or leader is first:
        cluster.run(1 * MS)
    read(leader, 7)
    assert 7 not in cluster.reads
    cluster.run(500 * MS)
    assert cluster.reads[7] > committed
