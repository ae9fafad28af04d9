"""The send sequence variables (RFC 9293 section 3.3.1, table 2), as absolute numbers."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.transport.tcp.segment.segment import TcpSegment


class SendSequence:
    """Sent and acknowledged numbers, and the peer's window."""

    def __init__(self) -> None:
        self.snd_una: i64 = 0
        """SND.UNA: the oldest unacknowledged number."""
        self.snd_nxt: i64 = 1
        """SND.NXT: the next number to be sent; our SYN took 0."""
        self.edge: i64 = 0
        """Right edge of the peer's window: SND.UNA + SND.WND when it was advertised."""
        self.window_bytes: i64 = 0
        """SND.WND."""
        self.largest_window_bytes: i64 = 0
        """MAX.SND.WND (RFC 5961 section 5.2; RFC 9293 section 3.8.6.2.1)."""
        self.window_shift: i64 = 0
        """Snd.Wind.Shift (RFC 7323 section 2.3)."""
        self._snd_wl1: i64 = 0
        self._snd_wl2: i64 = 0

    def in_flight(self) -> i64:
        """Numbers that were sent and are not acknowledged."""
        return self.snd_nxt - self.snd_una

    def update_window(self, segment: TcpSegment, seq: i64, ack: i64) -> bool:
        """Update the window from an acceptable segment (RFC 9293 section 3.10.7.4).  True if it changed."""
        # SND.WL1 and SND.WL2: a reordered segment must not restore an old window
        if seq < self._snd_wl1 or (seq == self._snd_wl1 and ack < self._snd_wl2):
            return False
        self._snd_wl1 = seq
        self._snd_wl2 = ack
        window = segment.window << self.window_shift
        changed = window != self.window_bytes or ack + window != self.edge
        self.window_bytes = window
        # it may move left: the peer should not shrink its window, but the sender must accept it (3.8.6, MUST-34)
        self.edge = ack + window
        if window > self.largest_window_bytes:
            self.largest_window_bytes = window
        return changed
