"""The sending half: transmission of data (RFC 9293 section 3.8).

Numbers are absolute (see :mod:`~..segment.sequence`).  :meth:`Sender.push` sends permitted segments, lost ones first;
:meth:`Sender.expire` runs the one timer that is either the retransmission timer (:mod:`.retransmission_timer`) or,
when nothing is outstanding, the persist timer (:mod:`.persist_timer`).  :mod:`.acknowledgment` processes
acknowledgments.

- The window: RFC 9293 section 3.10.7.4; silly windows: section 3.8.6.2.1; Nagle with Minshall's change: only an
  outstanding small segment delays a small one.
- The congestion window grows only while it limits the sender (RFC 7661), and decays when idle.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.transport.tcp.congestion.base import CongestionControl
from catenet.transport.tcp.congestion.window_validation import WindowValidation
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.recovery.recovery import LOSS, Recovery
from catenet.transport.tcp.recovery.scoreboard import Scoreboard
from catenet.transport.tcp.segment.segment import FIN, PSH
from catenet.transport.tcp.sender.delivery_rate import DeliveryRate
from catenet.transport.tcp.sender.persist_timer import Persist
from catenet.transport.tcp.sender.records import RetransmissionQueue, SegmentRecord
from catenet.transport.tcp.sender.retransmission_timer import RetransmissionTimer
from catenet.transport.tcp.sender.rtt import RttEstimator
from catenet.transport.tcp.sender.segment_output import SegmentOutput
from catenet.transport.tcp.sender.send_buffer import SendBuffer
from catenet.transport.tcp.sender.send_sequence import SendSequence
from catenet.transport.tcp.settings import TcpSettings


class Sender(SendSequence):
    """The send state of a connection."""

    def __init__(
        self,
        settings: TcpSettings,
        counters: TcpCounters,
        output: SegmentOutput,
        rtt: RttEstimator,
        congestion: CongestionControl,
        buffer_octets: i64,
    ) -> None:
        super().__init__()
        self.counters: Final = counters
        self.output: Final = output
        self.rtt: Final = rtt
        self.unsent: Final = SendBuffer(settings, buffer_octets)
        self.queue: Final = RetransmissionQueue()
        self.scoreboard: Final = Scoreboard(self.queue)
        self.recovery: Final = Recovery(settings, counters, self.scoreboard, congestion)
        self.validation: Final = WindowValidation(settings)
        self.rto: Final = RetransmissionTimer(rtt)
        self.persist: Final = Persist(settings)
        self.delivery: Final = DeliveryRate()
        self.mss: i64 = 536
        self.no_delay = False
        self.fin_queued = False
        self.fin_sent: bool = False
        self.fin_number: i64 = -1
        self.small_end: i64 = 0
        """End of the last segment sent that was less than full (Linux: ``snd_sml``)."""
        self.sent_bytes: i64 = 0
        self.resent_bytes: i64 = 0
        self.data_segments: i64 = 0
        self.resent_segments: i64 = 0
        self.last_sent_ns: i64 = 0

    @property
    def congestion(self) -> CongestionControl:
        """The congestion control, stored in loss recovery."""
        return self.recovery.congestion

    def space(self) -> i64:
        """The remaining space of the send buffer in octets."""
        return self.unsent.space(self.in_flight())

    def outstanding(self) -> bool:
        """True if sent data are not yet acknowledged."""
        return self.queue.count() > 0

    def done(self) -> bool:
        """True when our FIN and all before it are acknowledged."""
        return self.fin_sent and self.snd_una > self.fin_number

    # -- sending

    def push(self, now_ns: i64) -> None:
        """Send all segments permitted now."""
        if self.recovery.scoreboard.lost_bytes > 0:
            self._push_lost(now_ns)
        if self.unsent.length > 0 or (self.fin_queued and not self.fin_sent):
            self._push_new(now_ns)
        assert self.snd_una <= self.snd_nxt
        # one timer at a time: outstanding data are retransmitted; a zero window is probed (3.8.6.1)
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
                # RFC 6675 section 5, step C: only while the pipe has room for a segment
                return
            recovery.resend_at_once = False
            self.resend(record, now_ns)
            record = scoreboard.next_lost()

    def resend(self, record: SegmentRecord, now_ns: i64) -> None:
        """Retransmit a record, cut to the present segment size."""
        assert not record.acked, "what is acknowledged has left the queue"
        if len(record.payload) > self.mss:
            # the path MTU has decreased since it was sent (RFC 1191)
            self.scoreboard.split(self.queue.find(record.start), record.start + self.mss)
        is_first = record is self.queue.first()
        self.counters.retransmitted_segments += 1
        if self.recovery.state == LOSS:
            self.counters.slow_start_retransmits += 1
        else:
            self.counters.fast_retransmits += 1
        self.resent_segments += 1
        self.resent_bytes += record.end - record.start
        assert record.lost, "only what counts as lost is sent again"
        self.scoreboard.sent_again(record, self.snd_nxt, now_ns)
        self.recovery.resent(record, self.output.ts_now(now_ns))
        self.delivery.sent(record)
        if is_first or self.rto.deadline_ns == NEVER:
            # RFC 6675 section 6 allows it: the timer is for the oldest segment, which was just retransmitted
            self.rto.start(now_ns)
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
                # the peer's window, or Nagle
                break
            if pipe > 0 and pipe + size > congestion.cwnd_bytes:
                limited = True
                break
            pipe += self._send_next(size, now_ns)
        self.validation.sent(congestion, pipe, limited, self.snd_una, self.snd_nxt, now_ns, self.rtt.rto_ns())

    def _next_size(self) -> i64:
        """The payload octets of the next segment; -1 if none may be sent now (RFC 9293 3.8.6.2.1)."""
        room = self.edge - self.snd_nxt
        unsent = self.unsent.length
        if unsent == 0:
            # the FIN alone, which consumes one number of the window
            return 0 if room > 0 else -1
        mss = self.mss
        if self.output.receiver.sack_on and self.output.receiver.sack.pending():
            mss -= 4 + 8 * 2
        assert mss > 0, "the options leave room for data, whatever the peer's MSS"
        if unsent >= mss and room >= mss:
            # (1) a full segment
            return mss
        if room >= unsent:
            # (2) all data; while another small segment is outstanding, Nagle delays it (3.7.4)
            if self.no_delay or self.fin_queued or self.small_end <= self.snd_una:
                return unsent
            return -1
        # (3) half of the peer's largest window, which it may never exceed. (4), the override, is in the persist timer
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
                # section 3.10.4: after all data, if the window has room for its number
                flags |= FIN
                self.fin_number = end
                self.fin_sent = True
                end += 1
        assert len(payload) == size, "no more is taken than waits"
        assert end <= self.edge, "nothing is sent beyond the peer's window (section 3.8.6)"
        if size < self.mss:
            self.small_end = end
        record = SegmentRecord(start, end, payload, flags, now_ns)
        if self.queue.count() == 0:
            self.delivery.delivered_ns = now_ns
            self.rto.start(now_ns)
        self.delivery.sent(record)
        self.queue.append(record)
        assert end > start, "a segment without data or FIN is not to be acknowledged, and needs no record"
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
        """The next time to call :meth:`expire`; NEVER for none."""
        if self.rto.deadline_ns < self.persist.deadline_ns:
            return self.rto.deadline_ns
        return self.persist.deadline_ns

    def expire(self, now_ns: i64) -> None:
        """Handle the expired timer."""
        if self.rto.deadline_ns <= now_ns:
            self._time_out(now_ns)
        elif self.persist.deadline_ns <= now_ns:
            self._probe(now_ns)

    def _time_out(self, now_ns: i64) -> None:
        """RFC 6298 section 5, 5.4 to 5.6."""
        if self.queue.count() == 0:
            self.rto.stop()
            return
        assert self.persist.deadline_ns == NEVER, "a window is not probed while data are outstanding"
        self.counters.timeouts += 1
        self.recovery.on_timeout(self.snd_una, self.snd_nxt, self.rto.retries, now_ns)
        self.rto.expired(self.queue.first().sent_ns)
        self.resend(self.queue.first(), now_ns)
        self.rto.start(now_ns)

    def _probe(self, now_ns: i64) -> None:
        """Probe a zero window; fill a small open one."""
        assert self.queue.count() == 0, "outstanding data are retransmitted, and make a probe unnecessary"
        self.counters.window_probes += 1
        room = self.edge - self.snd_nxt
        if room > 0:
            # section 3.8.6.2.1 (4): the override of silly window avoidance, so that the ends do not deadlock
            size = self.unsent.length
            if size > room:
                size = room
            if size > self.mss:
                size = self.mss
            self._send_next(size, now_ns)
            return
        # an already acknowledged number must be answered, with the present window (as Linux probes)
        self.output.send(self.snd_una - 1, 0, b"", now_ns)
        self.persist.probed(now_ns, self.rtt)

    # -- the path

    def change_mss(self, mss: i64, now_ns: i64) -> None:
        """Change the segment size; larger segments in flight are retransmitted (RFC 1191 6.5)."""
        smaller = mss < self.mss
        self.mss = mss
        self.output.mss = mss
        self.congestion.change_mss(mss)
        assert self.congestion.cwnd_bytes >= mss, "a congestion window takes one segment at least"
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
        """Drop all unsent data, at the end of the connection."""
        self.unsent.clear()
        self.queue.records.clear()
        self.queue.head = 0
        self.scoreboard.to_resend.clear()
        self.scoreboard.resent.clear()
        self.scoreboard.newest = None
        self.rto.stop()
        self.persist.stop()
