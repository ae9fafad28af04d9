"""What is written to the device: which segments leave together, and which must not."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.pdu import Octets
from catenet.link.ethernet import Frame
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.packet import IpPacket
from catenet.tap import vnet
from catenet.tap.gso import GsoQueue
from catenet.transport.tcp.segment.segment import ACK, FIN, PSH, TcpSegment

FULL = 1448


class Wire:
    """An outbox whose writes can be read again, each as one packet."""

    def __init__(self, offload: bool = True, ethernet: bool = True) -> None:
        self.near, self.far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self.near, self.far):
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.box = GsoQueue(self.near.fileno(), offload, ethernet)

    def written(self) -> list[bytes]:
        self.box.flush()
        packets = []
        while True:
            try:
                packets.append(self.far.recv(70_000))
            except BlockingIOError:
                return packets

    def close(self) -> None:
        self.near.close()
        self.far.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.close()


def segment(seq: int, size: int = FULL, flags: int = ACK, ack: int = 9, window: int = 100, ts: int = 5) -> TcpSegment:
    return TcpSegment(80, 1000, seq & 0xFFFFFFFF, ack, flags, window, bytes(size), True, ts, 3)


def frame(payload: TcpSegment, version: int = 4, hop_limit: int = 64, dst: int = 2) -> Frame:
    packet: IpPacket
    if version == 4:
        packet = Ipv4Packet(0x0A000001, 0x0A000002, 6, payload, hop_limit, 0, 0, True)
    else:
        packet = Ipv6Packet(1 << 64, 2 << 64, 6, payload, hop_limit)
    return Frame(dst, 1, 0x0800 if version == 4 else 0x86DD, packet)


def sizes(packets: list[bytes]) -> list[int]:
    """Octets of TCP data of each packet."""
    return [len(packet) - 10 - 14 - (20 if packet[22:24] == b"\x08\x00" else 40) - 32 for packet in packets]


@pytest.mark.parametrize("version", [4, 6])
def test_segments_in_order_leave_as_one(wire: Wire, version: int) -> None:
    for number in range(5):
        wire.box.put(frame(segment(number * FULL), version))
    wire.box.put(frame(segment(5 * FULL, 7, ACK | PSH), version))
    (packet,) = wire.written()
    assert sizes([packet]) == [5 * FULL + 7]
    hints = vnet.parse(packet)
    assert hints is not None
    assert (hints.segmentation, hints.segment_octets) == (1 if version == 4 else 4, FULL)
    assert hints.needs_checksum
    start = hints.checksum_start
    assert packet[10 + start + 13] == ACK | PSH
    back = vnet.segments(packet[24:], start - 14, FULL)
    assert back is not None
    assert [piece.wire_length() - (start - 14) - 32 for piece in back] == [FULL] * 5 + [7]
    assert wire.box.packets == 1
    assert wire.box.segments == 6


BREAKS = {
    "a gap": (frame(segment(FULL + 1)), [FULL, FULL]),
    "an older one": (frame(segment(0)), [FULL, FULL]),
    "another acknowledgment": (frame(segment(FULL, ack=10)), [FULL, FULL]),
    "another window": (frame(segment(FULL, window=101)), [FULL, FULL]),
    "another timestamp": (frame(segment(FULL, ts=6)), [FULL, FULL]),
    "another hop limit": (frame(segment(FULL), hop_limit=63), [FULL, FULL]),
    "another machine": (frame(segment(FULL), dst=3), [FULL, FULL]),
    "a longer one": (frame(segment(FULL, FULL + 1)), [FULL, FULL + 1]),
    "no data": (frame(segment(FULL, 0)), [FULL, 0]),
    "congestion was seen": (frame(segment(FULL, flags=ACK | 0x40)), [FULL, FULL]),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_differs_leaves_by_itself(wire: Wire, name: str) -> None:
    other, expected = BREAKS[name]
    wire.box.put(frame(segment(0)))
    wire.box.put(other)
    packets = wire.written()
    assert sizes(packets) == expected
    assert all(packet[1] == 0 for packet in packets)


@pytest.mark.parametrize("last", [PSH, FIN])
def test_nothing_follows_push_fin_or_a_short_one(wire: Wire, last: int) -> None:
    wire.box.put(frame(segment(0)))
    wire.box.put(frame(segment(FULL, flags=ACK | last)))
    wire.box.put(frame(segment(2 * FULL)))
    wire.box.put(frame(segment(3 * FULL, 100)))
    wire.box.put(frame(segment(3 * FULL + 100)))
    assert sizes(wire.written()) == [2 * FULL, FULL + 100, FULL]


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 700, FULL])), max_size=120))
def test_octets_keep_their_order_and_no_packet_is_too_long(steps: list[tuple[int, int]]) -> None:
    wire = Wire()
    seqs = [0, 0, 0, 0]
    sent = []
    for flow, size in steps:
        wire.box.put(Frame(2, 1, 0x0800, Ipv4Packet(1 + flow, 9, 6, segment(seqs[flow], size), 64, 0, 0, True)))
        sent.append((1 + flow, seqs[flow], size))
        seqs[flow] += size
    came: list[tuple[int, int, int]] = []
    for packet in wire.written():
        assert len(packet) <= 10 + 14 + 65_535
        src, seq = struct.unpack_from("!I", packet, 24 + 12)[0], struct.unpack_from("!I", packet, 24 + 24)[0]
        left = len(packet) - 24 - 52
        each = struct.unpack_from("=H", packet, 4)[0] or left
        came.append((src, seq, min(left, each)))
        while left > each:
            left -= each
            seq += each
            came.append((src, seq, min(left, each)))
    assert came == sent
    wire.close()


def test_without_offload_every_frame_is_complete() -> None:
    wire = Wire(offload=False)
    wire.box.put(frame(segment(0)))
    wire.box.put(frame(segment(FULL)))
    first, second = wire.written()
    assert first == frame(segment(0)).emit()[:-4]
    assert second == frame(segment(FULL)).emit()[:-4]
    wire.close()


def test_other_frames_wait_for_nothing_and_overtake_nothing(wire: Wire) -> None:
    wire.box.put(frame(segment(0)))
    wire.box.put(Frame(0xFFFFFFFFFFFF, 1, 0x0806, Octets(bytes(28))))
    first, second = wire.written()
    assert sizes([first]) == [FULL]
    assert second == bytes(10) + b"\xff" * 6 + b"\0\0\0\0\0\1\x08\x06" + bytes(28)


def test_tun_has_no_ethernet_header() -> None:
    wire = Wire(offload=False, ethernet=False)
    wire.box.put(frame(segment(0), 6))
    (packet,) = wire.written()
    assert packet == frame(segment(0), 6).payload.emit()
    wire.close()


def test_what_linux_does_not_take_is_counted(wire: Wire) -> None:
    wire.far.close()
    wire.box.put(frame(segment(0)))
    wire.box.put(frame(segment(FULL)))
    wire.box.flush()
    assert (wire.box.packets, wire.box.refused) == (0, 2)
