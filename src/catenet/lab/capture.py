"""A capture of a link: both directions of a wire in one pcapng file.

Each direction is an interface of the file.  A frame's time is when its first bit leaves; a frame that a
port dropped bears the time of the drop, and one that a cut found waiting that of the cut.  A frame is
recorded as it was sent, whatever happened to it on the way; its comment tells: who sent it to whom, and
``lost: random loss``, ``dropped: queue full``, ``bit errors: 3``, ``late``, ``twice``.

Frames are known to the channel before their first bit leaves, and a later cut may still take them.  So
what is captured waits here until nothing can change it any more, and then is written in order of time.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Final

from catenet.kernel.pdu import Pdu
from catenet.physical.channel import Channel, Tap, Transmission
from catenet.physical.reasons import LOSS_TEXT, NOT_LOST
from catenet.physical.wire import Wire
from catenet.record.pcapng import PcapngWriter


class Sighting:
    """A frame that was seen, and what became of it as far as is known."""

    def __init__(self, data: bytes, time_ns: int, drop_text: str, transmission: Transmission | None) -> None:
        self.data: Final = data
        self._time_ns: Final = time_ns
        self._drop_text: Final = drop_text
        self._transmission: Final = transmission

    def time_ns(self) -> int:
        """When its first bit left or will leave, or when it was dropped."""
        return self._transmission.start_ns if self._transmission is not None else self._time_ns

    def settled(self) -> bool:
        """Whether its fate is known for good."""
        return self._transmission is None or self._transmission.settled()

    def fate_texts(self) -> list[str]:
        """What happened to it; empty if it arrived, or is to arrive, as it was sent."""
        transmission = self._transmission
        if transmission is None:
            return [f"dropped: {self._drop_text}"]
        reason = transmission.loss_reason()
        if reason != NOT_LOST:
            return [f"lost: {LOSS_TEXT[reason]}"]
        texts = ["on its way when the capture ended"] if transmission.queued else []
        fate = transmission.fate
        if fate is not None:
            if fate.flips is not None:
                texts.append(f"bit errors: {len(fate.flips)}")
            if fate.late_ns > 0:
                texts.append("late")
            if fate.twice:
                texts.append("twice")
        return texts


class LinkCapture(Tap):
    """Writes a wire's capture to ``path``, from now until :meth:`close`.

    ``names`` are those of the two ends, for people: of who sends on ``wire.forward``, then of who sends
    on ``wire.backward``.  Raises OSError if the file cannot be written.
    """

    def __init__(self, wire: Wire, path: Path, names: tuple[str, str]) -> None:
        self.path: Final = path
        self._wire: Final = wire
        self._kernel: Final = wire.forward.kernel
        self._stream: Final = path.open("wb")
        self._writer: Final = PcapngWriter(self._stream)
        self._texts: Final = (f"{names[0]} -> {names[1]}", f"{names[1]} -> {names[0]}")
        for name, text, channel in zip(names, self._texts, (wire.forward, wire.backward), strict=True):
            self._writer.add_interface(name, text, channel.rate_bit_s)
        self._sent: Final = (deque[Sighting](), deque[Sighting]())
        self._dropped: Final = (deque[Sighting](), deque[Sighting]())
        self._lanes: Final = (self._sent[0], self._sent[1], self._dropped[0], self._dropped[1])
        self.frames = 0
        wire.set_tap(self)

    def transmitted(self, channel: Channel, transmission: Transmission) -> None:
        self._sent[self._direction(channel)].append(Sighting(transmission.pdu.emit(), 0, "", transmission))
        self.flush()

    def dropped(self, channel: Channel, pdu: Pdu, text: str) -> None:
        self._dropped[self._direction(channel)].append(Sighting(pdu.emit(), self._kernel.now_ns, text, None))
        self.flush()

    def flush(self) -> None:
        """Write what lies in the past and is settled, up to the first frame that is not."""
        now_ns = self._kernel.now_ns
        while (lane := self._earliest()) is not None:
            sighting = self._lanes[lane][0]
            if sighting.time_ns() >= now_ns or not sighting.settled():
                return
            self._write(lane)

    def close(self) -> None:
        """Write all that is left, whatever may become of it, and close the file."""
        self._wire.set_tap(None)
        while (lane := self._earliest()) is not None:
            self._write(lane)
        self._stream.close()

    def _direction(self, channel: Channel) -> int:
        return 0 if channel is self._wire.forward else 1

    def _earliest(self) -> int | None:
        lanes = [lane for lane in range(4) if self._lanes[lane]]
        return min(lanes, key=lambda lane: self._lanes[lane][0].time_ns(), default=None)

    def _write(self, lane: int) -> None:
        sighting = self._lanes[lane].popleft()
        direction = lane % 2
        comment = "; ".join([self._texts[direction], *sighting.fate_texts()])
        self._writer.write(direction, sighting.time_ns(), sighting.data, comment)
        self.frames += 1
