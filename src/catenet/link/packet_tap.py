"""Copies of what one port receives and sends, for a listener: what Linux calls a packet type handler.

What a port receives is heard before its station gets it, and what it sends when the channel takes it, as Linux hears
what leaves a queue discipline.  Pause frames end in the MAC (IEEE 802.3-2018, 31.3) and are not heard.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.pdu import Pdu
from catenet.link.ethernet import Frame
from catenet.link.flow_control.pause_frame import ETHERTYPE as MAC_CONTROL_TYPE
from catenet.link.mac import BROADCAST, GROUP_BIT
from catenet.link.port import Port
from catenet.link.station_filter import StationFilter
from catenet.physical.channel import Channel, Tap, Transmission

PACKET_HOST: Final[i64] = 0
PACKET_BROADCAST: Final[i64] = 1
PACKET_MULTICAST: Final[i64] = 2
PACKET_OTHERHOST: Final[i64] = 3
PACKET_OUTGOING: Final[i64] = 4
"""To this host, to all, to a group, to another host, from this host (packet(7))."""


@mypyc_attr(allow_interpreted_subclasses=True)
class PacketListener:
    """Hears the frames of a port."""

    def heard(self, frame: Frame, packet_type: i64) -> None:
        """A frame was received or sent.  What is needed of it must be read now: its new owner may change it."""
        raise AssertionError(f"{type(self).__name__} hears no frames")


class PacketTap(StationFilter):
    """Stands before a port's station until :meth:`remove`."""

    def __init__(self, port: Port, listener: PacketListener) -> None:
        super().__init__(port)
        self._port: Final = port
        self._listener: PacketListener | None = listener
        self._sent: Final = _SentTap(listener)
        self._channel: Channel | None = None
        self._watch_channel()

    def receive_frame(self, port: Port, frame: Frame) -> None:
        listener = self._listener
        if listener is not None and frame.ethertype != MAC_CONTROL_TYPE:
            listener.heard(frame, packet_type(port.mac, frame.dst))
        self.inner.receive_frame(port, frame)

    def carrier_changed(self, port: Port, up: bool) -> None:
        self._watch_channel()
        self.inner.carrier_changed(port, up)

    def remove(self) -> None:
        """Hear no more."""
        self._listener = None
        if self._port.station is self:
            self._port.station = self.inner
        if self._channel is not None:
            self._channel.remove_tap(self._sent)

    def _watch_channel(self) -> None:
        channel = self._port.channel
        if self._channel is None and channel is not None and self._listener is not None:
            self._channel = channel
            channel.add_tap(self._sent)


class _SentTap(Tap):
    """Hears a frame once, however often a station sends it again after collisions."""

    def __init__(self, listener: PacketListener) -> None:
        self._listener: Final = listener
        self._last: Pdu | None = None

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        frame = transmission.pdu
        if frame is not self._last and isinstance(frame, Frame) and frame.ethertype != MAC_CONTROL_TYPE:
            self._last = frame
            self._listener.heard(frame, PACKET_OUTGOING)


def packet_type(mac: i64, dst: i64) -> i64:
    """Whom a received frame is for; ``mac`` is the address of the port that it came in by."""
    if dst == mac:
        return PACKET_HOST
    if dst == BROADCAST:
        return PACKET_BROADCAST
    return PACKET_MULTICAST if dst & GROUP_BIT != 0 else PACKET_OTHERHOST
