"""The advertised window, and the size of the receive buffer.

The right edge never moves left (RFC 9293 section 3.8.6).  It moves right by a full segment or half the buffer at least
(section 3.8.6.2.2, RFC 813).  The buffer grows as Linux's dynamic right-sizing does (Feng et al., 2001): it holds
twice the octets that the user has read in one round trip.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.settings import TcpSettings

MAX_UNSCALED: Final[i64] = 65_535


def window_shift_for(octets: i64) -> i64:
    """The smallest shift with which a window of that size can be advertised (RFC 7323 section 2)."""
    shift: i64 = 0
    while shift < 14 and octets >> shift > MAX_UNSCALED:
        shift += 1
    return shift


class ReceiveWindow:
    """Sizes in octets; ``edge`` is an absolute number."""

    def __init__(self, settings: TcpSettings, counters: TcpCounters, buffer_octets: i64) -> None:
        self.counters: Final = counters
        self.automatic: bool = buffer_octets <= 0
        self.limit: i64 = buffer_octets if buffer_octets > 0 else settings.receive_buffer_octets
        self.most: i64 = settings.receive_buffer_max_octets
        self.shift: i64 = 0
        self.offered_shift: i64 = window_shift_for(self.most if self.automatic else self.limit)
        self.edge: i64 = 0
        """The advertised right edge of the window: the peer may send up to here."""
        self.is_zero: bool = False
        """The last advertised window was zero."""
        self.rtt_ns: i64 = 0
        """The receiver's estimate of the round-trip time; 0 if unknown."""
        self._rtt_from: i64 = 0
        self._rtt_from_ns: i64 = 0
        self._read: i64 = 0
        self._read_at_start: i64 = 0
        self._space: i64 = 0
        self._start_ns: i64 = 0

    def resize(self, octets: i64) -> None:
        """Fix the buffer's size (SO_RCVBUF); it does not grow automatically any more."""
        self.automatic = False
        self.limit = octets

    def begin(self, rcv_nxt: i64, mss: i64, now_ns: i64) -> None:
        """The connection is established."""
        self._space = 10 * mss
        self._start_ns = now_ns
        self._rtt_from = rcv_nxt + self.limit
        self._rtt_from_ns = now_ns

    def field_for_syn(self, rcv_nxt: i64) -> i64:
        """The window field of a SYN, which is never scaled."""
        size = min(MAX_UNSCALED, self.limit)
        if rcv_nxt + size > self.edge:
            self.edge = rcv_nxt + size
        return size

    def field(self, rcv_nxt: i64, unread: i64, mss: i64) -> i64:
        """The window field of a segment; advances the edge accordingly."""
        told = self.edge - rcv_nxt
        if told < 0:
            told = 0
        size = self.limit - unread
        shift = self.shift
        if size - told < self._min_step(mss):
            size = told
        most = MAX_UNSCALED << shift
        if size > most:
            size = most
        # round up the advertised window, so that the edge does not move left
        rounded = size >> shift
        if rounded << shift < told:
            rounded += 1
        if (rounded == 0) != self.is_zero:
            self.is_zero = not self.is_zero
            if self.is_zero:
                self.counters.to_zero_window += 1
            else:
                self.counters.from_zero_window += 1
        assert 0 <= rounded <= MAX_UNSCALED, "the window field has 16 bits"
        assert rounded << shift >= told, "the right edge does not move left (RFC 9293 section 3.8.6)"
        if rcv_nxt + (rounded << shift) > self.edge:
            self.edge = rcv_nxt + (rounded << shift)
        return rounded

    def update_is_due(self, rcv_nxt: i64, unread: i64, mss: i64) -> bool:
        """True if the user has read so much that a window update is due at once."""
        told = self.edge - rcv_nxt
        size = self.limit - unread
        return size >= 2 * told and size - told >= self._min_step(mss)

    def measure_by_echo(self, rtt_ns: i64) -> None:
        """A round-trip sample by the timestamp echo of a data segment; the minimum has most weight."""
        if self.rtt_ns == 0 or rtt_ns < self.rtt_ns:
            self.rtt_ns = rtt_ns
        else:
            self.rtt_ns += (rtt_ns - self.rtt_ns) >> 3

    def measure_by_window(self, rcv_nxt: i64, now_ns: i64) -> None:
        """Without timestamps: a full window takes at least one round trip to arrive."""
        if rcv_nxt < self._rtt_from:
            return
        taken_ns = now_ns - self._rtt_from_ns
        if self.rtt_ns == 0 or taken_ns < self.rtt_ns:
            self.rtt_ns = taken_ns
        self._rtt_from = self.edge
        self._rtt_from_ns = now_ns

    def read(self, octets: i64, mss: i64, now_ns: i64) -> None:
        """The user has read so many octets: once per round trip, check whether the buffer should grow."""
        self._read += octets
        if not self.automatic or self.rtt_ns == 0 or now_ns - self._start_ns < self.rtt_ns:
            return
        copied = self._read - self._read_at_start
        if copied > self._space:
            wanted = 2 * copied + 16 * mss
            # the peer's congestion window grows too, as much as the reading did
            wanted += 2 * (wanted * (copied - self._space) // self._space)
            if wanted > self.most:
                wanted = self.most
            if wanted > self.limit:
                self.limit = wanted
            self._space = copied
        self._read_at_start = self._read
        self._start_ns = now_ns

    def _min_step(self, mss: i64) -> i64:
        half = self.limit >> 1
        return min(mss, half)
