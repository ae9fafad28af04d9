"""Options that would break a promise are refused where they are given; those at the edge are taken."""

from __future__ import annotations

import pytest

from catenet.application.consensus.paxos.multi.options import PaxosOptions
from catenet.application.consensus.raft.options import RaftOptions

PAXOS_SIZES = ["window", "max_message_octets", "snapshot_chunk_octets", "max_pending"]
RAFT_SIZES = ["max_inflight", "snapshot_chunk_octets"]


@pytest.mark.parametrize("name", PAXOS_SIZES)
def test_a_size_of_nothing_is_refused_by_multi_paxos(name: str) -> None:
    """A window of 0 would decide nothing, a piece of 0 octets would never bring a snapshot to its end."""
    assert getattr(PaxosOptions(**{name: 1}), name) == 1  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="must be at least 1"):
        PaxosOptions(**{name: 0})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", RAFT_SIZES)
def test_a_size_of_nothing_is_refused_by_raft(name: str) -> None:
    assert getattr(RaftOptions(**{name: 1}), name) == 1  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="must be at least 1"):
        RaftOptions(**{name: 0})  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [PaxosOptions, RaftOptions])
@pytest.mark.parametrize("drift", [-0.01, 1.0, float("nan")])
def test_a_drift_that_no_clock_has_is_refused(options: type[PaxosOptions | RaftOptions], drift: float) -> None:
    """With a negative one a leader would answer reads after its lease; with 1 it would have none."""
    with pytest.raises(ValueError, match="clock_drift"):
        options(clock_drift=drift)
    for taken in (0.0, 0.99):
        assert options(clock_drift=taken).clock_drift == taken


def test_reads_by_a_lease_need_what_keeps_the_lease() -> None:
    """Otherwise others would elect a new leader within it, and the old one would answer with what is out of date."""
    with pytest.raises(ValueError, match="lease_reads without leases"):
        PaxosOptions(lease_reads=True)
    assert PaxosOptions(leases=True, lease_reads=True).lease_reads
    assert not PaxosOptions(leases=True).lease_reads
    with pytest.raises(ValueError, match="lease_reads without check_quorum"):
        RaftOptions(lease_reads=True, check_quorum=False)
    assert RaftOptions(lease_reads=True).lease_reads
    assert not RaftOptions(check_quorum=False).lease_reads


def test_a_replica_waits_longer_for_each_step_below_the_highest_priority() -> None:
    """Then the one that should lead is the first to campaign."""
    options = RaftOptions(priorities={1: 3, 2: 1, 3: -2}, handicap_ns=10)
    assert [options.priority(replica) for replica in (1, 2, 3, 4)] == [3, 1, -2, 0]
    assert [options.handicap_of(replica) for replica in (1, 2, 3, 4)] == [0, 20, 50, 30]
    lower = RaftOptions(priorities={3: -2}, handicap_ns=10)
    assert [lower.handicap_of(replica) for replica in (1, 3)] == [0, 20], "who is not named has priority 0"
    assert RaftOptions(handicap_ns=10).handicap_of(1) == 0
