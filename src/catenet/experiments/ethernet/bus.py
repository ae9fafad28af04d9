"""Stations on a coaxial cable that always have a frame to send, or send one now and then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catenet.kernel.event import Event
from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Octets
from catenet.link.ethernet import FCS_OCTETS, HEADER_OCTETS, IPV4, Frame
from catenet.link.half_duplex import SharedMedium, SharedWire
from catenet.link.mac import local_mac
from catenet.link.port import Port, Station

RATE_BIT_S: Final = 10_000_000
METRE_NS: Final = 1 / (0.77 * 0.299_792_458)
"""The delay of a metre of coaxial cable."""
KEPT: Final = 4
"""Frames that wait at a saturated station."""


class Listener(Station):
    """Writes down who sent each good frame."""

    def __init__(self) -> None:
        self.senders: Final[list[int]] = []

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.senders.append(frame.src)


class Silent(Station):
    """Takes no notice."""

    def receive_frame(self, port: Port, frame: Frame) -> None:
        pass


class Bus:
    """A station at each place, in metres; the last one listens.  All that are called ``name`` draw the same backoff."""

    def __init__(self, seed: int, places_m: Sequence[float], name: str = "") -> None:
        self.kernel: Final = Kernel(seed)
        self.medium: Final = SharedMedium(self.kernel, "coax", RATE_BIT_S)
        self.listener: Final = Listener()
        self.wires: Final[list[SharedWire]] = []
        self.ports: Final[list[Port]] = []
        for number, place_m in enumerate(places_m):
            last = number == len(places_m) - 1
            port = Port(self.kernel, f"station{number}", local_mac(number), self.listener if last else Silent())
            tap = Port(self.kernel, f"coax.{number}", local_mac(number + 10_000), Silent())
            called = name or f"station{number}"
            place_ns = round(place_m * METRE_NS)
            wire = SharedWire(self.kernel, called, "coax", port, tap, self.medium, place_ns)
            port.attach(wire.forward)
            tap.attach(wire.backward)
            self.wires.append(wire)
            self.ports.append(port)

    def send(self, number: int, octets: int) -> None:
        """Give a station a frame of so many octets, check sequence included, for the listener."""
        payload = Octets(bytes(octets - HEADER_OCTETS - FCS_OCTETS))
        port = self.ports[number]
        port.send(Frame(self.ports[-1].mac, port.mac, IPV4, payload))

    def saturate(self, octets: int) -> None:
        """Let all but the listener have a frame to send, always."""
        gap_ns = (octets + 20) * 8 * 1_000_000_000 // RATE_BIT_S
        for number in range(len(self.ports) - 1):
            self.kernel.at(Supply(self, number, octets, gap_ns * (KEPT - 1)), 0)


class Supply(Event):
    """Fills up what waits at a station, before it can have sent that."""

    def __init__(self, bus: Bus, number: int, octets: int, interval_ns: int) -> None:
        super().__init__()
        self._bus: Final = bus
        self._number: Final = number
        self._octets: Final = octets
        self._interval_ns: Final = interval_ns

    def fire(self) -> None:
        sending = self._bus.wires[self._number].sending
        while sending.waiting_frames < KEPT:
            self._bus.send(self._number, self._octets)
        self._bus.kernel.after(self, self._interval_ns)
