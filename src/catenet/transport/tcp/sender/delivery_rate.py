"""How fast octets arrive at the peer (draft-cheng-iccrg-delivery-rate-estimation, as in Linux).

Each segment keeps how much had been delivered when it was sent.  When it is acknowledged, what was delivered
meanwhile, over the time that took, is a sample of the rate.
"""

from __future__ import annotations

from mypy_extensions import i64

from catenet.transport.tcp.sender.records import SegmentRecord


class DeliveryRate:
    """What was delivered, by cumulative or selective acknowledgment, and when that was last."""

    def __init__(self) -> None:
        self.delivered_bytes: i64 = 0
        self.delivered_ns: i64 = 0
        self.delivered_segments: i64 = 0
        self.bytes_s: i64 = 0
        """The latest sample; 0 if there is none."""

    def sent(self, record: SegmentRecord) -> None:
        """A segment goes out, for the first time or again: note what had been delivered by then."""
        record.delivered_bytes = self.delivered_bytes
        record.delivered_ns = self.delivered_ns

    def delivered(self, octets: i64, segments: i64, now_ns: i64) -> None:
        """So much more has arrived."""
        self.delivered_bytes += octets
        self.delivered_segments += segments
        self.delivered_ns = now_ns

    def sample(self, newest: SegmentRecord, now_ns: i64) -> None:
        """Measure, by the segment sent last of those that an acknowledgment delivered."""
        interval_ns = now_ns - newest.delivered_ns
        if interval_ns > 0:
            self.bytes_s = (self.delivered_bytes - newest.delivered_bytes) * 1_000_000 // (interval_ns // 1000 + 1)
