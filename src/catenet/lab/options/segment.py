"""The options of a segment: a shared medium of half-duplex stations with CSMA/CD."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, get_args

from catenet.errors import LabError
from catenet.kernel.quantity import length_m, rate_bit_s, rate_text
from catenet.kernel.quoting import quoted
from catenet.lab.options.option_tables import one_of
from catenet.lab.options.types import SegmentKind
from catenet.link.half_duplex.timing import RATES_BIT_S

SEGMENT_RATE_BIT_S: Final = 10_000_000
COAX_LENGTH_M: Final = 500
"""The maximum length of a segment of 10BASE5 (IEEE 802.3-2018, clause 8.6)."""
MAX_LENGTH_M: Final = 100_000
"""The maximum length accepted here.  From 20 km on, not even the longest frame detects its collisions at 10 Mbit/s."""


@dataclass(frozen=True, slots=True)
class SegmentOptions:
    """The options of a segment; ``taps`` are positions along a coaxial cable, in metres, by station or link."""

    kind: str
    rate_bit_s: int
    length_m: int
    taps: Mapping[str, int]


def parse_segment(
    name: str, kind: str = "coax", rate: Any = None, length: Any = None, taps: Mapping[str, Any] | None = None
) -> SegmentOptions:
    """The options of a segment.  Raises :class:`LabError`."""
    owner = f"segment {name}"
    one_of(kind, get_args(SegmentKind), f"{owner}: kind")
    if kind == "hub":
        for key, value in (("length", length), ("taps", taps)):
            if value is not None:
                raise LabError(
                    f"{owner}: {key} is for a coaxial cable; each cable of a hub has a length of its own: "
                    f"give it to the link or the host"
                )
    cable_m = COAX_LENGTH_M if length is None else _length(length, f"{owner}: length")
    return SegmentOptions(kind, _rate(rate, owner), cable_m, _taps(taps, cable_m, owner))


def _rate(rate: Any, owner: str) -> int:
    if rate is None:
        return SEGMENT_RATE_BIT_S
    try:
        wanted = rate_bit_s(rate)
    except ValueError as error:
        raise LabError(f"{owner}: rate: {error}") from error
    if wanted not in RATES_BIT_S:
        raise LabError(
            f"{owner}: rate: CSMA/CD runs at 10 or 100 Mbit/s, not at {rate_text(wanted)} (1 Gbit/s would need carrier "
            f"extension, which no product has); use a switch for other rates"
        )
    return wanted


def _taps(taps: Any, cable_m: int, owner: str) -> dict[str, int]:
    if taps is None:
        return {}
    if not isinstance(taps, Mapping):
        raise LabError(f'{owner}: taps is a table of stations and places, like {{ a = "0m" }}, not {quoted(taps)}')
    found: dict[str, int] = {}
    for station, place in taps.items():
        found[str(station)] = _length(place, f"{owner}: taps: {station}", 0)
        if found[str(station)] > cable_m:
            raise LabError(
                f"{owner}: taps: {station} is at {found[str(station)]:,} m, and the cable is {cable_m:,} m long; "
                f"give the segment a greater length, or the station a place on it"
            )
    return found


def _length(value: Any, what: str, least: int = 1) -> int:
    try:
        metres = length_m(value)
    except ValueError as error:
        raise LabError(f"{what}: {error}") from error
    if not least <= metres <= MAX_LENGTH_M:
        raise LabError(f"{what}: {quoted(value)} is out of range: it must lie between {least} m and 100 km")
    return metres
