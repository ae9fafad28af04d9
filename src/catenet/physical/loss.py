"""Loss models: which frames a wire loses.

A model is called once for each frame, in the order in which frames are sent, and may keep state.  It belongs to one
channel: two directions with the same parameters need two models (:meth:`Loss.fresh`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.streams import Stream


def checked_share(share: float, what: str) -> float:
    """The share, unchanged.  Raises ValueError if it is outside [0, 1]."""
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
        """A model with the same parameters, in its initial state."""
        raise AssertionError(f"{type(self).__name__} cannot be started afresh")


class Bernoulli(Loss):
    """Each frame is lost independently with the same probability."""

    def __init__(self, share: float) -> None:
        self.share: Final = checked_share(share, "a share of lost frames")

    def lost(self, stream: Stream) -> bool:
        return stream.unit() < self.share

    def fresh(self) -> Loss:
        return Bernoulli(self.share)


class GilbertElliott(Loss):
    """Losses in bursts: a Markov chain with a good and a bad state, each with its own loss probability.

    Gilbert (1960) has no loss in the good state; Elliott (1963) allows it.  The state may change after each frame, and
    is good for the first one.  The bad state lasts ``1 / to_good`` frames on average.
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
        """The long-run share of lost frames: the loss of each state, weighted by its stationary probability."""
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
