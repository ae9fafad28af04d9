"""A Multi-Paxos leader among replicas that come late: what was asked of it is decided all the same."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import HardState, Stored, founding
from catenet.application.consensus.paxos.ballot import above
from catenet.application.consensus.paxos.multi.messages import Heartbeat, Prepare
from catenet.application.consensus.server import ROLE_LEADER

from .pure_cluster import MS, Cluster
from .test_multi_paxos import maker


def replace_all_but(cluster: Cluster, leader: int, joining: tuple[int, int]) -> list[events.MemberChange]:
    """The changes that leave a leader with two new voters."""
    gone = [events.MemberChange(events.REMOVE, number) for number in cluster.hosts if number != leader]
    return gone + [events.MemberChange(events.ADD_VOTER, number) for number in joining]


def test_a_promise_that_comes_late_lets_the_leader_go_on() -> None:
    """New voters that were out of reach come back: what clients asked for meanwhile is decided, with no election."""
    cluster = Cluster(maker(window=4), 3, 1)
    leader = cluster.stabilize()
    changes = replace_all_but(cluster, leader.number, (8, 9))
    for number in (8, 9):
        cluster.join(number)
    cluster.isolate(8, 9)
    leader.step(events.ChangeMembership(changes, events.AUTO, 0))
    cluster.run(1000 * MS)
    for number in range(10):
        cluster.propose(leader, b"%d" % number)
    cluster.run(1000 * MS)
    assert not leader.applied, "only the new voters may decide, and they have not promised anything"
    term = leader.replica.term
    cluster.cut = set()
    cluster.run(1000 * MS)
    expected = [b"%d" % number for number in range(10)]
    assert leader.applied == expected
    assert cluster.hosts[8].applied == cluster.hosts[9].applied == expected
    assert leader.replica.term == term


def test_a_leader_that_is_removed_while_its_successors_are_away_tells_them_later() -> None:
    """All voters are replaced, and the new ones heard nothing of it: only those that have no vote know who has one."""
    cluster = Cluster(maker(window=2), 3, 1)
    leader = cluster.stabilize()
    for number in (8, 9):
        cluster.join(number)
    cluster.isolate(8, 9)
    changes = [events.MemberChange(events.REMOVE, number) for number in (1, 2, 3)]
    changes += [events.MemberChange(events.ADD_VOTER, number) for number in (8, 9)]
    leader.step(events.ChangeMembership(changes, events.AUTO, 0))
    cluster.run(1000 * MS)
    assert cluster.leader() is None
    cluster.cut = set()
    heir = cluster.await_leader()
    assert heir.number in (8, 9)
    cluster.propose(heir, b"goes on")
    cluster.run(1000 * MS)
    assert cluster.hosts[8].applied == cluster.hosts[9].applied == [b"goes on"]


@pytest.mark.slow
def test_who_has_left_asks_less_and_less() -> None:
    """A replica without a vote that hears of no leader is no burden: each time it waits twice as long."""
    cluster = Cluster(maker(window=2), 3, 1)
    leader = cluster.stabilize()
    other = next(host for host in cluster.hosts.values() if host is not leader)
    leader.step(events.ChangeMembership([events.MemberChange(events.REMOVE, other.number)], events.AUTO, 0))
    cluster.run(1000 * MS)
    assert other.number not in leader.replica.membership.voters
    waits = []
    for _ in range(8):
        waits.append(other.replica.deadline_ns() - cluster.now)
        cluster.run(waits[-1] + 1)
    assert waits[1] < 1500 * MS < 9000 * MS < waits[-1]


def test_a_leader_that_hands_over_counts_on_its_lease_no_more() -> None:
    """Who takes over asks for promises though the lease still runs; the old leader may hear of it last."""
    cluster = Cluster(maker(leases=True), 3, 4)
    leader = cluster.stabilize()
    leader.step(events.Read(77, lease=True))
    assert 77 in cluster.reads
    heir = leader.number % 3 + 1
    leader.step(events.Transfer(heir))
    cluster.cut = {(number, leader.number) for number in cluster.hosts}
    cluster.run(100 * MS)
    assert cluster.hosts[heir].replica.role == ROLE_LEADER
    leader.step(events.Read(78, lease=True))
    assert 78 not in cluster.reads


def test_a_change_that_waits_for_its_place_is_not_overtaken_by_another() -> None:
    """Of two changes of membership, the second is refused until the first counts, though the first is not sent yet."""
    cluster = Cluster(maker(window=2), 3, 1)
    leader = cluster.stabilize()
    for number in (8, 9):
        cluster.join(number)
    for number in range(4):
        cluster.propose(leader, b"%d" % number)
    leader.step(events.ChangeMembership([events.MemberChange(events.ADD_VOTER, 8)], events.AUTO, 100))
    refused = 0
    while 8 not in leader.replica.membership.voters:
        cluster.run(1 * MS)
        effects = leader.replica.step(
            events.ChangeMembership([events.MemberChange(events.ADD_VOTER, 9)], events.AUTO, 101), cluster.now
        )
        leader.do(effects)
        if 8 not in leader.replica.membership.voters:
            assert not [effect for effect in effects if isinstance(effect, asked.Accepted)], "it was taken"
            refused += 1
    assert refused > 3
    assert leader.replica.membership.voters == (1, 2, 3, 8)


@pytest.mark.parametrize("leases", [False, True])
@pytest.mark.parametrize("taking_over", [False, True])
def test_with_leases_nobody_promises_while_the_leader_was_heard(leases: bool, taking_over: bool) -> None:
    """A lease is worth something only if others keep to it; without leases nothing delays the next leader."""
    cluster = Cluster(maker(leases=leases), 3, 1)
    leader = cluster.stabilize()
    follower = next(host for host in cluster.hosts.values() if host is not leader)
    candidate = 6 - leader.number - follower.number
    higher = above(leader.replica.term, candidate)
    follower.step(events.Receive(Heartbeat(leader.number, follower.number, leader.replica.term, 0, 999, 0)))

    def promises_after(wait_ns: int) -> bool:
        prepare = Prepare(candidate, follower.number, higher, 0, 1, taking_over)
        follower.replica.step(events.Receive(prepare), cluster.now + wait_ns)
        return follower.replica.term == higher

    assert promises_after(149 * MS) is (not leases or taking_over)
    assert promises_after(150 * MS)


def test_a_change_of_membership_is_told_when_it_counts() -> None:
    """Who routes requests by the membership hears of it at the place from which others decide."""
    cluster = Cluster(maker(window=3), 3, 1)
    leader = cluster.stabilize()
    cluster.join(8)
    told: list[asked.MembershipChanged] = []
    leader.step(events.ChangeMembership([events.MemberChange(events.ADD_VOTER, 8)], events.AUTO, 100))
    do = leader.do

    def noting(effects: list[asked.Effect]) -> None:
        told.extend(effect for effect in effects if isinstance(effect, asked.MembershipChanged))
        do(effects)

    leader.do = noting  # type: ignore[method-assign]
    cluster.run(1000 * MS)
    (change,) = told
    assert change.membership.voters == (1, 2, 3, 8)
    assert change.index == leader.replica.commit_index


@pytest.mark.parametrize(("leases", "term", "waits"), [(True, 5, True), (True, 0, False), (False, 5, False)])
def test_after_a_restart_a_lease_that_was_granted_is_waited_out(leases: bool, term: int, waits: bool) -> None:
    """Before its crash the replica may have answered a leader that still serves reads by its lease."""
    stored = founding((1, 2, 3))
    stored = Stored(HardState(term, 0, 0), stored.snapshot, [])
    replica = maker(leases=leases)(1, stored, Random(1), 1000 * MS)
    higher = above(term, 2)
    prepare = events.Receive(Prepare(2, 1, higher, 0, 1, False))
    replica.step(prepare, 1149 * MS)
    assert (replica.term == higher) is not waits
    replica.step(prepare, 1150 * MS)
    assert replica.term == higher
