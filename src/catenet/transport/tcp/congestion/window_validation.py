"""Congestion window validation: an unused window is no information about the path.

It does not grow while the application limits the sender, and it decays in idle time, by half per timeout (RFC 2861,
which RFC 7661 refines; the details are Linux's, as in ``slow_start_after_idle``).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.transport.tcp.congestion.base import CongestionControl
from catenet.transport.tcp.settings import TcpSettings


class WindowValidation:
    """The recent use of the congestion window."""

    def __init__(self, settings: TcpSettings) -> None:
        self.settings: Final = settings
        self._limited = False
        self._most_in_flight: i64 = 0
        self._round_end: i64 = 0
        self._used: i64 = 0
        self._used_since_ns: i64 = 0

    def limited(self, congestion: CongestionControl) -> bool:
        """True if the window limited the sender in the last round trip; in slow start, if half was used."""
        if self._limited:
            return True
        return congestion.cwnd_bytes < congestion.ssthresh_bytes and congestion.cwnd_bytes < 2 * self._most_in_flight

    def sent(
        self,
        congestion: CongestionControl,
        in_flight: i64,
        limited: bool,
        snd_una: i64,
        snd_nxt: i64,
        now_ns: i64,
        rto_ns: i64,
    ) -> None:
        """The sender has sent all it could; ``limited`` if the window stopped it."""
        if limited or snd_una >= self._round_end or (not self._limited and in_flight > self._most_in_flight):
            self._limited = limited
            self._most_in_flight = in_flight
            self._round_end = snd_nxt
        if self.limited(congestion):
            self._used = 0
            self._used_since_ns = now_ns
            return
        if in_flight > self._used:
            self._used = in_flight
        if self.settings.slow_start_after_idle and now_ns - self._used_since_ns >= rto_ns:
            self._decay_to_use(congestion, now_ns)

    def idle(self, congestion: CongestionControl, last_sent_ns: i64, now_ns: i64, rto_ns: i64, mss: i64) -> None:
        """Data are sent after idle time: decay the window if it was long."""
        idle_ns = now_ns - last_sent_ns
        if idle_ns <= rto_ns or not self.settings.slow_start_after_idle:
            return
        restart = self._restart_window(congestion, mss)
        self._keep_threshold(congestion)
        cwnd = congestion.cwnd_bytes
        while idle_ns > rto_ns and cwnd > restart:
            cwnd >>= 1
            idle_ns -= rto_ns
        congestion.cwnd_bytes = max(restart, cwnd)
        self._used = 0
        self._used_since_ns = now_ns
        congestion.on_idle(now_ns)

    def _decay_to_use(self, congestion: CongestionControl, now_ns: i64) -> None:
        initial = self.settings.initial_window_segments * congestion.mss
        used = max(initial, self._used)
        if used < congestion.cwnd_bytes:
            self._keep_threshold(congestion)
            congestion.cwnd_bytes = (congestion.cwnd_bytes + used) >> 1
            congestion.on_idle(now_ns)
        self._used = 0
        self._used_since_ns = now_ns

    def _keep_threshold(self, congestion: CongestionControl) -> None:
        kept = (congestion.cwnd_bytes >> 1) + (congestion.cwnd_bytes >> 2)
        if kept > congestion.ssthresh_bytes:
            congestion.ssthresh_bytes = kept

    def _restart_window(self, congestion: CongestionControl, mss: i64) -> i64:
        initial = self.settings.initial_window_segments * mss
        return min(congestion.cwnd_bytes, initial)
