"""Quantities with units: ``"14ms"``, ``"1Gbit/s"``, ``"0.1%"``, ``"64KiB"``, ``"80ppm"``.

Each function takes text with a unit, or a plain number in the base unit (a duration also a timedelta), and returns a
whole number (for a ratio and a drift, a float) in the base unit.  Invalid, non-finite and out-of-range values raise
:class:`QuantityError`, whose message contains the value, what is wrong with it, and the right syntax.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Final

from mypy_extensions import mypyc_attr

from catenet.kernel.quoting import quoted

NS_PER_S: Final = 1_000_000_000
NS_PER_MS: Final = 1_000_000
NS_PER_US: Final = 1_000

Quantity = str | int | float

_NUMBER: Final = r"[+-]?[0-9]+(?:_[0-9]+)*(?:\.[0-9]+(?:_[0-9]+)*)?(?:[eE][+-]?[0-9]{1,3})?"
_FORM: Final = re.compile(rf"\s*({_NUMBER})\s*([A-Za-zµμ%/]*)\s*")
_MAX_LETTERS: Final = 100
_MAX_BITS: Final = 100
"""The length limit of the text of a quantity: longer ones are always out of range."""

_DURATION_NS: Final[dict[str, int | Decimal]] = {
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
_RATE_BIT_S: Final[dict[str, int | Decimal]] = {
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
_SIZE_BYTES: Final[dict[str, int | Decimal]] = {
    "B": 1,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
}
_LENGTH_M: Final[dict[str, int | Decimal]] = {"m": 1, "km": 1000}


@mypyc_attr(native_class=False)
class QuantityError(ValueError):
    """An invalid quantity; the message says what was wrong and what would be right."""


class Kind:
    """One kind of quantity: its units in terms of the base unit, and its range.

    ``bare`` is the unit of a value that is a number.  Text must have a unit, unless it is 0 or ``""`` is a unit.
    ``least`` and ``most`` are texts with units.
    """

    def __init__(
        self, what: str, example: str, units: dict[str, int | Decimal], bare: str, least: str, most: str
    ) -> None:
        self.what: Final = what
        self.example: Final = example
        self.units: Final = units
        self.bare: Final = bare
        self.range_text: Final = f"{least} and {most}"
        self.least: Final = self._limit(least)
        self.most: Final = self._limit(most)

    def read(self, value: object) -> Decimal:
        """The value in the base unit.  Raises QuantityError."""
        number, unit = self._parts(value)
        if not unit and number == 0:
            unit = self.bare
        if unit not in self.units:
            wrong = f"has the unknown unit {quoted(unit)}" if unit else "has no unit"
            raise self.error(value, f"{wrong}; units are {', '.join(known for known in self.units if known)}")
        scaled = number * self.units[unit]
        if scaled < 0 <= self.least:
            raise self.error(value, "must not be negative")
        if not self.least <= scaled <= self.most:
            raise self.error(value, f"must lie between {self.range_text}")
        return scaled

    def whole(self, value: object) -> int:
        """The value in the base unit, rounded.  Raises QuantityError."""
        return int(self.read(value).to_integral_value())

    def error(self, value: object, problem: str) -> QuantityError:
        """The error for a value, with the right syntax."""
        return QuantityError(f"{self.what} {quoted(value)} {problem}; write it like {self.example!r}")

    def _parts(self, value: object) -> tuple[Decimal, str]:
        if isinstance(value, int | float) and not isinstance(value, bool):
            if isinstance(value, int) and value.bit_length() > _MAX_BITS:
                raise self.error(value, f"must lie between {self.range_text}")
            number = Decimal(repr(value))
            if not number.is_finite():
                raise self.error(value, "must not be infinite")
            return number, self.bare
        if isinstance(value, timedelta) and "us" in self.units:
            return Decimal((value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds), "us"
        match = _FORM.fullmatch(value) if isinstance(value, str) and len(value) <= _MAX_LETTERS else None
        if match is None:
            raise QuantityError(f"{quoted(value)} is not a {self.what}; write it like {self.example!r}")
        return Decimal(match[1].replace("_", "")), match[2]

    def _limit(self, text: str) -> Decimal:
        match = _FORM.fullmatch(text)
        assert match is not None
        return Decimal(match[1]) * self.units[match[2]]


DURATION: Final = Kind("duration", "14ms", _DURATION_NS, "s", "0s", "3650d")
SHIFT: Final = Kind("duration", "-14ms", _DURATION_NS, "s", "-3650d", "3650d")
RATE: Final = Kind("rate", "1Gbit/s", _RATE_BIT_S, "bit/s", "0bit/s", "1000000Tbit/s")
SIZE: Final = Kind("size", "64KiB", _SIZE_BYTES, "B", "0B", "1000000GiB")
LENGTH: Final = Kind("length", "1200km", _LENGTH_M, "m", "0m", "1000000000km")
RATIO: Final = Kind("ratio", "0.1%", {"": 1, "%": Decimal("0.01")}, "", "0", "1")
SNR: Final = Kind("signal-to-noise ratio", "17dB", {"dB": 1}, "dB", "-20dB", "60dB")
FREQUENCY: Final = Kind(
    "frequency", "10kHz", {"Hz": 1, "kHz": 10**3, "MHz": 10**6, "GHz": 10**9}, "Hz", "0Hz", "1000GHz"
)
APERTURE: Final = Kind(
    "aperture jitter",
    "100ps",
    {"fs": Decimal("1e-15"), "ps": Decimal("1e-12"), "ns": Decimal("1e-9"), "us": Decimal("1e-6"), "s": 1},
    "s",
    "0s",
    "1us",
)
DRIFT: Final = Kind("drift", "80ppm", {"ppm": 1, "": 1}, "ppm", "-500000ppm", "500000ppm")


def duration_ns(text: object) -> int:
    """A duration in nanoseconds from ``"14ms"``, ``"1h"``, a number of seconds or a timedelta; at most ten years.

    So the sum of several is below the end of time (:data:`~catenet.kernel.kernel.NEVER`, 146 years).
    """
    return DURATION.whole(text)


def shift_ns(text: object) -> int:
    """A duration in nanoseconds that may be negative, forward or back in time."""
    return SHIFT.whole(text)


def rate_bit_s(text: object) -> int:
    """A bit rate in bit/s from ``"1Gbit/s"``, ``"10Mbps"``, or a number of bit/s.  Zero is rejected."""
    rate = RATE.whole(text)
    if rate == 0:
        raise RATE.error(text, "must be above zero (to take a link down, cut it)")
    return rate


def size_bytes(text: object) -> int:
    """A size in bytes from ``"64KiB"``, ``"1MB"``, or a number of bytes."""
    return SIZE.whole(text)


def length_m(text: object) -> int:
    """A length in metres from ``"1200km"``, or a number of metres."""
    return LENGTH.whole(text)


def ratio(text: object) -> float:
    """A share of one, in [0, 1], from ``"0.1%"``, ``"0.001"``, or a number."""
    return float(RATIO.read(text))


def snr_db(text: object) -> float:
    """Decibels of a signal-to-noise ratio, from -20 to 60: ``"17dB"``."""
    return float(SNR.read(text))


def frequency_hz(text: object) -> float:
    """Hertz: ``"10kHz"``."""
    return float(FREQUENCY.read(text))


def aperture_s(text: object) -> float:
    """Seconds of a converter's aperture jitter: ``"100ps"``."""
    return float(APERTURE.read(text))


def drift_ppm(text: object) -> float:
    """A clock's frequency error in parts per million, from ``"80ppm"`` or a number; negative if it is slow."""
    return float(DRIFT.read(text))


def whole_number(value: object, what: str, least: int, most: int) -> int:
    """A whole number limited by a field's width or a table's size.  Raises QuantityError."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise QuantityError(f"{what} is a whole number from {least} to {most}, not {quoted(value)}")
    return value


def duration_text(duration: int) -> str:
    """A duration in nanoseconds as text: ``"14 ms"``, ``"1.250 s"``."""
    if duration >= 60 * NS_PER_S and duration % (60 * NS_PER_S) == 0:
        return f"{duration // (60 * NS_PER_S)} min"
    for unit, scale in (("s", NS_PER_S), ("ms", NS_PER_MS), ("µs", NS_PER_US)):
        if abs(duration) >= scale:
            return f"{duration / scale:.4g} {unit}"
    return f"{duration} ns"


def rate_text(rate_bit_s: int) -> str:
    """A rate as text: ``"10 Gbit/s"``, ``"1.544 Mbit/s"``."""
    for prefix, scale in (("T", 10**12), ("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if rate_bit_s >= scale:
            return f"{rate_bit_s / scale:.4g} {prefix}bit/s"
    return f"{rate_bit_s} bit/s"


def counted(count: int, what: str) -> str:
    """A count with its noun: ``"1 link"``, ``"2 links"``, ``"3 switches"``."""
    plural = f"{what}es" if what.endswith(("s", "ch", "sh", "x")) else f"{what}s"
    return f"{count:,} {what if count == 1 else plural}"
