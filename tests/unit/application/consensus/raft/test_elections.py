"""Who gets a vote, who campaigns, and who is held back (Raft 5.2, 5.4.1; dissertation 4.2.3, 9.6)."""

from __future__ import annotations

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import CHANGE, Entry, HardState, Membership, Snapshot, Stored
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.raft.messages import (
    AppendEntries,
    AppendReply,
    Heartbeat,
    PreVoteReply,
    RequestPreVote,
    RequestVote,
    VoteReply,
)
from catenet.application.consensus.server import ROLE_CANDIDATE, ROLE_FOLLOWER, ROLE_LEADER, ROLE_PRE_CANDIDATE
from tests.unit.application.consensus.one_raft import BEAT_NS, MAXIMUM_NS, MINIMUM_NS, One, disk


def votes(one: One) -> list[tuple[int, bool]]:
    """To whom it said what, of votes."""
    return [(answer.to, answer.granted) for answer in one.take(VoteReply)]


@pytest.mark.parametrize(
    ("last_index", "last_term", "granted"),
    [(3, 2, True), (4, 2, True), (2, 2, False), (1, 3, True), (9, 1, False), (3, 1, False)],
)
def test_only_who_has_all_that_may_be_committed_gets_a_vote(last_index: int, last_term: int, granted: bool) -> None:
    """A leader without an acknowledged write would make all others forget it."""
    one = One(disk((1, 2, 2), term=2))
    one.hear(RequestVote(2, 1, 5, last_index, last_term, False))
    assert votes(one) == [(2, granted)]
    assert (one.replica.term, one.server.persistent.vote) == (5, 2 if granted else 0)
    one = One(disk((1, 2, 2), term=2))
    one.hear(RequestPreVote(2, 1, 5, last_index, last_term))
    (answer,) = one.take(PreVoteReply)
    assert (answer.granted, answer.term) == (granted, 5 if granted else 2)
    assert (one.replica.term, one.server.persistent.vote) == (2, 0), "nothing is promised by it"


def test_there_is_one_vote_in_a_term_and_it_may_be_given_again() -> None:
    one = One()
    one.hear(RequestVote(2, 1, 4, 0, 0, False))
    one.hear(RequestVote(3, 1, 4, 0, 0, False))
    one.hear(RequestVote(2, 1, 4, 0, 0, False))
    assert votes(one) == [(2, True), (3, False), (2, True)]
    one.hear(RequestVote(3, 1, 3, 0, 0, False))
    assert votes(one) == []
    one.hear(RequestVote(3, 1, 5, 0, 0, False))
    assert votes(one) == [(3, True)]


def test_a_vote_that_stands_on_disk_is_not_given_to_another_after_a_restart() -> None:
    one = One(disk(term=4, vote=3))
    one.hear(RequestVote(2, 1, 4, 0, 0, False))
    one.hear(RequestVote(3, 1, 4, 0, 0, False))
    assert votes(one) == [(2, False), (3, True)]


def test_who_follows_a_leader_in_this_term_votes_for_nobody_else() -> None:
    one = One(disk(term=4))
    one.hear(Heartbeat(3, 1, 4, 0, 1, 0))
    one.now_ns += 10 * MAXIMUM_NS
    one.hear(RequestVote(2, 1, 4, 9, 9, False))
    assert votes(one) == [(2, False)]


def test_a_vote_leaves_when_it_is_on_disk_and_not_before() -> None:
    """A voter that lost power would give it again, to another."""
    one = One()
    one.slow_disk = True
    one.hear(RequestVote(2, 1, 4, 0, 0, False))
    assert votes(one) == []
    (append,) = one.take_asked(asked.Append)
    assert append.must_sync
    assert append.hard_state == HardState(4, 2, 0)
    one.sync()
    assert votes(one) == [(2, True)]


def test_whoever_answers_a_candidate_tells_how_far_the_log_is_committed() -> None:
    one = One(disk((1, 2, 2), term=2, commit=2))
    one.hear(RequestVote(2, 1, 5, 9, 9, False))
    one.hear(RequestPreVote(3, 1, 6, 9, 9))
    for answer in one.take(VoteReply, PreVoteReply):
        assert (answer.commit, answer.commit_term) == (2, 2)


@pytest.mark.parametrize("after_ns", [0, MINIMUM_NS - 1, MINIMUM_NS])
def test_who_has_heard_a_leader_lately_helps_nobody_to_replace_it(after_ns: int) -> None:
    """A replica that was cut off would otherwise end a healthy leader's term when it comes back."""
    is_held = after_ns < MINIMUM_NS
    for request in (RequestVote(3, 1, 9, 9, 9, False), RequestPreVote(3, 1, 9, 9, 9)):
        one = One(disk(term=4))
        one.hear(Heartbeat(2, 1, 4, 0, 1, 0))
        one.now_ns += after_ns
        one.hear(request)
        answers = one.take(VoteReply, PreVoteReply)
        assert [answer.granted for answer in answers] == ([] if is_held else [True])
        assert one.replica.term == (4 if is_held or isinstance(request, RequestPreVote) else 9)


def test_a_transfer_is_not_held_back_nor_is_anybody_without_leases() -> None:
    one = One(disk(term=4))
    one.hear(Heartbeat(2, 1, 4, 0, 1, 0))
    one.hear(RequestVote(3, 1, 5, 9, 9, True))
    assert votes(one) == [(3, True)]
    one = One(disk(term=4), check_quorum=False)
    one.hear(Heartbeat(2, 1, 4, 0, 1, 0))
    one.hear(RequestVote(3, 1, 5, 9, 9, False))
    assert votes(one) == [(3, True)]


def test_with_lease_reads_a_replica_that_restarts_is_held_back_for_the_least_timeout() -> None:
    """It may have answered a heartbeat just before: its leader counts on that."""
    for stored, is_held in ((disk(term=4), True), (disk(), False)):
        one = One(stored, now_ns=1000, lease_reads=True)
        one.now_ns += MINIMUM_NS - 1
        one.hear(RequestVote(3, 1, 9, 9, 9, False))
        assert votes(one) == ([] if is_held else [(3, True)])
        one.now_ns += 1
        one.hear(RequestVote(3, 1, 9, 9, 9, False))
        assert votes(one) == [(3, True)]


@pytest.mark.parametrize("pre_vote", [True, False])
def test_a_campaign_asks_all_voters_with_the_end_of_the_log(pre_vote: bool) -> None:
    one = One(disk((1, 3), term=3, voters=(1, 2, 3), learners=(4,)), pre_vote=pre_vote)
    one.step(events.Campaign())
    kind = RequestPreVote if pre_vote else RequestVote
    requests = one.take(kind)
    assert [(ask.to, ask.term, ask.last_index, ask.last_term) for ask in requests] == [(2, 4, 2, 3), (3, 4, 2, 3)]
    assert one.replica.role == (ROLE_PRE_CANDIDATE if pre_vote else ROLE_CANDIDATE)
    assert (one.replica.term, one.server.persistent.vote) == ((3, 0) if pre_vote else (4, 1))
    assert all(not ask.transfer for ask in requests if isinstance(ask, RequestVote))


def test_of_two_groups_that_must_agree_both_are_asked_and_both_must_elect() -> None:
    one = One(disk(term=3, voters=(1, 2, 3), outgoing=(3, 4, 5)), pre_vote=False)
    one.step(events.Campaign())
    assert [ask.to for ask in one.take(RequestVote)] == [2, 3, 4, 5]
    one.hear(VoteReply(2, 1, 4, True))
    assert one.replica.role == ROLE_CANDIDATE
    one.hear(VoteReply(4, 1, 4, True))
    assert one.replica.role == ROLE_CANDIDATE
    one.hear(VoteReply(5, 1, 4, True))
    assert one.replica.role == ROLE_LEADER


def test_pre_votes_lead_to_an_election_or_to_nothing() -> None:
    one = One(disk(term=3, voters=(1, 2, 3, 4, 5)))
    one.step(events.Campaign())
    one.take(RequestPreVote)
    for voter, granted, role in (
        (2, False, ROLE_PRE_CANDIDATE),
        (2, True, ROLE_PRE_CANDIDATE),
        (3, True, ROLE_PRE_CANDIDATE),
    ):
        one.hear(PreVoteReply(voter, 1, 4 if granted else 3, granted))
        assert one.replica.role == role
    one.hear(PreVoteReply(4, 1, 4, True))
    assert (one.replica.role, one.replica.term) == (ROLE_CANDIDATE, 4)
    assert [ask.to for ask in one.take(RequestVote)] == [2, 3, 4, 5]
    for voter in (2, 3, 4):
        assert one.replica.role == ROLE_CANDIDATE
        one.hear(VoteReply(voter, 1, 4, False))
    assert (one.replica.role, one.replica.term, one.replica.leader) == (ROLE_FOLLOWER, 4, 0)


def test_no_majority_counts_without_the_candidate_s_own_vote_on_disk() -> None:
    """After a crash it could be elected again in the same term, and fill the same places with other entries."""
    one = One(disk(term=3), pre_vote=False)
    one.slow_disk = True
    one.step(events.Campaign())
    for voter in (2, 3):
        one.hear(VoteReply(voter, 1, 4, True))
    assert one.replica.role == ROLE_CANDIDATE
    one.sync()
    assert one.replica.role == ROLE_LEADER


@pytest.mark.parametrize(
    "groups", [{"voters": (2, 3)}, {"voters": (2, 3), "learners": (1,)}, {"voters": (1, 2, 3), "witnesses": (1,)}]
)
def test_who_may_not_lead_does_not_campaign_and_says_so(groups: dict[str, tuple[int, ...]]) -> None:
    one = One(disk(term=3, **groups))
    one.step(events.Campaign())
    assert (one.replica.role, one.replica.term, one.said) == (ROLE_FOLLOWER, 3, [])
    assert [notice.text for notice in one.take_asked(asked.Notice)] == ["1 is unpromotable and can not campaign"]


def test_who_has_a_change_of_membership_to_apply_waits_with_a_campaign() -> None:
    """It would ask the wrong voters: their majority may share nobody with that of the right ones."""
    entries = [Entry(3, 1, CHANGE, b"")]
    stored = Stored(HardState(3, 0, 1), Snapshot(0, 0, Membership((1, 2, 3)), b""), entries)
    one = One(stored)
    one.slow_application = True
    one.step(events.Campaign())
    assert (one.replica.role, one.said) == (ROLE_FOLLOWER, [])
    (notice,) = one.take_asked(asked.Notice)
    assert "has a committed change of membership to apply" in notice.text


def test_a_leader_does_not_campaign_again() -> None:
    one = One()
    one.lead()
    term = one.replica.term
    one.said.clear()
    one.step(events.Campaign())
    assert (one.replica.role, one.replica.term, one.take(RequestVote, RequestPreVote)) == (ROLE_LEADER, term, [])


def test_a_new_leader_begins_with_an_empty_entry_of_its_term_and_tells_all() -> None:
    """Entries of older terms are committed with it alone (5.4.2)."""
    one = One(disk((1, 2), term=2))
    one.lead()
    assert (one.server.log.last_index, one.server.log.last_term, one.server.log.entry(3).data) == (3, 3, b"")
    appends = one.take(AppendEntries)
    assert [(it.to, it.prev_index, it.prev_term, len(it.entries)) for it in appends] == [(2, 2, 2, 1), (3, 2, 2, 1)]
    assert one.replica.commit_index == 0
    one.acknowledge(2, 2)
    assert one.replica.commit_index == 0, "what is of an older term is not committed by counting"
    one.acknowledge(2, 3)
    assert one.replica.commit_index == 3


def test_who_is_told_to_take_over_campaigns_at_once_without_asking_first() -> None:
    one = One(disk(term=3))
    one.hear(Heartbeat(2, 1, 3, 0, 1, 0))
    one.hear(TimeoutNow(2, 1, 3))
    assert (one.replica.role, one.replica.term) == (ROLE_CANDIDATE, 4)
    assert [(ask.to, ask.transfer) for ask in one.take(RequestVote)] == [(2, True), (3, True)]
    leader = One()
    leader.lead()
    leader.hear(TimeoutNow(2, 1, leader.replica.term))
    assert leader.replica.role == ROLE_LEADER


@pytest.mark.parametrize("message", [AppendEntries(3, 1, 6, 0, 0, [], 0), Heartbeat(3, 1, 6, 0, 1, 0)])
def test_a_candidate_follows_whoever_leads_its_term_or_a_later_one(message: AppendEntries | Heartbeat) -> None:
    for term in (5, 4):
        one = One(disk(term=term), pre_vote=False)
        one.step(events.Campaign())
        one.hear(message)
        assert (one.replica.role, one.replica.leader, one.replica.term) == (ROLE_FOLLOWER, 3, 6)


@pytest.mark.parametrize(
    ("options", "is_told"),
    [({}, True), ({"pre_vote": False}, True), ({"check_quorum": False, "pre_vote": False}, False)],
)
def test_a_leader_of_an_older_term_is_told_of_the_new_one(options: dict[str, bool], is_told: bool) -> None:
    """With leases nobody follows the newer term, and the two would ignore each other for ever."""
    for message in (AppendEntries(3, 1, 4, 0, 0, [], 0), Heartbeat(3, 1, 4, 0, 1, 0)):
        one = One(disk(term=7), **options)
        one.hear(message)
        assert [(it.to, it.term, it.index) for it in one.take(AppendReply)] == ([(3, 7, 0)] if is_told else [])
        assert (one.replica.leader, one.replica.term) == (0, 7)


def test_a_refused_pre_vote_of_a_later_term_is_followed_and_a_granted_one_is_not() -> None:
    one = One(disk(term=3))
    one.step(events.Campaign())
    one.hear(PreVoteReply(2, 1, 4, True))
    assert one.replica.term == 4
    one = One(disk(term=3))
    one.step(events.Campaign())
    one.hear(PreVoteReply(2, 1, 8, False))
    assert (one.replica.term, one.replica.role) == (8, ROLE_FOLLOWER)


def test_a_replica_campaigns_when_its_timeout_is_over_and_not_before() -> None:
    one = One(disk(term=3))
    deadline_ns = one.replica.deadline_ns()
    assert MINIMUM_NS <= deadline_ns < MAXIMUM_NS
    one.tick(deadline_ns - 1)
    assert one.replica.role == ROLE_FOLLOWER
    one.tick(1)
    assert one.replica.role == ROLE_PRE_CANDIDATE
    again_ns = one.replica.deadline_ns()
    assert MINIMUM_NS <= again_ns - one.now_ns < MAXIMUM_NS


def test_who_hears_of_its_leader_waits_anew() -> None:
    one = One(disk(term=3))
    wait_ns = one.replica.deadline_ns()
    one.now_ns = 70
    one.hear(Heartbeat(2, 1, 3, 0, 1, 0))
    assert one.replica.deadline_ns() == 70 + wait_ns
    one.now_ns = 90
    one.hear(AppendEntries(2, 1, 3, 0, 0, [], 0))
    assert one.replica.deadline_ns() == 90 + wait_ns
    voter = One(disk(term=3))
    voter.now_ns = 50
    voter.hear(RequestVote(2, 1, 3, 0, 0, False))
    assert voter.replica.deadline_ns() == 50 + wait_ns, "who has voted gives the candidate time"
    refuser = One(disk((3,), term=3))
    refuser.now_ns = 50
    refuser.hear(RequestVote(2, 1, 3, 0, 0, False))
    assert refuser.replica.deadline_ns() == wait_ns


def test_one_of_negative_priority_never_campaigns_by_itself() -> None:
    one = One(disk(term=3), priorities={1: -1})
    one.tick(10 * MAXIMUM_NS)
    assert one.replica.role == ROLE_FOLLOWER
    one = One(disk(term=3), priorities={1: 0})
    one.tick(10 * MAXIMUM_NS)
    assert one.replica.role == ROLE_PRE_CANDIDATE


def test_a_leader_that_hears_no_majority_for_the_least_timeout_gives_up() -> None:
    """Its clients would wait for it while another leads."""
    for heard, role in (((2,), ROLE_LEADER), ((), ROLE_FOLLOWER)):
        one = One(disk(voters=(1, 2, 3)))
        one.lead()
        one.answer_beat(2)
        one.tick(MINIMUM_NS)
        assert one.replica.role == ROLE_LEADER
        for voter in heard:
            one.answer_beat(voter)
        one.tick(MINIMUM_NS - 1)
        assert one.replica.role == ROLE_LEADER
        one.tick(1)
        assert one.replica.role == role
    stubborn = One(disk(), check_quorum=False)
    stubborn.lead()
    for _ in range(5):
        stubborn.tick(MINIMUM_NS)
    assert stubborn.replica.role == ROLE_LEADER


def test_a_leader_s_heartbeats_come_at_their_interval() -> None:
    one = One()
    one.lead()
    assert one.replica.deadline_ns() == BEAT_NS
    one.tick(BEAT_NS - 1)
    assert one.take(Heartbeat) == []
    one.tick(1)
    beats = one.take(Heartbeat)
    assert [(beat.to, beat.round, beat.commit) for beat in beats] == [(2, 1, 0), (3, 1, 0)]
    assert one.replica.deadline_ns() == 2 * BEAT_NS
    one.acknowledge(2)
    one.tick(BEAT_NS)
    assert [(beat.to, beat.round, beat.commit) for beat in one.take(Heartbeat)] == [(2, 2, 1), (3, 2, 0)]


def test_a_forgotten_leader_may_be_replaced_at_once_but_not_where_leases_answer_reads() -> None:
    for options, granted in (({}, [(3, True)]), ({"lease_reads": True}, [])):
        one = One(disk(term=4), **options)
        one.hear(Heartbeat(2, 1, 4, 0, 1, 0))
        one.step(events.ForgetLeader())
        assert one.replica.leader == (2 if options else 0)
        one.hear(RequestVote(3, 1, 5, 9, 9, False))
        assert votes(one) == granted
    leader = One()
    leader.lead()
    leader.step(events.ForgetLeader())
    assert leader.replica.leader == 1
