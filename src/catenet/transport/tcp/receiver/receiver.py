"""The receiving half: acceptance, order and acknowledgment of segments.

Numbers are absolute (see :mod:`catenet.transport.tcp.segment.sequence`).  Nothing is sent from here:
:attr:`Receiver.ack_now` and :attr:`Receiver.ack_deadline_ns` define when an acknowledgment is due, and
:mod:`catenet.transport.tcp.sender.segment_output` sends it.

- Order: RFC 9293 section 3.10.7.4; the window: section 3.8.6, without silly windows (3.8.6.2.2).
- Delayed acknowledgments: RFC 1122 section 4.2.3.2, RFC 5681 section 4.2; the first ones are sent at once, as in
  Linux, so that the peer's slow start is not delayed.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.byte_queue import ByteQueue
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.receiver.reassembly import ReassemblyQueue, SackReporter
from catenet.transport.tcp.receiver.window import ReceiveWindow
from catenet.transport.tcp.segment.segment import TcpSegment
from catenet.transport.tcp.segment.sequence import difference
from catenet.transport.tcp.settings import TcpSettings

QUICK_ACKS: Final[i64] = 16
PAWS_AGE_NS: Final[i64] = 24 * 24 * 3600 * 1_000_000_000
"""The idle time after which a timestamp may have wrapped, and is not compared (RFC 7323 5.5)."""
MIN_MSS: Final[i64] = 536


class Receiver:
    """The receive state of a connection."""

    def __init__(self, settings: TcpSettings, counters: TcpCounters, buffer_octets: i64) -> None:
        self.settings: Final = settings
        self.counters: Final = counters
        self.irs: i64 = 0
        """The peer's initial sequence number."""
        self.rcv_nxt: i64 = 0
        self.window: Final = ReceiveWindow(settings, counters, buffer_octets)
        self.ready: Final = ByteQueue()
        """In-order octets, not yet read."""
        self.ahead: Final = ReassemblyQueue()
        self.sack: Final = SackReporter()
        self.sack_on = False
        self.fin_at: i64 = -1
        """The number of the peer's FIN; -1 until it is received."""
        self.finished: bool = False
        """The peer's FIN has been processed in order: no octet follows."""
        self.timestamps_on = False
        self.ts_recent: i64 = 0
        self.ts_recent_ns: i64 = 0
        self.acked_to: i64 = 0
        """Last acknowledgment number sent (RFC 7323: Last.ACK.sent)."""
        self.ack_now: bool = False
        self.ack_deadline_ns: i64 = NEVER
        self.quick_acks: i64 = QUICK_ACKS
        self.interactive: bool = False
        """The user replies to received data, so that acknowledgments can be piggybacked (Linux: pingpong)."""
        self.mss: i64 = MIN_MSS
        """Estimate of the peer's full segment."""
        self.last_data_ns: i64 = 0
        self.octets: i64 = 0
        self.data_segments: i64 = 0
        self.out_of_order: i64 = 0

    def begin(self, irs: i64) -> None:
        """The peer's SYN arrived."""
        assert self.rcv_nxt == 0, "a connection begins with one SYN"
        self.irs = irs
        self.rcv_nxt = 1
        self.acked_to = 1
        if self.window.edge > 0:
            # our own SYN advertised the window before the peer's SYN consumed a number
            self.window.edge += 1

    def timestamp_is_old(self, segment: TcpSegment, now_ns: i64) -> bool:
        """PAWS (RFC 7323 section 5.3, R1): the segment is older than an accepted one."""
        return difference(segment.ts_value, self.ts_recent) < 0 and now_ns - self.ts_recent_ns < PAWS_AGE_NS

    def remember_timestamp(self, segment: TcpSegment, start: i64, now_ns: i64) -> None:
        """Keep the timestamp to echo (RFC 7323 section 4.3): only of segments that cover the last ACK."""
        if start <= self.acked_to and difference(segment.ts_value, self.ts_recent) >= 0:
            self.ts_recent = segment.ts_value
            self.ts_recent_ns = now_ns

    def acceptable(self, start: i64, length: i64) -> bool:
        """The four cases of RFC 9293 section 3.10.7.4, table 6."""
        edge = self.window.edge
        rcv_nxt = self.rcv_nxt
        if length == 0:
            return start == rcv_nxt or (rcv_nxt <= start < edge)
        return start < edge and start + length > rcv_nxt

    def data(self, start: i64, payload: bytes, now_ns: i64) -> None:
        """Process an acceptable segment's payload, trimmed to the window."""
        length: i64 = len(payload)
        self.data_segments += 1
        self._learn(length, now_ns)
        if (
            start == self.rcv_nxt
            and len(self.ahead.pieces) == 0
            and start + length <= self.window.edge
            and self.fin_at < 0
        ):
            self._in_order(payload, length)
            self._schedule_ack(now_ns)
            return
        self._accept_unordered(start, payload, length, now_ns)

    def fin(self, number: i64) -> None:
        """A FIN with that number was received; it is processed when all data before it are."""
        if self.fin_at < 0:
            self.fin_at = number
        self.process_fin()

    def process_fin(self) -> None:
        """Process the FIN, if all data before it were received."""
        if self.fin_at >= 0 and not self.finished and self.rcv_nxt == self.fin_at:
            self.rcv_nxt += 1
            self.finished = True
            self.ack_now = True
            self.ahead.clear()

    def ack_sent(self) -> None:
        """A segment that acknowledges everything was sent."""
        assert self.acked_to <= self.rcv_nxt, "an acknowledgment is never taken back (RFC 9293 section 3.4)"
        self.acked_to = self.rcv_nxt
        self.ack_now = False
        self.ack_deadline_ns = NEVER
        if self.quick_acks > 0:
            self.quick_acks -= 1

    def data_sent(self, now_ns: i64) -> None:
        """The user replies: acknowledgments may wait for its data."""
        if now_ns - self.last_data_ns < self.settings.delayed_ack_ns and self.data_segments > 0:
            self.interactive = True

    def _learn(self, length: i64, now_ns: i64) -> None:
        if length > self.mss:
            self.mss = length
        if now_ns - self.last_data_ns > self.settings.min_rto_ns:
            # a new burst after a pause: the peer may be in slow start again
            self.interactive = False
            if self.quick_acks < QUICK_ACKS:
                self.quick_acks = QUICK_ACKS
        self.last_data_ns = now_ns

    def _in_order(self, payload: bytes, length: i64) -> None:
        assert not self.finished, "no octet follows the peer's FIN"
        assert length > 0, "RCV.NXT only grows"
        self.ready.append(payload)
        self.rcv_nxt += length
        self.octets += length

    def _schedule_ack(self, now_ns: i64) -> None:
        # RFC 9293 section 3.8.6.3 (SHLD-19): at least one for every second full segment
        if self.rcv_nxt - self.acked_to > self.mss or (self.quick_acks > 0 and not self.interactive):
            self.ack_now = True
        elif self.ack_deadline_ns == NEVER:
            self.ack_deadline_ns = now_ns + self.settings.delayed_ack_ns

    def _accept_unordered(self, start: i64, payload: bytes, length: i64, now_ns: i64) -> None:
        """Data are old, beyond the window, out of order, or fill a gap: acknowledge at once."""
        # RFC 5681 section 4.2: a gap, or its filling, is acknowledged at once, since the peer's loss recovery depends
        # on it
        self.ack_now = True
        end = start + length
        if start < self.rcv_nxt:
            # trim to the window (RFC 9293 section 3.10.7.4): duplicate octets ...
            self.report_duplicate(start, min(self.rcv_nxt, end))
            payload = payload[self.rcv_nxt - start :]
            start = self.rcv_nxt
        if end > self.window.edge:
            # ... and octets beyond it
            payload = payload[: self.window.edge - start]
            end = self.window.edge
        if start >= end or self.finished:
            return
        assert len(payload) == end - start, "the octets are those between the two numbers"
        if start == self.rcv_nxt:
            self._fill(start, payload)
        else:
            self._queue_out_of_order(start, end, payload)

    def _fill(self, start: i64, payload: bytes) -> None:
        end = start + len(payload)
        pieces = self.ahead.pieces
        if len(pieces) > 0 and pieces[0].start < end:
            self.report_duplicate(pieces[0].start, min(pieces[0].end, end))
        self._in_order(payload, len(payload))
        assert self.rcv_nxt == end, "the payload began at RCV.NXT"
        piece = self.ahead.pop_at(self.rcv_nxt)
        while piece is not None:
            if piece.end > self.rcv_nxt:
                rest = piece.payload[self.rcv_nxt - piece.start :]
                self._in_order(rest, len(rest))
            piece = self.ahead.pop_at(self.rcv_nxt)
        assert len(pieces) == 0 or pieces[0].start > self.rcv_nxt, "queued data lie behind a gap"
        self.sack.advanced(self.rcv_nxt)
        self.process_fin()

    def _queue_out_of_order(self, start: i64, end: i64, payload: bytes) -> None:
        assert start > self.rcv_nxt, "a gap lies before it"
        self.out_of_order += 1
        self.counters.out_of_order_queued += 1
        if self.ahead.insert(start, payload):
            if self.sack_on:
                self.sack.arrived(start, end)
        else:
            self.report_duplicate(start, end)
            if self.sack_on:
                self.sack.arrived(start, end)

    def report_duplicate(self, start: i64, end: i64) -> None:
        """Octets were received again: report them, and never the number of the SYN (RFC 2883 section 4)."""
        start = max(start, 1)
        if self.sack_on and end > start:
            self.sack.duplicate(start, end)
            self.counters.dsacks_sent += 1
