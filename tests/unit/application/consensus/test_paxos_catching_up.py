"""Who is behind in Multi-Paxos gets what it lacks and no more; what everybody has is forgotten, and nothing else."""

from __future__ import annotations

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import COMMAND, Entry, Membership
from catenet.application.consensus.messages import InstallSnapshot, SnapshotReply
from catenet.application.consensus.paxos.multi.messages import (
    CatchUpRequest,
    Learn,
    LearnReply,
)

from .one_paxos import One


def leading(count: int, **options: object) -> One:
    """A leader that has had so many commands chosen."""
    one = One(**options)
    one.lead()
    one.decide(*(b"%d" % number for number in range(1, count + 1)))
    assert one.replica.commit_index == one.replica.applied_index == count
    return one


def pieces(one: One) -> list[tuple[int, int, bytes, bool]]:
    return [(piece.to, piece.offset, piece.data, piece.done) for piece in one.take(InstallSnapshot)]


def test_a_snapshot_that_was_taken_goes_to_the_disk_and_only_the_last_entries_are_kept_beside_it() -> None:
    """Without it the log grows for ever, in memory and on disk."""
    one = leading(10, keep_entries=4)
    one.step(events.SnapshotTaken(7, b"up to seven"))
    (effect,) = one.take_asked(asked.StoreSnapshot)
    assert (effect.snapshot.index, effect.snapshot.data, effect.discard_to) == (7, b"up to seven", 3)
    assert effect.snapshot.term == one.replica.term
    assert effect.snapshot.membership.voters == (1, 2, 3)
    log = one.replica.server.log
    assert (log.base, log.base_ballot, log.get(3), log.last, log.chosen) == (3, one.replica.term, None, 10, 10)
    kept = log.get(4)
    assert kept is not None
    assert kept.data == b"4"


def test_a_snapshot_that_is_no_newer_or_too_new_changes_nothing() -> None:
    """One that is older would take the place of a newer; one of what is not chosen would tell what may never be."""
    one = leading(10, keep_entries=4)
    one.step(events.SnapshotTaken(11, b"of what is not chosen"))
    assert not one.take_asked(asked.StoreSnapshot)
    one.step(events.SnapshotTaken(10, b"up to ten"))
    assert len(one.take_asked(asked.StoreSnapshot)) == 1
    for index in (9, 10):
        one.step(events.SnapshotTaken(index, b"again"))
    assert not one.take_asked(asked.StoreSnapshot)
    assert one.replica.server.learner.snapshot.data == b"up to ten"


def test_a_snapshot_with_few_entries_before_it_forgets_none() -> None:
    one = leading(3, keep_entries=4)
    one.step(events.SnapshotTaken(3, b"up to three"))
    (effect,) = one.take_asked(asked.StoreSnapshot)
    assert (effect.discard_to, one.replica.server.log.base) == (0, 0)


def test_no_snapshot_is_taken_while_the_members_change() -> None:
    """It says who decides next, and not who will after that: who starts from it would count on the wrong voters."""
    one = leading(3, window=4)
    one.step(events.ChangeMembership([events.MemberChange(events.ADD_LEARNER, 9)], events.AUTO, 0))
    one.decide(b"after it")
    server = one.replica.server
    pending_from = server.members.pending_from
    assert server.members.pending
    one.step(events.SnapshotTaken(4, b"too early"))
    assert not one.take_asked(asked.StoreSnapshot)
    while server.members.pending:
        one.decide(b"more")
    assert server.members.now_from == pending_from
    one.step(events.SnapshotTaken(pending_from - 2, b"of the members before"))
    assert not one.take_asked(asked.StoreSnapshot)
    one.step(events.SnapshotTaken(pending_from - 1, b"of the members now"))
    (effect,) = one.take_asked(asked.StoreSnapshot)
    assert effect.snapshot.membership.learners == (9,)


def test_who_lacks_entries_that_are_here_gets_them_and_no_snapshot() -> None:
    one = leading(10, keep_entries=4)
    one.step(events.SnapshotTaken(7, b"up to seven"))
    one.take(Learn, InstallSnapshot)
    one.beat()
    one.answer_beat(3, chosen=3)
    (learn,) = one.take(Learn)
    assert (learn.to, [entry.index for entry in learn.entries]) == (3, [4, 5, 6, 7, 8, 9, 10])
    assert not pieces(one)
    one.beat()
    one.answer_beat(3, chosen=10)
    assert not one.take(Learn)


def test_entries_come_in_messages_of_limited_size_each_when_the_one_before_has_arrived() -> None:
    size = Entry(1, 1, COMMAND, b"1").octets
    one = leading(6, max_message_octets=4 * size + size // 2)
    one.beat()
    one.answer_beat(3, chosen=0)
    got: list[int] = []
    while (learns := one.take(Learn)) and len(got) < 20:
        (learn,) = learns
        assert len(learn.entries) in (2, 4)
        got += [entry.index for entry in learn.entries]
        one.hear(LearnReply(3, 1, learn.term, got[-1]))
    assert got == [1, 2, 3, 4, 5, 6]


def test_a_snapshot_goes_piece_by_piece_and_one_that_was_lost_is_sent_again_from_where_it_was() -> None:
    """Begun anew after each loss, a large snapshot would never arrive over a link that loses."""
    one = leading(10, keep_entries=4, snapshot_chunk_octets=4)
    one.step(events.SnapshotTaken(7, b"0123456789"))
    one.beat()
    one.answer_beat(3, chosen=0)
    assert pieces(one) == [(3, 0, b"0123", False)]
    one.hear(SnapshotReply(3, 1, one.replica.term, 7, 4))
    assert pieces(one) == [(3, 4, b"4567", False)]
    one.beat()
    one.answer_beat(3, chosen=0)
    assert not pieces(one), "its answer may still be on the way"
    one.beat()
    one.answer_beat(3, chosen=0)
    assert pieces(one) == [(3, 4, b"4567", False)]
    one.hear(SnapshotReply(3, 1, one.replica.term, 7, 8))
    assert pieces(one) == [(3, 8, b"89", True)]
    one.hear(LearnReply(3, 1, one.replica.term, 7))
    (learn,) = one.take(Learn)
    assert [entry.index for entry in learn.entries] == [8, 9, 10]


@pytest.mark.parametrize(("index", "offset"), [(6, 4), (7, -1), (7, 11)])
def test_an_answer_about_another_snapshot_or_from_outside_it_gets_nothing(index: int, offset: int) -> None:
    """What it asked for would be read as the end of the snapshot, and installed."""
    one = leading(10, keep_entries=4, snapshot_chunk_octets=4)
    one.step(events.SnapshotTaken(7, b"0123456789"))
    one.hear(SnapshotReply(3, 1, one.replica.term, index, offset))
    assert not pieces(one)


def test_who_asks_is_told_what_it_lacks_and_who_knows_more_is_asked() -> None:
    one = leading(10, keep_entries=4, snapshot_chunk_octets=4)
    one.step(events.SnapshotTaken(7, b"0123456789"))
    one.take(Learn)
    one.hear(CatchUpRequest(3, 1, 5, 10))
    assert not one.take(CatchUpRequest, Learn, InstallSnapshot), "it knows as much"
    one.hear(CatchUpRequest(3, 1, 5, 3))
    (learn,) = one.take(CatchUpRequest, Learn, InstallSnapshot)
    assert (learn.to, learn.term, [entry.index for entry in learn.entries]) == (3, 5, [4, 5, 6, 7, 8, 9, 10])
    one.hear(CatchUpRequest(3, 1, 5, 2))
    assert pieces(one) == [(3, 0, b"0123", False)]
    one.hear(CatchUpRequest(3, 1, 5, 11))
    (ask,) = one.take(CatchUpRequest, Learn, InstallSnapshot)
    assert (ask.to, ask.term, ask.chosen) == (3, 5, 10)


def test_what_is_learned_is_applied_and_told() -> None:
    """Decided entries that come out of the blue, as to who was away: the sender hears how far they have brought it."""
    one, other = One(), leading(5)
    other.take(Learn)
    other.hear(CatchUpRequest(3, 1, 5, 0))
    (learn,) = other.take(Learn)
    one.hear(Learn(3, 1, 5, learn.entries[2:]))
    assert [(said.to, said.chosen) for said in one.take(LearnReply)] == [(3, 0)]
    one.hear(Learn(3, 1, 5, learn.entries[:3]))
    assert [said.chosen for said in one.take(LearnReply)] == [3]
    applied = [entry.data for effect in one.take_asked(asked.Apply) for entry in effect.entries]
    assert applied == [b"1", b"2", b"3"]


def test_a_snapshot_that_arrives_takes_the_place_of_what_it_covers_and_tells_who_decides() -> None:
    one = One()
    one.hear(InstallSnapshot(3, 1, 5, 7, 2, Membership((1, 3, 4)), 0, b"0123", False))
    (reply,) = one.take(SnapshotReply)
    assert (reply.to, reply.term, reply.index, reply.offset) == (3, 5, 7, 4)
    one.hear(InstallSnapshot(3, 1, 5, 7, 2, Membership((1, 3, 4)), 4, b"45", True))
    assert [(said.to, said.chosen) for said in one.take(LearnReply)] == [(3, 7)]
    (restore,) = one.take_asked(asked.Restore)
    assert (restore.snapshot.index, restore.snapshot.data) == (7, b"012345")
    appends = [append.snapshot for append in one.take_asked(asked.Append) if append.snapshot is not None]
    assert [snapshot.index for snapshot in appends] == [7], "it is on disk before anybody is told"
    assert one.replica.membership.voters == (1, 3, 4)
    assert (one.replica.commit_index, one.replica.applied_index) == (7, 7)
    one.hear(InstallSnapshot(3, 1, 5, 7, 2, Membership((1, 3, 4)), 0, b"0123", False))
    assert [(said.to, said.chosen) for said in one.take(LearnReply)] == [(3, 7)], "it has it already, and says so"
