"""Round-trip time and retransmission time-out (RFC 6298), with samples by timestamps (RFC 7323 section 4).

The lower bound is Linux's: it holds for the variance term, so the time-out is never less than the smoothed round-trip
time plus 200 ms.  A bound of 1 s conforms to RFC 6298 (2.4).
"""

from __future__ import annotations

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.settings import TcpSettings


class RttEstimator:
    """All times in nanoseconds."""

    def __init__(self, settings: TcpSettings) -> None:
        self.srtt_ns: i64 = 0
        """Smoothed round-trip time; 0 until the first sample."""
        self.rttvar_ns: i64 = 0
        self.min_rtt_ns: i64 = NEVER
        self.latest_ns: i64 = 0
        self.samples: i64 = 0
        self.backoff: i64 = 0
        """The number of doublings of the timeout (RFC 6298 5.5)."""
        self._base_rto_ns: i64 = settings.initial_rto_ns
        self._min_rto_ns: i64 = settings.min_rto_ns
        self._max_rto_ns: i64 = settings.max_rto_ns

    def sample(self, rtt_ns: i64) -> None:
        """Add a round-trip sample (RFC 6298 2.2 and 2.3), and end any back-off."""
        if rtt_ns < 1:
            rtt_ns = 1
        if self.samples == 0:
            self.srtt_ns = rtt_ns
            self.rttvar_ns = rtt_ns >> 1
        else:
            deviation = rtt_ns - self.srtt_ns
            if deviation < 0:
                deviation = -deviation
            self.rttvar_ns += (deviation - self.rttvar_ns) >> 2
            self.srtt_ns += (rtt_ns - self.srtt_ns) >> 3
        assert self.srtt_ns > 0, "0 is the value before the first sample"
        assert self.rttvar_ns >= 0, "a mean of deviations"
        self.samples += 1
        self.latest_ns = rtt_ns
        if rtt_ns < self.min_rtt_ns:
            self.min_rtt_ns = rtt_ns
        self.backoff = 0
        variance = self.rttvar_ns << 2
        if variance < self._min_rto_ns:
            variance = self._min_rto_ns
        rto_ns = self.srtt_ns + variance
        self._base_rto_ns = min(self._max_rto_ns, rto_ns)

    def fall_back(self, rto_ns: i64) -> None:
        """Restart from a safe timeout, after a SYN was retransmitted (RFC 6298 5.7)."""
        if self.samples == 0:
            self._base_rto_ns = rto_ns

    def rto_ns(self) -> i64:
        """The retransmission timeout, with back-off."""
        backoff = self.backoff
        if backoff == 0:
            return self._base_rto_ns
        if backoff > 20:
            backoff = 20
        rto_ns = self._base_rto_ns << backoff
        return min(self._max_rto_ns, rto_ns)

    def min_or_zero_ns(self) -> i64:
        """The minimum round-trip time; 0 if none was measured."""
        return 0 if self.min_rtt_ns == NEVER else self.min_rtt_ns
