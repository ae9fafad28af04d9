"""Impairments of a channel: loss, jitter, reordering, duplication and bit errors, drawn for each frame.

Each thing that can happen is drawn from a random stream of its own, for every frame, whatever else
happens to that frame: turning on jitter, say, does not change which frames are lost.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.pdu import Pdu
from catenet.kernel.streams import Stream, Streams
from catenet.physical.bit_errors import BitErrors, flipped
from catenet.physical.frame_errors import FrameErrors
from catenet.physical.jitter import Jitter, checked_ns
from catenet.physical.loss import Loss, checked_share
from catenet.physical.loss_reasons import LOST_RANDOM, NOT_LOST


class FrameOutcome:
    """The outcome of one frame: whether it is lost, how late it is, whether it is duplicated, which bits flip."""

    def __init__(self, pdu: Pdu, reason: i64 = NOT_LOST) -> None:
        self.pdu: Final = pdu
        self.reason = reason
        self.jitter_ns: i64 = 0
        self.late_ns: i64 = 0
        self.duplicated = False
        self.flips: list[int] | None = None


class ImpairedChannel:
    """What impairments need of the channel whose they are."""

    def waiting_outcomes(self) -> list[FrameOutcome]:
        """Outcomes of the frames whose first bit has not left yet, in order: a change applies to them."""
        raise AssertionError(f"{type(self).__name__} has no frames")

    def impairments_changed(self) -> None:
        """Those outcomes have changed, and with them when frames arrive."""
        raise AssertionError(f"{type(self).__name__} has no frames")


class Impairments:
    """The impairments of one channel, the streams that decide, and counts of what they did to frames that arrived.

    The streams are named ``link:<channel's name>:<purpose>``.  A change redraws its part of the outcomes of waiting
    frames, and leaves frames on the way alone.
    """

    def __init__(self, streams: Streams, channel_name: str, channel: ImpairedChannel) -> None:
        self.jitter: Jitter | None = None
        self.loss: Loss | None = None
        self.reordered_share: float = 0.0
        self.late_ns: i64 = 0
        self.duplicated_share: float = 0.0
        self.bit_errors: BitErrors | None = None
        self.phy: FrameErrors | None = None
        self.duplicated: i64 = 0
        self.reordered: i64 = 0
        self.corrupted: i64 = 0
        self.bits_flipped: i64 = 0
        self._channel: Final = channel
        self._streams: Final = streams
        self._prefix: Final = f"link:{channel_name}:"
        self._opened: Final[dict[str, Stream]] = {}

    # -- changing

    def set_jitter(self, jitter: Jitter | None) -> None:
        """Vary the delay by a model; None makes it constant."""
        self.jitter = jitter
        for outcome in self._channel.waiting_outcomes():
            self.draw_jitter(outcome)
        self._channel.impairments_changed()

    def set_loss(self, loss: Loss | None) -> None:
        """Lose frames by a model; None loses none.  A lost frame occupies the channel all the same."""
        self.loss = loss
        for outcome in self._channel.waiting_outcomes():
            self.draw_loss(outcome)
        self._channel.impairments_changed()

    def set_reordering(self, share: float, late_ns: int) -> None:
        """Let a share of the frames arrive ``late_ns`` later than they would.  ValueError on a bad share."""
        checked_ns(late_ns, "the delay of reordered frames")
        self.reordered_share = checked_share(share, "a share of reordered frames")
        self.late_ns = late_ns
        for outcome in self._channel.waiting_outcomes():
            self.draw_reordering(outcome)
        self._channel.impairments_changed()

    def set_duplication(self, share: float) -> None:
        """Let a share of the frames arrive twice, the copy right behind.  ValueError on a bad share.

        The copy is made on the way: it takes no time on the channel.
        """
        self.duplicated_share = checked_share(share, "a share of duplicated frames")
        for outcome in self._channel.waiting_outcomes():
            self.draw_duplication(outcome)
        self._channel.impairments_changed()

    def set_bit_errors(self, rate: float) -> None:
        """Flip each bit of a frame, check sequence included, with this probability.  ValueError if it is none."""
        self.bit_errors = BitErrors(rate, self.stream("bit-errors")) if rate != 0.0 else None
        for outcome in self._channel.waiting_outcomes():
            self.draw_bit_errors(outcome)
        self._channel.impairments_changed()

    def set_phy(self, errors: FrameErrors | None) -> None:
        """Damage frames as a PHY's noise does; None leaves them alone.  It adds to what the bit error rate does."""
        self.phy = errors
        for outcome in self._channel.waiting_outcomes():
            self.draw_bit_errors(outcome)
        self._channel.impairments_changed()

    # -- drawing

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
        """The outcome of the next frame."""
        outcome = FrameOutcome(pdu)
        self.draw_jitter(outcome)
        self.draw_loss(outcome)
        self.draw_reordering(outcome)
        self.draw_duplication(outcome)
        self.draw_bit_errors(outcome)
        return outcome

    def draw_jitter(self, outcome: FrameOutcome) -> None:
        """Draw what is added to the delay."""
        jitter = self.jitter
        outcome.jitter_ns = jitter.draw_ns(self.stream("jitter")) if jitter is not None else 0

    def draw_loss(self, outcome: FrameOutcome) -> None:
        """Draw whether the frame is lost."""
        loss = self.loss
        lost = loss is not None and loss.lost(self.stream("loss"))
        outcome.reason = LOST_RANDOM if lost else NOT_LOST

    def draw_reordering(self, outcome: FrameOutcome) -> None:
        """Draw whether the frame is held back."""
        share = self.reordered_share
        late = share > 0.0 and self.stream("reordering").unit() < share
        outcome.late_ns = self.late_ns if late else 0

    def draw_duplication(self, outcome: FrameOutcome) -> None:
        """Draw whether the frame comes twice."""
        share = self.duplicated_share
        outcome.duplicated = share > 0.0 and self.stream("duplication").unit() < share

    def phy_alone(self) -> FrameErrors | None:
        """The noise of a PHY, if nothing else can happen."""
        others = (self.jitter, self.loss, self.bit_errors)
        for other in others:
            if other is not None:
                return None
        return self.phy if self.reordered_share <= 0.0 and self.duplicated_share <= 0.0 else None

    def draw_bit_errors(self, outcome: FrameOutcome) -> None:
        """Draw which bits flip, by a bit error rate and by a PHY's noise.  An empty list: no frame is found."""
        errors, phy, pdu = self.bit_errors, self.phy, outcome.pdu
        flips = errors.flips(pdu.wire_length() * 8) if errors is not None else None
        if phy is not None:
            noise = phy.flips(pdu)
            if noise is not None:
                flips = noise if flips is None or len(noise) == 0 else sorted({*flips, *noise})
        outcome.flips = flips

    # -- arriving

    def arrived(self, outcome: FrameOutcome) -> Pdu | None:
        """The frame as it arrives, its bits flipped; counted.  None if no frame is found in the signal."""
        flips = outcome.flips
        if flips is not None and len(flips) == 0:
            return None
        if outcome.late_ns > 0:
            self.reordered += 1
        if outcome.duplicated:
            self.duplicated += 1
        if flips is None:
            return outcome.pdu
        self.corrupted += 1
        self.bits_flipped += len(flips)
        return flipped(outcome.pdu, flips)

    def counters(self) -> dict[str, int]:
        """Counters by name, of frames that arrived."""
        return {
            "duplicated": self.duplicated,
            "reordered": self.reordered,
            "corrupted": self.corrupted,
            "bits_flipped": self.bits_flipped,
        }
