"""A leader's rounds of heartbeats, and what a majority's answers to one prove: that nobody else led when it began.

Raft's ReadIndex and leases rest on it (dissertation §6.4), and so do Multi-Paxos's.
"""

from __future__ import annotations

from typing import Final


class PendingRead:
    """A read that waits until enough have answered ``round``.  ``requester`` is who asked for it."""

    def __init__(self, tag: int, requester: int, index: int, round_: int, lease: bool) -> None:
        self.tag: Final = tag
        self.requester: Final = requester
        self.index: Final = index
        self.round: Final = round_
        self.lease: Final = lease


class HeartbeatRounds:
    """``newest`` numbers them in this term (ballot); ``wanted``: another is to begin when effects are taken.

    ``lease_void``: somebody was told to take over, so that leases count no more.  ``reads`` wait for answers.
    """

    def __init__(self) -> None:
        self.newest: int = 0
        self.wanted: bool = False
        self.lease_void: bool = False
        self.sent_ns: dict[int, int] = {}
        self.reads: list[PendingRead] = []

    def begin(self, now_ns: int) -> None:
        """One more."""
        self.newest += 1
        assert self.newest not in self.sent_ns, "a round begins once"
        self.wanted = False
        self.sent_ns[self.newest] = now_ns

    def wait(self, tag: int, requester: int, index: int, lease: bool) -> None:
        """A read waits for a round that begins after it came: an older one may be answered by who follows another."""
        self.reads.append(PendingRead(tag, requester, index, self.newest + 1, lease))
        self.wanted = True

    def take_confirmed(self, confirmed: int) -> list[PendingRead]:
        """The reads that waited for the round ``confirmed`` or an earlier one."""
        assert confirmed <= self.newest, f"round {confirmed} has not begun: the newest is {self.newest}"
        ready = [read for read in self.reads if read.round <= confirmed]
        self.reads = [read for read in self.reads if read.round > confirmed]
        return ready

    def lease_until_ns(self, confirmed: int, timeout_ns: int, clock_drift: float) -> int:
        """Until when nobody else can be elected, after enough have answered the round ``confirmed``; 0: not known.

        ``timeout_ns`` is how long who answers holds back; it is shortened by what clocks may differ.
        """
        sent_ns = self.sent_ns.get(confirmed, -1)
        if self.lease_void or sent_ns < 0:
            return 0
        return sent_ns + int(timeout_ns * (1.0 - clock_drift))
