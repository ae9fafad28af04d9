"""Changes of membership: who campaigns while one is to be applied, and who is told of the one that ends a joint one."""

from __future__ import annotations

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import Entry
from catenet.application.consensus.raft.messages import (
    AppendEntries,
    PreVoteReply,
    RequestPreVote,
    RequestVote,
    VoteReply,
)
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.server import ROLE_FOLLOWER
from tests.unit.application.consensus.pure_cluster import MS, Cluster, Host

from .test_reads import followers, maker


def test_who_must_still_apply_a_change_does_not_campaign_and_says_why() -> None:
    """It would count the votes of a membership that is no longer true, and an operator would wonder at its silence."""
    cluster = Cluster(maker(), 3, 1)
    leader = cluster.stabilize()
    slow = followers(cluster, leader)[0]
    waiting: list[Entry] = []
    slow.apply = waiting.extend  # type: ignore[method-assign]
    leader.step(events.ChangeMembership([events.MemberChange(events.ADD_LEARNER, 4)], events.AUTO, 1))
    cluster.run(500 * MS)
    assert waiting, "it has learnt that the change is committed"
    notices, ballots = campaign(slow)
    assert notices == [f"{slow.number} has a committed change of membership to apply before it can campaign"]
    assert ballots == 0
    Host.apply(slow, waiting)
    assert campaign(slow) == ([], 2)


@pytest.mark.parametrize("pre_vote", [False, True])
def test_a_candidate_that_learns_of_a_change_gives_up(pre_vote: bool) -> None:
    """The votes that it asked for are those of a membership that is no longer true: with them it must not lead."""
    cluster = Cluster(maker(pre_vote=pre_vote), 3, 1)
    leader = cluster.stabilize()
    candidate, other = followers(cluster, leader)
    cluster.isolate(candidate.number)
    leader.step(events.ChangeMembership([events.MemberChange(events.ADD_LEARNER, 4)], events.AUTO, 1))
    cluster.run(200 * MS)
    server, leading = core_of(candidate), core_of(leader)
    last, change = server.log.last_index, leading.log.last_index
    missed = leading.log.slice(last + 1, change + 1, 1 << 20)
    append = AppendEntries(leader.number, candidate.number, leading.term, last, server.log.term(last), missed, 0)
    candidate.replica.step(events.Receive(append), cluster.now)
    candidate.replica.step(events.Campaign(), cluster.now + 1000 * MS)
    reply, term = (PreVoteReply, server.term + 1) if pre_vote else (VoteReply, server.term)
    granted = reply(other.number, candidate.number, term, True, change, server.log.term(change))
    effects = candidate.replica.step(events.Receive(granted), cluster.now + 1000 * MS)
    assert candidate.replica.role == ROLE_FOLLOWER
    messages = [effect.message for effect in effects if isinstance(effect, asked.Send)]
    assert not [message for message in messages if isinstance(message, RequestVote)]
    assert candidate.replica.commit_index == change


def core_of(host: Host) -> RaftServer:
    assert isinstance(host.replica, RaftReplica)
    return host.replica.server


def campaign(host: Host) -> tuple[list[str], int]:
    """What it says for people, and of how many it asks a vote."""
    effects = host.replica.step(events.Campaign(), host.cluster.now)
    messages = [effect.message for effect in effects if isinstance(effect, asked.Send)]
    notices = [effect.text for effect in effects if isinstance(effect, asked.Notice)]
    return notices, sum(isinstance(message, RequestVote | RequestPreVote) for message in messages)


def test_a_joint_membership_ends_by_itself_and_nobody_is_told_of_a_request_that_nobody_made() -> None:
    cluster = Cluster(maker(), 3, 1)
    leader = cluster.stabilize()
    gone = followers(cluster, leader)[0].number
    cluster.join(4)
    changes = [events.MemberChange(events.ADD_VOTER, 4), events.MemberChange(events.REMOVE, gone)]
    leader.step(events.ChangeMembership(changes, events.AUTO, 1))
    cluster.run(2000 * MS)
    members = leader.replica.membership
    assert (sorted(members.voters), members.outgoing) == (sorted({1, 2, 3, 4} - {gone}), ())
    assert list(cluster.accepted) == [1]
