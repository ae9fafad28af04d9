"""A port with a queue, a wire behind it, and what comes out at the far end; packets of flows."""

from __future__ import annotations

from collections.abc import Callable

from catenet.kernel import Kernel, Octets
from catenet.link import Frame, Port, Station, local_mac
from catenet.link.drop_reasons import ROW_DROP, ROW_MARK
from catenet.link.queue import Queue
from catenet.link.queues.discipline import Discipline
from catenet.link.queues.statistics import QueueStatistics
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.physical import Channel, Tap, Wire

MS = 1_000_000
MBIT = 1_000_000
AROUND = 20


class Arrivals(Station):
    """Keeps each frame with the time at which it came."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.frames: list[Frame] = []
        self.times_ns: list[int] = []

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.frames.append(frame)
        self.times_ns.append(int(self.kernel.now_ns))


class Told(Tap):
    """What a capture is told."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def dropped(self, channel: Channel, pdu: object, text: str) -> None:
        self.texts.append(text)

    def marked(self, channel: Channel, pdu: object, text: str) -> None:
        self.texts.append(text)


class OneWay:
    """Frames go from ``near`` to ``far`` at ``rate_bit_s`` without delay."""

    def __init__(self, queue: Queue, rate_bit_s: int = 10 * MBIT, seed: int = 1) -> None:
        self.kernel = Kernel(seed)
        self.kernel.trace.listen()
        self.arrivals = Arrivals(self.kernel)
        self.near = Port(self.kernel, "near", local_mac(1), Arrivals(self.kernel))
        self.far = Port(self.kernel, "far", local_mac(2), self.arrivals)
        self.wire = Wire(self.kernel, "near", "far", self.near, self.far, rate_bit_s, 0)
        self.near.attach(self.wire.forward)
        self.far.attach(self.wire.backward)
        self.near.queue = queue

    def at(self, time_ns: int, frame: Frame) -> None:
        """Send a frame at a time."""
        self.kernel.call_at(time_ns, lambda: self.near.send(frame))

    def every(self, gap_ns: int, count: int, make: Callable[[int], Frame], start_ns: int = 0) -> None:
        """Send so many frames, one each ``gap_ns``."""
        for number in range(count):
            self.at(start_ns + number * gap_ns, make(number))

    def drops(self) -> list[tuple[int, int]]:
        """Time and reason of each drop."""
        return [(row.time_ns, row.a) for row in self.kernel.trace.rows() if row.kind == ROW_DROP]

    def marks(self) -> list[tuple[int, int]]:
        """Time and reason of each mark."""
        return [(row.time_ns, row.a) for row in self.kernel.trace.rows() if row.kind == ROW_MARK]


def installed(queue: Discipline, seed: int = 1) -> Discipline:
    """A discipline with random streams, for tests that call it directly."""
    queue.install(QueueStatistics(Kernel(seed), "test"))
    return queue


def packet(
    octets: int = 1514,
    flow: int = 1,
    ecn: int = 0,
    dscp: int = 0,
    number: int = 0,
    version: int = 4,
    octet_form: bool = False,
) -> Frame:
    """A frame of ``octets`` without check sequence that carries UDP from port ``flow`` to port 9."""
    header = 20 if version == 4 else 40
    room = octets - 14 - header
    body = flow.to_bytes(2, "big") + (9).to_bytes(2, "big") + number.to_bytes(8, "big")
    payload = Octets((body + bytes(max(0, room - len(body))))[: max(12, room)])
    traffic_class = dscp << 2 | ecn
    if version == 4:
        ip = Ipv4Packet(0x0A000001, 0x0A000002, 17, payload, 64, traffic_class, 0, False)
        pdu = Octets(ip.emit()) if octet_form else ip
        return Frame(local_mac(2), local_mac(1), 0x0800, pdu)
    ip6 = Ipv6Packet(0xFD << 120 | 1, 0xFD << 120 | 2, 17, payload, 64, traffic_class)
    return Frame(local_mac(2), local_mac(1), 0x86DD, Octets(ip6.emit()) if octet_form else ip6)


def flow_and_number(frame: Frame) -> tuple[int, int]:
    """What :func:`packet` put into it."""
    data = frame.payload.emit()
    header = 20 if frame.ethertype == 0x0800 else 40
    return int.from_bytes(data[header : header + 2], "big"), int.from_bytes(data[header + 4 : header + 12], "big")


def traffic_class(frame: Frame) -> int:
    """Of the packet that a frame carries."""
    data = frame.payload.emit()
    return data[1] if frame.ethertype == 0x0800 else (data[0] & 0xF) << 4 | data[1] >> 4
