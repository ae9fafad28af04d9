"""What may be chosen about a Raft replica. A group's members should agree on it."""

from __future__ import annotations

from dataclasses import dataclass

from catenet.application.consensus.raft.log import NO_LIMIT


@dataclass(frozen=True)
class RaftOptions:
    """Sizes are in octets, times in nanoseconds."""

    pre_vote: bool = True  # ask before raising the term (dissertation §9.6)
    check_quorum: bool = True  # a leader that hears no majority for an election timeout gives up; leases hold votes
    lease_reads: bool = False  # a leader within its lease answers reads alone; needs check_quorum
    clock_drift: float = 0.05  # by how much two clocks' rates may differ: taken off the lease
    batching: bool = True  # proposals handled together are sent together
    max_append_octets: int = 1 << 20  # of entries in one append; a single larger entry still goes
    max_inflight: int = 256  # appends ahead of their answers, to each follower
    max_inflight_octets: int = 0  # 0: no limit
    max_uncommitted_octets: int = 0  # a leader refuses proposals beyond it; 0: no limit
    max_applying_octets: int = NO_LIMIT  # given to the application and not yet applied
    apply_unstable: bool = False  # entries may be applied before this replica's own disk has them
    forward_proposals: bool = True  # a follower passes them on to its leader
    validate_changes: bool = True  # refuse a change of membership that cannot follow the one before
    step_down_on_removal: bool = True  # a leader that is no longer a voter gives up
    snapshot_chunk_octets: int = 256 << 10
    snapshot_retry_ns: int = 1_000_000_000  # a piece that is not acknowledged is sent again; 0: never
    keep_entries: int = 1024  # before a snapshot, for followers that are a little behind; negative: all
    priorities: dict[int, int] | None = None  # by replica, 0 for others: higher ones should lead, negative never try
    handicap_ns: int = 0  # waited on top of an election timeout, for each step below the highest priority

    def __post_init__(self) -> None:
        if self.lease_reads and not self.check_quorum:
            raise ValueError("lease_reads without check_quorum: nothing would hold votes back during the lease")
        if not 0.0 <= self.clock_drift < 1.0:
            raise ValueError(f"a clock_drift of {self.clock_drift} is none: between 0 and 1")
        if self.max_inflight < 1 or self.snapshot_chunk_octets < 1:
            raise ValueError("max_inflight and snapshot_chunk_octets must be at least 1")

    def priority(self, replica: int) -> int:
        """Of one replica."""
        return self.priorities.get(replica, 0) if self.priorities else 0

    def handicap_of(self, replica: int) -> int:
        """How much longer than others a replica waits before it campaigns, in nanoseconds."""
        if not self.priorities:
            return 0
        return (max(*self.priorities.values(), 0) - self.priority(replica)) * self.handicap_ns
