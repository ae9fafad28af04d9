"""The delivery rate at the peer (draft-cheng-iccrg-delivery-rate-estimation, as in Linux).

Each segment records the octets delivered up to its transmission.  When it is acknowledged, the octets delivered since,
divided by the time, are a sample of the rate.
"""

from __future__ import annotations

from mypy_extensions import i64

from catenet.transport.tcp.sender.records import SegmentRecord


class DeliveryRate:
    """The octets delivered, by cumulative or selective acknowledgment, and the time of the last delivery."""

    def __init__(self) -> None:
        self.delivered_bytes: i64 = 0
        self.delivered_ns: i64 = 0
        self.delivered_segments: i64 = 0
        self.bytes_s: i64 = 0
        """The latest sample; 0 if there is none."""

    def sent(self, record: SegmentRecord) -> None:
        """A segment is sent or retransmitted: record the octets delivered up to now."""
        record.delivered_bytes = self.delivered_bytes
        record.delivered_ns = self.delivered_ns

    def delivered(self, octets: i64, segments: i64, now_ns: i64) -> None:
        """So many more octets were delivered."""
        self.delivered_bytes += octets
        self.delivered_segments += segments
        self.delivered_ns = now_ns

    def sample(self, newest: SegmentRecord, now_ns: i64) -> None:
        """Take a sample from the last sent segment of those that an acknowledgment delivered."""
        interval_ns = now_ns - newest.delivered_ns
        if interval_ns > 0:
            self.bytes_s = (self.delivered_bytes - newest.delivered_bytes) * 1_000_000 // (interval_ns // 1000 + 1)
