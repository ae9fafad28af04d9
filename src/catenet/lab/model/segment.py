"""Segments: media that half-duplex stations share, a coaxial cable or the cables around a hub.

A segment is a node of the lab, as a switch is: stations are linked to it, and it is part of a LAN.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from catenet.errors import LabError, did_you_mean
from catenet.kernel.kernel import Kernel
from catenet.lab.model.geography import LIGHT_M_S
from catenet.lab.model.nodes import Node, Switch
from catenet.lab.options.segment import SegmentOptions
from catenet.lab.options.switch import parse_switch
from catenet.link import Switch as SwitchDevice
from catenet.link.half_duplex import SharedMedium
from catenet.link.half_duplex.timing import JAM_BITS

VELOCITIES: Final = {"coax": 0.77, "hub": 0.585}
"""Over that of light: of 10BASE5's cable (IEEE 802.3-2018, clause 8.4.1.3), and of twisted pair (14.4.2.4)."""
MARK_M: Final = 2.5
"""Stations tap a coaxial cable at its marks (clause 8.4.2)."""
HUB_CABLE_M: Final = 100
REPEATER_BITS: Final = 46
"""The delay of a Class II repeater, half of the 92 bit times of both ways (clause 27, Table 29-3)."""
HUB_PORTS: Final = 1024
"""Stations of a collision domain (clause 13.4)."""
REFUSED: Final = {
    "rate": "its rate is the segment's",
    "delay": "the places of the stations give the delays",
    "phy": "it has no PHY of its own",
    "snr": "it has no PHY",
    "fading": "it has no PHY",
    "clock_drift": "it has no PHY",
    "fidelity": "it has no PHY",
}

_LOG: Final = logging.getLogger("catenet.lab")


class Segment(Switch):
    """A shared medium.  Its device forwards nothing: signals pass on ``medium``."""

    kind = "segment"

    def __init__(self, kernel: Kernel, name: str, options: SegmentOptions) -> None:
        super().__init__(name, SwitchDevice(kernel, name), parse_switch(name))
        self.segment_options: Final = options
        star = options.kind == "hub"
        repeater_ns = REPEATER_BITS * 1_000_000_000 // options.rate_bit_s if star else 0
        self.medium: Final = SharedMedium(kernel, name, options.rate_bit_s, star, repeater_ns)
        self._taken: Final[set[float]] = {float(place) for place in options.taps.values()}
        self._warned_ns = 0

    def place_ns(self, link: str, station: str, length_m: int | None) -> int:
        """Where a new link joins: the delay from the start of the bus, or to the hub.  LabError if there is no room."""
        if self.segment_options.kind == "hub":
            if len(self.ends) >= HUB_PORTS:
                raise LabError(f"segment {self.name}: a collision domain has at most {HUB_PORTS} stations")
            return self._delay_ns(HUB_CABLE_M if length_m is None else length_m)
        taps = self.segment_options.taps
        given = taps.get(link, taps.get(station))
        return self._delay_ns(self._free_mark() if given is None else given)

    def check_taps(self) -> None:
        """Refuse taps of nobody; warn once of a medium on which a collision can be late."""
        links = [(end.link, end) for end in self.ends if end.link is not None]
        known = [*(link.name for link, _ in links), *(link.other(end).node.name for link, end in links)]
        for tap in self.segment_options.taps:
            if tap not in known:
                raise LabError(
                    f"segment {self.name}: taps: no station or link of {self.name} is called "
                    f"{tap!r}{did_you_mean(tap, known)}"
                )
        timing, round_trip_ns = self.medium.timing, 2 * int(self.medium.longest_delay_ns)
        allowed_ns = int(timing.slot_ns) - int(JAM_BITS) * int(timing.bit_ns)
        if round_trip_ns > max(allowed_ns, self._warned_ns):
            self._warned_ns = round_trip_ns
            _LOG.warning(
                "segment %s: a signal takes %.1f µs to the farthest station and back; the slot time allows %.1f µs, "
                "so there will be late collisions",
                self.name,
                round_trip_ns / 1000,
                allowed_ns / 1000,
            )

    def check_options(self, owner: str, options: Mapping[str, Any]) -> None:
        """Refuse options of a link that the segment determines."""
        for key in (*options, *options.get("back", {})):
            if key in REFUSED:
                raise LabError(f"{owner}: {key}: a link to the segment {self.name} takes none: {REFUSED[key]}")
        if "length" in options and self.segment_options.kind == "coax":
            raise LabError(
                f"{owner}: length: a station is at a place of the coaxial cable {self.name}; give the segment taps "
                f'such as {{ station = "20m" }}'
            )

    def _free_mark(self) -> float:
        cable_m = self.segment_options.length_m
        for number in range(int(cable_m / MARK_M) + 1):
            place = number * MARK_M
            if place not in self._taken:
                self._taken.add(place)
                return place
        raise LabError(
            f"segment {self.name}: a cable of {cable_m:,} m has marks for {int(cable_m / MARK_M) + 1} stations, every "
            f"2.5 m, and all are taken; give the segment a greater length, or taps"
        )

    def _delay_ns(self, metres: float) -> int:
        return round(metres / (LIGHT_M_S * VELOCITIES[self.segment_options.kind]) * 1e9)


def segment_of(owner: str, here: Node, there: Node) -> Segment | None:
    """The segment at an end of a new link, if there is one.  Raises :class:`LabError` if both are."""
    segments = [node for node in (here, there) if isinstance(node, Segment)]
    if len(segments) > 1:
        raise LabError(f"{owner}: both ends are segments; join them by a switch, or make one longer segment")
    return segments[0] if segments else None


def segment_options(segment: Segment, owner: str, name: str, station: str, options: dict[str, Any]) -> None:
    """Check the options of a new link to a segment, and complete them."""
    segment.check_options(owner, options)
    options["place_ns"] = segment.place_ns(name, station, options.pop("length", None))
    options["rate"] = segment.segment_options.rate_bit_s
    options["delay"] = 0


def check_segments(switches: Iterable[Switch]) -> None:
    """Check the taps of all segments."""
    for switch in switches:
        if isinstance(switch, Segment):
            switch.check_taps()
