"""Which proposals are taken and which are refused, what a change of membership does, and what a new leader forgets."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import CHANGE, COMMAND, Entry, HardState, Membership, Snapshot, Stored
from catenet.application.consensus.events import ADD_LEARNER, ADD_VOTER, AUTO, REMOVE, MemberChange
from catenet.application.consensus.messages import InstallSnapshot, TimeoutNow
from catenet.application.consensus.raft.log import NO_LIMIT, Log
from catenet.application.consensus.raft.membership.codec import emit_change
from catenet.application.consensus.raft.membership.config import Change
from catenet.application.consensus.raft.messages import (
    AppendEntries,
    Heartbeat,
    HeartbeatReply,
    ReadReply,
    ReadRequest,
    RequestVote,
    VoteReply,
)
from catenet.application.consensus.raft.proposals import SINGLE
from catenet.application.consensus.raft.state import VolatileState
from catenet.application.consensus.server import ROLE_CANDIDATE, ROLE_FOLLOWER, ROLE_LEADER
from tests.unit.application.consensus.one_raft import MINIMUM_NS, MS, One, disk


def refused(one: One) -> list[tuple[int, str]]:
    return [(it.tag, it.reason) for it in one.take_asked(asked.Refused)]


def leading(**chosen: Any) -> One:
    groups = chosen.pop("groups", {})
    one = One(disk(**groups), **chosen)
    one.lead()
    for peer in (2, 3):
        one.acknowledge(peer)
    one.said.clear()
    one.asked.clear()
    return one


def change(one: One, *steps: tuple[int, int], transition: int = AUTO, tag: int = 7) -> None:
    one.step(events.ChangeMembership([MemberChange(*step) for step in steps], transition, tag))


def test_a_single_change_is_one_step_and_never_joint() -> None:
    for steps in ((), ((ADD_VOTER, 4), (ADD_VOTER, 5))):
        one = leading()
        change(one, *steps, transition=SINGLE)
        assert refused(one) == [(7, "a single change is one step")]
        assert one.server.log.last_index == 1
    one = leading()
    change(one, (ADD_VOTER, 4), transition=SINGLE)
    one.acknowledge(2)
    assert one.replica.membership.voters == (1, 2, 3, 4)
    assert one.replica.membership.outgoing == ()


def test_one_change_at_a_time() -> None:
    """Two that count differently could each have a majority of their own."""
    one = leading()
    change(one, (ADD_LEARNER, 4))
    change(one, (ADD_LEARNER, 5), tag=8)
    assert refused(one) == [(8, "another change may be pending")]
    assert one.server.log.entry(3).data == b"", "it becomes an empty entry"
    one.acknowledge(2)
    assert one.replica.membership.learners == (4,)
    change(one, (ADD_LEARNER, 5), tag=9)
    assert refused(one) == []


@pytest.mark.parametrize(
    ("groups", "steps", "reason"),
    [
        ({}, (), "no joint membership to leave"),
        ({"outgoing": (1, 2, 3)}, ((ADD_VOTER, 4),), "leave the joint membership first"),
    ],
)
def test_a_change_that_does_not_fit_is_refused(
    groups: dict[str, tuple[int, ...]], steps: tuple[tuple[int, int], ...], reason: str
) -> None:
    one = leading(groups=groups)
    change(one, *steps)
    assert refused(one) == [(7, reason)]


def test_a_committed_change_that_does_not_fit_changes_nothing_and_is_noted() -> None:
    one = One(disk(term=4))
    one.hear(AppendEntries(2, 1, 4, 0, 0, [Entry(4, 1, CHANGE, b"")], 1))
    assert one.replica.membership == Membership((1, 2, 3))
    (notice,) = one.take_asked(asked.Notice)
    assert notice.text.startswith("the change of membership at 1 does not fit: ")
    assert one.take_asked(asked.MembershipChanged) == []


def test_a_leader_that_is_removed_steps_down_when_that_is_applied_unless_it_was_told_not_to() -> None:
    for steps_down, role in ((True, ROLE_FOLLOWER), (False, ROLE_LEADER)):
        one = leading(step_down_on_removal=steps_down)
        change(one, (REMOVE, 1))
        for peer in (2, 3):
            one.acknowledge(peer)
        assert one.replica.membership.voters == (2, 3)
        assert one.replica.role == role
    stays = leading(step_down_on_removal=False)
    change(stays, (REMOVE, 1))
    for peer in (2, 3):
        stays.acknowledge(peer)
    stays.asked.clear()
    stays.step(events.Propose([b"x"], 8))
    stays.step(events.Read(9))
    assert refused(stays) == [(8, "no member"), (9, "no member")]


def test_a_candidate_that_is_removed_gives_up() -> None:
    gone = Entry(4, 1, CHANGE, emit_change(Change([MemberChange(REMOVE, 1)])))
    one = One(Stored(HardState(4, 0, 0), Snapshot(0, 0, Membership((1, 2, 3)), b""), [gone]), pre_vote=False)
    one.step(events.Campaign())
    assert one.replica.role == ROLE_CANDIDATE
    one.slow_application = True
    one.server.volatile.commit_to(1)
    one.step(events.Tick())
    one.step(events.Applied(1))
    assert (one.replica.role, one.replica.membership.voters) == (ROLE_FOLLOWER, (2, 3))


def test_who_is_not_the_leader_or_is_the_replica_itself_readmits_nobody() -> None:
    one = leading()
    one.step(events.Readmit(1, 5))
    assert refused(one) == [(5, "not the leader")]
    follower = One(disk(term=4))
    follower.step(events.Readmit(2, 6))
    assert refused(follower) == [(6, "not the leader")]
    one.step(events.Transfer(2))
    one.step(events.Readmit(3, 7))
    assert refused(one) == [(7, "leadership is being transferred")]
    assert one.server.leading.progress[3].match == 1


def test_of_one_that_lost_its_disk_nothing_is_known_any_more() -> None:
    one = leading()
    one.step(events.Readmit(3, 5))
    known = one.server.leading.progress[3]
    assert (known.match, known.next, known.learner, known.active) == (0, 3, False, False)
    assert [(it.tag, it.index) for it in one.take_asked(asked.Accepted)] == [(5, 2)]
    one.step(events.Readmit(9, 6))
    assert 9 not in one.server.leading.progress


def test_a_leader_of_a_group_with_witnesses_hands_over_before_it_leaves() -> None:
    """With a witness's help all may be committed that only this leader holds."""
    one = leading(groups={"voters": (1, 2, 3), "witnesses": (3,)})
    change(one, (REMOVE, 1))
    assert refused(one) == [(7, "hand leadership over before leaving a group with witnesses")]


def test_a_joint_membership_that_ends_by_itself_without_its_leader_finds_a_successor_first() -> None:
    stored = Stored(
        HardState(1, 0, 0), Snapshot(0, 0, Membership((2, 3), (1, 2, 3), (), (), (3,), True), b""), []
    )  # fmt: skip
    one = One(stored, pre_vote=False)
    one.step(events.Campaign())
    for voter in (2, 3):
        one.hear(VoteReply(voter, 1, one.replica.term, True))
    assert one.replica.role == ROLE_LEADER
    for peer in (2, 3):
        one.acknowledge(peer)
    assert [it.to for it in one.take(TimeoutNow)] == [2], "the one that is no witness"
    assert one.server.leading.transfer_to == 2


# -- reads


def test_a_read_of_a_leader_waits_for_its_first_commit_and_then_for_a_round() -> None:
    one = One(disk())
    one.lead()
    one.step(events.Read(7))
    assert one.take_asked(asked.ReadReady) == []
    assert one.take(Heartbeat) == []
    one.acknowledge(2)
    assert {beat.round for beat in one.take(Heartbeat)} == {1}
    assert one.take_asked(asked.ReadReady) == []
    one.answer_beat(3, 0)
    assert one.take_asked(asked.ReadReady) == [], "an answer to an earlier round"
    one.answer_beat(3)
    assert [(it.tag, it.index) for it in one.take_asked(asked.ReadReady)] == [(7, 1)]


def test_reads_are_answered_with_the_index_of_when_they_came_to_whoever_asked() -> None:
    one = leading()
    one.step(events.Read(7))
    one.hear(ReadRequest(3, 1, 70))
    one.step(events.Propose([b"x"]))
    one.acknowledge(2)
    assert one.replica.commit_index == 2
    one.said.clear()
    one.answer_beat(2)
    assert [(it.tag, it.index) for it in one.take_asked(asked.ReadReady)] == [(7, 1)]
    assert [(it.to, it.tag, it.index) for it in one.take(ReadReply)] == [(3, 70, 1)]


def test_a_follower_passes_a_read_on_and_serves_it_as_it_is_told() -> None:
    one = One(disk(term=4))
    one.step(events.Read(6))
    assert refused(one) == [(6, "no leader")]
    one.hear(Heartbeat(2, 1, 4, 0, 1, 0))
    one.step(events.Read(7))
    assert [(it.to, it.tag) for it in one.take(ReadRequest)] == [(2, 7)]
    one.hear(ReadReply(2, 1, 4, 33, 7))
    assert [(it.tag, it.index) for it in one.take_asked(asked.ReadReady)] == [(7, 33)]
    one.hear(ReadRequest(3, 1, 8))
    assert one.take(ReadReply) == []


def test_who_leads_no_more_refuses_its_own_reads_and_forgets_those_of_others() -> None:
    one = leading()
    one.step(events.Read(7))
    one.hear(ReadRequest(3, 1, 70))
    one.hear(Heartbeat(2, 1, 9, 0, 1, 0))
    assert refused(one) == [(7, "leadership lost")]
    early = One(disk())
    early.lead()
    early.step(events.Read(8))
    early.hear(Heartbeat(2, 1, 9, 0, 1, 0))
    assert refused(early) == [(8, "leadership lost")]


@pytest.mark.parametrize(("drift", "share"), [(0.05, 0.95), (0.5, 0.5), (0.0, 1.0)])
def test_a_lease_runs_from_when_the_round_was_sent_shortened_by_the_drift(drift: float, share: float) -> None:
    one = leading(lease_reads=True, clock_drift=drift)
    one.now_ns += 10 * MS
    one.step(events.Read(1, lease=True))
    sent_ns = one.now_ns
    one.now_ns += 10 * MS
    assert one.take_asked(asked.ReadReady) == []
    one.answer_beat(3)
    assert [it.tag for it in one.take_asked(asked.ReadReady)] == [1], "by its round"
    until_ns = sent_ns + int(MINIMUM_NS * share)
    for now_ns, tag, answered in ((until_ns - 1, 2, [2]), (until_ns, 3, [])):
        one.now_ns = now_ns
        one.step(events.Read(tag, lease=True))
        assert [it.tag for it in one.take_asked(asked.ReadReady)] == answered
    fresh = leading(lease_reads=True)
    fresh.tick(50 * MS)
    fresh.answer_beat(2)
    fresh.step(events.Read(4, lease=False))
    assert fresh.take_asked(asked.ReadReady) == []
    fresh.step(events.Transfer(2))
    fresh.step(events.Read(5, lease=True))
    assert fresh.take_asked(asked.ReadReady) == []


# -- small things


def test_a_new_leader_knows_nothing_of_the_pieces_rounds_and_promises_of_before() -> None:
    one = One(disk(term=4))
    one.hear(InstallSnapshot(2, 1, 4, 9, 3, Membership((1, 2, 3)), 0, b"part", False))
    assert one.server.incoming is not None
    one.hear(RequestVote(3, 1, 5, 9, 9, True))
    assert one.server.incoming is None
    leader = leading()
    leader.tick(50 * MS)
    leader.step(events.Transfer(2))
    leader.hear(Heartbeat(2, 1, 9, 0, 1, 0))
    server = leader.server
    assert (
        server.leading.rounds.newest,
        server.leading.rounds.wanted,
        server.leading.rounds.sent_ns,
        server.leading.rounds.lease_void,
    ) == (0, False, {}, False)
    assert (server.leading.transfer_to, server.leading.pending_change_index, server.leading.uncommitted_octets) == (
        0,
        0,
        0,
    )
    assert not server.leading.append_wanted
    assert not server.leading.acknowledge_wanted
    assert {member: int(known.match) for member, known in server.leading.progress.items()} == {1: 1, 2: 0, 3: 0}
    assert all(known.next == 2 and not known.active for known in server.leading.progress.values())


def test_only_so_many_rounds_are_remembered() -> None:
    one = leading(check_quorum=False)
    for _ in range(100):
        one.tick(50 * MS)
    assert len(one.server.leading.rounds.sent_ns) == 64
    assert max(one.server.leading.rounds.sent_ns) == 100
    one.hear(HeartbeatReply(2, 1, 1, 30))
    assert one.server.leading.progress[2].rtt_ns == 0, "an answer to a round that is forgotten measures nothing"
    one.hear(HeartbeatReply(2, 1, 1, 37))
    assert one.server.leading.progress[2].rtt_ns == 63 * 50 * MS


def test_a_log_that_jumps_to_a_snapshot_owes_its_application_nothing_of_before() -> None:
    log = Log(0, 0, [Entry(1, index, COMMAND, b"x" * 50) for index in (1, 2, 3)])
    state = VolatileState(log, 3, 0, 100)
    taken = state.take_to_apply(False)
    assert [entry.index for entry in taken] == [1]
    assert state.applying_octets == taken[0].octets
    assert state.applying_paused
    state.restore(Snapshot(9, 2, Membership((1,)), b"state"))
    log.mark_snapshot_stable(9)
    state.jump_to(Snapshot(9, 2, Membership((1,)), b"state"))
    assert (state.last_applied, state.applying, state.applying_octets, state.applying_paused) == (9, 9, 0, False)
    log.append([])
    assert (log.last_index, log.last_term) == (9, 2)
    assert log.since(10, NO_LIMIT) == []
