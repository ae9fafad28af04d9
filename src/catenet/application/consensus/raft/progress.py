"""What a leader knows of each follower's log, and how much it may send ahead.

====================  =============================================================================
state                 what is sent
====================  =============================================================================
``PROBE``             one append at a time, until one is answered: where does its log match?
``REPLICATE``         appends one behind another, up to the limits of `InFlight`
``SNAPSHOT``          nothing but the snapshot: its log ends before ours begins
====================  =============================================================================
"""

from __future__ import annotations

from collections import deque
from typing import Final

from catenet.application.consensus.entry import Snapshot

PROBE: Final = 0
REPLICATE: Final = 1
SNAPSHOT: Final = 2


class InFlight:
    """Appends that were sent and not answered: at most ``limit`` of them, and ``limit_octets`` (0: no limit)."""

    def __init__(self, limit: int, limit_octets: int) -> None:
        self.limit: Final = limit
        self.limit_octets: Final = limit_octets
        self._sent: deque[tuple[int, int]] = deque()  # last index, octets
        self.octets: int = 0

    @property
    def count(self) -> int:
        """How many."""
        return len(self._sent)

    def full(self) -> bool:
        """No other may follow."""
        return len(self._sent) >= self.limit or (self.limit_octets > 0 and self.octets >= self.limit_octets)

    def add(self, index: int, octets: int) -> None:
        """One more, whose last entry is at ``index``."""
        assert not self.full(), "an append was sent past the limit"
        self._sent.append((index, octets))
        self.octets += octets

    def acknowledge(self, index: int) -> None:
        """All whose last entry is at most at ``index`` have arrived."""
        sent = self._sent
        while sent and sent[0][0] <= index:
            self.octets -= sent.popleft()[1]
        assert self.octets >= 0, "no append is acknowledged with more octets than were sent"
        assert sent or self.octets == 0, "the octets are those of what is in flight"

    def clear(self) -> None:
        """Forget them: they are lost, or beside the point."""
        self._sent.clear()
        self.octets = 0


class Progress:
    """One follower. ``match < next`` always; entries between them are in flight."""

    def __init__(self, match: int, next_: int, inflight: InFlight, learner: bool, active: bool) -> None:
        assert match < next_, "nothing that is known to match is sent"
        self.match: int = match
        self.next: int = next_
        self.inflight = inflight
        self.learner = learner
        self.active = active  # heard of since the last check of the quorum
        self.state: int = PROBE
        self.waiting: bool = False  # nothing more may be sent until an answer, or a heartbeat's answer, comes
        self.sent_commit: int = 0  # the newest commit index on its way to it
        self.snapshot_index: int = 0  # pending, 0 if none
        self.snapshot: Snapshot | None = None  # being sent, piece by piece
        self.snapshot_offset: int = 0  # octets of it that have arrived
        self.snapshot_sent_ns = 0
        self.round = 0  # newest round of heartbeats that it answered
        self.rtt_ns: int = 0  # smoothed
        self.rtt_var_ns: int = 0

    def _enter(self, state: int) -> None:
        self.state = state
        self.waiting = False
        self.snapshot_index = 0
        self.snapshot = None
        self.snapshot_offset = 0
        self.inflight.clear()

    def become_probe(self) -> None:
        """Find out again where the logs match; after a snapshot, that will be its index."""
        after = self.snapshot_index if self.state == SNAPSHOT else 0
        self._enter(PROBE)
        self.next = max(self.match, after) + 1
        self.sent_commit = min(self.sent_commit, self.next - 1)
        assert self.inflight.count == 0, "a probe is sent one at a time"

    def become_replicate(self) -> None:
        """The match is known: send ahead from there."""
        self._enter(REPLICATE)
        self.next = self.match + 1

    def become_snapshot(self, snapshot: Snapshot) -> None:
        """Stop appending until the snapshot has arrived."""
        assert snapshot.index > self.match, "a snapshot goes to a follower that lacks entries of it (§7)"
        self._enter(SNAPSHOT)
        self.snapshot = snapshot
        self.snapshot_index = snapshot.index
        self.next = snapshot.index + 1
        self.sent_commit = snapshot.index

    def paused(self) -> bool:
        """No append may be sent now."""
        return self.waiting or self.state == SNAPSHOT

    def sent(self, count: int, octets: int, commit: int) -> None:
        """An append with so many entries, and that commit index, went out."""
        assert not self.paused(), "nothing is sent ahead of an answer that is waited for"
        if self.state == REPLICATE:
            if count:
                self.next += count
                self.inflight.add(self.next - 1, octets)
            self.waiting = self.inflight.full()
        elif count:
            self.waiting = True
        self.sent_commit = commit

    def may_raise_commit(self, commit: int) -> bool:
        """Telling it ``commit`` could let it apply more than what it was told could."""
        return commit > self.sent_commit and self.sent_commit < self.next - 1

    def acknowledge(self, index: int) -> bool:
        """Its log matches up to ``index``. False if that is no news."""
        if index <= self.match:
            return False
        self.match = index
        self.next = max(self.next, index + 1)
        self.waiting = False
        assert self.match < self.next, "nothing that is known to match is sent again"
        return True

    def reject(self, rejected: int, hint: int) -> bool:
        """It has no match at ``rejected``, and may have one at ``hint``. False if the answer is an old one."""
        if self.state == REPLICATE:
            if rejected <= self.match:
                return False
            self.next = self.match + 1
        else:
            if rejected != self.next - 1:
                return False
            self.next = max(min(rejected, hint + 1), self.match + 1)
            self.waiting = False
        assert self.match < self.next, "what matches once matches always (§5.3)"
        self.sent_commit = min(self.sent_commit, self.next - 1)
        return True

    def measure(self, rtt_ns: int) -> None:
        """One more round trip, smoothed as TCP does (RFC 6298 section 2)."""
        assert rtt_ns > 0, "0 is the value before the first sample"
        if self.rtt_ns == 0:
            self.rtt_ns, self.rtt_var_ns = rtt_ns, rtt_ns // 2
            return
        self.rtt_var_ns += (abs(self.rtt_ns - rtt_ns) - self.rtt_var_ns) // 4
        self.rtt_ns += (rtt_ns - self.rtt_ns) // 8
