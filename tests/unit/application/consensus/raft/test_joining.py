"""A leader's clock: heartbeats at their interval, and time for a member that joins to say its first word."""

from __future__ import annotations

import pytest

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import CHANGE, Entry
from catenet.application.consensus.raft.membership.codec import emit_change, parse_change
from catenet.application.consensus.raft.membership.config import Change
from catenet.application.consensus.raft.messages import Heartbeat
from catenet.application.consensus.raft.proposals import with_founders
from catenet.application.consensus.server import ROLE_LEADER
from tests.unit.application.consensus.pure_cluster import MS, Cluster

from .test_reads import maker


@pytest.mark.parametrize("later_ms", range(0, 300, 30))
def test_a_check_of_the_quorum_does_not_count_a_new_member_out_at_once(later_ms: int) -> None:
    """Else a group of one would lose its leader by the very change that is to make it safer."""
    cluster = Cluster(maker(check_quorum=True), 1, 1)
    leader = cluster.stabilize()
    cluster.run(later_ms * MS)
    leader.step(events.ChangeMembership([events.MemberChange(events.ADD_VOTER, 2)], events.AUTO, 1))
    while 2 not in leader.replica.membership.voters:
        cluster.run(1 * MS)
    changed_ns = cluster.now
    while leader.replica.role == ROLE_LEADER:
        cluster.run(1 * MS)
    assert 149 * MS <= cluster.now - changed_ns <= 2 * 300 * MS, "it never came, and is counted out at the next check"


def test_heartbeats_come_at_their_interval_however_often_the_leader_is_ticked() -> None:
    """A timer that rings early, for another reason, must not flood the followers."""
    cluster = Cluster(maker(check_quorum=False), 3, 1)
    leader = cluster.stabilize()
    sent = 0
    for _ in range(1000):
        cluster.now += MS
        for effect in leader.replica.step(events.Tick(), cluster.now):
            if isinstance(effect, asked.Send) and isinstance(effect.message, Heartbeat):
                sent += 1
    assert 2 * 19 <= sent <= 2 * 21, "one every 50 ms to each of two"


def test_a_change_tells_a_newcomer_the_founders_while_the_log_has_its_beginning_and_never_after() -> None:
    """From its start the log says nothing of them; after a snapshot, which does, they would be out of date."""
    cluster = Cluster(maker(keep_entries=0), 3, 1)
    server = cluster.stabilize().replica.server  # type: ignore[attr-defined]
    asked_for = Entry(
        0, 0, CHANGE, emit_change(Change([events.MemberChange(events.ADD_VOTER, 4)], events.AUTO, b"context"))
    )
    told = parse_change(with_founders(server, asked_for).data)
    assert told.before is not None
    assert (told.before.voters, told.context) == ((1, 2, 3), b"context")
    assert [(step.operation, step.replica) for step in told.changes] == [(events.ADD_VOTER, 4)]
    leaving = Entry(0, 0, CHANGE, b"")
    assert with_founders(server, leaving) is leaving, "what leaves a joint membership is empty"
    server.log.base = 1
    assert with_founders(server, asked_for) is asked_for
    assert with_founders(server, leaving) is leaving
