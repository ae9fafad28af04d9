"""A device as a station: what Linux sends goes out of the port, what the port receives goes to Linux."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest

from catenet.kernel import Kernel
from catenet.kernel.pdu import Octets, Pdu
from catenet.link.ethernet import Frame
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.stack import IpStack
from catenet.physical.channel import Receiver
from catenet.physical.wire import Wire
from catenet.tap import TAP, TUN, Device, DeviceStation, station
from catenet.transport.tcp.segment.segment import ACK, TcpSegment

MAC = 0x020000000099


class Line(Device):
    """A device whose other end is a socket, in place of Linux."""

    def __init__(self, kind: str, offload: bool) -> None:
        self.near, self.linux = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self.near, self.linux):
            end.setblocking(False)
        super().__init__(self.near.fileno(), "line0", kind, None, offload)
        self.carrier: list[bool] = []

    def set_carrier(self, up: bool) -> None:
        self.carrier.append(up)

    def close(self) -> None:
        self.near.close()
        self.linux.close()


class Far(Receiver):
    def __init__(self) -> None:
        super().__init__()
        self.frames: list[Frame] = []

    def receive(self, pdu: Pdu) -> None:
        assert isinstance(pdu, Frame)
        self.frames.append(pdu)


class Setup:
    def __init__(self, kind: str = TAP, offload: bool = True) -> None:
        self.kernel = Kernel(1)
        self.line = Line(kind, offload)
        self.far = Far()
        self.peer = IpStack(self.kernel, "peer").add_interface("eth0", 0x020000000001)
        self.station: DeviceStation = station(self.kernel, "linux", MAC, self.line, self.peer)
        self.wire = Wire(self.kernel, "linux", "far", self.station.port, self.far, 10**9, 0)
        self.station.port.attach(self.wire.forward)

    def linux_sends(self, data: bytes) -> list[Frame]:
        self.line.linux.send(data)
        self.station.read_batch(64)
        self.kernel.run()
        frames, self.far.frames = self.far.frames, []
        return frames


@pytest.fixture
def setup() -> Iterator[Setup]:
    made = Setup()
    yield made
    made.line.close()


FRAME = bytes.fromhex("020000000001 02000000aaaa 0806".replace(" ", "")) + bytes(28)


def test_a_frame_from_linux_leaves_the_port(setup: Setup) -> None:
    (frame,) = setup.linux_sends(bytes(10) + FRAME)
    assert (frame.dst, frame.src, frame.ethertype) == (0x020000000001, 0x02000000AAAA, 0x0806)
    assert frame.payload.emit() == bytes(28)
    assert setup.station.counters()["from_linux_packets"] == 1


def test_a_large_packet_becomes_segments(setup: Setup) -> None:
    segment = TcpSegment(80, 1000, 1, 2, ACK, 3, bytes(range(250)))
    packet = Ipv4Packet(1 << 24, 2 << 24, 6, segment, 64, 0, 5, True).emit()
    header = struct.pack("=BBHHHH", 1, 1, 54, 100, 34, 16)
    frames = setup.linux_sends(header + FRAME[:12] + b"\x08\x00" + packet)
    assert [frame.payload.wire_length() - 40 for frame in frames] == [100, 100, 50]
    assert setup.station.counters()["from_linux_segments"] == 3


@pytest.mark.parametrize(
    "data",
    [
        bytes(3),
        bytes(10) + FRAME[:13],
        struct.pack("=BBHHHH", 1, 0, 0, 0, 500, 16) + FRAME,
        struct.pack("=BBHHHH", 1, 1, 54, 0, 34, 16) + FRAME[:12] + b"\x08\x00" + bytes(60),
        struct.pack("=BBHHHH", 1, 4, 54, 100, 34, 16) + FRAME,
    ],
    ids=["no header", "half a frame", "a checksum outside", "segments of nothing", "segments of ARP"],
)
def test_what_cannot_be_is_counted_and_dropped(setup: Setup, data: bytes) -> None:
    assert setup.linux_sends(data) == []
    assert setup.station.counters()["malformed"] == 1


def test_a_batch_ends_where_it_is_told(setup: Setup) -> None:
    for _ in range(5):
        setup.line.linux.send(bytes(10) + FRAME)
    assert setup.station.read_batch(2) == 2
    assert setup.station.read_batch(64) == 3
    assert setup.station.read_batch(64) == 0


def test_what_the_port_receives_goes_to_linux(setup: Setup) -> None:
    frame = Frame(0xFFFFFFFFFFFF, 0x020000000001, 0x0806, Octets(bytes(28)))
    setup.station.port.receive(frame)
    assert setup.line.linux.recv(100) == bytes(10) + b"\xff" * 6 + FRAME[:6] + b"\x08\x06" + bytes(28)


def test_a_cut_takes_the_carrier(setup: Setup) -> None:
    setup.wire.backward.cut()
    setup.wire.backward.heal()
    assert setup.line.carrier == [True, False, True]


def test_a_frame_with_a_flipped_bit_does_not_reach_linux(setup: Setup) -> None:
    octets = bytearray(Frame(0xFFFFFFFFFFFF, 1, 0x0806, Octets(bytes(28))).emit())
    octets[20] ^= 4
    setup.station.port.receive(Octets(bytes(octets)))
    with pytest.raises(BlockingIOError):
        setup.line.linux.recv(100)
    assert setup.station.port.fcs_errors == 1


def test_tun_carries_packets_to_and_from_its_peer_alone() -> None:
    setup = Setup(TUN)
    packet = Ipv4Packet(1 << 24, 2 << 24, 17, Octets(b"hello"), 64).emit()
    (frame,) = setup.linux_sends(bytes(10) + packet)
    assert (frame.dst, frame.src, frame.ethertype) == (0x020000000001, MAC, 0x0800)
    assert frame.payload.emit() == packet
    assert setup.linux_sends(bytes(10) + b"\x15") == []
    assert setup.station.counters()["malformed"] == 1
    for dst, ethertype in ((MAC, 0x0800), (0xFFFFFFFFFFFF, 0x0800), (MAC, 0x0806)):
        setup.station.port.receive(Frame(dst, 1, ethertype, Octets(packet)))
    assert setup.line.linux.recv(100) == bytes(10) + packet
    with pytest.raises(BlockingIOError):
        setup.line.linux.recv(100)
    setup.line.close()


def test_tun_needs_an_interface_across() -> None:
    line = Line(TUN, True)
    with pytest.raises(ValueError, match="needs an interface across"):
        station(Kernel(), "linux", MAC, line)
    line.close()
