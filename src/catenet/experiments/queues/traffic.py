"""Frames of random length at random times, and what each of them waited at a port."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from catenet.kernel.event import Event
from catenet.kernel.kernel import Kernel
from catenet.kernel.streams import Stream
from catenet.link.ethernet import AROUND_OCTETS, FCS_OCTETS, HEADER_OCTETS, IPV4, Frame
from catenet.link.port import Port, Station
from catenet.link.queue import Queue
from catenet.link.queues.ip_fields import IpFields, IpPdu
from catenet.physical.wire import Wire

MEAN_OCTETS: Final = 1_000_000
"""Of wire, so that lengths in whole octets, and the shortest frame, are no matter."""
SERVICE_NS: Final = 1_000_000
RATE_BIT_S: Final = MEAN_OCTETS * 8 * 1_000_000_000 // SERVICE_NS
_AROUND: Final = AROUND_OCTETS + HEADER_OCTETS + FCS_OCTETS


class Customer(IpPdu):
    """A payload that has a length and a class of service and nothing else."""

    def __init__(self, octets: int, sent_ns: int, traffic_class: int) -> None:
        self.octets = octets
        self.sent_ns = sent_ns
        self.traffic_class = traffic_class

    def wire_length(self) -> int:
        return self.octets

    def ip_fields(self) -> IpFields:
        return IpFields(4, self.traffic_class, 0, 0, 0, 0)


class Server(Station):
    """The far end: sums up what frames of each class waited, from the ``first`` on."""

    def __init__(self, kernel: Kernel, first: int) -> None:
        self._kernel: Final = kernel
        self._first: Final = first
        self._seen = 0
        self.waited_ns: Final[dict[int, int]] = {}
        self.served: Final[dict[int, int]] = {}

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self._seen += 1
        if self._seen <= self._first:
            return
        customer = frame.payload
        assert isinstance(customer, Customer)
        service_ns = -((frame.octets + AROUND_OCTETS) * -8_000_000_000 // RATE_BIT_S)
        waited_ns = int(self._kernel.now_ns) - customer.sent_ns - service_ns
        kind = customer.traffic_class
        self.waited_ns[kind] = self.waited_ns.get(kind, 0) + waited_ns
        self.served[kind] = self.served.get(kind, 0) + 1

    def mean_wait(self, kind: int = 0) -> float:
        """In mean service times."""
        return self.waited_ns[kind] / self.served[kind] / SERVICE_NS


class Arrivals(Event):
    """A Poisson process: each arrival sends a frame and makes the next one due."""

    def __init__(self, port: Port, load: float, octets: Callable[[], int], stream: Stream, kind: int) -> None:
        super().__init__()
        self._port: Final = port
        self._octets: Final = octets
        self._stream: Final = stream
        self._mean_ns: Final = SERVICE_NS / load
        self._kind: Final = kind
        self.sent: int = 0

    def fire(self) -> None:
        kernel = self._port.kernel
        octets = max(46, self._octets() - _AROUND)
        self.sent += 1
        self._port.send(Frame(2, 1, IPV4, Customer(octets, int(kernel.now_ns), self._kind)))
        kernel.after(self, round(self._stream.exponential(self._mean_ns)))


def serve(
    queue: Queue, loads: dict[int, float], fixed: bool, customers: int, warm_up: int, seed: int
) -> tuple[Server, Port, list[Arrivals]]:
    """Send about so many frames through a port; ``loads`` are those of each class of service.

    Lengths are ``fixed``, or exponential.  What the ``warm_up`` frames before waited does not count.
    """
    kernel = Kernel(seed)
    server = Server(kernel, warm_up)
    near, far = Port(kernel, "near", 1, server), Port(kernel, "far", 2, server)
    wire = Wire(kernel, "near", "far", near, far, RATE_BIT_S, 0)
    near.attach(wire.forward)
    far.attach(wire.backward)
    near.queue = queue
    near.mtu = 1 << 40
    lengths = kernel.streams.stream("lengths")
    octets = (lambda: MEAN_OCTETS) if fixed else (lambda: round(lengths.exponential(MEAN_OCTETS)))
    sources = []
    for kind, load in loads.items():
        sources.append(Arrivals(near, load, octets, kernel.streams.stream(f"arrivals:{kind}"), kind))
        kernel.at(sources[-1], 0)
    total = sum(loads.values())
    kernel.run(until_ns=round((customers + warm_up) / total * SERVICE_NS))
    return server, near, sources
