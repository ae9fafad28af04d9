"""The retransmission timer (RFC 6298 section 5): when it is started, restarted, stopped and backed off.

It holds a deadline; the connection's one kernel timer stands for it (:mod:`~..connection.deadlines`).  How long it
waits is :meth:`.rtt.RttEstimator.rto_ns`.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.sender.rtt import RttEstimator


class RetransmissionTimer:
    """Runs while something is outstanding, for the oldest of it."""

    def __init__(self, rtt: RttEstimator) -> None:
        self.rtt: Final = rtt
        self.deadline_ns: i64 = NEVER
        self.retries: i64 = 0
        """Time-outs in a row without an acknowledgment of new data."""
        self.unanswered_since_ns: i64 = 0
        """When what timed out first of these had been sent; holds while there are any."""

    def start(self, now_ns: i64) -> None:
        """Data goes out, and it does not run (5.1); or the oldest goes out again."""
        self.deadline_ns = now_ns + self.rtt.rto_ns()

    def new_data_acknowledged(self, outstanding: bool, now_ns: i64) -> None:
        """The count of time-outs ends.  All is acknowledged: stop (5.2); else start anew for what is left (5.3)."""
        self.retries = 0
        self.deadline_ns = now_ns + self.rtt.rto_ns() if outstanding else NEVER

    def alive(self) -> None:
        """A peer that keeps its window closed and says so is not to be given up (RFC 9293 section 3.8.6.1)."""
        self.retries = 0

    def expired(self, oldest_sent_ns: i64) -> None:
        """It has expired: back off (5.5).  The retransmission that follows starts it again (5.6)."""
        if self.retries == 0:
            self.unanswered_since_ns = oldest_sent_ns
        self.retries += 1
        self.rtt.backoff += 1

    def stop(self) -> None:
        """Nothing is outstanding."""
        self.deadline_ns = NEVER
