"""A signal on a shared medium, and the base of a station that hears it."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Pdu

NO_COLLISION: Final[i64] = -1


class MediumStation:
    """A station: its ``place_ns`` along a bus, or the delay of its cable to a repeater."""

    def __init__(self, place_ns: i64) -> None:
        self.place_ns: Final[i64] = place_ns

    def collide(self, at_ns: i64) -> None:
        """While it sends, another's signal reaches it at that time."""
        raise AssertionError(f"{type(self).__name__} cannot collide")

    def medium_changed(self) -> None:
        """A signal ends at another time than it was to."""
        raise AssertionError(f"{type(self).__name__} does not watch the medium")

    def listens(self) -> bool:
        """Whether it is plugged in."""
        raise AssertionError(f"{type(self).__name__} cannot hear")

    def hear(self, pdu: Pdu, octets: i64) -> None:
        """A frame has come, whole or damaged; ``octets`` with preamble and gap."""
        raise AssertionError(f"{type(self).__name__} cannot hear")

    def hear_fragment(self, on_ns: i64, off_ns: i64) -> None:
        """There was a carrier for that time, of less than a frame."""
        raise AssertionError(f"{type(self).__name__} cannot hear")


class Signal:
    """One transmission: from preamble to the last bit of the frame, or of the jam."""

    def __init__(self, station: MediumStation, start_ns: i64, end_ns: i64) -> None:
        self.station: Final = station
        self.start_ns: Final[i64] = start_ns
        self.end_ns: i64 = end_ns
        self.collision_ns: i64 = NO_COLLISION

    def collide(self, at_ns: i64) -> bool:
        """Note a collision; False if one is noted that is earlier."""
        if self.collision_ns != NO_COLLISION and self.collision_ns <= at_ns:
            return False
        self.collision_ns = at_ns
        return True
