"""Gives an LLDP agent the frames, the carrier and the MTU of its port."""

from __future__ import annotations

from typing import Final

from catenet.link.ethernet import Frame
from catenet.link.lldp.agent import LldpAgent
from catenet.link.lldp.lldpdu import ETHERTYPE, NEAREST_BRIDGE
from catenet.link.port import Port
from catenet.link.station_filter import StationFilter


class LldpFilter(StationFilter):
    """Stands before a port's station.  It must be put on before the port's link is there."""

    def __init__(self, port: Port, agent: LldpAgent) -> None:
        super().__init__(port)
        self._agent: Final = agent
        port.join(NEAREST_BRIDGE)

    def receive_frame(self, port: Port, frame: Frame) -> None:
        if frame.dst == NEAREST_BRIDGE and frame.ethertype == ETHERTYPE:
            self._agent.receive(frame)
        else:
            self.inner.receive_frame(port, frame)

    def carrier_changed(self, port: Port, up: bool) -> None:
        self.inner.carrier_changed(port, up)
        self._agent.carrier_changed(up)

    def mtu_changed(self, port: Port) -> None:
        self.inner.mtu_changed(port)
        self._agent.local_changed()
