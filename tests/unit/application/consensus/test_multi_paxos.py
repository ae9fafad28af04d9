"""Multi-Paxos: one value a place, whatever happens; and progress when it stops happening."""

from __future__ import annotations

from random import Random

import pytest

from catenet.application.consensus import events
from catenet.application.consensus.entry import Stored
from catenet.application.consensus.interface import Replica
from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.timing import Randomised
from tests.unit.application.consensus.pure_cluster import MS, Cluster, Make

pytestmark = pytest.mark.slow


def maker(**options: object) -> Make:
    def make(number: int, stored: Stored, dice: Random, now: int) -> Replica:
        policy = Randomised(150 * MS, 300 * MS, 50 * MS)
        return PaxosReplica(number, stored, PaxosOptions(**options), policy, dice, now)  # type: ignore[arg-type]

    return make


def test_a_stable_leader_decides_in_order() -> None:
    cluster = Cluster(maker(), 5, 1)
    leader = cluster.await_leader()
    for number in range(300):
        cluster.propose(leader, b"%d" % number)
    cluster.run(1000 * MS)
    for host in cluster.hosts.values():
        assert host.applied == [b"%d" % number for number in range(300)]


def storm(seed: int, **options: object) -> Cluster:
    """Crashes, partitions, losses and membership changes for ten seconds, then peace."""
    cluster = Cluster(maker(**options), 5, seed, snapshot_every=20)
    dice = Random(seed)
    cluster.loss, cluster.double = 0.1, 0.05
    number = 0
    for _ in range(100):
        what = dice.randrange(10)
        up = [host for host in cluster.hosts.values() if host.up]
        if what == 0 and len(up) > 3:
            dice.choice(up).crash()
        elif what == 1:
            for host in cluster.hosts.values():
                if not host.up:
                    host.start()
        elif what == 2:
            cluster.isolate(*dice.sample(sorted(cluster.hosts), 2))
        elif what == 3:
            cluster.cut = set()
        elif what == 4 and up:
            leader = cluster.leader() or up[0]
            change(cluster, dice)
            assert leader is not None
        for host in up:
            number += 1
            cluster.propose(host, b"%d" % number)
        cluster.run(100 * MS)
    cluster.loss = cluster.double = 0.0
    cluster.cut = set()
    for host in cluster.hosts.values():
        if not host.up:
            host.start()
    return cluster


def change(cluster: Cluster, dice: Random) -> None:
    leader = cluster.leader()
    if leader is None:
        return
    voters = leader.replica.membership.voters
    joining = len(cluster.hosts) + 1
    if len(voters) > 3 and dice.random() < 0.5:
        changes = [events.MemberChange(events.REMOVE, dice.choice(voters))]
    elif joining < 9:
        cluster.join(joining)
        changes = [events.MemberChange(events.ADD_VOTER, joining)]
    else:
        changes = [events.MemberChange(events.ADD_VOTER, dice.choice(sorted(cluster.hosts)))]
    leader.step(events.ChangeMembership(changes, events.AUTO, 0))


CASES = [{}, {"window": 4, "keep_entries": 5}, {"second_quorum": 2}, {"leases": True, "snapshot_chunk_octets": 16}]


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("options", CASES, ids=["plain", "small", "flexible", "leases"])
def test_one_value_a_place_and_progress_after_the_storm(seed: int, options: dict[str, object]) -> None:
    cluster = storm(seed, **options)
    cluster.run(3000 * MS)
    leader = cluster.await_leader()
    tag = cluster.propose(leader, b"peace")
    cluster.run(3000 * MS)
    leader = cluster.await_leader()
    assert b"peace" in leader.applied, f"the proposal {tag} was lost in peace"
    voters = leader.replica.membership.voters
    assert len({tuple(cluster.hosts[voter].applied) for voter in voters}) == 1


def test_places_that_were_given_away_are_kept() -> None:
    """What is applied at the place and in the ballot that a proposer was told is its command."""
    told = 0
    for seed in range(10):
        cluster = storm(seed, window=4)
        cluster.run(2000 * MS)
        for tag, (index, term) in cluster.accepted.items():
            for place, command in enumerate(cluster.asked.get(tag, ())):
                told += (index + place, term) in cluster.applied_in
                assert cluster.applied_in.get((index + place, term), command) == command
    assert told > 100


@pytest.mark.parametrize("second_quorum", [0, 2])
def test_a_minority_decides_nothing(second_quorum: int) -> None:
    cluster = Cluster(maker(second_quorum=second_quorum), 5, 3)
    leader = cluster.stabilize()
    cluster.isolate(leader.number)
    cluster.propose(leader, b"alone")
    cluster.run(2000 * MS)
    assert b"alone" not in leader.applied
    other = max((h for h in cluster.hosts.values() if h is not leader), key=lambda h: h.replica.term)
    assert other.replica.leader not in (0, leader.number)


def test_a_read_sees_what_was_decided_before_it() -> None:
    cluster = Cluster(maker(), 3, 4)
    leader = cluster.stabilize()
    cluster.propose(leader, b"first")
    cluster.run(300 * MS)
    leader.step(events.Read(77))
    assert 77 not in cluster.reads
    cluster.run(100 * MS)
    assert cluster.reads[77] >= leader.index == 1
    cluster.isolate(leader.number)
    leader.step(events.Read(78))
    cluster.run(2000 * MS)
    assert 78 not in cluster.reads


def test_within_a_lease_a_read_needs_nobody() -> None:
    cluster = Cluster(maker(leases=True), 3, 4)
    leader = cluster.stabilize()
    leader.step(events.Read(77, lease=True))
    assert 77 in cluster.reads
    cluster.isolate(leader.number)
    cluster.run(150 * MS)
    leader.step(events.Read(78, lease=True))
    assert 78 not in cluster.reads


def test_leadership_is_handed_over() -> None:
    cluster = Cluster(maker(), 5, 6)
    leader = cluster.stabilize()
    heir = leader.number % 5 + 1
    leader.step(events.Transfer(heir))
    cluster.run(200 * MS)
    assert cluster.leader() is cluster.hosts[heir]
