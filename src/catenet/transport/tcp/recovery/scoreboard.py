"""The scoreboard: SACKed and lost segments, and the pipe.

RFC 6675 sections 3 and 4.  Every record is marked SACKed once and lost once for each transmission, and the three sums
are updated incrementally, so that the cost of an acknowledgment depends on its changes and not on the outstanding
segments.  Earlier SACKed ranges are merged, and are not processed again.

A retransmission is itself marked lost when enough later segments, new or retransmitted, have arrived; RFC 6675 alone
would leave it to the timer.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.transport.tcp.sender.records import RecordFifo, RetransmissionQueue, SegmentRecord

_NONE: Final[list[i64]] = []
"""The ranges of all connections of which nothing was SACKed: never appended to."""


class Scoreboard:
    """Sums are in octets of sequence space, a FIN counting as one."""

    def __init__(self, queue: RetransmissionQueue) -> None:
        self.queue: Final = queue
        self.sacked_bytes: i64 = 0
        self.lost_bytes: i64 = 0
        self.resent_bytes: i64 = 0
        self.sacked_segments: i64 = 0
        self.highest_sacked: i64 = 0
        """End of the highest SACKed range; 0 if nothing was SACKed."""
        self.to_resend: Final = RecordFifo()
        self.resent: Final = RecordFifo()
        self.starts: list[i64] = _NONE
        self.ends: list[i64] = _NONE
        self.counts: list[i64] = _NONE
        self.lost_below: i64 = 0
        """Every record below it that is not SACKed is marked lost."""
        self.newly_sacked_bytes: i64 = 0
        self.newly_sacked_segments: i64 = 0
        self.newest: SegmentRecord | None = None
        """The record sent last, and only once, of those that this acknowledgment delivered."""
        self.reordered_from: i64 = -1
        """Lowest number that arrived late, after something above it was SACKed, in this acknowledgment."""
        self.relost_segments: i64 = 0
        """Lost retransmissions since the owner last read it."""
        self._resend_serial: i64 = 0
        self._arrived_serial: i64 = 0
        self._sent_before_ns: i64 = 0

    def pipe(self, snd_una: i64, snd_nxt: i64) -> i64:
        """The estimated octets in the network (RFC 6675 section 4, SetPipe)."""
        return snd_nxt - snd_una - self.sacked_bytes - self.lost_bytes + self.resent_bytes

    def begin_ack(self, sent_before_ns: i64) -> None:
        """Reset the changes of the last acknowledgment.

        A segment sent after ``sent_before_ns`` cannot be acknowledged yet: its acknowledgment is for an earlier
        transmission.
        """
        self._sent_before_ns = sent_before_ns
        self.newly_sacked_bytes = 0
        self.newly_sacked_segments = 0
        self.newest = None
        self.reordered_from = -1

    def acknowledge(self, record: SegmentRecord) -> None:
        """The record is acknowledged and leaves the queue."""
        length = record.end - record.start
        record.acked = True
        if record.sacked:
            self.sacked_bytes -= length
            self.sacked_segments -= 1
            self.forget_below(record.start)
            self.counts[0] -= 1
        elif record.transmissions == 1:
            self._delivered_once(record)
        if record.lost:
            self.lost_bytes -= length
        if record.resent:
            self.resent_bytes -= length
            self._delivered_again(record)
        assert self.sacked_bytes >= 0, "more is acknowledged that was SACKed than was SACKed"
        assert self.lost_bytes >= 0, "more is acknowledged that was lost than was lost"
        assert self.resent_bytes >= 0, "more is acknowledged that was sent again than was"

    def trim(self, record: SegmentRecord, number: i64) -> None:
        """The octets of a record before ``number`` are acknowledged."""
        assert record.start < number < record.end, "a record that is acknowledged as a whole leaves the queue"
        cut = number - record.start
        record.payload = record.payload[cut:]
        record.start = number
        if record.sacked:
            self.sacked_bytes -= cut
        if record.lost:
            self.lost_bytes -= cut
        if record.resent:
            self.resent_bytes -= cut

    def forget_below(self, number: i64) -> None:
        """Drop SACKed ranges that the cumulative acknowledgment has passed."""
        passed: i64 = 0
        ends = self.ends
        while passed < len(ends) and ends[passed] <= number:
            passed += 1
        if passed > 0:
            del self.starts[:passed]
            del self.ends[:passed]
            del self.counts[:passed]
        assert len(self.starts) == 0 or self.ends[0] > number, "a SACKed range lies above the ACK, or ends above it"

    def sack(self, start: i64, end: i64) -> None:
        """The octets from ``start`` up to ``end`` have arrived (RFC 6675 section 4, Update)."""
        assert start < end, "a SACK block holds an octet at least (RFC 2018 section 3)"
        if self.starts is _NONE:
            self.starts = []
            self.ends = []
            self.counts = []
        at = self._first_range_ending_at_or_after(start)
        first = at
        count: i64 = 0
        low = start
        high = end
        cursor = start
        while at < len(self.starts) and self.starts[at] <= end:
            if self.starts[at] > cursor:
                count += self._mark(cursor, self.starts[at])
            if self.ends[at] > cursor:
                cursor = self.ends[at]
            if self.starts[at] < low:
                low = self.starts[at]
            if self.ends[at] > high:
                high = self.ends[at]
            count += self.counts[at]
            at += 1
        if cursor < end:
            count += self._mark(cursor, end)
        if at - first == 1:
            self.starts[first] = low
            self.ends[first] = high
            self.counts[first] = count
        else:
            self.starts[first:at] = [low]
            self.ends[first:at] = [high]
            self.counts[first:at] = [count]
        assert first == 0 or self.ends[first - 1] < low, "SACKed ranges are in order and apart"
        assert first + 1 == len(self.starts) or high < self.starts[first + 1], "SACKed ranges are in order and apart"

    def end_ack(self) -> None:
        """All blocks of an acknowledgment were taken."""
        if len(self.ends) > 0 and self.ends[-1] > self.highest_sacked:
            self.highest_sacked = self.ends[-1]

    def detect_loss(self, threshold: i64) -> None:
        """Mark lost records: below at least ``threshold`` SACKed segments (RFC 6675 section 4, IsLost)."""
        edge = self._lost_edge(threshold)
        if edge > self.lost_below:
            records = self.queue.records
            place = self.queue.find(self.lost_below)
            while place < len(records) and records[place].end <= edge:
                record = records[place]
                if not record.sacked and not record.lost:
                    self.mark_lost(record)
                place += 1
            self.lost_below = edge
        self._detect_lost_retransmissions(edge, threshold)

    def mark_lost(self, record: SegmentRecord) -> None:
        """Mark a record lost, which is not SACKed, and queue its retransmission."""
        assert not record.sacked, "what has arrived is not lost"
        length = record.end - record.start
        if record.resent:
            record.resent = False
            self.resent_bytes -= length
        if not record.lost:
            record.lost = True
            self.lost_bytes += length
        self.to_resend.append(record)

    def mark_all_lost(self) -> None:
        """After a timeout: mark everything that is not SACKed lost (RFC 6675 section 5.1)."""
        self.to_resend.clear()
        self.resent.clear()
        records = self.queue.records
        place = self.queue.head
        while place < len(records):
            record = records[place]
            if not record.sacked:
                self.mark_lost(record)
            place += 1
        if len(records) > 0:
            self.lost_below = records[-1].end

    def recovered(self) -> None:
        """Recovery has ended: drop queued retransmissions."""
        if self.lost_bytes == 0:
            self.to_resend.clear()
        if self.resent_bytes == 0:
            self.resent.clear()

    def unmark_lost(self) -> None:
        """Remove all marks of a spurious loss."""
        records = self.queue.records
        place = self.queue.head
        while place < len(records):
            records[place].lost = False
            place += 1
        self.lost_bytes = 0
        self.to_resend.clear()
        self.lost_below = 0

    def forget_sacks(self) -> None:
        """The peer has reneged (RFC 2018 section 8): only its ACK is valid."""
        records = self.queue.records
        place = self.queue.head
        while place < len(records):
            records[place].sacked = False
            place += 1
        self.sacked_bytes = 0
        self.sacked_segments = 0
        self.highest_sacked = 0
        self.starts.clear()
        self.ends.clear()
        self.counts.clear()
        self.lost_below = 0

    def next_lost(self) -> SegmentRecord | None:
        """The next lost record that was not retransmitted; None if there is none (RFC 6675 NextSeg, rule 1)."""
        record = self.to_resend.first()
        while record is not None:
            if record.lost and not record.resent and not record.acked and not record.sacked:
                return record
            self.to_resend.pop_first()
            record = self.to_resend.first()
        return None

    def sent_again(self, record: SegmentRecord, snd_nxt: i64, now_ns: i64) -> None:
        """A record was retransmitted."""
        record.transmissions += 1
        record.sent_ns = now_ns
        if not record.resent:
            record.resent = True
            self.resent_bytes += record.end - record.start
        record.resent_at = snd_nxt
        self._resend_serial += 1
        record.resend_serial = self._resend_serial
        self.resent.append(record)

    def split(self, place: i64, number: i64) -> None:
        """Cut the record at ``place`` in two."""
        second = self.queue.split(place, number)
        if second.sacked:
            self.sacked_segments += 1
        elif second.lost and not second.resent:
            self.to_resend.prepend([second])
        elif second.resent:
            self.resent.prepend([second])

    def _first_range_ending_at_or_after(self, number: i64) -> i64:
        ends = self.ends
        high: i64 = len(ends)
        if high > 0 and ends[high - 1] < number:
            return high
        low: i64 = 0
        while low < high:
            middle = (low + high) >> 1
            if ends[middle] < number:
                low = middle + 1
            else:
                high = middle
        return low

    def _mark(self, start: i64, end: i64) -> i64:
        records = self.queue.records
        place = self.queue.find(start)
        marked: i64 = 0
        while place < len(records) and records[place].start < end:
            record = records[place]
            if record.start < start:
                self.split(place, start)
                place += 1
                continue
            if record.end > end:
                self.split(place, end)
            self._mark_record(record)
            marked += 1
            place += 1
        return marked

    def _mark_record(self, record: SegmentRecord) -> None:
        assert not record.sacked, "an octet is SACKed once"
        length = record.end - record.start
        record.sacked = True
        self.sacked_bytes += length
        self.sacked_segments += 1
        self.newly_sacked_bytes += length
        self.newly_sacked_segments += 1
        if record.lost:
            record.lost = False
            self.lost_bytes -= length
        if record.resent:
            record.resent = False
            self.resent_bytes -= length
            self._delivered_again(record)
        if record.transmissions == 1:
            self._delivered_once(record)

    def _delivered_again(self, record: SegmentRecord) -> None:
        if record.sent_ns <= self._sent_before_ns and record.resend_serial > self._arrived_serial:
            self._arrived_serial = record.resend_serial

    def _delivered_once(self, record: SegmentRecord) -> None:
        newest = self.newest
        if newest is None or record.sent_ns >= newest.sent_ns:
            self.newest = record
        if record.start < self.highest_sacked and (self.reordered_from < 0 or record.start < self.reordered_from):
            self.reordered_from = record.start

    def _lost_edge(self, threshold: i64) -> i64:
        """The number below which every record that is not SACKed is lost."""
        place: i64 = len(self.counts) - 1
        above: i64 = 0
        while place >= 0:
            above += self.counts[place]
            if above >= threshold:
                return self.starts[place]
            place -= 1
        return 0

    def _detect_lost_retransmissions(self, edge: i64, threshold: i64) -> None:
        relost: list[SegmentRecord] = []
        record = self.resent.first()
        while record is not None:
            if record.resent and not record.acked and not record.sacked:
                if record.resent_at > edge and record.resend_serial + threshold > self._arrived_serial:
                    break
                record.resent = False
                self.resent_bytes -= record.end - record.start
                if not record.lost:
                    record.lost = True
                    self.lost_bytes += record.end - record.start
                relost.append(record)
            self.resent.pop_first()
            record = self.resent.first()
        if len(relost) > 0:
            self.relost_segments += len(relost)
            self.to_resend.prepend(relost)
