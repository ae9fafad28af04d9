"""What is always true of Raft is checked: each kind of violation is found, and told in words."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus.entry import COMMAND, Entry, HardState, Membership, Snapshot, Stored
from catenet.application.consensus.raft.invariants import InvariantError, Invariants
from catenet.application.consensus.raft.messages import AppendReply, VoteReply
from catenet.application.consensus.raft.options import RaftOptions
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.consensus.server import ROLE_LEADER
from catenet.application.consensus.timing import Randomised

MS = 1_000_000


def entry(index: int, term: int, data: bytes = b"x") -> Entry:
    return Entry(term, index, COMMAND, data)


def replica(number: int, term: int, entries: list[Entry], commit: int = 0, leads: bool = False) -> RaftReplica:
    """One with that log."""
    stored = Stored(HardState(term, 0, commit), Snapshot(0, 0, Membership((1, 2, 3)), b""), entries)
    made = RaftReplica(number, stored, RaftOptions(), Randomised(150 * MS, 300 * MS, 50 * MS), Random(1), 0)
    if leads:
        made.server.role = ROLE_LEADER
    return made


def test_two_leaders_of_one_term() -> None:
    check = Invariants()
    check.observe(replica(1, 5, [], leads=True))
    check.observe(replica(2, 6, [], leads=True))
    with pytest.raises(InvariantError, match="^election: 1 and 3 both lead term 5$"):
        check.observe(replica(3, 5, [], leads=True))


def test_a_leader_that_cuts_its_own_log() -> None:
    check = Invariants()
    leader = replica(1, 5, [entry(1, 5), entry(2, 5)], leads=True)
    check.observe(leader)
    shorter = replica(1, 5, [entry(1, 5)], leads=True)
    with pytest.raises(InvariantError, match="^append-only: leader 1 cut its log from 2 to 1$"):
        check.observe(shorter)
    follower = Invariants()
    follower.observe(replica(1, 5, [entry(1, 5), entry(2, 5)]))
    follower.observe(replica(1, 5, [entry(1, 5)]))


def test_a_leader_that_lacks_what_was_committed() -> None:
    check = Invariants()
    check.observe(replica(1, 5, [entry(1, 4), entry(2, 5)], commit=2))
    check.observe(replica(2, 5, [entry(1, 4)], leads=True))
    with pytest.raises(InvariantError, match="^completeness: leader 3 of term 6 lacks the committed entry 5/2$"):
        check.observe(replica(3, 6, [entry(1, 4)], leads=True))


def test_entries_of_one_index_and_term_that_differ() -> None:
    check = Invariants()
    check.observe(replica(1, 5, [entry(1, 4), entry(2, 5)]))
    with pytest.raises(InvariantError, match="^log matching: 2 differs at 5/2, or just before$"):
        check.observe(replica(2, 5, [entry(1, 4), entry(2, 5, b"y")]))
    with pytest.raises(InvariantError, match="^log matching: 3 differs at 5/2, or just before$"):
        check.observe(replica(3, 5, [entry(1, 3), entry(2, 5)]))


def test_two_entries_committed_at_one_index() -> None:
    check = Invariants()
    check.observe(replica(1, 5, [entry(1, 4)], commit=1))
    with pytest.raises(InvariantError, match="^safety: 2 committed 5/1, another committed 4/1$"):
        check.observe(replica(2, 5, [entry(1, 5)], commit=1))


def test_going_back() -> None:
    check = Invariants()
    check.observe(replica(1, 5, [entry(1, 4)], commit=1))
    with pytest.raises(InvariantError, match="^commit: 1 went back from 1 to 0$"):
        check.observe(replica(1, 5, [entry(1, 4)]))
    with pytest.raises(InvariantError, match="^term: 1 went back from 5 to 4$"):
        check.observe(replica(1, 4, [entry(1, 4)], commit=1))


def test_a_vote_is_given_once_a_term_also_over_a_restart() -> None:
    check = Invariants()
    check.sent(VoteReply(2, 1, 5, True, 0, 0))
    check.sent(VoteReply(2, 1, 5, True, 0, 0))
    check.sent(VoteReply(2, 3, 5, False, 0, 0))
    check.restarted(2, 0)
    with pytest.raises(InvariantError, match="^vote: 2 voted for 1 and 3 in term 5$"):
        check.sent(VoteReply(2, 3, 5, True, 0, 0))
    check.sent(VoteReply(2, 3, 6, True, 0, 0))


def test_a_term_that_was_acknowledged_holds_over_a_restart() -> None:
    check = Invariants()
    check.sent(AppendReply(2, 1, 6, 0))
    check.restarted(2, 0)
    with pytest.raises(InvariantError, match="^term: 2 went back from 6 to 5$"):
        check.observe(replica(2, 5, []))
    check.forgotten(2)
    check.observe(replica(2, 5, []))


def test_applications_get_what_is_committed_in_order() -> None:
    check = Invariants()
    check.observe(replica(1, 5, [entry(1, 4), entry(2, 5), entry(3, 5)], commit=2))
    check.applied(2, [entry(1, 4)])
    with pytest.raises(InvariantError, match="^apply: 2 applied 1 after 1$"):
        check.applied(2, [entry(1, 4)])
    with pytest.raises(InvariantError, match="^apply: 2 applied 4/2, which is not committed$"):
        check.applied(2, [entry(2, 4)])
    check.applied(2, [entry(2, 5)])
    with pytest.raises(InvariantError, match="^apply: 2 applied 5/3, which is not committed$"):
        check.applied(2, [entry(3, 5)])
    with pytest.raises(InvariantError, match="^apply: 2 went back from 2 to the snapshot of 1$"):
        check.restored(2, 1)
    check.restored(2, 2)
