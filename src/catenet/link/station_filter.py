"""What stands between a port and its station: it takes some frames, and passes the others on.

Ports without one pay nothing.  Filters nest; the one that was put on last is the first to see a frame.
"""

from __future__ import annotations

from typing import Final

from catenet.link.ethernet import Frame
from catenet.link.port import Port, Station


class StationFilter(Station):
    """Passes everything on to the station that the port had; subclasses take what is theirs."""

    def __init__(self, port: Port) -> None:
        self.inner: Final = port.station
        port.station = self

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.inner.receive_frame(port, frame)

    def carrier_changed(self, port: Port, up: bool) -> None:
        self.inner.carrier_changed(port, up)

    def mtu_changed(self, port: Port) -> None:
        self.inner.mtu_changed(port)
