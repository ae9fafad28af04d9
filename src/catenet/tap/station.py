"""The station behind a simulated port that is a Linux device.

Frames received by the port are written to the device; packets of the device are sent through the port.  So a device is
attached to a simulated wire like any machine: the wire's rate, delay, loss and cuts hold for it, and frames beyond the
port's queue are dropped.  When the wire is cut, Linux sees the device lose its carrier.
"""

from __future__ import annotations

import os
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Octets, Pdu
from catenet.link.ethernet import IPV4, IPV6, Frame
from catenet.link.port import Port, Station
from catenet.link.vlan_tag import is_tag, payload_of
from catenet.network.interface import Interface
from catenet.tap import vnet
from catenet.tap.capabilities import AttachError
from catenet.tap.device import MAX_PACKET_OCTETS, TAP, TUN, Device
from catenet.tap.gso import ETHERNET_OCTETS, GsoQueue

BATCH_OCTETS: Final[i64] = 512 * 1024
"""How much is read at most before the simulation goes on."""


@mypyc_attr(allow_interpreted_subclasses=True)
class DeviceStation(Station):
    """A device as a station of the simulated internet, behind a ``port`` of its own or one that is wired already."""

    def __init__(self, kernel: Kernel, name: str, mac: int, device: Device, port: Port | None = None) -> None:
        self.kernel: Final = kernel
        self.device: Final = device
        self.fd: Final[int] = device.fd
        self.offload: Final[bool] = device.offload
        self.port: Final = Port(kernel, name, mac, self) if port is None else port
        self.port.station = self
        self.port.promiscuous = True
        self.outbox: Final = GsoQueue(device.fd, device.offload, device.kind == TAP)
        self.in_packets: i64 = 0
        self.in_segments: i64 = 0
        self.in_octets: i64 = 0
        self.malformed: i64 = 0

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.outbox.put(frame)

    def carrier_changed(self, port: Port, up: bool) -> None:
        self.device.set_carrier(up)

    def read_batch(self, max_packets: int) -> int:
        """Read at most so many packets from Linux; returns their number.

        Raises :class:`~catenet.tap.AttachError` if the device was removed.
        """
        packets: i64 = 0
        octets: i64 = 0
        while packets < max_packets and octets < BATCH_OCTETS:
            try:
                data = os.read(self.fd, MAX_PACKET_OCTETS)
            except BlockingIOError:
                break
            except OSError as error:
                raise AttachError(f"the device {self.device.name} is gone: somebody has removed it") from error
            packets += 1
            octets += len(data)
            self.take(data)
        self.in_packets += packets
        self.in_octets += octets
        return packets

    def take(self, data: bytes) -> None:
        """One packet from Linux, with its virtio-net header if the device has offload."""
        if not self.offload:
            self._take_frame(data, 0)
            return
        hints = vnet.parse(data)
        if hints is None:
            self.malformed += 1
        elif hints.segmentation != vnet.NO_SEGMENTATION:
            self._take_train(data, hints)
        elif hints.needs_checksum:
            self._take_unfinished(data, hints)
        else:
            self._take_frame(data, vnet.HEADER_OCTETS)

    def frame_of(self, packet: Pdu, data: bytes, at: i64) -> Frame | None:
        """A frame for a packet whose octets, with whatever is before it, begin at ``at``; None if it cannot be."""
        raise AssertionError(f"{type(self).__name__} does not say how a packet is framed")

    def packet_at(self, at: i64) -> i64:
        """Where the packet begins in a frame that begins at ``at``."""
        return at

    def counters(self) -> dict[str, int]:
        """All counters by name.  A packet may be many segments; ``refused`` counts what Linux did not take."""
        return {
            "from_linux_packets": self.in_packets,
            "from_linux_segments": self.in_segments,
            "from_linux_octets": self.in_octets,
            "to_linux_packets": self.outbox.packets,
            "to_linux_segments": self.outbox.segments,
            "to_linux_octets": self.outbox.octets,
            "refused": self.outbox.refused,
            "malformed": self.malformed,
        }

    def _take_frame(self, data: bytes, at: i64) -> None:
        self._send(Octets(data[self.packet_at(at) :]), data, at)

    def _take_unfinished(self, data: bytes, hints: vnet.Hints) -> None:
        packet_at = self.packet_at(vnet.HEADER_OCTETS)
        start = hints.checksum_start + vnet.HEADER_OCTETS - packet_at
        packet = vnet.completed(data[packet_at:], start, hints.checksum_at)
        if packet is None:
            self.malformed += 1
        else:
            self._send(Octets(packet), data, vnet.HEADER_OCTETS)

    def _take_train(self, data: bytes, hints: vnet.Hints) -> None:
        packet_at = self.packet_at(vnet.HEADER_OCTETS)
        start = hints.checksum_start + vnet.HEADER_OCTETS - packet_at
        packets = vnet.segments(data[packet_at:], start, hints.segment_octets)
        if packets is None:
            self.malformed += 1
            return
        first = self.frame_of(packets[0], data, vnet.HEADER_OCTETS)
        if first is None:
            self.malformed += 1
            return
        self.in_segments += len(packets)
        for packet in packets:
            self.port.send(Frame(first.dst, first.src, first.ethertype, packet))

    def _send(self, packet: Pdu, data: bytes, at: i64) -> None:
        frame = self.frame_of(packet, data, at)
        if frame is None:
            self.malformed += 1
        else:
            self.in_segments += 1
            self.port.send(frame)


class TapStation(DeviceStation):
    """A TAP device: Ethernet frames both ways, without check sequence."""

    def frame_of(self, packet: Pdu, data: bytes, at: i64) -> Frame | None:
        if len(data) < at + ETHERNET_OCTETS:
            return None
        dst: i64 = int.from_bytes(data[at : at + 6], "big")
        src: i64 = int.from_bytes(data[at + 6 : at + 12], "big")
        ethertype: i64 = data[at + 12] << 8 | data[at + 13]
        return Frame(dst, src, ethertype, payload_of(ethertype, packet.emit()) if is_tag(ethertype) else packet)

    def packet_at(self, at: i64) -> i64:
        return at + ETHERNET_OCTETS


class TunStation(DeviceStation):
    """A TUN device: packets both ways, to and from one interface of a simulated machine.

    Linux does not answer ARP or Neighbour Discovery on a TUN device, so its addresses are static neighbour entries:
    :meth:`known_as`.  Groups and broadcasts stay on the simulated side.
    """

    def __init__(
        self, kernel: Kernel, name: str, mac: int, device: Device, peer: Interface, port: Port | None = None
    ) -> None:
        super().__init__(kernel, name, mac, device, port)
        self.peer: Final = peer

    def known_as(self, version: int, address: int) -> None:
        """Linux has this address: the interface across sends packets for it here."""
        self.peer.add_neighbour(version, address, self.port.mac)

    def receive_frame(self, port: Port, frame: Frame) -> None:
        if frame.dst == port.mac and frame.ethertype in (IPV4, IPV6):
            self.outbox.put(frame)

    def frame_of(self, packet: Pdu, data: bytes, at: i64) -> Frame | None:
        version: i64 = data[at] >> 4 if len(data) > at else 0
        if version not in (4, 6):
            return None
        return Frame(self.peer.port.mac, self.port.mac, IPV4 if version == 4 else IPV6, packet)


def station(
    kernel: Kernel, name: str, mac: int, device: Device, peer: Interface | None = None, port: Port | None = None
) -> DeviceStation:
    """The station of a device; for TUN, ``peer`` is the interface across.  Raises ValueError if that is missing."""
    if device.kind != TUN:
        return TapStation(kernel, name, mac, device, port)
    if peer is None:
        raise ValueError(f"the TUN device {device.name} needs an interface across: it carries no frames for a switch")
    return TunStation(kernel, name, mac, device, peer, port)
