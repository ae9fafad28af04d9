"""A capture of a link: both directions of a wire in one pcapng file.

Each direction is an interface of the file.  A frame's time is when its first bit leaves; a frame that a port dropped
bears the time of the drop, and one that a cut found waiting that of the cut.  Times are those of an accurate wall
clock of a host, so that frames match a program's log.  A frame is recorded as it was sent, whatever happened to it in
flight; its comment contains the sender, the receiver, and ``lost: random loss``, ``dropped: queue full``, ``marked:
codel``, ``bit errors: 3``, ``late``, ``twice``.

A frame that storm control dropped when it had arrived is recorded once more, at that time.

A frame is recorded before its first bit leaves, and a later cut may still destroy it.  So a captured frame is buffered
until its outcome is final, and then written in order of time.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Final, NamedTuple

from catenet.kernel.kernel import NEVER
from catenet.kernel.pdu import Pdu
from catenet.link.framing.encoding import LineFrame
from catenet.physical.channel import Channel, Tap, Transmission
from catenet.physical.loss_reasons import LOSS_TEXT, LOST_SIGNAL, NOT_LOST
from catenet.physical.wire import Wire
from catenet.record.pcapng import FCS_OCTETS, LINKTYPE_ETHERNET, PcapngWriter


class LinkType(NamedTuple):
    """How a capture of a link is read: a number of tcpdump.org's list, and the length of the check sequence."""

    number: int
    fcs_octets: int


ETHERNET: Final = LinkType(LINKTYPE_ETHERNET, FCS_OCTETS)
LINK_TYPES: Final = {
    "ppp": LinkType(50, 0),
    "hdlc": LinkType(104, 0),
    "slip": LinkType(101, 0),
    "cobs": LinkType(101, 0),
}
"""PPP_HDLC, C_HDLC, and RAW for IP without a header; frames are recorded without check sequence and stuffing."""


BATCH: Final = 256
"""The number of new frames after which final ones are written."""


class RecordedFrame:
    """A captured frame, and its outcome as far as it is known."""

    __slots__ = ("data", "direction", "drop_text", "dropped_ns", "mark_text", "transmission")

    def __init__(self, direction: int, data: bytes, mark_text: str) -> None:
        self.direction: Final = direction
        self.data: Final = data
        self.mark_text: Final = mark_text
        self.transmission: Transmission | None = None
        self.dropped_ns: int = 0
        self.drop_text: str = ""

    def time_ns(self) -> int:
        """When its first bit left or will leave, or when it was dropped."""
        return self.transmission.start_ns if self.transmission is not None else self.dropped_ns

    def is_final(self) -> bool:
        """Whether its outcome is final."""
        return self.transmission is None or self.transmission.is_final()

    def outcome_text(self) -> str:
        """Its outcome as text; empty if it arrived unchanged."""
        return self.mark_text + self._end_text()

    def _end_text(self) -> str:
        transmission = self.transmission
        if transmission is None:
            return f"; dropped: {self.drop_text}"
        reason = transmission.loss_reason()
        waits = transmission.waits()
        if reason != NOT_LOST and not waits:
            return f"; lost: {LOSS_TEXT[reason]}"
        text = "; on its way when the capture ended" if transmission.queued or waits else ""
        outcome = transmission.outcome
        if outcome is None:
            return text
        if outcome.flips is not None and not outcome.flips:
            return text + f"; lost: {LOSS_TEXT[int(LOST_SIGNAL)]}"
        if outcome.flips is not None:
            text += f"; bit errors: {len(outcome.flips)}"
        if outcome.late_ns > 0:
            text += "; late"
        return text + "; twice" if outcome.duplicated else text


class LinkCapture(Tap):
    """Writes a wire's capture to ``path``, from now until :meth:`close`.

    ``names`` are the names of the two senders: on ``wire.forward``, then on ``wire.backward``.  ``epoch_ns`` is the
    wall clock's time at the start of the run; ``link_type`` is pcapng's, and the length of the check sequence.  Raises
    OSError if the file cannot be written.
    """

    def __init__(
        self, wire: Wire, path: Path, names: tuple[str, str], epoch_ns: int = 0, link_type: LinkType = ETHERNET
    ) -> None:
        self.path: Final = path
        self._epoch_ns: Final = epoch_ns
        self._wire: Final = wire
        self._kernel: Final = wire.forward.kernel
        self._stream: Final = path.open("wb", buffering=1 << 16)
        self._writer: Final = PcapngWriter(self._stream)
        self._texts: Final = (f"{names[0]} -> {names[1]}", f"{names[1]} -> {names[0]}")
        for name, text, channel in zip(names, self._texts, (wire.forward, wire.backward), strict=True):
            self._writer.add_interface(name, text, channel.rate_bit_s, *link_type)
        self._lanes: Final = [deque[RecordedFrame]() for _ in range(4)]
        self._new = 0
        self._marks: Final[dict[int, tuple[Pdu, str]]] = {}
        self.frames: int = 0
        wire.add_tap(self)

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        direction = 0 if channel is self._wire.forward else 1
        pdu = transmission.pdu
        frame = RecordedFrame(direction, _octets(pdu), self._mark_text(pdu))
        frame.transmission = transmission
        self._keep(frame, direction)

    def dropped(self, channel: Channel, pdu: Pdu, text: str) -> None:
        direction = 0 if channel is self._wire.forward else 1
        frame = RecordedFrame(direction, _octets(pdu), self._mark_text(pdu))
        frame.dropped_ns = self._kernel.now_ns
        frame.drop_text = text
        self._keep(frame, 2 + direction)

    def refused(self, channel: Channel, pdu: Pdu, text: str) -> None:
        direction = 1 if channel is self._wire.forward else 0
        frame = RecordedFrame(direction, pdu.emit(), "")
        frame.dropped_ns = self._kernel.now_ns
        frame.drop_text = text
        self._keep(frame, 2 + direction)

    def marked(self, channel: Channel, pdu: Pdu, text: str) -> None:
        self._marks[id(pdu)] = pdu, f"{self._mark_text(pdu)}; {text}"

    @property
    def waiting_frames(self) -> int:
        """The number of captured frames that are not written yet."""
        return sum(len(lane) for lane in self._lanes)

    def flush(self) -> None:
        """Write frames in order of time, up to the first whose outcome is not final."""
        now_ns = self._kernel.now_ns
        while (frame := self._earliest(now_ns)) is not None and frame.is_final():
            self._write(frame)

    def close(self) -> None:
        """Write all remaining frames, final or not, and close the file."""
        self._wire.remove_tap(self)
        while (frame := self._earliest(NEVER)) is not None:
            self._write(frame)
        self._stream.close()

    def _mark_text(self, pdu: Pdu) -> str:
        """What was said of a frame before it was sent or dropped; it is held until then, so its id is its own."""
        return self._marks.pop(id(pdu), (pdu, ""))[1]

    def _keep(self, frame: RecordedFrame, lane: int) -> None:
        self._lanes[lane].append(frame)
        self._new += 1
        if self._new >= BATCH:
            self._new = 0
            self.flush()

    def _earliest(self, before_ns: int) -> RecordedFrame | None:
        """The earliest frame of all lanes; each lane is in order of time."""
        earliest = None
        for lane in self._lanes:
            if lane and (time_ns := lane[0].time_ns()) < before_ns:
                earliest, before_ns = lane[0], time_ns
        return earliest

    def _write(self, frame: RecordedFrame) -> None:
        direction = frame.direction
        self._lanes[direction if frame.transmission is not None else 2 + direction].popleft()
        comment = self._texts[direction] + frame.outcome_text()
        self._writer.write(direction, self._epoch_ns + frame.time_ns(), frame.data, comment)
        self.frames += 1


def _octets(pdu: Pdu) -> bytes:
    """What is recorded of a frame: on a link without Ethernet, no check sequence and no stuffing."""
    return pdu.content() if isinstance(pdu, LineFrame) else pdu.emit()
