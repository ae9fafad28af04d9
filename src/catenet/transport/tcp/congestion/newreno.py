"""Reno's window (RFC 5681), used with NewReno's and SACK's loss recovery (RFC 6582, RFC 6675)."""

from __future__ import annotations

from mypy_extensions import i64, mypyc_attr

from catenet.transport.tcp.congestion.base import CongestionControl, slow_start


@mypyc_attr(allow_interpreted_subclasses=True)
class NewReno(CongestionControl):
    """One segment more per round trip; half the flight size after a loss."""

    name = "reno"

    def __init__(self, mss: i64) -> None:
        super().__init__(mss)
        self.credit_bytes: i64 = 0
        """Octets acknowledged since the window last grew (RFC 3465 section 2.1)."""

    def on_ack(self, acked_bytes: i64, now_ns: i64, rtt_ns: i64, snd_una: i64, snd_nxt: i64) -> None:
        if self.cwnd_bytes < self.ssthresh_bytes:
            acked_bytes = slow_start(self, acked_bytes)
        self.credit_bytes += acked_bytes
        if self.credit_bytes >= self.cwnd_bytes:
            self.credit_bytes -= self.cwnd_bytes
            self.cwnd_bytes += self.mss

    def reduced(self, in_flight_bytes: i64, now_ns: i64) -> i64:
        self.credit_bytes = 0
        half = in_flight_bytes >> 1
        least = 2 * self.mss
        return max(least, half)
