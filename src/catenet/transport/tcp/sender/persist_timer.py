"""The persist timer: probing a window that does not open (RFC 9293 section 3.8.6.1).

Without it a lost window update would stop both ends for ever.  Probes back off like retransmissions.  A
peer that answers them with a closed window is alive and is probed without end, unless the user set a time
(TCP_USER_TIMEOUT) or has closed the connection; one that is silent is given up.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.sender.rtt import RttEstimator
from catenet.transport.tcp.settings import TcpSettings


class Persist:
    """When to probe next."""

    def __init__(self, settings: TcpSettings) -> None:
        self.settings: Final = settings
        self.deadline_ns: i64 = NEVER
        self.since_ns: i64 = 0
        """When something began to wait for the window; holds while :attr:`deadline_ns` is set."""
        self.backoff: i64 = 0
        self.unanswered: i64 = 0
        """Probes sent since the peer was last heard of."""

    def start(self, now_ns: i64, rtt: RttEstimator) -> None:
        """Something waits, nothing is outstanding, and the window does not take it."""
        if self.deadline_ns == NEVER:
            self.since_ns = now_ns
            self.deadline_ns = now_ns + self._interval_ns(rtt)

    def stop(self) -> None:
        """Nothing waits, or a retransmission timer runs."""
        self.deadline_ns = NEVER
        self.backoff = 0
        self.unanswered = 0

    def probed(self, now_ns: i64, rtt: RttEstimator) -> None:
        """A probe went out."""
        self.unanswered += 1
        self.backoff += 1
        self.deadline_ns = now_ns + self._interval_ns(rtt)

    def answered(self) -> None:
        """The peer was heard of."""
        self.unanswered = 0

    def is_slowest(self, rtt: RttEstimator) -> bool:
        """True if probes are as far apart as they ever are."""
        return self._interval_ns(rtt) >= self.settings.max_rto_ns

    def _interval_ns(self, rtt: RttEstimator) -> i64:
        backoff = min(20, self.backoff)
        interval_ns = rtt.rto_ns() << backoff
        most_ns = self.settings.max_rto_ns
        return min(most_ns, interval_ns)
