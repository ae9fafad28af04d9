"""Keepalive: probes of a silent peer (RFC 9293 section 3.8.4, RFC 1122 4.2.3.6)."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER


class Keepalive:
    """Off by default.  Times in nanoseconds."""

    def __init__(self, on: bool, idle_ns: i64, interval_ns: i64, count: i64) -> None:
        self.on = on
        self.idle_ns: i64 = idle_ns
        self.interval_ns: i64 = interval_ns
        self.count: i64 = count
        self.deadline_ns: i64 = NEVER
        self.unanswered: i64 = 0

    def heard(self, now_ns: i64) -> None:
        """A segment of the peer was received."""
        if self.on:
            self.unanswered = 0
            self.deadline_ns = now_ns + self.idle_ns

    def stop(self) -> None:
        """Stop, at the end of the connection."""
        self.deadline_ns = NEVER

    def expired(self, now_ns: i64) -> bool:
        """The deadline has expired.  True if a probe is to be sent; False if the connection has timed out."""
        assert self.on, "without keepalive there is no deadline"
        if self.unanswered >= self.count:
            self.deadline_ns = NEVER
            return False
        self.unanswered += 1
        self.deadline_ns = now_ns + self.interval_ns
        return True

    def postpone(self, now_ns: i64) -> None:
        """Data are outstanding, so retransmissions probe the peer."""
        self.deadline_ns = now_ns + self.idle_ns
