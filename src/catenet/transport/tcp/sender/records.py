"""The retransmission queue: sent segments that are not yet acknowledged (RFC 9293 section 3.8).

One :class:`SegmentRecord` represents one sent segment.  The queue is a list in sequence order with a moving head:
records are appended at the end, removed at the head, and found by binary search.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

_COMPACT_AT: Final[i64] = 64


class SegmentRecord:
    """A sent segment.  ``start`` and ``end`` are absolute numbers; a FIN counts in ``end``."""

    def __init__(self, start: i64, end: i64, payload: bytes, flags: i64, now_ns: i64) -> None:
        self.start: i64 = start
        self.end: i64 = end
        self.payload: bytes = payload
        self.flags: i64 = flags
        self.sent_ns: i64 = now_ns
        """The time of its last transmission."""
        self.transmissions: i64 = 1
        self.sacked = False
        self.lost = False
        """Its transmission before the last (or its only one) is marked lost."""
        self.resent = False
        """It was retransmitted, and the retransmission is not marked lost."""
        self.acked = False
        """It has left the queue."""
        self.resent_at: i64 = 0
        """``snd_nxt`` at its retransmission."""
        self.resend_serial: i64 = 0
        """The number of its retransmission among all."""
        self.delivered_bytes: i64 = 0
        """The octets delivered up to its transmission, and the time, for the delivery rate."""
        self.delivered_ns: i64 = 0


class RetransmissionQueue:
    """Records in order of their numbers."""

    def __init__(self) -> None:
        self.records: list[SegmentRecord] = []
        self.head: i64 = 0

    def count(self) -> i64:
        """The number of outstanding segments."""
        return len(self.records) - self.head

    def append(self, record: SegmentRecord) -> None:
        """Append the record of a new segment."""
        assert self.count() == 0 or self.records[-1].end == record.start, "segments are sent in order, without a gap"
        self.records.append(record)

    def first(self) -> SegmentRecord:
        """The earliest record.  The queue must not be empty."""
        return self.records[self.head]

    def pop_first(self) -> None:
        """Remove the earliest record."""
        self.head += 1
        if self.head == len(self.records):
            self.records.clear()
            self.head = 0
        elif self.head >= _COMPACT_AT and self.head * 2 >= len(self.records):
            del self.records[: self.head]
            self.head = 0

    def find(self, number: i64) -> i64:
        """The index in ``records`` of the first record that ends after ``number``."""
        records = self.records
        low = self.head
        high: i64 = len(records)
        while low < high:
            middle = (low + high) >> 1
            if records[middle].end <= number:
                low = middle + 1
            else:
                high = middle
        return low

    def split(self, place: i64, number: i64) -> SegmentRecord:
        """Cut the record at ``place`` in two, where ``number`` lies within its payload; returns the second."""
        record = self.records[place]
        assert record.start < number < record.end, "both parts have octets"
        second = SegmentRecord(number, record.end, record.payload[number - record.start :], record.flags, 0)
        record.payload = record.payload[: number - record.start]
        record.end = number
        record.flags = 0
        second.sent_ns = record.sent_ns
        second.transmissions = record.transmissions
        second.sacked = record.sacked
        second.lost = record.lost
        second.resent = record.resent
        second.resent_at = record.resent_at
        second.resend_serial = record.resend_serial
        second.delivered_bytes = record.delivered_bytes
        second.delivered_ns = record.delivered_ns
        self.records.insert(place + 1, second)
        assert len(record.payload) == number - record.start, "a FIN stays with the last octet"
        return second


_NONE: Final[list[SegmentRecord]] = []
"""The records of all queues to which nothing was ever added: never appended to."""


class RecordFifo:
    """A queue of records."""

    def __init__(self) -> None:
        self.records: list[SegmentRecord] = _NONE
        self.head: i64 = 0

    def append(self, record: SegmentRecord) -> None:
        """Add at the end."""
        if self.records is _NONE:
            self.records = []
        self.records.append(record)

    def prepend(self, records: list[SegmentRecord]) -> None:
        """Put these before all others, in their order."""
        self.records = records + self.records[self.head :]
        self.head = 0

    def first(self) -> SegmentRecord | None:
        """The next one; None if there is none."""
        if self.head == len(self.records):
            return None
        return self.records[self.head]

    def pop_first(self) -> None:
        """Remove the next one."""
        self.head += 1
        if self.head == len(self.records):
            self.records.clear()
            self.head = 0
        elif self.head >= _COMPACT_AT and self.head * 2 >= len(self.records):
            del self.records[: self.head]
            self.head = 0

    def clear(self) -> None:
        """Remove all."""
        self.records.clear()
        self.head = 0
