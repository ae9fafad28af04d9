"""What an observer of all replicas finds wrong with a lease, and with the place that a read is answered from."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.effects import Effect, Message, ReadReady, Send
from catenet.application.consensus.entry import COMMAND, Entry, founding
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.paxos.multi.invariants import PaxosInvariantError
from catenet.application.consensus.paxos.multi.messages import Accept
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.raft.invariants import InvariantError
from catenet.application.consensus.raft.messages import Heartbeat, HeartbeatReply, RequestVote, VoteReply
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.timing import Randomised
from catenet.experiments.chaos.coverage import Coverage
from catenet.experiments.chaos.lease_rules import LeaseError, LeaseRules
from catenet.experiments.chaos.paxos_rules import PaxosRules
from catenet.experiments.chaos.raft_rules import RaftRules
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
        self.rules = LeaseRules(Coverage(), 150 * MS, lambda node: self.clocks[node], checked=True)

    def message_sent(self, *messages: Message) -> None:
        self.rules.asked_for(follower(messages[0].sender), [Send(message, 0) for message in messages])


def test_who_answered_a_heartbeat_keeps_its_promise_by_its_own_clock() -> None:
    case = Case()
    case.message_sent(HeartbeatReply(2, 1, 1, 1))
    case.message_sent(RequestVote(3, 2, 2, 0, 0, False))
    case.clocks[2] = 149 * MS
    with pytest.raises(LeaseError, match="node 2 votes for 3 in term 2, 149 ms after it answered a heartbeat"):
        case.message_sent(VoteReply(2, 3, 2, True))
    case.message_sent(VoteReply(2, 3, 2, False))
    case.clocks[2] = 150 * MS
    case.message_sent(VoteReply(2, 3, 2, True))


def test_a_leader_that_hands_over_lets_everybody_go() -> None:
    case = Case()
    case.message_sent(HeartbeatReply(2, 1, 1, 1))
    case.message_sent(TimeoutNow(1, 3, 1))
    case.message_sent(RequestVote(3, 2, 2, 0, 0, True))
    case.message_sent(VoteReply(2, 3, 2, True))


def test_a_read_is_answered_from_what_was_committed_when_it_was_asked() -> None:
    rules, leader = ReadRules(), elected()
    rules.asked(leader, 5)
    with pytest.raises(ReadError, match="from entry 4, but at the time of the request, entry 5 was committed"):
        rules.effects_emitted(leader, [ReadReady(7, 4)])
    rules.asked(leader, 5)
    rules.effects_emitted(leader, [ReadReady(8, 5)])
    rules.asked(leader, 0)  # one by a lease that is not judged
    rules.effects_emitted(leader, [ReadReady(9, 4)])


def test_a_read_without_a_lease_is_confirmed_after_it_came() -> None:
    rules, leader = ReadRules(), elected()
    rules.effects_emitted(leader, [Send(Heartbeat(1, 2, 1, 0, 3, 0), 0)])
    rules.asked(leader, 0)
    leader.step(events.Read(7, False), 0)
    rules.effects_emitted(leader, [])
    rules.effects_emitted(follower(2), [Send(HeartbeatReply(2, 1, 1, 3), 0)])
    with pytest.raises(ReadError, match="but only 1 have answered a heartbeat that was sent after the request"):
        rules.effects_emitted(leader, [ReadReady(7, 5)])
    rules.asked(leader, 0)
    rules.effects_emitted(leader, [])
    rules.effects_emitted(follower(2), [Send(HeartbeatReply(2, 1, 1, 4), 0)])
    rules.effects_emitted(leader, [ReadReady(7, 5)])


def test_a_follower_removes_only_what_differs_from_its_leaders_log() -> None:
    rules, leader, other = RaftRules(Coverage(), lambda node: True), elected(), follower(2)
    entries = [leader.server.log.entry(1), Entry(1, 2, COMMAND, b"two"), Entry(1, 3, COMMAND, b"three")]
    leader.server.log.append(entries[1:])
    other.server.persistent.term = 1
    other.server.log.append(entries)
    for replica in (leader, other):
        rules.restarted(replica)
    other.server.log.append([entries[1]])
    with pytest.raises(InvariantError, match="node 2 has removed entry 3 of term 1, which leader 1 of term 1 also has"):
        rules.observe(other)


def test_a_leader_of_paxos_leaves_no_place_out() -> None:
    rules = PaxosRules(Coverage(), lambda node: True)
    rules.restarted(
        PaxosReplica(1, founding((1, 2, 3)), PaxosOptions(), Randomised(150 * MS, 300 * MS, 50 * MS), Random(1), 0)
    )
    rules.sent(Accept(1, 2, 5, [Entry(5, 1, COMMAND, b"one")], 0))
    with pytest.raises(PaxosInvariantError, match="for place 3 in ballot 5, and has proposed none for place 2"):
        rules.sent(Accept(1, 2, 5, [Entry(5, 3, COMMAND, b"three")], 0))
