"""The Raft paper's claims, one test for each, in the order and with the numbers of its sections.

"In Search of an Understandable Consensus Algorithm (Extended Version)", Ongaro and Ousterhout, 2014.
"""

from __future__ import annotations

import pytest

from catenet.application.consensus.effects import Accepted, Append, ReadReady, Refused, Send
from catenet.application.consensus.entry import COMMAND, Entry, HardState, Membership, Snapshot, founding
from catenet.application.consensus.events import (
    ADD_LEARNER,
    ADD_VOTER,
    JOINT_EXPLICIT,
    JOINT_IMPLICIT,
    REMOVE,
    Campaign,
    Propose,
    Receive,
    Tick,
)
from catenet.application.consensus.messages import InstallSnapshot
from catenet.application.consensus.raft.messages import (
    AppendEntries,
    AppendReply,
    Heartbeat,
    RequestVote,
    VoteReply,
)
from catenet.application.consensus.server import ROLE_CANDIDATE, ROLE_FOLLOWER, ROLE_LEADER, ROLE_NAMES
from catenet.application.consensus.sessions import OPEN, REPEATED, Request, Sessions, parse_request
from catenet.application.consensus.timing import Fixed, Randomised

from .raft_cluster import MS, Cluster, Member, appends, with_log


def stepped(member: Member, message: object) -> list[object]:
    """What a replica sends in answer, when its disk has everything."""
    member.cluster.network.clear()
    member.step(Receive(message))  # type: ignore[arg-type]
    sent: list[object] = list(member.cluster.network)
    member.cluster.network.clear()
    return sent


def only(messages: list[object], kind: type) -> list:  # type: ignore[type-arg]
    """Those of one kind."""
    return [message for message in messages if isinstance(message, kind)]


def entry(term: int, index: int, data: bytes = b"x") -> Entry:
    """A command in its place."""
    return Entry(term, index, COMMAND, data)


def lead_without_followers(cluster: Cluster, replica_id: int = 1) -> Member:
    """Elected, with what it then sends still in the network."""
    member = cluster[replica_id]
    member.step(Campaign())
    cluster.stabilize(lambda message: isinstance(message, RequestVote | VoteReply))
    assert member.raft.role == ROLE_LEADER
    return member


# §5.1 Raft basics


def test_5_1_servers_start_up_as_followers() -> None:
    assert [ROLE_NAMES[member.raft.role] for member in Cluster(5).running()] == ["follower"] * 5


@pytest.mark.parametrize("role", [ROLE_FOLLOWER, ROLE_CANDIDATE, ROLE_LEADER])
def test_5_1_a_larger_term_updates_the_current_term_and_makes_a_follower(role: int) -> None:
    cluster = Cluster(3)
    member = cluster[1]
    if role != ROLE_FOLLOWER:
        member.step(Campaign())
    if role == ROLE_LEADER:
        cluster.stabilize()
    assert member.raft.role == role
    stepped(member, AppendEntries(2, 1, 7, 0, 0, [], 0))
    assert (member.raft.role, member.raft.term, member.raft.leader) == (ROLE_FOLLOWER, 7, 2)


def test_5_1_a_request_with_a_stale_term_is_rejected() -> None:
    member = Cluster(3, stored={1: with_log([1, 4])})[1]
    assert stepped(member, AppendEntries(2, 1, 3, 2, 4, [entry(3, 3)], 0)) == []
    assert member.log() == [(1, 1), (4, 2)]
    assert member.raft.leader == 0


def test_5_1_terms_increase_and_are_stored() -> None:
    cluster = Cluster(3)
    terms = [cluster[1].raft.term]
    for candidate in (1, 2, 3, 1):
        cluster.elect(candidate)
        terms.append(cluster[candidate].disk.hard_state.term)
    assert terms == [0, 1, 2, 3, 4]


def test_5_1_a_term_may_end_with_no_leader_and_never_has_two() -> None:
    cluster = Cluster(4)
    cluster.split((1, 2), (3, 4))
    cluster[1].step(Campaign())
    cluster[3].step(Campaign())
    cluster.stabilize()
    assert cluster.leaders() == []
    assert [member.raft.term for member in cluster.running()] == [1, 1, 1, 1]


# §5.2 Leader election


def test_5_2_a_follower_stays_one_while_it_hears_from_a_leader() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.advance(10_000)
    assert cluster.leaders() == [1]
    assert {member.raft.term for member in cluster.running()} == {1}


def test_5_2_leaders_send_heartbeats_to_all_followers() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.advance(49)
    assert cluster.network == []
    cluster.advance(1, stabilize=False)
    assert sorted(message.to for message in cluster.network if isinstance(message, Heartbeat)) == [2, 3]


def test_5_2_silence_for_an_election_timeout_starts_an_election() -> None:
    member = Cluster(3)[1]
    due_ns = member.raft.deadline_ns()
    assert 150 * MS <= due_ns < 300 * MS
    member.raft.step(Tick(), due_ns - 1)
    assert member.raft.role == ROLE_FOLLOWER
    member.raft.step(Tick(), due_ns)
    assert member.raft.role == ROLE_CANDIDATE


def test_5_2_a_candidate_increments_its_term_votes_for_itself_and_asks_all_in_parallel() -> None:
    cluster = Cluster(5)
    cluster[1].step(Campaign())
    assert cluster[1].raft.term == 1
    assert cluster[1].disk.hard_state == HardState(1, 1, 0)
    requests = [message for message in cluster.network if isinstance(message, RequestVote)]
    assert [(message.to, message.term) for message in requests] == [(2, 1), (3, 1), (4, 1), (5, 1)]


@pytest.mark.parametrize(
    ("size", "granted", "refused", "role"),
    [
        (1, 0, 0, ROLE_LEADER),
        (3, 2, 0, ROLE_LEADER),
        (3, 1, 0, ROLE_LEADER),
        (3, 1, 1, ROLE_LEADER),
        (3, 0, 1, ROLE_CANDIDATE),
        (3, 0, 2, ROLE_FOLLOWER),
        (5, 2, 0, ROLE_LEADER),
        (5, 1, 2, ROLE_CANDIDATE),
        (5, 1, 0, ROLE_CANDIDATE),
        (5, 1, 3, ROLE_FOLLOWER),
    ],
)
def test_5_2_a_majority_of_votes_elects(size: int, granted: int, refused: int, role: int) -> None:
    cluster = Cluster(size)
    cluster[1].step(Campaign())
    cluster.drop(lambda message: message.to != 1)
    cluster.stabilize()
    for voter in range(2, 2 + granted + refused):
        cluster[1].step(Receive(VoteReply(voter, 1, 1, voter < 2 + granted)))
    assert cluster[1].raft.role == role


def test_5_2_a_server_votes_once_in_a_term_first_come_first_served() -> None:
    member = Cluster(3)[1]
    answers = [
        only(stepped(member, RequestVote(candidate, 1, 1, 0, 0, False)), VoteReply)[0].granted
        for candidate in (2, 3, 2)
    ]
    assert answers == [True, False, True]


def test_5_2_a_vote_outlives_a_crash() -> None:
    member = Cluster(3)[1]
    assert only(stepped(member, RequestVote(2, 1, 1, 0, 0, False)), VoteReply)[0].granted
    member.crash()
    member.start()
    assert not only(stepped(member, RequestVote(3, 1, 1, 0, 0, False)), VoteReply)[0].granted


def test_5_2_a_vote_is_sent_only_when_it_is_on_disk() -> None:
    cluster = Cluster(3)
    member = cluster[1]
    member.slow_disk = True
    assert stepped(member, RequestVote(2, 1, 1, 0, 0, False)) == []
    member.sync()
    assert [type(message) for message in cluster.network] == [VoteReply]


def test_5_2_a_new_leader_tells_all_at_once() -> None:
    cluster = Cluster(5)
    lead_without_followers(cluster)
    assert sorted(message.to for message in appends(cluster.network)) == [2, 3, 4, 5]


@pytest.mark.parametrize("term", [1, 2])
def test_5_2_a_candidate_recognizes_a_legitimate_leader(term: int) -> None:
    member = Cluster(3)[1]
    member.step(Campaign())
    stepped(member, AppendEntries(2, 1, term, 0, 0, [], 0))
    assert (member.raft.role, member.raft.leader, member.raft.term) == (ROLE_FOLLOWER, 2, term)


def test_5_2_a_candidate_goes_on_when_a_leader_is_of_an_older_term() -> None:
    member = Cluster(3, stored={1: with_log([], term=4)})[1]
    member.step(Campaign())
    stepped(member, AppendEntries(2, 1, 4, 0, 0, [], 0))
    assert (member.raft.role, member.raft.term) == (ROLE_CANDIDATE, 5)


def test_5_2_a_split_vote_ends_by_another_election() -> None:
    cluster = Cluster(2)
    for member in cluster.running():
        member.step(Campaign())
    cluster.stabilize()
    assert cluster.leaders() == []
    cluster.advance(2_000)
    assert len(cluster.leaders()) == 1
    assert cluster[1].raft.term > 1


def test_5_2_election_timeouts_are_drawn_anew_from_an_interval() -> None:
    cluster = Cluster(1, policy=lambda: Randomised(150 * MS, 300 * MS, 50 * MS))
    other = Cluster(2)[1]
    waits = set()
    for _ in range(200):
        other.raft.step(Tick(), other.raft.deadline_ns())
        waits.add(other.raft.server.elector.wait_ns)
    assert cluster[1].raft.deadline_ns() >= 150 * MS
    assert len(waits) > 190
    assert 150 * MS <= min(waits) < 165 * MS
    assert 285 * MS < max(waits) < 300 * MS


def test_5_2_equal_timeouts_split_votes_for_ever_and_random_ones_do_not() -> None:
    equal = Cluster(2, policy=lambda: Fixed(150 * MS, 50 * MS))
    equal.advance(10_000)
    assert equal.leaders() == []
    randomised = Cluster(2)
    randomised.advance(10_000)
    assert len(randomised.leaders()) == 1


# §5.3 Log replication


def test_5_3_a_leader_appends_and_sends_in_parallel() -> None:
    cluster = Cluster(3)
    leader = cluster.elect(1)
    effects = leader.raft.step(Propose([b"a"]), 0)
    assert leader.log()[-1] == (1, 2)
    now = [effect.message for effect in effects if isinstance(effect, Send) and effect.after == 0]
    assert [(message.to, message.prev_index, message.prev_term) for message in appends(now)] == [(2, 1, 1), (3, 1, 1)]
    assert any(isinstance(effect, Append) for effect in effects)


def test_5_3_an_entry_is_applied_and_answered_once_a_majority_has_it() -> None:
    cluster = Cluster(5)
    cluster.elect(1)
    cluster.split((1, 2), (3,), (4,), (5,))
    cluster.propose(1, b"a", tag=9)
    cluster.stabilize()
    assert cluster[1].commands == []
    cluster.split((1, 2, 3), (4,), (5,))
    cluster.advance(100)
    assert cluster[1].commands == [b"a"]
    accepted = [answer for _, answer in cluster.answers if isinstance(answer, Accepted)]
    assert [(answer.tag, answer.index, answer.term) for answer in accepted] == [(9, 2, 1)]


def test_5_3_a_leaders_own_copy_counts_only_when_it_is_on_disk() -> None:
    cluster = Cluster(3)
    leader = cluster.elect(1)
    leader.slow_disk = True
    cluster.split((1, 2), (3,))
    cluster.propose(1, b"a")
    cluster.stabilize()
    assert cluster[2].log()[-1] == (1, 2)
    assert leader.raft.commit_index == 1
    leader.sync()
    cluster.stabilize()
    assert leader.raft.commit_index == 2


def test_5_3_a_leader_retries_until_all_followers_have_all() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.split((1, 2), (3,))
    for command in (b"a", b"b", b"c"):
        cluster.propose(1, command)
        cluster.stabilize()
    assert cluster[1].commands == [b"a", b"b", b"c"]
    cluster.heal()
    cluster.advance(200)
    assert cluster[3].commands == [b"a", b"b", b"c"]


def test_5_3_committing_an_entry_commits_all_before_it_also_of_earlier_leaders() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.split((1,), (2,), (3,))
    cluster.propose(1, b"old")
    cluster.stabilize()
    cluster.drop()
    cluster.heal()
    cluster[1].crash()
    cluster[1].start()
    cluster.elect(1)
    assert cluster[1].raft.commit_index == 3
    assert [member.commands for member in cluster.running()] == [[b"old"]] * 3


def test_5_3_followers_apply_when_they_learn_of_the_commitment_in_log_order() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.propose(1, b"a")
    cluster.stabilize(lambda message: message.to != 3)
    cluster[3].step(Receive(cluster.network[0]))
    assert cluster[1].commands == [b"a"]
    assert cluster[3].log()[-1] == (1, 2)
    assert cluster[3].commands == [], "it does not know yet that a majority has it"
    cluster[3].step(Receive(cluster.network[1]))
    assert [message.commit for message in appends(cluster.network[:2])] == [1, 2]
    assert cluster[3].commands == [b"a"]


def test_5_3_the_log_is_applied_in_order_and_once() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    commands = [b"%d" % number for number in range(50)]
    for command in commands:
        cluster.propose(1, command)
    cluster.stabilize()
    assert [member.commands for member in cluster.running()] == [commands] * 3


@pytest.mark.parametrize(
    ("prev_index", "prev_term", "accepted"),
    [(0, 0, True), (1, 1, True), (2, 2, True), (2, 1, False), (2, 3, False), (3, 3, False)],
)
def test_5_3_a_follower_refuses_entries_that_do_not_follow_its_own(
    prev_index: int, prev_term: int, accepted: bool
) -> None:
    member = Cluster(3, stored={1: with_log([1, 2])})[1]
    answer = only(stepped(member, AppendEntries(2, 1, 3, prev_index, prev_term, [], 0)), AppendReply)[0]
    assert answer.rejected is not accepted


@pytest.mark.parametrize(
    ("prev", "terms", "result"),
    [
        ((2, 2), [3], [(1, 1), (2, 2), (3, 3)]),
        ((1, 1), [3, 4], [(1, 1), (3, 2), (4, 3)]),
        ((0, 0), [1], [(1, 1), (2, 2)]),
        ((0, 0), [3], [(3, 1)]),
    ],
)
def test_5_3_conflicting_entries_are_deleted_and_others_kept(
    prev: tuple[int, int], terms: list[int], result: list[tuple[int, int]]
) -> None:
    member = Cluster(3, stored={1: with_log([1, 2])})[1]
    entries = [entry(term, prev[0] + 1 + at) for at, term in enumerate(terms)]
    member.cluster.invariants.entries.clear()
    stepped(member, AppendEntries(2, 1, 4, prev[0], prev[1], entries, 0))
    assert member.log() == result
    assert [(each.term, each.index) for each in member.disk.entries] == result


FIGURE_7_LEADER = [1, 1, 1, 4, 4, 5, 5, 6, 6, 6]


@pytest.mark.parametrize(
    "terms",
    [
        [1, 1, 1, 4, 4, 5, 5, 6, 6],
        [1, 1, 1, 4],
        [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        [1, 1, 1, 4, 4, 4, 4],
        [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ],
    ids="abcdef",
)
def test_5_3_figure_7_a_leader_brings_any_follower_to_its_own_log(terms: list[int]) -> None:
    stored = {1: with_log(FIGURE_7_LEADER, term=7), 2: with_log(terms, term=7), 3: with_log([1, 1, 1], term=7)}
    cluster = Cluster(3, stored=stored)
    cluster.split((1, 3), (2,))
    cluster.elect(1)
    cluster.heal()
    cluster.advance(300)
    assert cluster[2].log() == cluster[1].log()
    assert cluster[1].log()[:10] == [(term, index) for index, term in enumerate(FIGURE_7_LEADER, 1)]


def test_5_3_one_rejected_probe_for_each_conflicting_term() -> None:
    stored = {
        1: with_log([1] * 5 + [9] * 200, size=2, term=9),
        2: with_log([1] * 5 + [2] * 50 + [3] * 50 + [4] * 50, size=2, term=9),
    }
    cluster = Cluster(2, stored=stored)
    lead_without_followers(cluster)
    rejected = [message for message in cluster.stabilize() if isinstance(message, AppendReply) and message.rejected]
    assert len(rejected) <= 2
    assert cluster[2].log() == cluster[1].log()


def test_5_3_a_leader_never_changes_its_own_entries() -> None:
    cluster = Cluster(3)
    leader = cluster.elect(1)
    cluster.propose(1, b"a")
    before = leader.log()
    stepped(leader, AppendEntries(2, 1, 1, 0, 0, [entry(1, 1, b"other")], 0))
    assert leader.log() == before


def test_5_3_a_single_slow_follower_does_not_slow_the_rest() -> None:
    cluster = Cluster(5)
    cluster.elect(1)
    cluster.split((1, 2, 3, 4), (5,))
    cluster.propose(1, b"a")
    messages = cluster.stabilize()
    assert cluster[1].commands == [b"a"]
    assert len([message for message in appends(messages) if message.entries]) == 3


def test_5_5_appending_twice_changes_nothing() -> None:
    member = Cluster(3, stored={1: with_log([1])})[1]
    message = AppendEntries(2, 1, 2, 1, 1, [entry(2, 2), entry(2, 3)], 0)
    first = stepped(member, message)
    log = member.log()
    second = stepped(member, message)
    assert [(each.index, each.rejected) for each in first] == [(each.index, each.rejected) for each in second]  # type: ignore[attr-defined]
    stepped(member, AppendEntries(2, 1, 2, 1, 1, [entry(2, 2)], 0))
    assert member.log() == log, "an old, shorter append must not cut the log"


# §5.4.1 Election restriction


@pytest.mark.parametrize(
    ("log", "last_index", "last_term", "granted"),
    [
        ([1], 1, 1, True),
        ([1], 2, 1, True),
        ([1, 1], 1, 1, False),
        ([1], 1, 2, True),
        ([1, 1], 1, 2, True),
        ([2], 1, 1, False),
        ([2], 2, 1, False),
    ],
)
def test_5_4_1_a_vote_is_denied_to_who_is_less_up_to_date(
    log: list[int], last_index: int, last_term: int, granted: bool
) -> None:
    member = Cluster(3, stored={1: with_log(log)})[1]
    answer = only(stepped(member, RequestVote(2, 1, 3, last_index, last_term, False)), VoteReply)[0]
    assert answer.granted is granted


def test_5_4_1_a_leader_has_all_committed_entries() -> None:
    cluster = Cluster(5)
    cluster.elect(1)
    cluster.split((1, 2, 3), (4, 5))
    cluster.propose(1, b"a")
    cluster.stabilize()
    cluster[1].crash()
    cluster.heal()
    cluster[4].step(Campaign())
    cluster.stabilize()
    assert cluster.leaders() == []
    cluster.advance(3_000)
    assert cluster.leaders()[0] in (2, 3)
    assert cluster[5].commands == [b"a"]


# §5.4.2 Committing entries from previous terms


def test_5_4_2_figure_8_an_old_entry_on_a_majority_is_not_committed_by_that() -> None:
    stored = {
        1: with_log([1, 2], size=5, term=3),
        2: with_log([1, 2], size=5, term=3),
        3: with_log([1], size=5, term=3),
        4: with_log([1], size=5, term=3),
        5: with_log([1, 3], size=5, term=3),
    }
    cluster = Cluster(5, stored=stored)
    cluster.split((1, 2, 3, 4), (5,))
    leader = lead_without_followers(cluster)
    # The entry of term 2 reaches 3 without the leader's own of term 4 (Figure 8 c).
    cluster.drop()
    cluster[2].step(Receive(AppendEntries(1, 2, leader.raft.term, 2, 2, [], 0)))
    cluster[3].step(Receive(AppendEntries(1, 3, leader.raft.term, 1, 1, [entry(2, 2, b"2/2")], 0)))
    cluster.deliver()
    assert [leader.raft.server.leading.progress[member].match for member in (1, 2, 3)] == [3, 2, 2]
    assert leader.raft.commit_index == 0, "index 2 is on 1, 2 and 3, but of an old term"


def test_5_4_2_figure_8_d_such_an_entry_may_be_overwritten() -> None:
    stored = {
        1: with_log([1, 2], size=5, term=4),
        2: with_log([1, 2], size=5, term=4),
        3: with_log([1, 2], size=5, term=4),
        4: with_log([1], size=5, term=4),
        5: with_log([1, 3], size=5, term=4),
    }
    cluster = Cluster(5, stored=stored)
    cluster[1].crash()
    cluster.elect(5)
    cluster.advance(200)
    assert [member.log()[1][0] for member in cluster.running()] == [3, 3, 3, 3]


def test_5_4_2_figure_8_e_an_entry_of_its_own_term_commits_what_is_before() -> None:
    stored = {
        1: with_log([1, 2], size=5, term=3),
        2: with_log([1], size=5, term=3),
        3: with_log([1], size=5, term=3),
        4: with_log([1], size=5, term=3),
        5: with_log([1, 3], size=5, term=3),
    }
    cluster = Cluster(5, stored=stored)
    cluster.split((1, 2, 3, 4), (5,))
    leader = cluster.elect(1)
    assert leader.raft.commit_index == 3
    cluster.heal()
    cluster[1].crash()
    cluster[5].step(Campaign())
    cluster.stabilize()
    assert cluster.leaders() == [], "5 cannot win any more"


# §6 Cluster membership changes


def joint(cluster: Cluster, *steps: tuple[int, int], transition: int = JOINT_EXPLICIT) -> None:
    """Change the membership through a joint one and stay there."""
    cluster.change(cluster.leaders()[-1], *steps, transition=transition)
    cluster.stabilize()


def test_6_a_joint_membership_reaches_all_of_both() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.add(4)
    joint(cluster, (ADD_VOTER, 4), (REMOVE, 2))
    assert cluster[1].raft.membership == Membership((1, 3, 4), (1, 2, 3))
    cluster.advance(300)
    cluster.propose(1, b"a")
    cluster.stabilize()
    assert [cluster[member].commands for member in (1, 2, 3, 4)] == [[b"a"]] * 4


@pytest.mark.parametrize(("reach", "commits"), [((1, 2), False), ((1, 4, 5), False), ((1, 2, 4), True)])
def test_6_agreement_needs_a_majority_of_both(reach: tuple[int, ...], commits: bool) -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.add(4)
    cluster.add(5)
    joint(cluster, (ADD_VOTER, 4), (ADD_VOTER, 5), (REMOVE, 2), (REMOVE, 3))
    assert cluster[1].raft.membership == Membership((1, 4, 5), (1, 2, 3))
    cluster.advance(500)
    rest = [(member,) for member in cluster.members if member not in reach]
    cluster.split(reach, *rest)
    cluster.propose(1, b"a")
    cluster.stabilize()
    assert (cluster[1].commands == [b"a"]) is commits


@pytest.mark.parametrize(("reach", "wins"), [((2, 3), False), ((2, 4, 5), False), ((2, 3, 4, 5), True)])
def test_6_an_election_needs_a_majority_of_both_and_any_of_them_may_win(reach: tuple[int, ...], wins: bool) -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.add(4)
    cluster.add(5)
    joint(cluster, (ADD_VOTER, 4), (ADD_VOTER, 5), (REMOVE, 2))
    cluster.advance(500)
    cluster[1].crash()
    cluster.split(reach, *[(member,) for member in cluster.members if member not in reach])
    cluster[2].step(Campaign())
    cluster.stabilize()
    assert (cluster.leaders() == [2]) is wins


def test_6_clients_are_served_through_the_change() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.add(4)
    cluster.change(1, (ADD_VOTER, 4), (REMOVE, 3), transition=JOINT_IMPLICIT)
    expected = []
    for number in range(20):
        cluster.propose(1, b"%d" % number)
        cluster.deliver()
        expected.append(b"%d" % number)
    cluster.stabilize()
    cluster.advance(300)
    assert cluster[1].raft.membership == Membership((1, 2, 4))
    assert cluster[1].commands == cluster[4].commands == expected


def test_6_new_servers_join_without_a_vote_until_they_have_caught_up() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    for number in range(10):
        cluster.propose(1, b"%d" % number)
    cluster.stabilize()
    cluster.add(4)
    cluster.change(1, (ADD_LEARNER, 4))
    cluster.stabilize()
    cluster.split((1, 4), (2,), (3,))
    cluster.propose(1, b"alone")
    cluster.stabilize()
    assert b"alone" not in cluster[1].commands, "a learner is no part of a majority"
    cluster.heal()
    cluster.advance(300)
    assert cluster[4].commands == cluster[1].commands
    cluster.change(1, (ADD_VOTER, 4))
    cluster.stabilize()
    assert cluster[1].raft.membership == Membership((1, 2, 3, 4))


def test_6_a_leader_that_is_removed_manages_the_change_and_steps_down_when_it_is_committed() -> None:
    cluster = Cluster(3)
    leader = cluster.elect(1)
    cluster.split((1,), (2,), (3,))
    cluster.change(1, (REMOVE, 1))
    cluster.stabilize()
    assert leader.raft.role == ROLE_LEADER
    cluster.heal()
    cluster.advance(60)
    assert leader.raft.role == ROLE_FOLLOWER
    cluster.advance(3_000)
    assert cluster.leaders()[0] in (2, 3)
    assert cluster[2].raft.membership == Membership((2, 3))


def test_6_removed_servers_cannot_disrupt_a_group_that_hears_its_leader() -> None:
    cluster = Cluster(3, check_quorum=True)
    cluster.elect(1)
    cluster.split((1, 2), (3,))
    cluster.change(1, (REMOVE, 3))
    cluster.stabilize()
    cluster.heal()
    cluster.advance(5_000)
    assert cluster[3].raft.term > 1, "it times out again and again"
    assert cluster.leaders() == [1]
    assert cluster[1].raft.term == 1


def test_6_the_minimum_timeout_does_not_hold_off_a_needed_election() -> None:
    cluster = Cluster(3, check_quorum=True)
    cluster.elect(1)
    cluster[1].crash()
    cluster.advance(3_000)
    assert len(cluster.leaders()) == 1


def test_6_one_change_at_a_time() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.split((1,), (2,), (3,))
    cluster.change(1, (ADD_LEARNER, 4))
    cluster.change(1, (ADD_LEARNER, 5))
    cluster.heal()
    cluster.advance(300)
    assert cluster[1].raft.membership == Membership((1, 2, 3), (), (4,))
    assert [answer.reason for _, answer in cluster.answers if isinstance(answer, Refused)] == [
        "another change may be pending"
    ]


# §7 Log compaction


def snapshotted(commands: int = 20, **options: object) -> Cluster:
    """A group whose leader has discarded its log, and whose third member missed it all."""
    cluster = Cluster(3, keep_entries=0, **options)
    cluster.elect(1)
    cluster.split((1, 2), (3,))
    for number in range(commands):
        cluster.propose(1, b"%d" % number)
    cluster.stabilize()
    cluster[1].snapshot()
    return cluster


def test_7_each_server_snapshots_on_its_own_what_is_committed_and_discards_it() -> None:
    cluster = snapshotted()
    assert cluster[1].log() == []
    assert len(cluster[2].log()) == 21
    assert cluster[1].disk.snapshot.index == 21
    assert cluster[1].disk.entries == []


def test_7_the_snapshots_index_and_term_serve_the_consistency_check_of_the_next_append() -> None:
    cluster = snapshotted()
    cluster.propose(1, b"next")
    message = appends(cluster.network)[0]
    assert (message.prev_index, message.prev_term) == (21, 1)
    cluster.stabilize()
    assert cluster[2].commands[-1] == b"next"


def test_7_a_snapshot_holds_the_membership_as_of_its_index() -> None:
    cluster = Cluster(3, keep_entries=0)
    cluster.elect(1)
    cluster.change(1, (ADD_LEARNER, 4))
    cluster.stabilize()
    cluster[1].snapshot()
    assert cluster[1].disk.snapshot.membership == Membership((1, 2, 3), (), (4,))
    cluster[1].crash()
    cluster[1].start()
    assert cluster[1].raft.membership == Membership((1, 2, 3), (), (4,))


def test_7_a_leader_sends_its_snapshot_to_who_needs_what_it_discarded() -> None:
    cluster = snapshotted()
    cluster.heal()
    cluster.advance(500)
    assert cluster[3].commands == cluster[1].commands == [b"%d" % number for number in range(20)]
    assert cluster[3].disk.snapshot.index == 21


def test_7_snapshots_are_sent_in_chunks() -> None:
    cluster = snapshotted(snapshot_chunk_octets=7)
    cluster.heal()
    sent = []
    for _ in range(20):
        cluster.advance(50, stabilize=False)
        sent += cluster.stabilize()
    chunks = [message for message in sent if isinstance(message, InstallSnapshot)]
    assert [chunk.offset for chunk in chunks] == list(range(0, 7 * len(chunks), 7))
    assert [chunk.done for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert cluster[3].commands == cluster[1].commands


def test_7_a_lost_chunk_is_sent_again() -> None:
    cluster = snapshotted(snapshot_chunk_octets=7, snapshot_retry_ns=100 * MS)
    cluster.heal()
    lost = 0
    for _ in range(100):
        cluster.advance(50, stabilize=False)
        cluster.deliver()
        cluster.deliver()
        chunks = [message for message in cluster.network if isinstance(message, InstallSnapshot)]
        if chunks and lost < 3:
            lost += 1
            cluster.drop(lambda message: isinstance(message, InstallSnapshot))
    cluster.stabilize()
    assert lost == 3
    assert cluster[3].commands == cluster[1].commands


def test_7_a_snapshot_with_new_information_replaces_the_whole_log() -> None:
    cluster = Cluster(3, stored={3: with_log([1, 1, 2, 2, 2])})
    snapshot = Snapshot(4, 3, founding((1, 2, 3)).snapshot.membership, b"from the leader")
    stepped(
        cluster[3],
        InstallSnapshot(1, 3, 4, snapshot.index, snapshot.term, snapshot.membership, 0, snapshot.data, True),
    )
    assert cluster[3].log() == []
    assert cluster[3].raft.commit_index == 4
    assert cluster[3].commands == [b"from", b"the", b"leader"]
    assert cluster[3].disk.snapshot == snapshot


def test_7_a_snapshot_of_a_prefix_keeps_the_entries_after_it() -> None:
    cluster = Cluster(3, stored={3: with_log([1, 1, 2, 2, 2])})
    members = founding((1, 2, 3)).snapshot.membership
    answers = stepped(cluster[3], InstallSnapshot(1, 3, 2, 3, 2, members, 0, b"", True))
    assert cluster[3].log()[-1] == (2, 5)
    assert cluster[3].raft.commit_index == 3
    assert [answer.index for answer in only(answers, AppendReply)] == [3]


def test_7_chunks_hold_off_elections_as_heartbeats_do() -> None:
    cluster = Cluster(3)
    members = founding((1, 2, 3)).snapshot.membership
    member = cluster[3]
    for at in range(20):
        cluster.now_ns += 140 * MS
        member.step(Tick())
        stepped(member, InstallSnapshot(1, 3, 1, 5, 1, members, at, b"x", False))
    assert (member.raft.role, member.raft.leader) == (ROLE_FOLLOWER, 1)


# §8 Client interaction


def test_8_a_server_that_does_not_lead_tells_who_does() -> None:
    cluster = Cluster(3, forward_proposals=False)
    cluster.elect(1)
    cluster.propose(2, b"a", tag=5)
    [(_, answer)] = cluster.take_answers()
    assert isinstance(answer, Refused)
    assert (answer.tag, answer.leader) == (5, 1)


def test_8_or_passes_the_command_on() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.propose(2, b"a")
    cluster.stabilize()
    assert [member.commands for member in cluster.running()] == [[b"a"]] * 3


def test_8_a_repeated_command_is_not_executed_again() -> None:
    counter, sessions = 0, Sessions()
    cluster = Cluster(3)
    cluster.elect(1)
    request = Request(2, 1, 0, b"add")
    for data in (OPEN, request.emit(), request.emit()):
        cluster.propose(1, data)
    cluster.stabilize()
    answers = []
    for index, data in enumerate(cluster[2].commands, 2):
        found = parse_request(data)
        if found is None:
            sessions.open(index)
            continue
        verdict = sessions.begin(found)
        answers.append(verdict.answer)
        if verdict.kind != REPEATED:
            counter += 1
            sessions.finish(found, b"%d" % counter)
    assert counter == 1
    assert answers == [b"", b"1"]


def test_8_a_new_leader_commits_an_empty_entry_at_once() -> None:
    cluster = Cluster(3)
    leader = cluster.elect(1)
    assert leader.raft.commit_index == 1
    assert leader.raft.server.log.entry(1).data == b""


def test_8_reads_wait_until_the_term_has_committed_something() -> None:
    cluster = Cluster(3)
    lead_without_followers(cluster)
    cluster.read(1, 7)
    assert cluster.answers == []
    cluster.stabilize()
    assert [(answer.tag, answer.index) for _, answer in cluster.answers if isinstance(answer, ReadReady)] == [(7, 1)]


def test_8_a_read_needs_a_majority_to_answer_and_no_entry() -> None:
    cluster = Cluster(3)
    leader = cluster.elect(1)
    cluster.split((1,), (2, 3))
    cluster.read(1, 7)
    cluster.stabilize()
    assert cluster.answers == []
    cluster.heal()
    before = leader.log()
    cluster.advance(60)
    assert [answer.index for _, answer in cluster.answers if isinstance(answer, ReadReady)] == [1]
    assert leader.log() == before


def test_8_answers_from_before_the_read_do_not_count() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.advance(50, stabilize=False)
    cluster.deliver()  # heartbeats arrive, their answers are on the way
    cluster.read(1, 7)
    cluster.deliver(lambda message: message.to == 1)
    assert cluster.answers == []
    cluster.stabilize()
    assert len(cluster.answers) == 1


def test_8_a_deposed_leader_does_not_answer_reads() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.split((1,), (2, 3))
    cluster.elect(2)
    cluster.propose(2, b"new")
    cluster.stabilize()
    cluster.read(1, 7)
    cluster.stabilize()
    assert cluster.take_answers() == []
    cluster.heal()
    cluster.advance(100)
    assert [type(answer) for _, answer in cluster.take_answers()] == [Refused]


def test_8_followers_serve_reads_with_the_leaders_index() -> None:
    cluster = Cluster(3)
    cluster.elect(1)
    cluster.propose(1, b"a")
    cluster.stabilize()
    cluster.read(3, 7)
    cluster.stabilize()
    [(member, answer)] = cluster.take_answers()
    assert isinstance(answer, ReadReady)
    assert (member, answer.tag, answer.index) == (3, 7, 2)


def test_8_a_lease_answers_reads_alone_while_it_holds_and_no_longer() -> None:
    cluster = Cluster(3, check_quorum=True, lease_reads=True, clock_drift=0.1)
    cluster.elect(1)
    cluster.advance(50)
    cluster.split((1,), (2, 3))
    cluster.now_ns += 134 * MS
    cluster.read(1, 7, lease=True)
    assert [type(answer) for _, answer in cluster.take_answers()] == [ReadReady]
    cluster.now_ns += 2 * MS
    cluster.read(1, 8, lease=True)
    cluster.stabilize()
    assert cluster.take_answers() == [], "a tenth of the timeout is left to the clocks"


def test_8_no_lease_outlives_a_transfer_of_leadership() -> None:
    cluster = Cluster(3, check_quorum=True, lease_reads=True)
    cluster.elect(1)
    cluster.advance(50)
    cluster.transfer(1, 2)
    cluster.read(1, 7, lease=True)
    assert cluster.take_answers() == []
