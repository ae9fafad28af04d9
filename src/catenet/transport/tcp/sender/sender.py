"""The sending half: what goes out when, and what an acknowledgment frees.

Numbers are absolute (see :mod:`.sequence`).  :meth:`Sender.push` sends what may be sent;
:meth:`Sender.acknowledged` takes an acknowledgment; :meth:`Sender.expire` runs the one timer that is either
the retransmission timer (RFC 6298 section 5) or, when nothing is outstanding, the persist timer (RFC 9293
section 3.8.6.1).

- The window: RFC 9293 section 3.10.7.4; silly windows: section 3.8.6.2.1; Nagle with Minshall's change:
  only an outstanding segment that is itself small holds a small one back.
- The congestion window grows only while it is what limits the sender (RFC 7661), and decays when idle.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.congestion.base import CongestionControl
from catenet.transport.tcp.connection.persist_timer import Persist
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.receiver.buffers import ByteQueue
from catenet.transport.tcp.receiver.validation import WindowValidation
from catenet.transport.tcp.recovery.recovery import LOSS, Recovery
from catenet.transport.tcp.recovery.scoreboard import Scoreboard
from catenet.transport.tcp.segment.segment import FIN, PSH, TcpSegment
from catenet.transport.tcp.segment.sequence import difference, unwrap
from catenet.transport.tcp.sender.output import Output
from catenet.transport.tcp.sender.records import RetransmissionQueue, SegmentRecord
from catenet.transport.tcp.sender.rtt import RttEstimator
from catenet.transport.tcp.settings import MS, TcpSettings


class Sender:
    """What this end sends."""

    def __init__(
        self,
        settings: TcpSettings,
        counters: TcpCounters,
        output: Output,
        rtt: RttEstimator,
        congestion: CongestionControl,
        buffer_octets: i64,
    ) -> None:
        self.settings: Final = settings
        self.counters: Final = counters
        self.output: Final = output
        self.rtt: Final = rtt
        self.congestion = congestion
        self.unsent: Final = ByteQueue()
        self.queue: Final = RetransmissionQueue()
        self.scoreboard: Final = Scoreboard(self.queue)
        self.recovery: Final = Recovery(settings, counters, self.scoreboard, congestion)
        self.validation: Final = WindowValidation(settings)
        self.persist: Final = Persist(settings)
        self.snd_una: i64 = 0
        self.snd_nxt: i64 = 1
        self.edge: i64 = 0
        """Right edge of the peer's window."""
        self.window_bytes: i64 = 0
        self.largest_window_bytes: i64 = 0
        self.window_shift: i64 = 0
        self._window_seq: i64 = 0
        self._window_ack: i64 = 0
        self.mss: i64 = 536
        self.no_delay = False
        self.fin_queued = False
        self.fin_sent: bool = False
        self.fin_number: i64 = -1
        self.small_end: i64 = 0
        """End of the last segment sent that was less than full (Linux: ``snd_sml``)."""
        self.rto_deadline_ns: i64 = NEVER
        self.retries: i64 = 0
        """Time-outs in a row without an acknowledgment of new data."""
        self.unanswered_since_ns: i64 = 0
        """When what timed out first of these had been sent."""
        self.buffer_automatic: bool = buffer_octets <= 0
        self.buffer_octets: i64 = buffer_octets if buffer_octets > 0 else settings.send_buffer_octets
        self.want_writable: bool = False
        self.became_writable: bool = False
        self.delivered_bytes: i64 = 0
        self.delivered_ns: i64 = 0
        self.delivered_segments: i64 = 0
        self.rate_bytes_s: i64 = 0
        self.sent_bytes: i64 = 0
        self.resent_bytes: i64 = 0
        self.data_segments: i64 = 0
        self.resent_segments: i64 = 0
        self.last_sent_ns: i64 = 0

    # -- the user's side

    def space(self) -> i64:
        """Octets that the send buffer still takes."""
        space = self.buffer_octets - self.unsent.length - (self.snd_nxt - self.snd_una)
        return max(0, space)

    def outstanding(self) -> bool:
        """True if something that was sent is not yet acknowledged."""
        return self.queue.count() > 0

    def done(self) -> bool:
        """True when our FIN and all before it are acknowledged."""
        return self.fin_sent and self.snd_una > self.fin_number

    # -- what the peer says

    def update_window(self, segment: TcpSegment, seq: i64, ack: i64) -> bool:
        """Take the window that an acceptable segment tells (RFC 9293 section 3.10.7.4).  True if it changed."""
        if seq < self._window_seq or (seq == self._window_seq and ack < self._window_ack):
            return False
        self._window_seq = seq
        self._window_ack = ack
        window = segment.window << self.window_shift
        changed = window != self.window_bytes or ack + window != self.edge
        self.window_bytes = window
        self.edge = ack + window
        if window > self.largest_window_bytes:
            self.largest_window_bytes = window
        return changed

    def acknowledged(self, segment: TcpSegment, seq: i64, ack: i64, now_ns: i64) -> None:
        """Take the acknowledgment of an acceptable segment; ``ack`` is not beyond ``snd_nxt``."""
        prior_una = self.snd_una
        window_changed = self.update_window(segment, seq, ack)
        self.persist.answered()
        if self.window_bytes == 0:
            # a peer that keeps its window closed is alive (RFC 9293 section 3.8.6.1)
            self.retries = 0
        scoreboard = self.scoreboard
        scoreboard.begin_ack(now_ns - self.rtt.min_rtt_ns)
        rtt_ns: i64 = 0
        if ack > prior_una:
            rtt_ns = self._let_go(ack, segment, now_ns)
        blocks = segment.sack_blocks
        if blocks is not None and self.recovery.sack_on:
            self._take_sack(blocks, ack, now_ns)
        echo: i64 = segment.ts_echo if segment.has_timestamps else -1
        recovery = self.recovery
        if blocks is not None or ack == prior_una or not recovery.quiet():
            duplicate = ack == prior_una and not window_changed and len(segment.payload) == 0 and self.outstanding()
            recovery.on_ack(prior_una, ack, self.snd_nxt, duplicate, echo, now_ns)
        if ack > prior_una:
            self._grow(ack - prior_una, rtt_ns, now_ns)
            self.retries = 0
            self.rto_deadline_ns = now_ns + self.rtt.rto_ns() if self.outstanding() else NEVER
            if self.want_writable and self.space() * 3 >= self.buffer_octets:
                self.want_writable = False
                self.became_writable = True

    def _let_go(self, ack: i64, segment: TcpSegment, now_ns: i64) -> i64:
        """Free what is acknowledged; returns the newest round-trip sample, or 0."""
        queue = self.queue
        scoreboard = self.scoreboard
        sample_from: i64 = -1
        delivered: i64 = 0
        self.snd_una = ack
        while queue.count() > 0:
            record = queue.first()
            if record.end > ack:
                if record.start < ack:
                    if not record.sacked:
                        delivered += ack - record.start
                    scoreboard.trim(record, ack)
                break
            if not record.sacked:
                delivered += record.end - record.start
                self.delivered_segments += 1
                if record.transmissions == 1 and sample_from < 0:
                    sample_from = record.sent_ns
            scoreboard.let_go(record)
            queue.pop_first()
        scoreboard.forget_below(ack)
        self._sample(sample_from, segment, now_ns)
        newest = scoreboard.newest
        self.delivered_bytes += delivered
        self.delivered_ns = now_ns
        if newest is None:
            return 0
        self._measure_rate(newest, now_ns)
        return now_ns - newest.sent_ns

    def _sample(self, sample_from: i64, segment: TcpSegment, now_ns: i64) -> None:
        """Measure the round trip: by a segment sent once (Karn), else by the timestamp's echo (RFC 7323 4.1)."""
        if sample_from >= 0:
            self.rtt.sample(now_ns - sample_from)
        elif segment.has_timestamps and segment.ts_echo != 0:
            passed = difference(self.output.ts_now(now_ns), segment.ts_echo)
            if passed >= 0:
                self.rtt.sample((passed if passed > 0 else 1) * MS)

    def _measure_rate(self, newest: SegmentRecord, now_ns: i64) -> None:
        interval_ns = now_ns - newest.delivered_ns
        if interval_ns > 0:
            self.rate_bytes_s = (self.delivered_bytes - newest.delivered_bytes) * 1_000_000 // (interval_ns // 1000 + 1)

    def _take_sack(self, blocks: list[int], ack: i64, now_ns: i64) -> None:
        scoreboard = self.scoreboard
        isn = self.output.isn
        una = self.snd_una
        at = 0
        while at + 1 < len(blocks):
            start = unwrap(blocks[at], isn, una)
            end = unwrap(blocks[at + 1], isn, una)
            if start < end:
                if at == 0 and self._is_duplicate_report(start, end, blocks, ack):
                    self.recovery.on_dsack(start, una, self.snd_nxt)
                elif end > una and start >= una and end <= self.snd_nxt:
                    scoreboard.sack(start, end)
            at += 2
        if scoreboard.newly_sacked_bytes > 0:
            self.delivered_bytes += scoreboard.newly_sacked_bytes
            self.delivered_segments += scoreboard.newly_sacked_segments
            self.delivered_ns = now_ns
            newest = scoreboard.newest
            if newest is not None and self.snd_una == ack and newest.sacked:
                self._measure_rate(newest, now_ns)
        scoreboard.end_ack()

    def _is_duplicate_report(self, start: i64, end: i64, blocks: list[int], ack: i64) -> bool:
        """RFC 2883 section 4: the first block lies below the ACK, or within the second block."""
        if end <= ack:
            return True
        if len(blocks) < 4:
            return False
        isn = self.output.isn
        return start >= unwrap(blocks[2], isn, ack) and end <= unwrap(blocks[3], isn, ack)

    def _grow(self, acked: i64, rtt_ns: i64, now_ns: i64) -> None:
        congestion = self.congestion
        if self.recovery.may_grow() and self.validation.limited(congestion):
            congestion.on_ack(acked, now_ns, rtt_ns, self.snd_una, self.snd_nxt)
            if self.buffer_automatic and congestion.cwnd_bytes * 2 > self.buffer_octets:
                most = self.settings.send_buffer_most_octets
                wanted = congestion.cwnd_bytes * 2
                self.buffer_octets = min(most, wanted)

    # -- sending

    def push(self, now_ns: i64) -> None:
        """Send all that may be sent now."""
        if self.recovery.scoreboard.lost_bytes > 0:
            self._push_lost(now_ns)
        if self.unsent.length > 0 or (self.fin_queued and not self.fin_sent):
            self._push_new(now_ns)
        if self.queue.count() > 0:
            self.persist.stop()
        elif self.unsent.length > 0 or (self.fin_queued and not self.fin_sent):
            self.persist.start(now_ns, self.rtt)
        else:
            self.persist.stop()

    def _push_lost(self, now_ns: i64) -> None:
        scoreboard = self.scoreboard
        recovery = self.recovery
        record = scoreboard.next_lost()
        while record is not None:
            pipe = recovery.pipe(self.snd_una, self.snd_nxt)
            if pipe > 0 and pipe + self.mss > self.congestion.cwnd_bytes and not recovery.resend_at_once:
                return
            recovery.resend_at_once = False
            self.resend(record, now_ns)
            record = scoreboard.next_lost()

    def resend(self, record: SegmentRecord, now_ns: i64) -> None:
        """Send a record again, cut to the present segment size."""
        if len(record.payload) > self.mss:
            self.scoreboard.split(self.queue.find(record.start), record.start + self.mss)
        is_first = record is self.queue.first()
        self.counters.retransmitted_segments += 1
        if self.recovery.state == LOSS:
            self.counters.slow_start_retransmits += 1
        else:
            self.counters.fast_retransmits += 1
        self.resent_segments += 1
        self.resent_bytes += record.end - record.start
        self.scoreboard.sent_again(record, self.snd_nxt, now_ns)
        self.recovery.resent(record, self.output.ts_now(now_ns))
        record.delivered_bytes = self.delivered_bytes
        record.delivered_ns = self.delivered_ns
        if is_first or self.rto_deadline_ns == NEVER:
            self.rto_deadline_ns = now_ns + self.rtt.rto_ns()
        self.last_sent_ns = now_ns
        self.output.send(record.start, record.flags, record.payload, now_ns)

    def _push_new(self, now_ns: i64) -> None:
        congestion = self.congestion
        if self.queue.count() == 0:
            self.validation.idle(congestion, self.last_sent_ns, now_ns, self.rtt.rto_ns(), self.mss)
        pipe = self.recovery.pipe(self.snd_una, self.snd_nxt)
        limited = False
        while self.unsent.length > 0 or (self.fin_queued and not self.fin_sent):
            size = self._next_size()
            if size < 0:
                break
            if pipe > 0 and pipe + size > congestion.cwnd_bytes:
                limited = True
                break
            pipe += self._send_next(size, now_ns)
        self.validation.sent(congestion, pipe, limited, self.snd_una, self.snd_nxt, now_ns, self.rtt.rto_ns())

    def _next_size(self) -> i64:
        """Octets of payload that the next segment may carry; -1 if none may go now (RFC 9293 3.8.6.2.1)."""
        room = self.edge - self.snd_nxt
        unsent = self.unsent.length
        if unsent == 0:
            return 0 if room > 0 else -1
        mss = self.mss
        if self.output.receiver.sack_on and self.output.receiver.sack.pending():
            mss -= 4 + 8 * 2
        if unsent >= mss and room >= mss:
            return mss
        if room >= unsent:
            if self.no_delay or self.fin_queued or self.small_end <= self.snd_una:
                return unsent
            return -1
        if room > 0 and room * 2 >= self.largest_window_bytes:
            return min(mss, room)
        return -1

    def _send_next(self, size: i64, now_ns: i64) -> i64:
        """Send ``size`` new octets, and the FIN with the last; returns the sequence space taken."""
        payload = self.unsent.take(size)
        start = self.snd_nxt
        end = start + size
        flags: i64 = 0
        if self.unsent.length == 0:
            flags = PSH if size > 0 else 0
            if self.fin_queued and end < self.edge:
                flags |= FIN
                self.fin_number = end
                self.fin_sent = True
                end += 1
        if size < self.mss:
            self.small_end = end
        record = SegmentRecord(start, end, payload, flags, now_ns)
        if self.queue.count() == 0:
            self.delivered_ns = now_ns
            self.rto_deadline_ns = now_ns + self.rtt.rto_ns()
        record.delivered_bytes = self.delivered_bytes
        record.delivered_ns = self.delivered_ns
        self.queue.append(record)
        self.snd_nxt = end
        self.last_sent_ns = now_ns
        if size > 0:
            self.data_segments += 1
            self.sent_bytes += size
            self.counters.original_data_sent += 1
            self.counters.out_octets += size
            self.output.receiver.data_sent(now_ns)
        self.output.send(start, flags, payload, now_ns)
        return end - start

    # -- time

    def deadline_ns(self) -> i64:
        """When :meth:`expire` has to be called; NEVER if it has not."""
        if self.rto_deadline_ns < self.persist.deadline_ns:
            return self.rto_deadline_ns
        return self.persist.deadline_ns

    def expire(self, now_ns: i64) -> None:
        """Run the timer that is due."""
        if self.rto_deadline_ns <= now_ns:
            self._time_out(now_ns)
        elif self.persist.deadline_ns <= now_ns:
            self._probe(now_ns)

    def _time_out(self, now_ns: i64) -> None:
        """RFC 6298 section 5, 5.4 to 5.6."""
        if self.queue.count() == 0:
            self.rto_deadline_ns = NEVER
            return
        self.counters.timeouts += 1
        if self.retries == 0:
            self.unanswered_since_ns = self.queue.first().sent_ns
        self.recovery.on_timeout(self.snd_una, self.snd_nxt, self.retries, now_ns)
        self.retries += 1
        self.rtt.backoff += 1
        self.resend(self.queue.first(), now_ns)
        self.rto_deadline_ns = now_ns + self.rtt.rto_ns()

    def _probe(self, now_ns: i64) -> None:
        """Ask whether the window has opened; where it is open but small, send what it takes."""
        self.counters.window_probes += 1
        room = self.edge - self.snd_nxt
        if room > 0:
            size = self.unsent.length
            if size > room:
                size = room
            if size > self.mss:
                size = self.mss
            self._send_next(size, now_ns)
            self.persist.stop()
            return
        self.output.send(self.snd_una - 1, 0, b"", now_ns)
        self.persist.probed(now_ns, self.rtt)

    # -- the path

    def change_mss(self, mss: i64, now_ns: i64) -> None:
        """Segments have another size from now on; those in flight that are larger are sent again (RFC 1191 6.5)."""
        smaller = mss < self.mss
        self.mss = mss
        self.output.mss = mss
        self.congestion.change_mss(mss)
        if not smaller:
            return
        records = self.queue.records
        place = self.queue.head
        while place < len(records):
            record = records[place]
            if len(record.payload) > mss and not record.sacked:
                self.scoreboard.mark_lost(record)
            place += 1

    def abandon(self) -> None:
        """Forget all that was to be sent: the connection is over."""
        self.unsent.clear()
        self.queue.records.clear()
        self.queue.head = 0
        self.scoreboard.to_resend.clear()
        self.scoreboard.resent.clear()
        self.scoreboard.newest = None
        self.rto_deadline_ns = NEVER
        self.persist.stop()
