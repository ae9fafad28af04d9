"""Copies of all frames that a host receives and sends, for those who capture: Linux's ``ptype_all``.

A host that nobody listens at has no tap.  The first listener puts a tap on every interface, on those that come later
when their carrier comes up, and on the loopback; the last one takes them off.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.pdu import Octets, Pdu
from catenet.link.ethernet import IPV4, IPV6, Frame
from catenet.link.packet_tap import PACKET_HOST, PACKET_OTHERHOST, PACKET_OUTGOING, PacketListener, PacketTap
from catenet.network.interface import Interface, InterfaceObserver
from catenet.network.ip import ipv4, ipv6
from catenet.network.loopback import Loopback
from catenet.network.packet import IpPacket
from catenet.network.stack import IpStack


@mypyc_attr(allow_interpreted_subclasses=True)
class PacketUser:
    """Hears the frames of one host."""

    def frame(self, interface: Interface, frame: Frame, packet_type: i64) -> None:
        """A frame was received or sent; what is needed of it must be read now."""
        raise AssertionError(f"{type(self).__name__} hears no frames")

    def disabled(self, interface: Interface) -> None:
        """The interface was disabled.  Does nothing unless a subclass cares."""

    def lose_power(self) -> None:
        """The host has lost power, and the user with it.  Does nothing unless a subclass cares."""


class OwnFrame(Frame):
    """A frame that a user sends itself: it does not hear it."""

    def __init__(self, dst: i64, src: i64, ethertype: i64, payload: Pdu, sender: PacketUser) -> None:
        super().__init__(dst, src, ethertype, payload)
        self.sender: Final = sender


class OwnOctets(Octets):
    """The same for a line, which makes the frame itself."""

    def __init__(self, data: bytes, sender: PacketUser) -> None:
        super().__init__(data)
        self.sender: Final = sender


class PacketTaps(InterfaceObserver):
    """The users of one host, and the taps while there are any."""

    def __init__(self, ip: IpStack) -> None:
        self.ip: Final = ip
        self._users: list[PacketUser] = []
        self._taps: Final[dict[str, PacketTap]] = {}
        self._plain_loopback: Final = ip.loopback

    def add(self, user: PacketUser) -> None:
        """Let one more hear all frames."""
        self._users = [*self._users, user]
        if len(self._users) == 1:
            self._begin()

    def remove(self, user: PacketUser) -> None:
        """It hears no more."""
        had, self._users = self._users, [each for each in self._users if each is not user]
        if had and not self._users:
            self._end()

    def lose_power(self) -> None:
        """All users are gone."""
        users, self._users = self._users, []
        for user in users:
            user.lose_power()
        if users:
            self._end()

    def interface_changed(self, interface: Interface) -> None:
        self._tap(interface)
        if not interface.enabled:
            for user in self._users:
                user.disabled(interface)

    def tell(self, interface: Interface, frame: Frame, packet_type: i64) -> None:
        """Let all hear a frame but the one that sends it."""
        sender = _sender_of(frame) if packet_type == PACKET_OUTGOING else None
        if interface.enabled:
            for user in self._users:
                if user is not sender:
                    user.frame(interface, frame, packet_type)

    def _begin(self) -> None:
        self.ip.watch(self)
        for interface in self.ip.interfaces:
            self._tap(interface)
        self.ip.loopback = TappedLoopback(self)

    def _end(self) -> None:
        for tap in self._taps.values():
            tap.remove()
        self._taps.clear()
        self.ip.loopback = self._plain_loopback
        self.ip.unwatch(self)

    def _tap(self, interface: Interface) -> None:
        if interface.name not in self._taps and not interface.loopback:
            self._taps[interface.name] = PacketTap(interface.port, _InterfaceListener(self, interface))


class _InterfaceListener(PacketListener):
    def __init__(self, taps: PacketTaps, interface: Interface) -> None:
        self._taps: Final = taps
        self._interface: Final = interface

    def heard(self, frame: Frame, packet_type: i64) -> None:
        self._taps.tell(self._interface, frame, packet_type)


class TappedLoopback(Loopback):
    """Lets users hear a host's packets to itself, in Ethernet frames with addresses 0, as they leave and arrive."""

    def __init__(self, taps: PacketTaps) -> None:
        super().__init__(taps.ip)
        self._taps: Final = taps
        self._ip: Final = taps.ip
        self._frames: list[Frame] = []

    def put(self, packet: IpPacket) -> None:
        """Copies of what this host sent to a group were heard when they left."""
        if self._ip.is_local(packet.version, packet.dst):
            self._tell(frame_of(packet), PACKET_OUTGOING)
        super().put(packet)

    def put_frame(self, frame: Frame) -> None:
        """Queue a frame of a user."""
        self._tell(frame, PACKET_OUTGOING)
        self._frames.append(frame)
        if self.place < 0:
            self.core.kernel.after(self, 0)

    def fire(self) -> None:
        packets, frames = self._packets, self._frames
        self._packets, self._frames = [], []
        for packet in packets:
            if self._ip.is_local(packet.version, packet.dst):
                self._tell(frame_of(packet), PACKET_HOST)
            self.core.deliver_own(packet)
        for frame in frames:
            self._tell(frame, PACKET_HOST if frame.dst == 0 else PACKET_OTHERHOST)
            parsed = _packet_in(frame) if frame.dst == 0 else None
            if parsed is not None:
                self.core.deliver_own(parsed)

    def _tell(self, frame: Frame, packet_type: i64) -> None:
        self._taps.tell(self._ip.loopback_interface, frame, packet_type)


def _sender_of(frame: Frame) -> PacketUser | None:
    if isinstance(frame, OwnFrame):
        return frame.sender
    payload = frame.payload
    return payload.sender if isinstance(payload, OwnOctets) else None


def frame_of(packet: IpPacket) -> Frame:
    """The frame in which a packet crosses the loopback."""
    return Frame(0, 0, IPV4 if packet.version == 4 else IPV6, packet)


def _packet_in(frame: Frame) -> IpPacket | None:
    payload = frame.payload
    data = payload.data if isinstance(payload, Octets) else b""
    if frame.ethertype == IPV4:
        return ipv4.parse(data)
    return ipv6.parse(data) if frame.ethertype == IPV6 else None
