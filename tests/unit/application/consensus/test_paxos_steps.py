"""A Multi-Paxos replica step by step: what it answers, what it refuses and why, and whose value counts."""

from __future__ import annotations

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import CHANGE, COMMAND, NEVER_NS, Entry, Stored, founding
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.paxos.ballot import above, ballot
from catenet.application.consensus.paxos.multi.messages import (
    Accept,
    Accepted,
    CatchUpRequest,
    Heartbeat,
    HeartbeatReply,
    Prepare,
    Promise,
    Reject,
)
from catenet.application.consensus.server import ROLE_CANDIDATE, ROLE_FOLLOWER, ROLE_LEADER

from .one_paxos import MS, One


def entry(term: int, index: int, data: bytes) -> Entry:
    return Entry(term, index, COMMAND, data)


def leader(**options: object) -> One:
    one = One(**options)
    one.lead()
    assert one.replica.role == ROLE_LEADER
    return one


def reasons(one: One) -> list[str]:
    return [effect.reason for effect in one.take_asked(asked.Refused)]


def proposed(one: One, to: int = 2) -> dict[int, bytes]:
    """What was sent to one acceptor, by place."""
    return {entry.index: entry.data for accept in one.take(Accept) if accept.to == to for entry in accept.entries}


def stand(one: One) -> list[Prepare]:
    one.step(events.Campaign())
    return one.take(Prepare)


# -- phase 1


def test_of_several_values_for_a_place_that_of_the_highest_ballot_is_proposed_and_nothing_in_the_gaps() -> None:
    """The highest may have been chosen; a gap that stayed open would stop all that comes after it."""
    one = One((1, 2, 3, 4, 5))
    one.hear(Reject(2, 1, ballot(1, 3), 0))
    asking = {prepare.to: prepare for prepare in stand(one)}
    term = asking[2].term
    assert term > ballot(1, 3)
    high, low = ballot(0, 3), ballot(0, 2)
    one.hear(Promise(2, 1, term, 0, 0, True, 0, 0, [entry(high, 1, b"high"), entry(low, 3, b"low")]))
    assert one.replica.role == ROLE_CANDIDATE
    one.hear(Promise(3, 1, term, 0, 0, True, 0, 0, [entry(low, 1, b"low"), entry(high, 3, b"high")]))
    assert one.replica.role == ROLE_LEADER
    one.step(events.Propose([b"new"]))
    assert proposed(one) == {1: b"high", 2: b"", 3: b"high", 4: b"new"}


def test_a_promise_in_parts_counts_when_all_are_there_in_any_order() -> None:
    """Led with a part of it missing, a value that was chosen would be proposed anew."""
    one = One()
    (asking, _) = stand(one)
    one.hear(Promise(2, 1, asking.term, 0, 1, True, 0, 0, [entry(1, 2, b"two")]))
    assert one.replica.role == ROLE_CANDIDATE
    one.hear(Promise(2, 1, asking.term, 0, 1, True, 0, 0, [entry(1, 2, b"two")]))
    assert one.replica.role == ROLE_CANDIDATE
    one.hear(Promise(2, 1, asking.term, 0, 0, False, 0, 0, [entry(1, 1, b"one")]))
    assert one.replica.role == ROLE_LEADER
    assert proposed(one) == {1: b"one", 2: b"two"}


@pytest.mark.parametrize("wrong", ["another ballot", "another attempt"])
def test_an_answer_to_another_question_does_not_count(wrong: str) -> None:
    one = One()
    (asking, _) = stand(one)
    term = asking.term + (1 if wrong == "another ballot" else 0)
    one.hear(Promise(2, 1, term, 1 if wrong == "another attempt" else 0, 0, True, 0, 0, []))
    assert one.replica.role == ROLE_CANDIDATE


def test_what_an_acceptor_knows_to_be_chosen_is_learned_at_once() -> None:
    one = One()
    (asking, _) = stand(one)
    one.hear(Promise(2, 1, asking.term, 0, 0, True, 0, 2, [entry(1, n, b"%d" % n) for n in (1, 2, 3)]))
    applied = [entry.data for effect in one.take_asked(asked.Apply) for entry in effect.entries]
    assert (one.replica.commit_index, applied) == (2, [b"1", b"2"])
    assert proposed(one) == {3: b"3"}


def test_who_is_behind_an_acceptor_s_snapshot_asks_for_it_and_does_not_lead() -> None:
    """It would propose at places that are decided, of which the acceptor cannot tell it any more."""
    one = One()
    (asking, _) = stand(one)
    one.hear(Promise(2, 1, asking.term, 0, 0, True, 4, 6, [entry(1, 5, b"5"), entry(1, 6, b"6")]))
    assert one.replica.role == ROLE_FOLLOWER
    (ask,) = one.take(CatchUpRequest)
    assert (ask.to, ask.chosen) == (2, 0)
    assert "too far behind 2 to lead" in one.take_asked(asked.Notice)[0].text


def test_an_acceptor_promises_once_tells_what_it_has_accepted_and_refuses_what_is_lower() -> None:
    one = One()
    low, high = ballot(1, 2), ballot(1, 3)
    one.hear(Accept(2, 1, low, [entry(low, 2, b"two")], 0))
    one.hear(Prepare(3, 1, high, 4, 1, False))
    (promise,) = one.take(Promise)
    assert (promise.to, promise.term, promise.attempt, promise.part, promise.last) == (3, high, 4, 0, True)
    assert (promise.base, promise.chosen) == (0, 0)
    assert [(e.term, e.index, e.data) for e in promise.entries] == [(low, 2, b"two")]
    for late in (Prepare(2, 1, low, 0, 1, False), Accept(2, 1, low, [entry(low, 3, b"three")], 2)):
        one.hear(late)
        (reject,) = one.take(Reject)
        assert (reject.to, reject.term, reject.refused) == (2, high, low)
    one.hear(Heartbeat(2, 1, low, 2, 1, 0))
    assert [message.term for message in one.take(Reject)] == [high]
    assert not one.take(Accepted)[1:], "the first alone was accepted"
    assert (one.replica.commit_index, one.replica.leader) == (0, 0)


def test_a_promise_of_much_comes_in_parts() -> None:
    size = entry(ballot(1, 2), 1, b"1").octets
    one = One(max_message_octets=2 * size)
    low, high = ballot(1, 2), ballot(2, 3)
    one.hear(Accept(2, 1, low, [entry(low, n, b"%d" % n) for n in range(1, 6)], 0))
    one.hear(Prepare(3, 1, high, 0, 1, False))
    promises = one.take(Promise)
    assert [(p.part, p.last, [e.index for e in p.entries]) for p in promises] == [
        (0, False, [1, 2]), (1, False, [3, 4]), (2, True, [5]),
    ]  # fmt: skip


def test_a_leader_gives_up_when_somebody_has_promised_more_and_its_next_ballot_is_above_it() -> None:
    one = leader()
    term, higher = one.replica.term, ballot(9, 3)
    one.hear(Reject(3, 1, higher, term - 1))
    assert one.replica.role == ROLE_LEADER, "what it asked in an earlier ballot"
    one.hear(Reject(3, 1, term, term))
    assert one.replica.role == ROLE_LEADER
    one.hear(Reject(3, 1, higher, term))
    assert one.replica.role == ROLE_FOLLOWER
    assert [asking.term for asking in stand(one)] == [above(higher, 1)] * 2


def test_a_promise_that_does_not_come_is_asked_for_again_after_the_least_timeout() -> None:
    """A new voter's promise that is lost would keep a change of membership from ever counting."""
    one = One()
    stand(one)
    one.hear(Promise(2, 1, one.replica.term, 0, 0, True, 0, 0, []))
    one.beat(149 * MS)
    assert not one.take(Prepare)
    one.beat(51 * MS)
    (again,) = one.take(Prepare)
    assert (again.to, again.attempt, again.first, again.taking_over) == (3, 1, 1, False), (
        "leases hold it back as they did at first"
    )
    one.beat(50 * MS)
    assert not one.take(Prepare)


# -- phase 2


def test_commands_are_placed_in_order_and_chosen_by_a_majority() -> None:
    one = leader()
    one.take(Accept)
    one.step(events.Propose([b"a", b"b"], 7))
    (accepted,) = one.take_asked(asked.Accepted)
    assert (accepted.tag, accepted.index, accepted.term) == (7, 1, one.replica.term)
    one.step(events.Propose([b"c"], 8))
    assert [(effect.tag, effect.index) for effect in one.take_asked(asked.Accepted)] == [(8, 3)]
    accepts = one.take(Accept)
    assert [(a.to, [e.data for e in a.entries]) for a in accepts] == [
        (2, [b"a", b"b"]), (3, [b"a", b"b"]), (2, [b"c"]), (3, [b"c"]),
    ]  # fmt: skip
    one.hear(Accepted(3, 1, one.replica.term, 2, 3))
    assert one.replica.commit_index == 0
    one.hear(Accepted(3, 1, one.replica.term - 1, 1, 1))
    assert one.replica.commit_index == 0, "an answer to another ballot"
    one.hear(Accepted(2, 1, one.replica.term, 1, 1))
    assert one.replica.commit_index == 3


def test_no_more_is_under_way_than_the_window_and_no_more_waits_than_was_allowed() -> None:
    """What waits beyond the window is bounded: a client hears no before the leader's memory is full."""
    one = leader(window=2, max_pending=3)
    for number in range(5):
        one.step(events.Propose([b"%d" % number], number))
    assert not reasons(one)
    assert proposed(one) == {1: b"0", 2: b"1"}
    one.step(events.Propose([b"too much"], 9))
    assert reasons(one) == ["too much waits already"]
    one.step(events.Readmit(3, 10))
    assert reasons(one) == ["too much waits already"]
    one.hear(Accepted(2, 1, one.replica.term, 1, 2))
    assert proposed(one) == {3: b"2", 4: b"3"}


def test_who_does_not_lead_refuses_each_request_and_names_the_leader() -> None:
    one = One()
    one.hear(Heartbeat(2, 1, ballot(1, 2), 0, 1, 0))
    wanted = [events.MemberChange(events.ADD_VOTER, 9)]
    for event in (
        events.Propose([b"x"], 1),
        events.ChangeMembership(wanted, events.AUTO, 2),
        events.Readmit(3, 3),
        events.Transfer(3, 4),
        events.Read(5),
    ):
        one.step(event)
    refused = one.take_asked(asked.Refused)
    assert [(effect.tag, effect.reason, effect.leader) for effect in refused] == [
        (tag, "this replica does not lead", 2) for tag in (1, 2, 3, 4, 5)
    ]


def test_a_leader_refuses_to_hand_over_to_itself_or_to_who_has_no_vote() -> None:
    one = leader(leases=True)
    for to in (1, 9):
        one.step(events.Transfer(to, to))
    assert reasons(one) == ["1 cannot take over", "9 cannot take over"]
    assert not one.take(TimeoutNow)
    assert not one.replica.server.proposer.rounds.lease_void
    one.step(events.Transfer(3, 3))
    (order,) = one.take(TimeoutNow)
    assert (order.to, order.term, one.replica.server.proposer.rounds.lease_void) == (3, one.replica.term, True)


def test_changes_that_cannot_be_are_refused_and_leave_no_trace() -> None:
    one = leader()
    one.step(events.ChangeMembership([events.MemberChange(events.ADD_WITNESS, 4)], events.AUTO, 1))
    one.step(events.ChangeMembership([events.MemberChange(events.REMOVE, n) for n in (1, 2, 3)], events.AUTO, 2))
    assert reasons(one) == ["Multi-Paxos has no change of kind 4", "somebody must remain to decide"]
    one.step(events.Propose([b"x"]))
    assert proposed(one) == {1: b"x"}


@pytest.mark.parametrize("known", ["it waits", "it was proposed", "it was adopted"])
def test_a_second_change_is_refused_while_one_is_under_way(known: str) -> None:
    """Two at once could leave two groups of voters that do not meet."""
    second = events.ChangeMembership([events.MemberChange(events.ADD_VOTER, 9)], events.AUTO, 2)
    if known == "it was adopted":
        one = One()
        (asking, _) = stand(one)
        change = Entry(1, 90, CHANGE, b"1,2,3,4/")
        one.hear(Promise(2, 1, asking.term, 0, 0, True, 0, 0, [change]))
    else:
        one = leader(window=1)
        if known == "it waits":
            one.step(events.Propose([b"before it"]))
        one.step(events.ChangeMembership([events.MemberChange(events.ADD_VOTER, 8)], events.AUTO, 1))
    one.step(second)
    assert reasons(one) == ["another change is under way"]


# -- who leads, and time


def test_a_replica_that_is_told_to_take_over_campaigns_at_once_and_only_in_that_ballot() -> None:
    """An order that comes late must not depose the leader that was elected meanwhile."""
    one = One()
    one.hear(Heartbeat(2, 1, ballot(1, 2), 0, 1, 0))
    one.hear(TimeoutNow(2, 1, ballot(0, 2)))
    assert not one.take(Prepare)
    one.hear(TimeoutNow(2, 1, ballot(1, 2)))
    assert [asking.taking_over for asking in one.take(Prepare)] == [True, True]


def test_a_heartbeat_is_answered_with_what_is_chosen_and_what_was_accepted_behind_it() -> None:
    one = One()
    term = ballot(1, 2)
    one.hear(Accept(2, 1, term, [entry(term, n, b"%d" % n) for n in (1, 2, 4)], 1))
    one.take(Accepted)
    one.hear(Heartbeat(2, 1, term, 1, 6, 0))
    (reply,) = one.take(HeartbeatReply)
    assert (reply.to, reply.term, reply.round, reply.chosen, reply.accepted) == (2, term, 6, 1, 2)
    assert (one.replica.leader, one.replica.commit_index) == (2, 1)


def test_what_was_lost_on_the_way_is_sent_again_when_a_heartbeat_shows_it() -> None:
    one = leader()
    one.step(events.Propose([b"a", b"b"]))
    one.take(Accept)
    one.beat()
    one.answer_beat(2, chosen=0, accepted=1)
    one.beat()
    assert proposed(one) == {2: b"b"}


def test_a_leader_beats_at_its_interval_and_each_round_has_a_number_of_its_own() -> None:
    one = leader()
    one.take(Heartbeat)
    assert one.replica.deadline_ns() == 50 * MS
    one.beat(49 * MS)
    assert not one.take(Heartbeat)
    one.beat(1 * MS)
    assert [(beat.to, beat.round) for beat in one.take(Heartbeat)] == [(2, 2), (3, 2)]
    one.now_ns += 7 * MS
    one.answer_beat(2, chosen=0)
    one.beat(43 * MS)
    assert [(beat.to, beat.round, beat.rtt_ns) for beat in one.take(Heartbeat)] == [(2, 3, 7 * MS), (3, 3, 0)]


def test_a_read_is_answered_after_a_round_that_began_after_it() -> None:
    """An answer to an older heartbeat proves nothing: another may have been elected since."""
    one = leader()
    one.decide(b"a")
    one.beat()
    server = one.replica.server
    old_round = server.proposer.rounds.newest
    one.step(events.Read(7))
    one.hear(HeartbeatReply(2, 1, server.proposer.ballot, old_round, 1, 1))
    assert not one.take_asked(asked.ReadReady)
    one.answer_beat(2, chosen=1)
    assert [(ready.tag, ready.index) for ready in one.take_asked(asked.ReadReady)] == [(7, 1)]


def test_reads_that_wait_are_refused_when_another_leads() -> None:
    one = leader()
    one.step(events.Read(7))
    one.hear(Heartbeat(3, 1, ballot(9, 3), 0, 1, 0))
    assert reasons(one) == ["another replica leads now"]


def test_one_that_nobody_knows_has_nothing_to_wait_for() -> None:
    """It has no vote and knows nobody to ask: an alarm would ring for nothing."""
    assert One(stored=founding(())).replica.deadline_ns() == NEVER_NS
    stored = founding((2, 3))
    stranger = One(stored=Stored(stored.hard_state, stored.snapshot, []))
    assert stranger.replica.deadline_ns() == 300 * MS
    stranger.beat(300 * MS)
    assert [(ask.to, ask.chosen) for ask in stranger.take(CatchUpRequest)] == [(2, 0), (3, 0)]
    stranger.step(events.Campaign())
    assert not stranger.take(Prepare)
    assert "is no voter and cannot lead" in stranger.take_asked(asked.Notice)[0].text


def test_a_leader_is_forgotten_when_asked_for_unless_leases_hold() -> None:
    """Who keeps a lease must not promise another before it has run out."""
    for leases in (False, True):
        one = One(leases=leases)
        one.hear(Heartbeat(2, 1, ballot(1, 2), 0, 1, 0))
        one.step(events.ForgetLeader())
        assert one.replica.leader == (2 if leases else 0)


def test_a_candidate_knows_no_leader_and_names_none() -> None:
    """A client that is sent back to the leader that has just failed would try it again and again."""
    one = One()
    one.hear(Heartbeat(2, 1, ballot(1, 2), 0, 1, 0))
    stand(one)
    assert (one.replica.role, one.replica.leader) == (ROLE_CANDIDATE, 0)
    one.step(events.Propose([b"x"], 1))
    assert [effect.leader for effect in one.take_asked(asked.Refused)] == [0]
    assert [(told.role, told.leader) for told in one.take_asked(asked.RoleChanged)][-1] == (ROLE_CANDIDATE, 0)
