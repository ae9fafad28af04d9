"""How a leader sends its log, what a follower answers, and what is committed (Raft 5.3, 5.4.2, section 7)."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import COMMAND, Entry, HardState, Membership, Snapshot, Stored
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply, TimeoutNow
from catenet.application.consensus.raft.messages import (
    AppendEntries,
    AppendReply,
    ForwardProposal,
    ForwardTransfer,
    Heartbeat,
    HeartbeatReply,
)
from catenet.application.consensus.raft.progress import PROBE, REPLICATE, SNAPSHOT
from catenet.application.consensus.server import ROLE_FOLLOWER, ROLE_LEADER
from tests.unit.application.consensus.one_raft import BEAT_NS, MINIMUM_NS, MS, One, disk


def sent(one: One, to: int = 0) -> list[tuple[int, int, int]]:
    """Of appends: where they follow, how many entries they have, and the commit index that they tell."""
    found = [it for it in one.take(AppendEntries) if to in (0, it.to)]
    return [(it.prev_index, len(it.entries), it.commit) for it in found]


def leading(stored: Stored | None = None, **options: Any) -> One:
    """A leader whose followers have all of its log."""
    one = One(stored, **options)
    one.lead()
    for peer in (2, 3):
        one.acknowledge(peer)
    one.said.clear()
    one.asked.clear()
    return one


# -- a follower


def follower(terms: tuple[int, ...] = (), term: int = 4, commit: int = 0) -> One:
    return One(disk(terms, term=term, commit=commit))


def entries(*places: tuple[int, int]) -> list[Entry]:
    return [Entry(term, index, COMMAND, b"new") for term, index in places]


def answers(one: One) -> list[tuple[int, bool, int, int]]:
    return [(it.index, it.rejected, it.hint_index, it.hint_term) for it in one.take(AppendReply)]


@pytest.mark.parametrize(
    ("terms", "prev", "places", "answer", "log"),
    [
        ((), (0, 0), [(4, 1), (4, 2)], (2, False, 0, 0), [4, 4]),
        ((1, 2), (2, 2), [(4, 3)], (3, False, 0, 0), [1, 2, 4]),
        ((1, 2), (1, 1), [(4, 2)], (2, False, 0, 0), [1, 4]),
        ((1, 2, 2), (1, 1), [(2, 2)], (2, False, 0, 0), [1, 2, 2]),
        ((1, 2, 2), (3, 2), [], (3, False, 0, 0), [1, 2, 2]),
        ((1, 2, 2), (1, 1), [(2, 2), (4, 3), (4, 4)], (4, False, 0, 0), [1, 2, 4, 4]),
        ((1, 2), (3, 4), [(4, 4)], (3, True, 2, 2), [1, 2]),
        ((1, 3, 3, 3), (4, 2), [(4, 5)], (4, True, 1, 1), [1, 3, 3, 3]),
        ((1, 2, 2), (2, 3), [(4, 3)], (2, True, 2, 2), [1, 2, 2]),
    ],
)
def test_what_a_leader_sends_is_kept_where_it_fits_and_else_it_is_told_where_it_could(
    terms: tuple[int, ...],
    prev: tuple[int, int],
    places: list[tuple[int, int]],
    answer: tuple[int, bool, int, int],
    log: list[int],
) -> None:
    """What stands here already is not cut off by an append that came late."""
    one = follower(terms)
    one.hear(AppendEntries(2, 1, 4, *prev, entries(*places), 0))
    assert answers(one) == [answer]
    assert [int(one.server.log.term(index)) for index in range(1, one.server.log.last_index + 1)] == log
    assert one.replica.leader == 2


def test_an_append_before_what_is_committed_is_answered_with_that() -> None:
    one = follower((1, 2, 2), commit=2)
    one.hear(AppendEntries(2, 1, 4, 1, 1, entries((4, 2)), 0))
    assert answers(one) == [(2, False, 0, 0)]
    one.hear(AppendEntries(2, 1, 4, 2, 2, entries((4, 3)), 0))
    assert answers(one) == [(3, False, 0, 0)]


@pytest.mark.parametrize(("commit", "committed"), [(0, 1), (2, 2), (3, 3), (9, 3)])
def test_an_append_commits_no_more_than_what_is_known_to_match(commit: int, committed: int) -> None:
    """What stands behind may be of a leader that was replaced: applied, it would never come back."""
    one = follower((1, 2, 2, 2, 2), commit=1)
    one.hear(AppendEntries(2, 1, 4, 2, 2, entries((2, 3)), commit))
    assert one.replica.commit_index == committed
    assert one.replica.applied_index == committed


def test_an_acknowledgment_leaves_when_the_entries_are_on_disk_and_a_heartbeat_s_answer_at_once() -> None:
    one = follower()
    one.slow_disk = True
    one.hear(AppendEntries(2, 1, 4, 0, 0, entries((4, 1)), 0))
    one.hear(Heartbeat(2, 1, 4, 0, 7, 0))
    assert answers(one) == []
    assert [(it.to, it.round) for it in one.take(HeartbeatReply)] == [(2, 7)]
    assert [append.must_sync for append in one.take_asked(asked.Append)] == [True]
    one.sync()
    assert answers(one) == [(1, False, 0, 0)]


def test_a_heartbeat_commits_what_it_says() -> None:
    one = follower((4, 4, 4))
    one.hear(Heartbeat(2, 1, 4, 2, 1, 0))
    assert (one.replica.commit_index, one.replica.leader) == (2, 2)
    appends = one.take_asked(asked.Append)
    assert [(it.must_sync, it.hard_state, it.entries) for it in appends] == [(False, HardState(4, 0, 2), [])]


# -- a leader


def test_entries_go_out_as_they_are_proposed_up_to_what_may_be_in_flight() -> None:
    one = leading(max_inflight=2)
    one.step(events.Propose([b"1", b"2"]))
    one.step(events.Propose([b"3"]))
    assert sent(one, 2) == [(1, 2, 1), (3, 1, 1)]
    one.step(events.Propose([b"4"]))
    assert sent(one, 2) == []
    one.acknowledge(2, 3)
    assert sent(one, 2) == [(4, 1, 3)]
    assert one.replica.commit_index == 3


def test_an_entry_is_committed_when_a_majority_has_it_on_disk_the_leader_counting_as_one() -> None:
    for slow_disk, counts in ((False, 1), (True, 2)):
        one = leading(disk(voters=(1, 2, 3)))
        one.slow_disk = slow_disk
        one.step(events.Propose([b"x"]))
        acknowledged = 0
        for peer in (2, 3):
            assert one.replica.commit_index == 1
            one.acknowledge(peer, 2)
            acknowledged += 1
            if one.replica.commit_index == 2:
                break
        assert acknowledged == counts


def test_what_is_committed_is_told_to_all_and_applied() -> None:
    one = leading()
    one.step(events.Propose([b"x"]))
    one.said.clear()
    one.asked.clear()
    one.acknowledge(2, 2)
    assert [entry.data for apply in one.take_asked(asked.Apply) for entry in apply.entries] == [b"x"]
    assert sorted((it.to, it.prev_index, it.commit) for it in one.take(AppendEntries)) == [(2, 2, 2), (3, 2, 2)]


def test_a_proposal_s_place_is_told_and_where_it_cannot_be_taken_why() -> None:
    one = leading()
    one.step(events.Propose([b"a", b"b"], 7))
    assert [(it.tag, it.index, it.term) for it in one.take_asked(asked.Accepted)] == [(7, 2, 1)]
    lonely = One(disk(term=3))
    lonely.step(events.Propose([b"a"], 8))
    assert [(it.tag, it.reason, it.leader) for it in lonely.take_asked(asked.Refused)] == [(8, "no leader", 0)]
    lonely.hear(Heartbeat(2, 1, 3, 0, 1, 0))
    lonely.step(events.Propose([b"a", b"b"], 9))
    (forward,) = lonely.take(ForwardProposal)
    assert (forward.to, forward.sender, [entry.data for entry in forward.entries]) == (2, 1, [b"a", b"b"])
    assert lonely.take_asked(asked.Refused) == []
    strict = One(disk(term=3), forward_proposals=False)
    strict.hear(Heartbeat(2, 1, 3, 0, 1, 0))
    strict.step(events.Propose([b"a"], 9))
    assert [(it.tag, it.reason, it.leader) for it in strict.take_asked(asked.Refused)] == [(9, "not the leader", 2)]
    one.hear(ForwardProposal(3, 1, [Entry(0, 0, COMMAND, b"forwarded")]))
    assert one.server.log.entry(4).data == b"forwarded"


def test_a_follower_that_refuses_is_searched_back_by_terms_and_then_gets_all() -> None:
    one = One(disk((1, 1, 1, 3, 3), term=3))
    one.lead()
    assert sent(one, 2) == [(5, 1, 0)]
    one.hear(AppendReply(2, 1, 4, 5, True, 5, 2))
    assert sent(one, 2) == [(3, 3, 0)]
    assert one.server.leading.progress[2].state == PROBE
    one.hear(AppendReply(2, 1, 4, 5, True, 5, 2))
    assert sent(one, 2) == [], "an answer to an older probe"
    one.acknowledge(2, 3)
    assert one.server.leading.progress[2].state == REPLICATE
    assert sent(one, 2) == [(3, 3, 0)]


def test_a_follower_that_replicates_and_refuses_is_probed_again() -> None:
    one = leading(disk((1,), term=1))
    one.step(events.Propose([b"x"]))
    one.said.clear()
    one.hear(AppendReply(2, 1, 2, 3, True, 2, 2))
    assert one.server.leading.progress[2].state == PROBE
    assert sent(one, 2) == [(2, 1, 2)]
    one.hear(AppendReply(3, 1, 2, 1, True, 1, 1))
    assert one.server.leading.progress[3].state == REPLICATE, "what is known to match is not refused"


def test_one_that_cannot_be_reached_is_probed_from_where_it_matches() -> None:
    one = leading()
    one.step(events.Propose([b"x"]))
    one.said.clear()
    one.step(events.Unreachable(2))
    one.step(events.Unreachable(9))
    known = one.server.leading.progress[2]
    assert (known.state, known.next, known.inflight.count) == (PROBE, 2, 0)
    one.step(events.Unreachable(2))
    one.answer_beat(2, 1)
    assert sent(one, 2) == [(1, 1, 1)]


def test_a_heartbeat_s_answer_brings_what_is_missing_and_nothing_where_nothing_is() -> None:
    one = leading()
    one.tick(BEAT_NS)
    one.answer_beat(2)
    assert sent(one, 2) == []
    one.step(events.Propose([b"x"]))
    one.said.clear()
    one.tick(BEAT_NS)
    one.now_ns += 7 * MS
    one.answer_beat(2)
    assert sent(one, 2) == [(2, 0, 1)], "a sign that the answer to what is in flight would be welcome"
    assert one.server.leading.progress[2].round == 2


def test_the_round_trip_is_from_when_the_round_was_sent_to_its_first_answer() -> None:
    one = leading()
    one.tick(BEAT_NS)
    one.now_ns += 8 * MS
    one.answer_beat(2)
    assert one.server.leading.progress[2].rtt_ns == 8 * MS
    one.now_ns += 8 * MS
    one.answer_beat(2)
    assert one.server.leading.progress[2].rtt_ns == 8 * MS, "the same round again"
    one.tick(BEAT_NS - 16 * MS)
    assert [(beat.to, beat.rtt_ns) for beat in one.take(Heartbeat)][-2:] == [(2, 8 * MS), (3, 0)]


@pytest.mark.parametrize("message", [AppendReply(9, 1, 1, 5), HeartbeatReply(9, 1, 1, 5), SnapshotReply(9, 1, 1, 5, 1)])
def test_a_stranger_s_answer_and_one_to_a_follower_teach_nothing(message: asked.Message) -> None:
    one = leading()
    one.hear(message)
    assert (one.replica.commit_index, one.said) == (1, [])
    one = follower((4,))
    one.hear(AppendReply(2, 1, 4, 1))
    assert one.replica.commit_index == 0


# -- snapshots


def compacted(octets: int, **options: Any) -> One:
    """A leader whose log begins after its snapshot of index 5; follower 3 has nothing."""
    snapshot = Snapshot(5, 1, Membership((1, 2, 3)), bytes(range(256))[:octets])
    one = One(Stored(HardState(1, 0, 5), snapshot, []), snapshot_chunk_octets=10, **options)
    one.lead()
    one.said.clear()
    return one


def pieces(one: One) -> list[tuple[int, int, int, int, bool]]:
    return [(it.to, it.index, it.offset, len(it.data), it.done) for it in one.take(InstallSnapshot)]


def test_a_follower_whose_log_ends_before_the_leader_s_begins_gets_the_snapshot_in_pieces() -> None:
    one = compacted(25)
    one.hear(AppendReply(3, 1, 2, 5, True, 0, 0))
    assert pieces(one) == [(3, 5, 0, 10, False)]
    assert one.server.leading.progress[3].state == SNAPSHOT
    one.step(events.Propose([b"x"]))
    assert sent(one, 3) == []
    for offset, piece in ((10, (3, 5, 10, 10, False)), (20, (3, 5, 20, 5, True))):
        one.hear(SnapshotReply(3, 1, 2, 5, offset))
        assert pieces(one) == [piece]
    one.acknowledge(3, 5)
    assert one.server.leading.progress[3].state == REPLICATE
    assert sent(one, 3) == [(5, 2, 5)]


def test_old_and_wrong_answers_about_a_snapshot_are_passed_over() -> None:
    one = compacted(25)
    one.hear(AppendReply(3, 1, 2, 5, True, 0, 0))
    one.hear(SnapshotReply(3, 1, 2, 5, 20))
    one.said.clear()
    for index, offset in ((5, 20), (5, 10), (4, 25), (5, 26), (5, -1)):
        one.hear(SnapshotReply(3, 1, 2, index, offset))
        assert pieces(one) == [], (index, offset)
    one.hear(SnapshotReply(3, 1, 2, 5, 0))
    assert pieces(one) == [(3, 5, 0, 10, False)], "it has lost all, and begins again"


def test_a_piece_that_was_lost_is_sent_again_after_a_while() -> None:
    one = compacted(25, snapshot_retry_ns=100 * MS)
    one.hear(AppendReply(3, 1, 2, 5, True, 0, 0))
    one.hear(SnapshotReply(3, 1, 2, 5, 10))
    one.said.clear()
    one.now_ns += 100 * MS - 1
    one.answer_beat(3, 1)
    assert pieces(one) == []
    one.now_ns += 1
    one.answer_beat(3, 1)
    assert pieces(one) == [(3, 5, 10, 10, False)]
    never = compacted(25, snapshot_retry_ns=0)
    never.hear(AppendReply(3, 1, 2, 5, True, 0, 0))
    never.said.clear()
    never.now_ns += 10_000 * MS
    never.answer_beat(3, 1)
    assert pieces(never) == []


def test_one_that_is_silent_gets_no_snapshot_before_it_is_heard() -> None:
    one = compacted(25)
    one.step(events.Propose([b"x"]))
    one.server.leading.progress[3].next = 3
    one.server.leading.progress[3].active = False
    one.step(events.Propose([b"y"]))
    assert pieces(one) == []
    one.answer_beat(3, 1)
    assert pieces(one) == [(3, 5, 0, 10, False)]


def install(index: int, offset: int, data: bytes, done: bool, index_term: int = 3) -> InstallSnapshot:
    return InstallSnapshot(2, 1, 4, index, index_term, Membership((1, 2, 3)), offset, data, done)


def test_pieces_are_put_together_and_the_application_begins_with_the_whole_when_it_is_on_disk() -> None:
    one = follower()
    one.slow_disk = True
    one.hear(install(9, 0, b"first ", False))
    assert [(it.to, it.index, it.offset) for it in one.take(SnapshotReply)] == [(2, 9, 6)]
    one.hear(install(9, 3, b"wrong", False))
    one.hear(install(9, 0, b"first ", False))
    assert [it.offset for it in one.take(SnapshotReply)] == [6, 6]
    one.hear(install(9, 6, b"second", True))
    assert one.take(SnapshotReply) == []
    assert one.take_asked(asked.Restore) == []
    appends = [it for it in one.take_asked(asked.Append) if it.snapshot is not None]
    assert [(it.snapshot.data, it.must_sync) for it in appends] == [(b"first second", True)]
    assert answers(one) == []
    one.sync()
    assert answers(one) == [(9, False, 0, 0)]
    assert [it.snapshot.index for it in one.take_asked(asked.Restore)] == [9]
    assert (one.server.log.base, one.server.log.base_term, one.replica.commit_index) == (9, 3, 9)
    assert one.replica.applied_index == 9


def test_another_snapshot_begins_anew() -> None:
    """Pieces of two would make a third that nobody took."""
    one = follower()
    one.hear(install(9, 0, b"old", False))
    one.hear(install(10, 3, b"new", True))
    assert [(it.index, it.offset) for it in one.take(SnapshotReply)] == [(9, 3), (10, 0)]
    one.hear(install(10, 0, b"all of it", True))
    (restored,) = one.take_asked(asked.Restore)
    assert (restored.snapshot.index, restored.snapshot.data) == (10, b"all of it")
    other = follower()
    other.hear(install(9, 0, b"old", False))
    other.hear(install(9, 3, b"new", True, index_term=2))
    assert other.take_asked(asked.Restore) == []


def test_a_snapshot_of_what_is_committed_here_already_is_answered_with_that_and_one_that_matches_only_commits() -> None:
    one = follower((1, 3, 3), commit=2)
    one.hear(install(2, 0, b"x", True))
    assert answers(one) == [(2, False, 0, 0)]
    one.hear(install(3, 0, b"x", True))
    assert answers(one) == [(3, False, 0, 0)]
    assert one.take_asked(asked.Restore) == []
    assert (one.server.log.base, one.replica.commit_index) == (0, 3)


def test_the_application_s_snapshot_is_kept_with_the_membership_of_its_time_and_the_last_entries() -> None:
    one = follower((4,) * 10, commit=8)
    one.hear(Heartbeat(2, 1, 4, 8, 1, 0))
    one.step(events.SnapshotTaken(6, b"six"))
    (stored,) = one.take_asked(asked.StoreSnapshot)
    assert (stored.snapshot.index, stored.snapshot.term, stored.snapshot.data) == (6, 4, b"six")
    assert stored.discard_to == 0
    one.step(events.SnapshotTaken(6, b"again"))
    one.step(events.SnapshotTaken(9, b"not committed"))
    assert one.take_asked(asked.StoreSnapshot) == []
    few = One(disk((4,) * 10, term=4, commit=8), keep_entries=2)
    few.hear(Heartbeat(2, 1, 4, 8, 1, 0))
    few.step(events.SnapshotTaken(6, b"six"))
    (stored,) = few.take_asked(asked.StoreSnapshot)
    assert (stored.discard_to, few.server.log.base, few.server.log.last_index) == (4, 4, 10)
    few.step(events.Compact(5))
    assert few.server.log.base == 5
    few.step(events.Compact(8))
    assert few.server.log.base == 6, "not beyond the snapshot"


# -- transfer


def test_leadership_is_handed_over_when_the_heir_has_all() -> None:
    one = leading()
    one.step(events.Propose([b"x"]))
    one.acknowledge(3, 2)
    one.said.clear()
    one.step(events.Transfer(2, 5))
    assert one.take(TimeoutNow) == []
    assert len(sent(one, 2)) == 1
    one.step(events.Propose([b"y"], 6))
    assert [(it.tag, it.reason) for it in one.take_asked(asked.Refused)] == [(6, "leadership is being transferred")]
    one.acknowledge(2, 2)
    assert [(it.to, it.term) for it in one.take(TimeoutNow)] == [(2, 1)]
    assert one.server.leading.rounds.lease_void


def test_an_heir_that_has_all_campaigns_at_once() -> None:
    one = leading()
    one.step(events.Transfer(2, 5))
    assert [it.to for it in one.take(TimeoutNow)] == [2]
    one.step(events.Transfer(2, 5))
    assert one.take(TimeoutNow) == []
    one.step(events.Transfer(1, 5))
    assert one.server.leading.transfer_to == 0
    one.step(events.Propose([b"y"], 6))
    assert one.take_asked(asked.Refused) == []


def test_a_transfer_that_nobody_takes_ends_with_the_least_timeout() -> None:
    one = leading()
    one.now_ns += 50 * MS
    one.step(events.Transfer(2, 5))
    one.answer_beat(2, 1)
    one.tick(MINIMUM_NS - 1)
    assert one.server.leading.transfer_to == 2
    one.tick(1)
    assert (one.server.leading.transfer_to, one.replica.role) == (0, ROLE_LEADER)


@pytest.mark.parametrize(("groups", "to"), [({}, 9), ({"learners": (4,)}, 4), ({"witnesses": (3,)}, 3)])
def test_who_may_not_lead_is_no_heir(groups: dict[str, tuple[int, ...]], to: int) -> None:
    one = leading(disk(**groups))
    one.step(events.Transfer(to, 5))
    assert [(it.tag, it.reason) for it in one.take_asked(asked.Refused)] == [(5, "cannot lead")]
    assert one.server.leading.transfer_to == 0


def test_a_follower_passes_the_wish_on_and_without_a_leader_refuses_it() -> None:
    one = follower()
    one.step(events.Transfer(3, 5))
    assert [(it.tag, it.reason) for it in one.take_asked(asked.Refused)] == [(5, "no leader")]
    one.hear(Heartbeat(2, 1, 4, 0, 1, 0))
    one.step(events.Transfer(3, 5))
    one.hear(ForwardTransfer(3, 1, 4, 3))
    assert [(it.to, it.target) for it in one.take(ForwardTransfer)] == [(2, 3), (2, 3)]
    leader = leading()
    leader.hear(ForwardTransfer(3, 1, 1, 3))
    assert [it.to for it in leader.take(TimeoutNow)] == [3]


def test_a_leader_of_low_priority_hands_over_to_one_of_higher_that_is_up_to_date() -> None:
    for match, expected in ((1, [3]), (0, [])):
        one = One(disk(), priorities={2: 1, 3: 2})
        one.lead()
        one.acknowledge(2)
        if match:
            one.acknowledge(3)
        else:
            one.answer_beat(3, 1)
            one.acknowledge(2)
        one.said.clear()
        one.tick(MINIMUM_NS)
        assert [it.to for it in one.take(TimeoutNow)] == (expected or [2])
    content = One(disk(), priorities={1: 2, 2: 1})
    content.lead()
    content.acknowledge(2)
    content.tick(MINIMUM_NS)
    assert content.take(TimeoutNow) == []
    assert content.replica.role == ROLE_LEADER
    assert follower().replica.role == ROLE_FOLLOWER
