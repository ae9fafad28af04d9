"""What an observer of all replicas finds wrong with a lease, and with the place that a read is answered from."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.effects import Effect, Message, ReadReady, Send
from catenet.application.consensus.entry import founding
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.raft.messages import HeartbeatReply, RequestVote, VoteReply
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.timing import Randomised
from catenet.experiments.chaos.census import Census
from catenet.experiments.chaos.lease_rules import LeaseError, LeaseRules
from catenet.experiments.chaos.read_rules import ReadError, ReadRules

MS = 1_000_000


def follower(number: int) -> RaftReplica:
    policy = Randomised(150 * MS, 300 * MS, 50 * MS)
    return RaftReplica(number, founding((1, 2, 3)), RaftOptions(lease_reads=True), policy, Random(1), 0)


def elected() -> RaftReplica:
    """Node 1, by the vote of node 2."""
    leader = follower(1)
    pending = leader.step(events.Campaign(), 0)
    while pending:
        effect = pending.pop(0)
        if isinstance(effect, asked.Append):
            pending += leader.step(events.Appended(effect.token), 0)
        elif isinstance(effect, Send) and effect.message.to == 1:
            pending += leader.step(events.Receive(effect.message), 0)
        elif isinstance(effect, Send) and effect.message.to == 2:
            pending += answers(leader, effect.message)
    return leader


def answers(leader: RaftReplica, message: Message) -> list[Effect]:
    voter = follower(2)
    replies = [effect.message for effect in voter.step(events.Receive(message), 0) if isinstance(effect, Send)]
    return [effect for reply in replies for effect in leader.step(events.Receive(reply), 0)]


class Case:
    """Three nodes whose clocks are set by hand."""

    def __init__(self) -> None:
        self.clocks = {1: 0, 2: 0, 3: 0}
        self.rules = LeaseRules(Census(), 150 * MS, lambda node: self.clocks[node], judged=True)

    def says(self, *messages: Message) -> None:
        self.rules.asked_for(follower(messages[0].sender), [Send(message, 0) for message in messages])


def test_who_answered_a_heartbeat_keeps_its_promise_by_its_own_clock() -> None:
    case = Case()
    case.says(HeartbeatReply(2, 1, 1, 1))
    case.says(RequestVote(3, 2, 2, 0, 0, False))
    case.clocks[2] = 149 * MS
    with pytest.raises(LeaseError, match="node 2 votes for 3 in term 2, 149 ms after it answered a heartbeat"):
        case.says(VoteReply(2, 3, 2, True))
    case.says(VoteReply(2, 3, 2, False))
    case.clocks[2] = 150 * MS
    case.says(VoteReply(2, 3, 2, True))


def test_a_leader_that_hands_over_lets_everybody_go() -> None:
    case = Case()
    case.says(HeartbeatReply(2, 1, 1, 1))
    case.says(TimeoutNow(1, 3, 1))
    case.says(RequestVote(3, 2, 2, 0, 0, True))
    case.says(VoteReply(2, 3, 2, True))


def test_a_read_is_answered_from_what_was_committed_when_it_was_asked() -> None:
    rules, leader = ReadRules(), elected()
    rules.asked(1, 5)
    with pytest.raises(ReadError, match="from entry 4, and when it was asked, all up to 5 was committed"):
        rules.stepped(leader, [ReadReady(7, 4)])
    rules.asked(1, 5)
    rules.stepped(leader, [ReadReady(8, 5)])
    rules.asked(1, 0)  # one by a lease that is not judged
    rules.stepped(leader, [ReadReady(9, 4)])
