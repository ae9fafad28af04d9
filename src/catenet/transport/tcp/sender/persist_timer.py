"""The persist timer: zero-window probes (RFC 9293 section 3.8.6.1).

Without it a lost window update would stall both ends for ever.  Probes back off like retransmissions.  A peer that
answers them with a zero window is probed without limit, unless the user set TCP_USER_TIMEOUT or has closed the
connection; a connection to a silent peer times out.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.sender.rtt import RttEstimator
from catenet.transport.tcp.settings import TcpSettings


class Persist:
    """The schedule of probes."""

    def __init__(self, settings: TcpSettings) -> None:
        self.settings: Final = settings
        self.deadline_ns: i64 = NEVER
        self.since_ns: i64 = 0
        """The time since which data wait for the window; valid while :attr:`deadline_ns` is set."""
        self.backoff: i64 = 0
        self.unanswered: i64 = 0
        """Probes sent since the peer's last segment."""

    def start(self, now_ns: i64, rtt: RttEstimator) -> None:
        """Data wait, nothing is outstanding, and the window has no room."""
        if self.deadline_ns == NEVER:
            self.since_ns = now_ns
            self.deadline_ns = now_ns + self._interval_ns(rtt)

    def stop(self) -> None:
        """No data wait, or the retransmission timer runs."""
        self.deadline_ns = NEVER
        self.backoff = 0
        self.unanswered = 0

    def probed(self, now_ns: i64, rtt: RttEstimator) -> None:
        """A probe was sent."""
        assert self.deadline_ns != NEVER, "a window is probed while data wait for it"
        self.unanswered += 1
        self.backoff += 1
        assert self.unanswered <= self.backoff, "each probe doubles the interval"
        self.deadline_ns = now_ns + self._interval_ns(rtt)

    def answered(self) -> None:
        """A segment of the peer was received."""
        self.unanswered = 0

    def is_slowest(self, rtt: RttEstimator) -> bool:
        """True if the interval of probes has reached its maximum."""
        return self._interval_ns(rtt) >= self.settings.max_rto_ns

    def _interval_ns(self, rtt: RttEstimator) -> i64:
        backoff = min(20, self.backoff)
        interval_ns = rtt.rto_ns() << backoff
        max_ns = self.settings.max_rto_ns
        return min(max_ns, interval_ns)
