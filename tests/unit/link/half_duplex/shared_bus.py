"""Stations on a bus, for the tests of CSMA/CD."""

from __future__ import annotations

from collections.abc import Sequence

from catenet.kernel import Kernel, Octets, Pdu
from catenet.kernel.trace import Row
from catenet.link import Frame, Port, Station, local_mac
from catenet.link.half_duplex import SharedMedium, SharedWire
from catenet.link.half_duplex.csma_cd import ROW_BACKOFF, ROW_COLLISION
from catenet.physical import Channel, Tap
from catenet.physical.channel import Transmission

MBIT = 1_000_000
BIT_NS = 100
"""At 10 Mbit/s."""


class Notebook(Station):
    """Writes down which frames came, and when."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.frames: list[tuple[int, int]] = []

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.frames.append((int(self._kernel.now_ns), frame.src))


class Bus:
    """A station for each place, in nanoseconds from the end of the bus; station ``n`` has the MAC of that number.

    Stations of the same ``name`` draw the same backoff.
    """

    def __init__(
        self, places_ns: Sequence[int], seed: int = 1, rate_bit_s: int = 10 * MBIT, star: bool = False, name: str = ""
    ) -> None:
        self.kernel = Kernel(seed)
        self.kernel.trace.listen()
        self.medium = SharedMedium(self.kernel, "bus", rate_bit_s, star)
        self.wires: list[SharedWire] = []
        self.ports: list[Port] = []
        self.books: list[Notebook] = []
        for number, place_ns in enumerate(places_ns):
            self._join(number, place_ns, name or f"s{number}")

    def _join(self, number: int, place_ns: int, name: str) -> None:
        book = Notebook(self.kernel)
        port = Port(self.kernel, f"p{number}", local_mac(number), book)
        far = Port(self.kernel, f"bus.{number}", local_mac(1000 + number), book)
        wire = SharedWire(self.kernel, name, "bus", port, far, self.medium, place_ns)
        port.attach(wire.forward)
        far.attach(wire.backward)
        self.books.append(book)
        self.ports.append(port)
        self.wires.append(wire)

    def send(self, number: int, at_ns: int, octets: int = 64, to: int | None = None) -> None:
        """Let a station send a frame of so many octets at a time; to everybody, unless told."""
        dst = (1 << 48) - 1 if to is None else local_mac(to)
        frame = Frame(dst, local_mac(number), 0x0800, Octets(bytes(octets - 18)))
        self.kernel.call_at(at_ns, lambda: self.ports[number].send(frame))

    def run(self) -> None:
        self.kernel.run()

    def rows(self, kind: int) -> list[Row]:
        return [row for row in self.kernel.trace.rows() if row.kind == kind]

    def collisions(self) -> list[tuple[int, str, int, int]]:
        """Time, station, attempt, whether late."""
        names = self.kernel.trace.names
        return [(row.time_ns, names[row.subject].split("-")[0], row.a, row.b) for row in self.rows(ROW_COLLISION)]

    def backoffs(self) -> list[tuple[int, int]]:
        """Attempt and slots."""
        return [(row.a, row.b) for row in self.rows(ROW_BACKOFF)]


class Watcher(Tap):
    """Keeps what a tap is told: transmissions, and drops with their reason."""

    def __init__(self) -> None:
        self.sent: list[Transmission] = []
        self.drops: list[str] = []

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        self.sent.append(transmission)

    def dropped(self, channel: Channel, pdu: Pdu, text: str) -> None:
        self.drops.append(text)
