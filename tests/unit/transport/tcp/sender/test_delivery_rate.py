from __future__ import annotations

from catenet.transport.tcp.sender.delivery_rate import DeliveryRate
from catenet.transport.tcp.sender.records import SegmentRecord

MS = 1_000_000


def test_the_rate_is_what_was_delivered_since_the_segment_was_sent() -> None:
    delivery = DeliveryRate()
    first = SegmentRecord(1, 1001, bytes(1000), 0, 0)
    delivery.sent(first)
    delivery.delivered(1000, 1, 100 * MS)
    second = SegmentRecord(1001, 3001, bytes(2000), 0, 100 * MS)
    delivery.sent(second)
    delivery.delivered(2000, 2, 200 * MS)
    delivery.sample(second, 200 * MS)
    assert delivery.bytes_s == 19_999  # 2000 octets in 100 ms, rounded down
    assert (delivery.delivered_bytes, delivery.delivered_segments) == (3000, 3)


def test_no_time_no_rate() -> None:
    delivery = DeliveryRate()
    record = SegmentRecord(1, 1001, bytes(1000), 0, 0)
    delivery.sent(record)
    delivery.sample(record, 0)
    assert delivery.bytes_s == 0


def test_the_first_segment_is_measured_from_the_beginning_of_time() -> None:
    delivery = DeliveryRate()
    record = SegmentRecord(1, 1001, bytes(1000), 0, 0)
    delivery.sent(record)
    delivery.delivered(1000, 1, 999)
    delivery.sample(record, 999)
    assert delivery.bytes_s == 1_000_000_000  # 1000 octets within a microsecond
