"""The retransmission timer (RFC 6298 section 5): start, restart, stop and back-off.

It holds a deadline, which the connection's one kernel timer includes (:mod:`~..connection.deadlines`).  Its duration
is :meth:`.rtt.RttEstimator.rto_ns`.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.sender.rtt import RttEstimator


class RetransmissionTimer:
    """Runs while data are outstanding, for the oldest segment."""

    def __init__(self, rtt: RttEstimator) -> None:
        self.rtt: Final = rtt
        self.deadline_ns: i64 = NEVER
        self.retries: i64 = 0
        """Consecutive timeouts without an acknowledgment of new data."""
        self.unanswered_since_ns: i64 = 0
        """The transmission time of the segment of the first of these timeouts; valid while there are any."""

    def start(self, now_ns: i64) -> None:
        """Start it when data are sent and it does not run (5.1), or when the oldest segment is retransmitted."""
        self.deadline_ns = now_ns + self.rtt.rto_ns()

    def new_data_acknowledged(self, outstanding: bool, now_ns: i64) -> None:
        """Reset the count of timeouts.  If all is acknowledged, stop (5.2), else restart (5.3)."""
        self.retries = 0
        self.deadline_ns = now_ns + self.rtt.rto_ns() if outstanding else NEVER

    def alive(self) -> None:
        """The peer answers with a closed window: the connection must not time out (RFC 9293 section 3.8.6.1)."""
        self.retries = 0

    def expired(self, oldest_sent_ns: i64) -> None:
        """It has expired: back off (5.5).  The following retransmission restarts it (5.6)."""
        if self.retries == 0:
            self.unanswered_since_ns = oldest_sent_ns
        self.retries += 1
        self.rtt.backoff += 1

    def stop(self) -> None:
        """Stop, when nothing is outstanding."""
        self.deadline_ns = NEVER
