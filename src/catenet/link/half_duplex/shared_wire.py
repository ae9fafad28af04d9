"""A station's connection to a shared medium: what it sends by, and what it hears by, plugged in and out together."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.link.half_duplex.csma_cd import CsmaChannel
from catenet.link.half_duplex.listener import ListeningChannel
from catenet.link.half_duplex.medium import SharedMedium
from catenet.link.port import Port
from catenet.physical.channel import Channel, Receiver
from catenet.physical.wire import Wire


class SharedWire(Wire):
    """As a wire from ``a`` to ``b``, of which one is the station's port and the other stands for the medium.

    ``station_first`` says that ``a`` is the station.
    """

    def __init__(
        self,
        kernel: Kernel,
        a_name: str,
        b_name: str,
        a: Port,
        b: Port,
        medium: SharedMedium,
        place_ns: i64,
        station_first: bool = True,
    ) -> None:
        station, other = (a, b) if station_first else (b, a)
        there, back = f"{a_name}-{b_name}", f"{b_name}-{a_name}"
        out_name, in_name = (there, back) if station_first else (back, there)
        hearing = ListeningChannel(kernel, in_name, station, medium.timing.rate_bit_s)
        self.sending: Final = CsmaChannel(kernel, out_name, other, medium, station, hearing, place_ns)
        self.hearing: Final = hearing
        super().__init__(kernel, a_name, b_name, a, b, medium.timing.rate_bit_s, 0)

    def _lay(self, kernel: Kernel, name: str, receiver: Receiver, rate_bit_s: int, delay_ns: int) -> Channel:
        return self.sending if name == self.sending.name else self.hearing
