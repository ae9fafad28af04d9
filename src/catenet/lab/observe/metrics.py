"""Measurements by programs: durations, counters, and exact percentiles.

A program on a host says ``catenet.measure("request", seconds)`` or ``catenet.count("timeout")``; the running host's
recorder, ``host.metrics``, stores them.  Every sample is stored with its virtual time (sixteen octets), so that it can
be plotted over time and percentiles are exact.  They are nearest-rank percentiles: the p-th percentile is the smallest
sample that at least p per cent of all samples do not exceed.
"""

from __future__ import annotations

import math
from array import array
from typing import Final

from catenet.host.sandbox.current import present
from catenet.kernel import Kernel

PERCENTILES: Final = (50, 90, 95, 99)


class Metrics:
    """The measurements of one host's programs by name, in order of each name's first use."""

    def __init__(self, kernel: Kernel | None = None) -> None:
        """Without a kernel, every sample has time 0."""
        self._kernel: Final = kernel
        self._samples: Final[dict[str, array[float]]] = {}
        self._sample_times_ns: Final[dict[str, array[int]]] = {}
        self._counts: Final[dict[str, int]] = {}

    def measure(self, name: str, seconds: float) -> None:
        """Record one sample of ``name``, a duration in seconds.  Raises ValueError if it is not finite."""
        if not math.isfinite(seconds):
            raise ValueError(f"a measurement is a finite number of seconds, and {name!r} was given {seconds}")
        samples = self._samples.get(name)
        if samples is None:
            samples = self._samples[name] = array("d")
            self._sample_times_ns[name] = array("q")
        samples.append(seconds)
        self._sample_times_ns[name].append(self._now_ns())

    def count(self, name: str, by: int = 1) -> None:
        """Add to the counter ``name``."""
        self._counts[name] = self._counts.get(name, 0) + by

    def _now_ns(self) -> int:
        return 0 if self._kernel is None else int(self._kernel.now_ns)

    def samples(self, name: str) -> list[float]:
        """The samples of that name in order of time, in seconds; empty if there are none."""
        return list(self._samples.get(name, ()))

    def sample_times_ns(self, name: str) -> list[int]:
        """The virtual times of the samples of that name, in nanoseconds."""
        return list(self._sample_times_ns.get(name, ()))

    def total(self) -> int:
        """The number of samples of all names."""
        return sum(len(samples) for samples in self._samples.values())

    def names(self) -> list[str]:
        """The names that have samples."""
        return list(self._samples)

    def counts(self) -> dict[str, int]:
        """The counters."""
        return dict(self._counts)


def percentile(ordered: list[float], percent: float) -> float:
    """The nearest-rank percentile of a non-empty list of samples in ascending order."""
    rank = math.ceil(percent / 100 * len(ordered))
    return ordered[max(rank, 1) - 1]


def distribution(samples: list[float]) -> dict[str, float | int]:
    """Count, mean, minimum, percentiles and maximum of samples in seconds; only the count if there are none."""
    ordered = sorted(samples)
    if not ordered:
        return {"count": 0}
    figures: dict[str, float | int] = {"count": len(ordered), "mean_s": math.fsum(ordered) / len(ordered)}
    figures["min_s"] = ordered[0]
    for percent in PERCENTILES:
        figures[f"p{percent}_s"] = percentile(ordered, percent)
    figures["max_s"] = ordered[-1]
    return figures


def measure(name: str, seconds: float) -> None:
    """Record one sample of ``name``, in seconds, for the host whose program is running.

    Raises RuntimeError if no host's program is running, ValueError if ``seconds`` is not finite.
    """
    recorder("measure").measure(name, seconds)


def count(name: str, by: int = 1) -> None:
    """Add to the counter ``name`` of the host whose program is running.  Raises RuntimeError if none is."""
    recorder("count").count(name, by)


def recorder(what: str) -> Metrics:
    """The recorder of the host whose program is running."""
    here = present()
    metrics = getattr(here.host, "metrics", None) if here is not None else None
    if not isinstance(metrics, Metrics):
        raise RuntimeError(f"{what}() is for programs that run on a host of an internet, and none is running here")
    return metrics
