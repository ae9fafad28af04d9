"""Port mirroring (SPAN): copies of frames that some ports receive or send are sent by another port.

A copy is identical to the frame on the source's link, tags included: every received frame, even if the bridge drops it,
and every sent frame that the queue has accepted.  The destination sends nothing else, and drops what it receives.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.link.ethernet import Frame
from catenet.link.port import Port, Station
from catenet.link.station_filter import StationFilter
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.port_vlans import PortVlans

NO_MEMBERSHIP: Final = PortVlans("mirror", 0, frozenset(), 0)
"""The destination is in no VLAN."""


class Mirror:
    """One session; its destination is set when that port is added."""

    def __init__(self) -> None:
        self.destination: BridgePort | None = None
        self.copied: i64 = 0

    def copy(self, frame: Frame) -> None:
        """Send a copy of a frame; without a destination this does nothing."""
        destination = self.destination
        if destination is not None:
            self.copied += 1
            destination.send(frame.copy())


class MirroredPort(BridgePort):
    """A port of a bridge that may be mirrored; frames that it sends are copied to each of ``sent_to``."""

    def __init__(self, kernel: Kernel, name: str, mac: int, station: Station, number: i64) -> None:
        super().__init__(kernel, name, mac, station, number)
        self.sent_to: Final[list[Mirror]] = []

    def send(self, frame: Frame) -> bool:
        if not self.sent_to:
            return super().send(frame)
        copy = frame.copy()
        if not super().send(frame):
            return False
        for mirror in self.sent_to:
            mirror.copy(copy)
        return True


class MirrorFilter(StationFilter):
    """Copies the frames that a port receives."""

    def __init__(self, port: Port, mirror: Mirror) -> None:
        super().__init__(port)
        self._mirror: Final = mirror

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self._mirror.copy(frame)
        self.inner.receive_frame(port, frame)


class MirrorSink(Station):
    """Drops the frames that a destination receives."""

    def __init__(self, port: BridgePort) -> None:
        self._port: Final = port
        port.station = self

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self._port.in_discarded += 1
