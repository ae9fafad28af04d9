"""The channel by which a station hears a shared medium."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Pdu
from catenet.physical.channel import BIT_NS, Channel, Receiver, Transmission


class ListeningChannel(Channel):
    """Hands over what has arrived: the medium has taken the time for it.

    The impairments of the station's own cable add to what happened on the medium.  In a capture a frame has the time
    of its last bit.  ``fragments`` are carriers without a frame, the remains of collisions.
    """

    def __init__(self, kernel: Kernel, name: str, receiver: Receiver, rate_bit_s: int) -> None:
        super().__init__(kernel, name, receiver, rate_bit_s, 0)
        self.fragments: i64 = 0
        self._fragment_off_ns: i64 = -1

    def hear(self, pdu: Pdu, octets: i64) -> None:
        """A frame has arrived, whole or damaged; ``octets`` with preamble and gap."""
        now_ns = self.kernel.now_ns
        self.frames += 1
        self.octets += octets
        self._planned_ns += octets * BIT_NS // self.rate_bit_s
        if self._plain:
            self.delivered_frames += 1
            self.receiver.receive(pdu)
            return
        self._transmit_watched(Transmission(self, pdu, octets, now_ns), now_ns)

    def hear_fragment(self, on_ns: i64, off_ns: i64) -> None:
        """A carrier without a frame; those that overlap are one."""
        if on_ns >= self._fragment_off_ns:
            self.fragments += 1
        self._fragment_off_ns = max(self._fragment_off_ns, off_ns)

    def counters(self) -> dict[str, int]:
        return {**super().counters(), "fragments": self.fragments}
