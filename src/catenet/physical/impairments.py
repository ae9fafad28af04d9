"""What chance holds in store for a frame.

Each thing that can happen is drawn from a random stream of its own, for every frame, whatever else
happens to that frame: turning on jitter, say, does not change which frames are lost.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Pdu
from catenet.kernel.streams import Stream, Streams
from catenet.physical.bit_errors import BitErrors
from catenet.physical.frame_errors import FrameErrors
from catenet.physical.jitter import Jitter
from catenet.physical.loss import Loss
from catenet.physical.loss_reasons import LOST_RANDOM, NOT_LOST


class FrameOutcome:
    """What happens to one frame: whether it is lost, how late it is, whether it comes twice, which bits flip."""

    def __init__(self, reason: i64 = NOT_LOST) -> None:
        self.reason = reason
        self.jitter_ns: i64 = 0
        self.late_ns: i64 = 0
        self.twice = False
        self.flips: list[int] | None = None


class Impairments:
    """What can happen to the frames of one channel, and the streams that decide."""

    def __init__(self, streams: Streams, channel_name: str) -> None:
        self.jitter: Jitter | None = None
        self.loss: Loss | None = None
        self.reordered_share: float = 0.0
        self.late_ns: i64 = 0
        self.duplicated_share: float = 0.0
        self.bit_errors: BitErrors | None = None
        self.phy: FrameErrors | None = None
        self._streams: Final = streams
        self._prefix: Final = f"link:{channel_name}:"
        self._opened: Final[dict[str, Stream]] = {}

    def stream(self, purpose: str) -> Stream:
        """The stream for one purpose; it goes on where it was, however often a model is changed."""
        stream = self._opened.get(purpose)
        if stream is None:
            stream = self._streams.stream(self._prefix + purpose)
            self._opened[purpose] = stream
        return stream

    def any(self) -> bool:
        """Whether anything can happen at all."""
        return (
            self.jitter is not None
            or self.loss is not None
            or self.bit_errors is not None
            or self.phy is not None
            or self.reordered_share > 0.0
            or self.duplicated_share > 0.0
        )

    def draw(self, pdu: Pdu) -> FrameOutcome:
        """The fate of the next frame."""
        fate = FrameOutcome()
        self.draw_jitter(fate)
        self.draw_loss(fate)
        self.draw_reordering(fate)
        self.draw_duplication(fate)
        self.draw_bit_errors(pdu, fate)
        return fate

    def draw_jitter(self, fate: FrameOutcome) -> None:
        """Draw what is added to the delay."""
        jitter = self.jitter
        fate.jitter_ns = jitter.draw_ns(self.stream("jitter")) if jitter is not None else 0

    def draw_loss(self, fate: FrameOutcome) -> None:
        """Draw whether the frame is lost."""
        loss = self.loss
        lost = loss is not None and loss.lost(self.stream("loss"))
        fate.reason = LOST_RANDOM if lost else NOT_LOST

    def draw_reordering(self, fate: FrameOutcome) -> None:
        """Draw whether the frame is held back."""
        share = self.reordered_share
        late = share > 0.0 and self.stream("reordering").unit() < share
        fate.late_ns = self.late_ns if late else 0

    def draw_duplication(self, fate: FrameOutcome) -> None:
        """Draw whether the frame comes twice."""
        share = self.duplicated_share
        fate.twice = share > 0.0 and self.stream("duplication").unit() < share

    def phy_alone(self) -> FrameErrors | None:
        """The noise of a PHY, if nothing else can happen."""
        others = (self.jitter, self.loss, self.bit_errors)
        for other in others:
            if other is not None:
                return None
        return self.phy if self.reordered_share <= 0.0 and self.duplicated_share <= 0.0 else None

    def draw_bit_errors(self, pdu: Pdu, fate: FrameOutcome) -> None:
        """Draw which bits flip, by a bit error rate and by a PHY's noise.  An empty list: no frame is found."""
        errors, phy = self.bit_errors, self.phy
        flips = errors.flips(pdu.wire_length() * 8) if errors is not None else None
        if phy is not None:
            noise = phy.flips(pdu)
            if noise is not None:
                flips = noise if flips is None or len(noise) == 0 else sorted({*flips, *noise})
        fate.flips = flips
