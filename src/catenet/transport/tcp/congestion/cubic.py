"""CUBIC (RFC 9438) in integer arithmetic, so that every machine computes the same window.

    W(t) = C (t - K)^3 + W_max,   K = cbrt((W_max - cwnd_epoch) / C),   C = 0.4, beta = 0.7

with W in segments and t in seconds.  Here windows are in octets and time in 1/1024 s.  Slow start is
HyStart++'s (RFC 9406, as RFC 9438 section 4.10 recommends).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.transport.tcp.congestion.base import CongestionControl, slow_start
from catenet.transport.tcp.congestion.hystart import CSS_GROWTH_DIVISOR, HyStart

TICK_SHIFT: Final[i64] = 10
NS_PER_S: Final[i64] = 1_000_000_000
MAX_TICKS: Final[i64] = 1 << 17
NO_EPOCH: Final[i64] = -1


def cube_root(value: int) -> int:
    """The integer part of the cube root of a non-negative number (Newton's method)."""
    if value < 2:
        return value
    guess = 1 << (value.bit_length() + 2) // 3
    while True:
        better = (2 * guess + value // (guess * guess)) // 3
        if better >= guess:
            return guess
        guess = better


def k_ticks(below_bytes: i64, mss: i64) -> i64:
    """K in 1/1024 s, for a window that starts ``below_bytes`` below W_max (section 4.2, equation 2)."""
    # cbrt(segments / 0.4) seconds, times 1024: a factor of 2^30 under the root
    scaled: int = below_bytes
    segment: int = mss
    return cube_root((scaled * 5 * (1 << 30)) // (2 * segment))


def cubic_offset_bytes(offset_ticks: i64, mss: i64) -> i64:
    """C t^3 in octets, for ``t`` in 1/1024 s of either sign (section 4.2, equation 1)."""
    negative = offset_ticks < 0
    if negative:
        offset_ticks = -offset_ticks
    if offset_ticks > MAX_TICKS:
        offset_ticks = MAX_TICKS
    # 0.4 / 2^30 = (410 / 1024) / 2^30, in two steps to stay within 63 bits
    cube = (offset_ticks * offset_ticks * offset_ticks) >> 15
    octets = (cube * 410 * mss) >> 25
    return -octets if negative else octets


@mypyc_attr(allow_interpreted_subclasses=True)
class Cubic(CongestionControl):
    """A window that grows fast to its size at the last loss, is nearly constant there, then probes further."""

    name = "cubic"

    def __init__(self, mss: i64) -> None:
        super().__init__(mss)
        self.hystart: HyStart | None = HyStart()
        self.w_max_bytes: i64 = 0
        self.k: i64 = 0
        self.epoch_ns: i64 = NO_EPOCH
        """When congestion avoidance began; NO_EPOCH before the first acknowledgment in it."""
        self.origin_bytes: i64 = 0
        """The window at the plateau of the present epoch."""
        self.w_est_bytes: i64 = 0
        """The window that Reno would have (section 4.3)."""
        self.cwnd_prior_bytes: i64 = 0
        self.acked_bytes: i64 = 0
        self.credit_bytes: i64 = 0
        self._undo_w_max_bytes: i64 = 0
        self._undo_k: i64 = 0
        self._undo_epoch_ns: i64 = NO_EPOCH
        self._undo_origin_bytes: i64 = 0
        self._undo_w_est_bytes: i64 = 0

    def on_ack(self, acked_bytes: i64, now_ns: i64, rtt_ns: i64, snd_una: i64, snd_nxt: i64) -> None:
        if self.cwnd_bytes < self.ssthresh_bytes:
            acked_bytes = self._slow_start(acked_bytes, rtt_ns, snd_una, snd_nxt)
            if acked_bytes == 0:
                return
        self._avoid(acked_bytes, now_ns, rtt_ns)

    def _slow_start(self, acked_bytes: i64, rtt_ns: i64, snd_una: i64, snd_nxt: i64) -> i64:
        hystart = self.hystart
        if hystart is None:
            return slow_start(self, acked_bytes)
        if hystart.on_ack(rtt_ns, snd_una, snd_nxt):
            self.ssthresh_bytes = self.cwnd_bytes
            self.hystart = None
            return 0
        if hystart.conservative:
            acked_bytes = acked_bytes // CSS_GROWTH_DIVISOR
        return slow_start(self, acked_bytes)

    def _avoid(self, acked_bytes: i64, now_ns: i64, rtt_ns: i64) -> None:
        if self.epoch_ns == NO_EPOCH:
            self._begin_epoch(now_ns)
        cwnd = self.cwnd_bytes
        self._follow_reno(acked_bytes)
        elapsed_ns = now_ns - self.epoch_ns
        assert elapsed_ns >= 0, "an epoch begins with an acknowledgment"
        # the target window one round trip from now (section 4.4)
        ticks = ((elapsed_ns + rtt_ns) << TICK_SHIFT) // NS_PER_S if elapsed_ns < 1 << 50 else MAX_TICKS
        target = self.origin_bytes + cubic_offset_bytes(ticks - self.k, self.mss)
        most = cwnd + (cwnd >> 1)
        if target > most:
            target = most
        if target < self.w_est_bytes:
            target = self.w_est_bytes
        if target <= cwnd:
            return
        # (target - cwnd) / cwnd octets for each octet acknowledged
        self.credit_bytes += acked_bytes * (target - cwnd)
        if self.credit_bytes >= cwnd:
            growth = self.credit_bytes // cwnd
            self.credit_bytes -= growth * cwnd
            self.cwnd_bytes = cwnd + growth

    def _begin_epoch(self, now_ns: i64) -> None:
        self.epoch_ns = now_ns
        cwnd = self.cwnd_bytes
        self.w_est_bytes = cwnd
        self.acked_bytes = 0
        self.credit_bytes = 0
        assert cwnd > 0, "the window divides what is acknowledged"
        if cwnd < self.w_max_bytes:
            self.k = k_ticks(self.w_max_bytes - cwnd, self.mss)
            self.origin_bytes = self.w_max_bytes
        else:
            self.k = 0
            self.origin_bytes = cwnd

    def _follow_reno(self, acked_bytes: i64) -> None:
        # section 4.3: alpha is 3 (1 - beta) / (1 + beta) = 9/17 until the old window is reached again
        self.acked_bytes += acked_bytes * self.mss
        share = self.acked_bytes
        cwnd = self.cwnd_bytes
        if self.w_est_bytes < self.cwnd_prior_bytes:
            growth = share * 9 // (17 * cwnd)
            self.acked_bytes -= growth * 17 * cwnd // 9
        else:
            growth = share // cwnd
            self.acked_bytes -= growth * cwnd
        assert growth >= 0, "Reno's window grows with each acknowledgment (section 4.3)"
        self.w_est_bytes += growth

    def reduced(self, in_flight_bytes: i64, now_ns: i64) -> i64:
        self._remember_epoch()
        # the octets in flight, not an unused window (section 4.6)
        cwnd = min(in_flight_bytes, self.cwnd_bytes)
        self.cwnd_prior_bytes = cwnd
        # fast convergence (section 4.7): release bandwidth to a new flow
        self.w_max_bytes = cwnd * 17 // 20 if cwnd < self.w_max_bytes else cwnd
        self.epoch_ns = NO_EPOCH
        self.hystart = None
        ssthresh = cwnd * 7 // 10
        least = 2 * self.mss
        return max(least, ssthresh)

    def undo(self) -> None:
        super().undo()
        self.w_max_bytes = self._undo_w_max_bytes
        self.k = self._undo_k
        self.epoch_ns = self._undo_epoch_ns
        self.origin_bytes = self._undo_origin_bytes
        self.w_est_bytes = self._undo_w_est_bytes

    def on_idle(self, now_ns: i64) -> None:
        """Idle time does not count as growth (section 5.8): restart the epoch."""
        self.epoch_ns = NO_EPOCH

    def _remember_epoch(self) -> None:
        self._undo_w_max_bytes = self.w_max_bytes
        self._undo_k = self.k
        self._undo_epoch_ns = self.epoch_ns
        self._undo_origin_bytes = self.origin_bytes
        self._undo_w_est_bytes = self.w_est_bytes
