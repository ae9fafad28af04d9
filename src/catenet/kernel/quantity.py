"""Quantities as people write them: ``"14ms"``, ``"1Gbit/s"``, ``"0.1%"``, ``"64KiB"``.

Each function gives a whole number (or, for a ratio, a float) in the base unit, takes a plain number in
that base unit too, and raises :class:`QuantityError` with what would be right.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from mypy_extensions import mypyc_attr

NS_PER_S: Final = 1_000_000_000
NS_PER_MS: Final = 1_000_000
NS_PER_US: Final = 1_000

Quantity = str | int | float

_FORM: Final = re.compile(r"\s*([+-]?\d+(?:[._]\d+)*(?:[eE][+-]?\d+)?)\s*([A-Za-zµμ%/]*)\s*")

_DURATION_NS: Final[dict[str, int]] = {
    "ns": 1,
    "us": NS_PER_US,
    "µs": NS_PER_US,
    "μs": NS_PER_US,
    "ms": NS_PER_MS,
    "s": NS_PER_S,
    "min": 60 * NS_PER_S,
    "h": 3600 * NS_PER_S,
    "d": 86_400 * NS_PER_S,
}
_RATE_BIT_S: Final[dict[str, int]] = {
    "bit/s": 1,
    "kbit/s": 10**3,
    "Mbit/s": 10**6,
    "Gbit/s": 10**9,
    "Tbit/s": 10**12,
    "bps": 1,
    "kbps": 10**3,
    "Mbps": 10**6,
    "Gbps": 10**9,
    "Tbps": 10**12,
}
_SIZE_BYTES: Final[dict[str, int]] = {
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}
_LENGTH_M: Final[dict[str, int]] = {"m": 1, "km": 1000}


@mypyc_attr(native_class=False)
class QuantityError(ValueError):
    """A quantity that cannot be read: says what was wrong and what would be right."""


def _scaled(text: Quantity, units: dict[str, int], what: str, example: str, *, bare: str) -> int:
    if isinstance(text, bool):
        raise QuantityError(f"{text!r} is not a {what}; write it like {example!r}")
    if isinstance(text, int | float):
        number, unit = Decimal(str(text)), bare
    else:
        match = _FORM.fullmatch(text)
        if match is None:
            raise QuantityError(f"{text!r} is not a {what}; write it like {example!r}")
        number, unit = Decimal(match[1].replace("_", "")), match[2]
        if not unit and number == 0:
            return 0
    if unit not in units:
        known = ", ".join(units)
        wrong = f"has the unknown unit {unit!r}" if unit else "has no unit"
        raise QuantityError(f"{what} {text!r} {wrong}; units are {known}, for example {example!r}")
    if not number.is_finite() or number < 0:
        raise QuantityError(f"{what} {text!r} must not be negative or infinite; write it like {example!r}")
    return int((number * units[unit]).to_integral_value())


def duration_ns(text: Quantity) -> int:
    """A duration in nanoseconds from ``"14ms"``, ``"2.5s"``, ``"1h"``, or a number of seconds."""
    return _scaled(text, _DURATION_NS, "duration", "14ms", bare="s")


def rate_bit_s(text: Quantity) -> int:
    """A bit rate in bit/s from ``"1Gbit/s"``, ``"10Mbps"``, or a number of bit/s.  Zero is refused."""
    rate = _scaled(text, _RATE_BIT_S, "rate", "1Gbit/s", bare="bit/s")
    if rate == 0:
        raise QuantityError(f"rate {text!r} must be above zero; to take a link down, cut it")
    return rate


def size_bytes(text: Quantity) -> int:
    """A size in bytes from ``"64KiB"``, ``"1MB"``, or a number of bytes."""
    return _scaled(text, _SIZE_BYTES, "size", "64KiB", bare="B")


def length_m(text: Quantity) -> int:
    """A length in metres from ``"1200km"``, or a number of metres."""
    return _scaled(text, _LENGTH_M, "length", "1200km", bare="m")


def ratio(text: Quantity) -> float:
    """A share of one, in [0, 1], from ``"0.1%"``, ``"0.001"``, or a number."""
    example = "0.1%"
    if isinstance(text, bool):
        raise QuantityError(f"{text!r} is not a ratio; write it like {example!r}")
    if isinstance(text, int | float):
        share = float(text)
    else:
        match = _FORM.fullmatch(text)
        if match is None or match[2] not in ("", "%"):
            raise QuantityError(f"{text!r} is not a ratio; write it like {example!r} or 0.001")
        share = float(Decimal(match[1].replace("_", "")) / (100 if match[2] else 1))
    if not 0.0 <= share <= 1.0:
        raise QuantityError(f"ratio {text!r} must lie between 0 and 1 (0% and 100%)")
    return share


def duration_text(duration: int) -> str:
    """A duration in nanoseconds as a person would write it: ``"14 ms"``, ``"1.250 s"``."""
    if duration >= 60 * NS_PER_S and duration % (60 * NS_PER_S) == 0:
        return f"{duration // (60 * NS_PER_S)} min"
    for unit, scale in (("s", NS_PER_S), ("ms", NS_PER_MS), ("µs", NS_PER_US)):
        if abs(duration) >= scale:
            return f"{duration / scale:.4g} {unit}"
    return f"{duration} ns"
