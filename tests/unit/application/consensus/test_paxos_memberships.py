"""Reads and leases of Multi-Paxos while those who decide change: a candidate may not know of the last change yet."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import CHANGE, Entry, Membership, founding
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.paxos.ballot import ballot
from catenet.application.consensus.paxos.multi.members import emit
from catenet.application.consensus.paxos.multi.messages import (
    Accepted,
    Heartbeat,
    HeartbeatReply,
    Prepare,
    Promise,
)
from catenet.application.consensus.server import ROLE_LEADER

from .pure_cluster import MS
from .test_multi_paxos import maker
from .test_paxos_passed_over import LOWER, Candidate, commands

CHANGED = Entry(LOWER, 4, CHANGE, emit(Membership((1, 8, 9))))
"""Counts from place 6 on, with a window of 2."""


def elected_by_the_old() -> Candidate:
    """It leads by the promise of 2, who knows of places 4 and 5; 6 and 7 were decided by 8 and 9 since."""
    candidate = Candidate(commands(1, 3), 3, window=2)
    candidate.step(events.Campaign())
    candidate.hear(candidate.promise(2, [CHANGED, *commands(5, 5)]))
    assert candidate.replica.role == ROLE_LEADER
    return candidate


def beat(candidate: Candidate, *peers: int) -> None:
    """Another round of heartbeats, which those answer."""
    now_ns = candidate.replica.server.now_ns + 60 * MS
    candidate.replica.handle(events.Tick(), now_ns)
    candidate._do(candidate.replica.take_effects(now_ns))
    term, round_ = candidate.replica.term, candidate.replica.server.proposer.rounds.newest
    candidate.hear(*(HeartbeatReply(peer, 1, term, round_, 0, 0) for peer in peers))


def test_a_read_waits_for_those_who_decide_about_the_next_place() -> None:
    """Its leader was elected by members who are none any more, and would not have known of the last writes."""
    leader = elected_by_the_old()
    term = leader.replica.term
    leader.step(events.Read(77))
    beat(leader, 2, 3)
    leader.hear(Accepted(2, 1, term, 4, 5))
    assert leader.replica.membership.voters == (1, 8, 9)
    beat(leader, 2, 3, 8)
    assert leader.reads == {}
    leader.hear(leader.promise(8, commands(6, 7)))
    beat(leader, 8)
    assert leader.reads == {}, "what 8 tells is not decided anew yet"
    leader.hear(Accepted(8, 1, term, 6, 7))
    beat(leader, 8)
    assert leader.reads == {77: 7}


@pytest.mark.parametrize("taking_over", [False, True])
def test_a_leader_asks_new_members_to_break_a_lease_only_if_it_was_told_to_take_over(taking_over: bool) -> None:
    candidate = Candidate(commands(1, 3), 3, window=2)
    candidate.step(events.Receive(TimeoutNow(2, 1, LOWER)) if taking_over else events.Campaign())
    candidate.hear(candidate.promise(2, [CHANGED, *commands(5, 5)]))
    candidate.hear(Accepted(2, 1, candidate.replica.term, 4, 5))
    prepares = {said.to: said.taking_over for said in candidate.said if isinstance(said, Prepare)}
    assert prepares == dict.fromkeys((2, 3, 8, 9), taking_over)


def test_who_hears_another_leader_promises_it_nothing_while_the_first_ones_lease_may_run() -> None:
    """A leader that was elected by former members comes to those of today, whose own leader reads by its lease."""
    replica = maker(leases=True)(3, founding((1, 2, 3)), Random(1), 0)
    higher = ballot(9, 1)

    def promises(at_ns: int, attempt: int) -> bool:
        prepare = Prepare(1, 3, higher, attempt, 1, False)
        effects = replica.step(events.Receive(prepare), at_ns)
        return any(isinstance(effect, asked.Send) and isinstance(effect.message, Promise) for effect in effects)

    def hear(sender: int, term: int, round_: int, at_ns: int) -> None:
        replica.step(events.Receive(Heartbeat(sender, 3, term, 0, round_, 0)), at_ns)

    hear(2, LOWER, 1, 1000 * MS)
    hear(1, higher, 1, 1010 * MS)
    assert not promises(1010 * MS, 0)
    hear(1, higher, 2, 1060 * MS)
    assert not promises(1159 * MS, 1)
    assert promises(1160 * MS, 2), "the second leader is followed, and is itself no reason to wait"
