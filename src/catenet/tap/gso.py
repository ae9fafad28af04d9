"""Output to Linux: frames are emitted as octets, and TCP segments of one flow are combined.

With offload, segments that follow each other are held until the driver has done all that is due, and then
go out as one large packet, as a network card's receive offload makes them (the rules are those of Linux's
GRO: same headers, sequence numbers without a gap, all of one length but the last).  Linux takes it apart
again if it forwards it.  No checksum of TCP is computed: the two kernels share a memory, not a wire.
"""

from __future__ import annotations

import os
import struct
from typing import Final

from mypy_extensions import i64

from catenet.kernel.checksum import pseudo_header_sum
from catenet.link.ethernet import Frame
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.packet import PROTOCOL_TCP, IpPacket
from catenet.tap import vnet
from catenet.transport.tcp.segment.segment import ACK, FIN, PSH, TcpSegment

ETHERNET_OCTETS: Final[i64] = 14
MAX_TRAIN_OCTETS: Final[i64] = 65_535
MAX_TRAIN_SEGMENTS: Final = 512
ENDS_TRAIN: Final[i64] = FIN | PSH

_ETHERNET: Final = struct.Struct("!IHHIH")
_IPV6: Final = struct.Struct("!IHBB16s16s")


class GsoQueue:
    """Writes to one device.  ``ethernet`` is false for TUN, which carries packets without frames."""

    def __init__(self, fd: int, offload: bool, ethernet: bool) -> None:
        self.fd: Final = fd
        self.offload: Final = offload
        self.ethernet: Final = ethernet
        self.packets: i64 = 0
        self.segments: i64 = 0
        self.octets: i64 = 0
        self.refused: i64 = 0
        self._frame: Frame | None = None
        self._packet: IpPacket | None = None
        self._segment: TcpSegment | None = None
        self._payloads: list[bytes] = []
        self._data_octets: i64 = 0
        self._next_seq: i64 = 0
        self._last_flags: i64 = 0
        self._full = False

    def put(self, frame: Frame) -> None:
        """Queue a frame; it is written now or with the next :meth:`flush`."""
        payload = frame.payload
        if self.offload and isinstance(payload, IpPacket) and payload.protocol == PROTOCOL_TCP and payload.is_plain():
            segment = payload.payload
            if isinstance(segment, TcpSegment):
                if not self._continues(frame, payload, segment):
                    self.flush()
                    self._begin(frame, payload, segment)
                return
        self.flush()
        parts = [vnet.plain_header()] if self.offload else []
        if self.ethernet:
            parts.append(_ethernet(frame))
        parts.append(payload.emit())
        self._write(parts, 1)

    def flush(self) -> None:
        """Write the held segments."""
        frame = self._frame
        packet = self._packet
        first = self._segment
        if frame is None or packet is None or first is None:
            return
        self._frame = None
        self._packet = None
        self._segment = None
        payloads = self._payloads
        segment = first
        if self._last_flags != 0:
            segment = TcpSegment(
                first.src_port, first.dst_port, first.seq, first.ack, first.flags | self._last_flags, first.window, b"",
                first.has_timestamps, first.ts_value, first.ts_echo,
            )  # fmt: skip
        headers = self._headers(frame, packet, segment, len(first.payload), len(payloads) > 1)
        if self._data_octets == 0:
            self._write([headers], 1)
        else:
            self._write([headers, *payloads], len(payloads))

    def _begin(self, frame: Frame, packet: IpPacket, segment: TcpSegment) -> None:
        self._frame = frame
        self._packet = packet
        self._segment = segment
        self._payloads = [segment.payload]
        self._data_octets = len(segment.payload)
        self._next_seq = (segment.seq + self._data_octets) & 0xFFFF_FFFF
        self._last_flags = 0
        self._full = segment.flags & ~PSH != ACK or segment.flags & PSH != 0 or self._data_octets == 0
        if segment.sack_blocks is not None:
            self._full = True

    def _continues(self, frame: Frame, packet: IpPacket, segment: TcpSegment) -> bool:
        """Let a segment join what is held, if it may."""
        first = self._segment
        before = self._packet
        held = self._frame
        if first is None or before is None or held is None or self._full or segment.seq != self._next_seq:
            return False
        octets: i64 = len(segment.payload)
        most: i64 = len(first.payload)
        if octets == 0 or octets > most or self._data_octets + octets + 200 > MAX_TRAIN_OCTETS:
            return False
        if not _alike(first, segment) or not _same_way(before, packet):
            return False
        if held.dst != frame.dst or held.src != frame.src:
            return False
        self._payloads.append(segment.payload)
        self._data_octets += octets
        self._next_seq = (segment.seq + octets) & 0xFFFF_FFFF
        self._last_flags = segment.flags & ENDS_TRAIN
        self._full = octets < most or self._last_flags != 0 or len(self._payloads) >= MAX_TRAIN_SEGMENTS
        return True

    def _headers(self, frame: Frame, packet: IpPacket, segment: TcpSegment, each: i64, several: bool) -> bytes:
        tcp_octets = segment.header_length() + self._data_octets
        start_sum = pseudo_header_sum(packet.version, packet.src, packet.dst, PROTOCOL_TCP, tcp_octets)
        while start_sum > 0xFFFF:
            start_sum = (start_sum >> 16) + (start_sum & 0xFFFF)
        ip = _ip_header(packet, tcp_octets)
        tcp = segment.emit_header(start_sum)
        start: i64 = len(ip)
        if not self.ethernet:
            return vnet.tcp_header(packet.version, start + len(tcp), start, each, several) + ip + tcp
        start += ETHERNET_OCTETS
        hints = vnet.tcp_header(packet.version, start + len(tcp), start, each, several)
        return b"".join((hints, _ethernet(frame), ip, tcp))

    def _write(self, parts: list[bytes], segments: i64) -> None:
        try:
            octets: i64 = os.writev(self.fd, parts)
        except OSError:
            # the device is down or out of memory: like a cable's far end that does not listen
            self.refused += segments
            return
        self.packets += 1
        self.segments += segments
        self.octets += octets


def _alike(first: TcpSegment, segment: TcpSegment) -> bool:
    """Whether two segments' headers differ in nothing but sequence number, and what only the last one may have."""
    return (
        segment.flags & ~ENDS_TRAIN == first.flags
        and segment.ack == first.ack
        and segment.window == first.window
        and segment.src_port == first.src_port
        and segment.dst_port == first.dst_port
        and segment.has_timestamps == first.has_timestamps
        and segment.ts_value == first.ts_value
        and segment.ts_echo == first.ts_echo
        and segment.sack_blocks is None
    )


def _same_way(first: IpPacket, packet: IpPacket) -> bool:
    """Whether two packets' headers differ in nothing but length and identification."""
    if (
        packet.version != first.version
        or packet.hop_limit != first.hop_limit
        or packet.traffic_class != first.traffic_class
        or packet.src != first.src
        or packet.dst != first.dst
    ):
        return False
    if isinstance(packet, Ipv4Packet) and isinstance(first, Ipv4Packet):
        return packet.dont_fragment == first.dont_fragment
    if isinstance(packet, Ipv6Packet) and isinstance(first, Ipv6Packet):
        return packet.flow_label == first.flow_label
    return False


def _ethernet(frame: Frame) -> bytes:
    dst = frame.dst
    src = frame.src
    return _ETHERNET.pack(dst >> 16, dst & 0xFFFF, src >> 32, src & 0xFFFF_FFFF, frame.ethertype)


def _ip_header(packet: IpPacket, payload_octets: i64) -> bytes:
    if isinstance(packet, Ipv4Packet):
        return packet.emit_header(payload_octets)
    assert isinstance(packet, Ipv6Packet)
    return _IPV6.pack(
        6 << 28 | packet.traffic_class << 20 | packet.flow_label,
        payload_octets,
        packet.next_header,
        packet.hop_limit,
        packet.src.to_bytes(16, "big"),
        packet.dst.to_bytes(16, "big"),
    )
