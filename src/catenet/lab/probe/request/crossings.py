"""Watches links: each frame that crossed one, with its octets, its times and its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from catenet.kernel.pdu import Pdu
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import End
from catenet.lab.observe.link_capture import LINK_TYPES, RecordedFrame
from catenet.lab.probe.request.headers.frame import ETHERNET, HDLC, PPP, RAW, FrameHeaders, frame_headers
from catenet.link.framing.encoding import LineFrame
from catenet.physical.channel import BIT_NS, Channel, Tap, Transmission
from catenet.physical.loss_reasons import LOST_COLLISION

_FRAMINGS: Final = {LINK_TYPES["ppp"].number: PPP, LINK_TYPES["hdlc"].number: HDLC, LINK_TYPES["slip"].number: RAW}


class Crossing:
    """One frame on one link."""

    def __init__(
        self, link: Link, ends: tuple[End, End], record: RecordedFrame, rate_bit_s: int, delay_ns: int
    ) -> None:
        self.link: Final = link
        self.sender: Final = ends[0]
        self.receiver: Final = ends[1]
        self.rate_bit_s: Final = rate_bit_s
        self.framing: Final = _FRAMINGS.get(link.link_type.number, ETHERNET)
        self.octets: Final = record.data
        self.headers: Final[FrameHeaders | None] = frame_headers(record.data, self.framing)
        self._record: Final = record
        self._delay_ns: Final = delay_ns

    @property
    def started_ns(self) -> int:
        """When its first bit left, or when the port dropped it."""
        return int(self._record.time_ns())

    @property
    def wire_octets(self) -> int:
        """What it occupied on the wire, preamble and gap included."""
        transmission = self._record.transmission
        return len(self.octets) if transmission is None else int(transmission.octets)

    @property
    def sent_ns(self) -> int:
        """When its last bit had left, and the gap behind it; on a shared medium, which all hear, when it arrived."""
        if self._record.transmission is None:
            return self.started_ns
        sent_ns = self.started_ns - (-self.wire_octets * BIT_NS // self.rate_bit_s)
        return min(sent_ns, self._fired_ns) if self._fired_ns and not self.lost else sent_ns

    @property
    def outcome(self) -> str:
        """What happened to it; empty if it arrived unchanged."""
        return self._record.outcome_text().removeprefix("; ")

    @property
    def lost(self) -> bool:
        """Whether it did not arrive."""
        transmission = self._record.transmission
        if transmission is None or transmission.loss_reason():
            return True
        outcome = transmission.outcome
        return outcome is not None and outcome.flips is not None

    @property
    def arrived_ns(self) -> int:
        """When its last bit arrived, if it is not lost."""
        return self._fired_ns or self.sent_ns + self._delay_ns

    @property
    def collided(self) -> bool:
        """Whether another station sent at the same time; then the MAC sends the frame again."""
        transmission = self._record.transmission
        return transmission is not None and transmission.loss_reason() == LOST_COLLISION

    @property
    def _fired_ns(self) -> int:
        """When the event of its arrival is; 0 if there is none."""
        transmission = self._record.transmission
        return 0 if transmission is None else int(transmission.time_ns)


class Watch:
    """Records the frames on links from now on, until :meth:`end`."""

    def __init__(self, links: Iterable[Link]) -> None:
        self.crossings: Final[list[Crossing]] = []
        self._taps: Final = [_LinkTap(link, self.crossings) for link in links]

    def end(self) -> None:
        """Record no more."""
        for tap in self._taps:
            tap.link.wire.remove_tap(tap)


class _LinkTap(Tap):
    def __init__(self, link: Link, crossings: list[Crossing]) -> None:
        self.link: Final = link
        self._crossings: Final = crossings
        link.wire.add_tap(self)

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        record = self._record(transmission.pdu)
        record.transmission = transmission
        self._keep(channel, record)

    def dropped(self, channel: Channel, pdu: Pdu, text: str) -> None:
        record = self._record(pdu)
        record.dropped_ns = int(channel.kernel.now_ns)
        record.drop_text = text
        self._keep(channel, record)

    def _record(self, pdu: Pdu) -> RecordedFrame:
        return RecordedFrame(0, pdu.content() if isinstance(pdu, LineFrame) else pdu.emit(), "")

    def _keep(self, channel: Channel, record: RecordedFrame) -> None:
        link = self.link
        ends = (link.a, link.b) if channel is link.wire.forward else (link.b, link.a)
        self._crossings.append(Crossing(link, ends, record, int(channel.rate_bit_s), int(channel.delay_ns)))
