"""Numbers for people: three significant digits and a suitable unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_DURATIONS: Final = ((1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "µs"), (1, "ns"))
_DECIMAL: Final = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"), (1, ""))


def three_digits(value: float) -> str:
    """A number with three significant digits and no exponent: ``0.21``, ``3.42``, ``34.2``, ``342``, ``3420``."""
    size = abs(value)
    if size >= 99.95 or value == 0:
        return f"{value:.0f}"
    return f"{value:.1f}" if size >= 9.995 else f"{value:.2f}"


def duration(ns: float) -> str:
    """A duration: ``"34.2 ms"``."""
    for scale, unit in _DURATIONS:
        if abs(ns) >= scale * 0.9995:
            return f"{three_digits(ns / scale)} {unit}"
    return "0 s" if ns == 0 else f"{three_digits(ns)} ns"


def plain(value: float) -> str:
    """A number rounded to 10⁻⁶, without exponent and trailing zeros: ``"0.25"``, ``"1000000"``."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def time_text(ns: int) -> str:
    """A virtual time in seconds, rounded to a millisecond: ``"20 s"``, ``"20.034 s"``."""
    seconds = f"{ns / 1e9:.3f}".rstrip("0").rstrip(".")
    return f"{seconds} s"


def scaled(value: float, unit: str) -> str:
    """A number with a decimal prefix: ``scaled(1.5e9, "bit/s")`` is ``"1.50 Gbit/s"``."""
    for scale, prefix in _DECIMAL:
        if abs(value) >= scale * 0.9995:
            return f"{three_digits(value / scale)} {prefix}{unit}"
    return f"0 {unit}" if value == 0 else f"{three_digits(value)} {unit}"


def bit_rate(bit_s: float) -> str:
    """A bit rate: ``"94.1 Mbit/s"``."""
    return scaled(bit_s, "bit/s")


def octets(count: float) -> str:
    """An amount of data: ``"12.4 MB"``."""
    return scaled(count, "B")


def grouped(count: int) -> str:
    """A count with thousands separators: ``"1,204,211"``."""
    return f"{count:,}"


def share(part: float) -> str:
    """A fraction as a percentage: ``"12.5%"``, ``"0.012%"``; ``"<0.001%"`` for smaller values above 0."""
    percent = part * 100
    if 0 < percent < 0.001:
        return "<0.001%"
    return f"{percent:.3f}%" if 0 < percent < 0.0995 else f"{percent:.1f}%"


def plural(count: int, one: str, many: str = "") -> str:
    """``"1 request"``, ``"2 requests"``."""
    return f"{grouped(count)} {one if count == 1 else many or one + 's'}"


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The percentile of values in ascending order, by the nearest-rank method: the result is one of the values.

    Raises ValueError for an empty sequence.
    """
    if not ordered:
        raise ValueError("a percentile needs at least one value")
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, min(len(ordered) - 1, int(rank) - 1))]


def number_text(value: float) -> str:
    """At most four significant digits; an exponent only below 10⁻³ and from 10⁶."""
    if value and not 1e-3 <= abs(value) < 1e6:
        return f"{value:.3g}"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 4
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
