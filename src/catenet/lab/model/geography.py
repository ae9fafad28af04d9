"""Distances on the earth, and the propagation delay of light in fibre.

The earth is taken as a sphere of the IUGG's mean radius R1 = 6371.0088 km; distances are great circles by the
haversine formula (Sinnott, "Virtues of the Haversine", 1984).  Light in fibre travels at two thirds of its speed in
vacuum (a group index of 1.5).
"""

from __future__ import annotations

import math
from typing import Final

from catenet.errors import LabError

EARTH_RADIUS_M: Final = 6_371_008.8
LIGHT_M_S: Final = 299_792_458
FIBRE_M_S: Final = LIGHT_M_S * 2 / 3

Position = tuple[float, float]
"""Latitude and longitude in degrees, north and east positive."""


def great_circle_m(here: Position, there: Position) -> float:
    """The great-circle distance in metres between two positions."""
    lat_here, lat_there = math.radians(here[0]), math.radians(there[0])
    half_lat = (lat_there - lat_here) / 2
    half_lon = math.radians(there[1] - here[1]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_here) * math.cos(lat_there) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def fibre_delay_ns(length_m: float) -> int:
    """The propagation delay of a fibre of that length, in nanoseconds."""
    return round(length_m / FIBRE_M_S * 1e9)


def check_position(position: Position) -> Position:
    """Return the position.  Raises :class:`LabError` for a latitude or longitude out of range."""
    latitude, longitude = position
    if not -90 <= latitude <= 90:
        raise LabError(f"latitude {latitude} must lie between -90 and 90 degrees")
    if not -180 <= longitude <= 180:
        raise LabError(f"longitude {longitude} must lie between -180 and 180 degrees")
    return (latitude, longitude)
