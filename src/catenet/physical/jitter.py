"""Jitter: how a wire's delay varies from frame to frame.

A model gives, for each frame, the nanoseconds to add to the channel's delay.  The value may be negative, but no frame
arrives before its last bit has left.  A model belongs to one channel (:meth:`Jitter.fresh` makes another).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.streams import Stream

MAX_NS: Final[i64] = 60_000_000_000


def checked_ns(duration: int, what: str) -> int:
    """The duration, unchanged.  Raises ValueError if it is negative."""
    if duration < 0:
        raise ValueError(f"{what} must not be negative, not {duration} ns")
    return duration


@mypyc_attr(allow_interpreted_subclasses=True)
class Jitter:
    """A model of jitter."""

    def draw_ns(self, stream: Stream) -> i64:
        """Nanoseconds to add to the next frame's delay."""
        raise AssertionError(f"{type(self).__name__} does not say how delay varies")

    def fresh(self) -> Jitter:
        """A model with the same parameters, in its initial state."""
        raise AssertionError(f"{type(self).__name__} cannot be started afresh")


class Uniform(Jitter):
    """Uniform from ``-spread_ns`` to ``+spread_ns``."""

    def __init__(self, spread_ns: int) -> None:
        self.spread_ns: Final = checked_ns(spread_ns, "a spread")

    def draw_ns(self, stream: Stream) -> i64:
        return stream.between(-self.spread_ns, self.spread_ns)

    def fresh(self) -> Jitter:
        return Uniform(self.spread_ns)


class Normal(Jitter):
    """Normal with mean 0 and standard deviation ``sigma_ns``."""

    def __init__(self, sigma_ns: int) -> None:
        self.sigma_ns: Final = checked_ns(sigma_ns, "a standard deviation")

    def draw_ns(self, stream: Stream) -> i64:
        return round(stream.normal() * self.sigma_ns)

    def fresh(self) -> Jitter:
        return Normal(self.sigma_ns)


class Pareto(Jitter):
    """A Pareto distribution shifted to 0: never negative, mostly small, occasionally very large.

    With u uniform in (0, 1] it is ``scale_ns * (u ** (-1 / shape) - 1)`` (Pareto type II, Lomax 1954);
    its mean is ``scale_ns / (shape - 1)`` for a shape above 1.  Values above a minute are reduced to a minute.
    """

    def __init__(self, scale_ns: int, shape: float) -> None:
        if not shape > 0.0:
            raise ValueError(f"the shape of a Pareto distribution must be above 0, not {shape}")
        self.scale_ns: Final = checked_ns(scale_ns, "a scale")
        self.shape: Final = shape

    def draw_ns(self, stream: Stream) -> i64:
        extra = self.scale_ns * (stream.pareto(1.0, self.shape) - 1.0)
        return round(extra) if extra < 6e10 else MAX_NS

    def fresh(self) -> Jitter:
        return Pareto(self.scale_ns, self.shape)


class RecordedJitter(Jitter):
    """Frame ``n`` gets entry ``n`` of a recorded series, in nanoseconds; the series starts over at its end."""

    def __init__(self, series_ns: Sequence[int]) -> None:
        if not series_ns:
            raise ValueError("a recorded series of delays needs at least one entry")
        self.series_ns: Final = list(series_ns)
        self._next: i64 = 0

    def draw_ns(self, stream: Stream) -> i64:
        place = self._next
        self._next = place + 1 if place + 1 < len(self.series_ns) else 0
        return self.series_ns[place]

    def fresh(self) -> Jitter:
        return RecordedJitter(self.series_ns)
