"""Quantities as people write them."""

from __future__ import annotations

import pytest

from catenet.kernel import quantity
from catenet.kernel.quantity import QuantityError


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (quantity.duration_ns, "14ms", 14_000_000),
        (quantity.duration_ns, "2.5 s", 2_500_000_000),
        (quantity.duration_ns, "0.1us", 100),
        (quantity.duration_ns, "3µs", 3_000),
        (quantity.duration_ns, "1h", 3_600_000_000_000),
        (quantity.duration_ns, 1.5, 1_500_000_000),
        (quantity.duration_ns, "0", 0),
        (quantity.rate_bit_s, "1Gbit/s", 10**9),
        (quantity.rate_bit_s, "56kbit/s", 56_000),
        (quantity.rate_bit_s, "10Mbps", 10**7),
        (quantity.size_bytes, "64KiB", 65_536),
        (quantity.size_bytes, "1MB", 10**6),
        (quantity.size_bytes, 1500, 1500),
        (quantity.length_m, "1200km", 1_200_000),
        (quantity.ratio, "0.1%", 0.001),
        (quantity.ratio, "0.5", 0.5),
        (quantity.ratio, 1, 1.0),
        (quantity.ratio, "1e-6", 1e-6),
    ],
)
def test_reads(read, text: object, value: float) -> None:  # type: ignore[no-untyped-def]
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "says"),
    [
        (quantity.duration_ns, "14 mss", "unknown unit 'mss'"),
        (quantity.duration_ns, "14", "has no unit"),
        (quantity.duration_ns, "soon", "write it like '14ms'"),
        (quantity.duration_ns, "-1s", "must not be negative"),
        (quantity.duration_ns, True, "write it like '14ms'"),
        (quantity.duration_ns, float("inf"), "must not be negative or infinite"),
        (quantity.rate_bit_s, "0bit/s", "above zero"),
        (quantity.rate_bit_s, "1 GB", "units are bit/s"),
        (quantity.ratio, "120%", "between 0 and 1"),
        (quantity.ratio, "a lot", "write it like '0.1%'"),
    ],
)
def test_refuses_with_what_would_be_right(read, text: object, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(QuantityError, match=says):
        read(text)


@pytest.mark.parametrize(
    ("duration", "text"),
    [(14_000_000, "14 ms"), (1_250_000_000, "1.25 s"), (120 * 10**9, "2 min"), (999, "999 ns"), (2_500, "2.5 µs")],
)
def test_writes_durations(duration: int, text: str) -> None:
    assert quantity.duration_text(duration) == text
