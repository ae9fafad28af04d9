"""Which frames a wire loses.

A model is asked once for each frame, in the order in which frames are sent, and may remember what it
answered.  It belongs to one channel: two directions with the same statistics need two models
(:meth:`Loss.fresh`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.streams import Stream


def checked_share(share: float, what: str) -> float:
    """The share itself.  Raises ValueError if it does not lie in [0, 1]."""
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"{what} must lie between 0 and 1, not {share}")
    return share


@mypyc_attr(allow_interpreted_subclasses=True)
class Loss:
    """A loss model."""

    def lost(self, stream: Stream) -> bool:
        """Whether the next frame is lost."""
        raise AssertionError(f"{type(self).__name__} does not say which frames are lost")

    def fresh(self) -> Loss:
        """A model with the same statistics that has seen no frame yet."""
        raise AssertionError(f"{type(self).__name__} cannot be started afresh")


class Bernoulli(Loss):
    """Each frame is lost with the same chance, whatever happened before."""

    def __init__(self, share: float) -> None:
        self.share: Final = checked_share(share, "a share of lost frames")

    def lost(self, stream: Stream) -> bool:
        return stream.unit() < self.share

    def fresh(self) -> Loss:
        return Bernoulli(self.share)


class GilbertElliott(Loss):
    """Losses in bursts: a Markov chain of a good and a bad state, each with its own chance of loss.

    Gilbert (1960) has no loss in the good state; Elliott (1963) allows some.  The state changes after
    each frame; the first frame finds the good one.  A bad state lasts ``1 / to_good`` frames on average.
    """

    def __init__(self, to_bad: float, to_good: float, loss_in_bad: float = 1.0, loss_in_good: float = 0.0) -> None:
        self.to_bad: Final = checked_share(to_bad, "the chance of going bad")
        self.to_good: Final = checked_share(to_good, "the chance of going good")
        self.loss_in_bad: Final = checked_share(loss_in_bad, "the loss in the bad state")
        self.loss_in_good: Final = checked_share(loss_in_good, "the loss in the good state")
        self.bad: bool = False

    def lost(self, stream: Stream) -> bool:
        lost = stream.unit() < (self.loss_in_bad if self.bad else self.loss_in_good)
        if stream.unit() < (self.to_good if self.bad else self.to_bad):
            self.bad = not self.bad
        return lost

    def fresh(self) -> Loss:
        return GilbertElliott(self.to_bad, self.to_good, self.loss_in_bad, self.loss_in_good)

    def mean_loss(self) -> float:
        """The share of frames lost in the long run: the states' losses, weighted by how long each lasts."""
        both = self.to_bad + self.to_good
        if both == 0.0:
            return self.loss_in_good
        return (self.to_good * self.loss_in_good + self.to_bad * self.loss_in_bad) / both


class RecordedLoss(Loss):
    """Frame ``n`` is lost if entry ``n`` of a recorded series says so; the series starts over at its end."""

    def __init__(self, series: Sequence[bool]) -> None:
        if not series:
            raise ValueError("a recorded series of losses needs at least one entry")
        self.series: Final = list(series)
        self._next: i64 = 0

    def lost(self, stream: Stream) -> bool:
        place = self._next
        self._next = place + 1 if place + 1 < len(self.series) else 0
        return self.series[place]

    def fresh(self) -> Loss:
        return RecordedLoss(self.series)
