"""The base of congestion controls: a window, a threshold, and four events.

Loss recovery calls :meth:`CongestionControl.on_loss` when it finds a loss (at most once a round trip) and
:meth:`~CongestionControl.on_timeout` when the retransmission timer expired; the sender calls
:meth:`~CongestionControl.on_ack` when new data were acknowledged outside of recovery while the window limited it.
:meth:`~CongestionControl.undo` reverts a spurious reduction.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

UNLIMITED: Final[i64] = 1 << 40
"""A slow-start threshold that is never reached."""


@mypyc_attr(allow_interpreted_subclasses=True)
class CongestionControl:
    """Sizes in octets, times in nanoseconds."""

    name = "none"

    def __init__(self, mss: i64) -> None:
        self.mss: i64 = mss
        self.cwnd_bytes: i64 = 10 * mss
        self.ssthresh_bytes: i64 = UNLIMITED
        self.prior_cwnd_bytes: i64 = 0
        self.prior_ssthresh_bytes: i64 = 0

    def in_slow_start(self) -> bool:
        """True while the window doubles each round trip (RFC 5681 section 3.1)."""
        return self.cwnd_bytes < self.ssthresh_bytes

    def on_ack(self, acked_bytes: i64, now_ns: i64, rtt_ns: i64, snd_una: i64, snd_nxt: i64) -> None:
        """New data were acknowledged.

        ``rtt_ns`` is the newest sample; ``snd_una`` and ``snd_nxt`` are absolute numbers.
        """
        raise AssertionError(f"{type(self).__name__} does not say how its window grows")

    def reduced(self, in_flight_bytes: i64, now_ns: i64) -> i64:
        """The threshold after a loss, given the octets in flight when it was detected."""
        raise AssertionError(f"{type(self).__name__} does not say how its window shrinks")

    def on_loss(self, in_flight_bytes: i64, now_ns: i64) -> None:
        """A loss was detected by acknowledgments (RFC 5681 section 3.2, equation 4)."""
        self._remember()
        self.ssthresh_bytes = self.reduced(in_flight_bytes, now_ns)
        assert self.ssthresh_bytes >= 2 * self.mss, "two segments at least, for the ACK clock (equation 4)"
        self.cwnd_bytes = self.ssthresh_bytes

    def on_timeout(self, in_flight_bytes: i64, now_ns: i64, first: bool) -> None:
        """The retransmission timer expired (RFC 5681 section 3.1); ``first`` is false while backing off."""
        if first:
            self._remember()
            self.ssthresh_bytes = self.reduced(in_flight_bytes, now_ns)
            assert self.ssthresh_bytes >= 2 * self.mss, "two segments at least (equation 4)"
        self.cwnd_bytes = self.mss

    def undo(self) -> None:
        """Revert the last reduction, whose loss was spurious."""
        if self.prior_cwnd_bytes > self.cwnd_bytes:
            self.cwnd_bytes = self.prior_cwnd_bytes
        if self.prior_ssthresh_bytes > self.ssthresh_bytes:
            self.ssthresh_bytes = self.prior_ssthresh_bytes
        assert self.cwnd_bytes >= self.mss, "a congestion window takes one segment at least"

    def on_idle(self, now_ns: i64) -> None:
        """The window was lowered or not used, because the application sent little."""

    def change_mss(self, mss: i64) -> None:
        """Change the segment size; the window keeps its number of segments."""
        segments = self.cwnd_bytes // self.mss
        self.mss = mss
        self.cwnd_bytes = (max(1, segments)) * mss

    def _remember(self) -> None:
        self.prior_cwnd_bytes = self.cwnd_bytes
        self.prior_ssthresh_bytes = self.ssthresh_bytes


def slow_start(control: CongestionControl, acked_bytes: i64) -> i64:
    """Grow by the acknowledged octets, at most two segments per acknowledgment (RFC 3465, L = 2).

    Returns the rest of ``acked_bytes`` beyond the threshold.
    """
    most = 2 * control.mss
    if acked_bytes > most:
        acked_bytes = most
    assert acked_bytes >= 0, "an acknowledgment takes nothing back"
    room = control.ssthresh_bytes - control.cwnd_bytes
    assert room > 0, "slow start ends at the threshold (RFC 5681 section 3.1)"
    if acked_bytes <= room:
        control.cwnd_bytes += acked_bytes
        return 0
    control.cwnd_bytes = control.ssthresh_bytes
    return acked_bytes - room
