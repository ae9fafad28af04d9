"""A leader's clock: heartbeats at their interval, and time for a member that joins to say its first word."""

from __future__ import annotations

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.interface import ROLE_LEADER
from catenet.application.consensus.raft.messages import Heartbeat
from tests.unit.application.consensus.pure_cluster import MS, Cluster

from .test_reads import maker


@pytest.mark.parametrize("later_ms", range(0, 300, 30))
def test_a_check_of_the_quorum_does_not_count_a_new_member_out_at_once(later_ms: int) -> None:
    """Else a group of one would lose its leader by the very change that is to make it safer."""
    cluster = Cluster(maker(check_quorum=True), 1, 1)
    leader = cluster.settle()
    cluster.run(later_ms * MS)
    leader.tell(events.ChangeMembership([events.MemberChange(events.ADD_VOTER, 2)], events.AUTO, 1))
    while 2 not in leader.replica.membership.voters:
        cluster.run(1 * MS)
    changed_ns = cluster.now
    while leader.replica.role == ROLE_LEADER:
        cluster.run(1 * MS)
    assert 149 * MS <= cluster.now - changed_ns <= 2 * 300 * MS, "it never came, and is counted out at the next check"


def test_heartbeats_come_at_their_interval_however_often_the_leader_is_ticked() -> None:
    """A timer that rings early, for another reason, must not flood the followers."""
    cluster = Cluster(maker(check_quorum=False), 3, 1)
    leader = cluster.settle()
    sent = 0
    for _ in range(1000):
        cluster.now += MS
        for effect in leader.replica.step(events.Tick(), cluster.now):
            if isinstance(effect, asked.Send) and isinstance(effect.message, Heartbeat):
                sent += 1
    assert 2 * 19 <= sent <= 2 * 21, "one every 50 ms to each of two"
