"""A link of 1 Gbit/s, full duplex: how many frames it carries, counted at the far end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catenet.experiments.comparison import Comparison, Entry
from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Octets
from catenet.link.ethernet import IPV4, MIN_OCTETS, Frame
from catenet.link.mac import local_mac
from catenet.link.port import Port, Station
from catenet.link.queue import DropTail
from catenet.physical.wire import Wire

RATE_BIT_S: Final = 1_000_000_000
FRAMES: Final = 20_000
LONGEST_PAYLOAD: Final = 1500


class Counter(Station):
    """Counts frames and octets of payload between the first arrival and the last."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel: Final = kernel
        self.frames: int = 0
        self.payload_octets: int = 0
        self.first_ns: int = -1
        self.last_ns: int = -1

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.last_ns = int(self._kernel.now_ns)
        if self.first_ns < 0:
            self.first_ns = self.last_ns
            return
        self.frames += 1
        self.payload_octets += frame.payload.wire_length()


def full_duplex() -> Iterator[Comparison]:
    """The most frames a second, and the share of the rate that the longest payload has."""
    shortest = delivered(MIN_OCTETS - 18)
    rate = shortest.frames / (shortest.last_ns - shortest.first_ns) * 1e9
    yield Comparison(
        "1 Gbit/s: frames of 64 octets delivered in a second",
        "1,488,095 = 10⁹ / (8 × (64 + 20)), ± 1",
        1_488_094,
        1_488_096,
        round(rate),
        "frames/s",
    )
    longest = delivered(LONGEST_PAYLOAD)
    share = longest.payload_octets * 8e11 / (longest.last_ns - longest.first_ns) / RATE_BIT_S
    what, told = "1 Gbit/s: payload delivered in frames of 1,518 octets, of the rate", "97.53 % = 1500 / 1538"
    entries = (Entry("", what, "expected", told), Entry("", what, "measured", f"{share:.2f} %"))
    yield Comparison(what, told, 97.525, 97.535, share, "%", entries=entries)


def delivered(payload_octets: int) -> Counter:
    """What arrives of frames that are sent without a pause."""
    kernel = Kernel()
    counter = Counter(kernel)
    near, far = Port(kernel, "near", local_mac(1), counter), Port(kernel, "far", local_mac(2), counter)
    wire = Wire(kernel, "near", "far", near, far, RATE_BIT_S, 0)
    near.attach(wire.forward)
    far.attach(wire.backward)
    near.queue = DropTail()
    for _ in range(FRAMES + 1):
        near.send(Frame(far.mac, near.mac, IPV4, Octets(bytes(payload_octets))))
    kernel.run()
    return counter
