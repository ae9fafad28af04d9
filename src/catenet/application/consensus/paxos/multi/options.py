"""What may be chosen about a Multi-Paxos replica.  The group's members should agree on all of it but ``priority``."""

from __future__ import annotations

from typing import Final


class PaxosOptions:
    """Sizes are in octets, times in nanoseconds.

    ``window`` is how far a leader may be ahead of what is chosen; a change of membership counts from that many entries
    on after its own (Lamport 2001, section 3).  ``second_quorum`` acceptors choose a value, and so many promise that
    the two must meet (Flexible Paxos); 0 is a majority each.  With ``leases`` nobody promises anything to another while
    a leader was heard within the minimum election timeout; with ``lease_reads``, which needs it, a leader within its
    lease answers reads alone, shortened by ``clock_drift``, the share by which two clocks' rates may differ.
    """

    def __init__(
        self,
        window: int = 64,
        second_quorum: int = 0,
        leases: bool = False,
        lease_reads: bool = False,
        clock_drift: float = 0.05,
        max_message_octets: int = 1 << 20,
        snapshot_chunk_octets: int = 256 << 10,
        keep_entries: int = 1024,
        priority: int = 0,
        max_pending: int = 4096,
    ) -> None:
        if window < 1 or max_message_octets < 1 or snapshot_chunk_octets < 1 or max_pending < 1:
            raise ValueError("window, max_pending, max_message_octets and snapshot_chunk_octets must be at least 1")
        if lease_reads and not leases:
            raise ValueError("lease_reads without leases: nothing would keep promises back during the lease")
        if not 0.0 <= clock_drift < 1.0:
            raise ValueError(f"a clock_drift of {clock_drift} is none: it is from 0 to below 1")
        self.window: Final = window
        self.second_quorum: Final = second_quorum
        self.leases: Final = leases
        self.lease_reads: Final = lease_reads
        self.clock_drift: Final = clock_drift
        self.max_message_octets: Final = max_message_octets
        self.snapshot_chunk_octets: Final = snapshot_chunk_octets
        self.keep_entries: Final = keep_entries
        self.priority: Final = priority
        self.max_pending: Final = max_pending
