"""A member that joins is given time to say its first word."""

from __future__ import annotations

import pytest

from catenet.application.consensus import events
from catenet.application.consensus.interface import ROLE_LEADER
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
