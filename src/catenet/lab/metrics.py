"""What programs measure themselves: latencies, sizes, counts; and exact percentiles of them.

A program on a host says ``catenet.measure("request", seconds)`` or ``catenet.count("timeout")``; the numbers
land in the recorder of the host whose code is running, ``host.metrics``.  Every sample is kept, with the moment
of virtual time at which it came (sixteen octets), so that a reader can draw it over time and percentiles are
exact: the nearest-rank method, where the p-th percentile is the smallest sample that at least p per cent of all
samples do not exceed.
"""

from __future__ import annotations

import math
from array import array
from typing import Final

from catenet.kernel import Kernel

PERCENTILES: Final = (50, 90, 95, 99)


class Metrics:
    """What one host's programs have measured, by name, in the order in which the names first came."""

    def __init__(self, kernel: Kernel | None = None) -> None:
        """Without a kernel, every sample comes at time 0."""
        self._kernel: Final = kernel
        self._samples: Final[dict[str, array[float]]] = {}
        self._sample_times_ns: Final[dict[str, array[int]]] = {}
        self._counts: Final[dict[str, int]] = {}
        self._count_times_ns: Final[dict[str, array[int]]] = {}

    def measure(self, name: str, value: float) -> None:
        """Keep one sample of ``name``.  Latencies are in seconds.  Raises ValueError for what is not finite."""
        if not math.isfinite(value):
            raise ValueError(f"a measurement must be a finite number, and {name!r} was given {value}")
        samples = self._samples.get(name)
        if samples is None:
            samples = self._samples[name] = array("d")
            self._sample_times_ns[name] = array("q")
        samples.append(value)
        self._sample_times_ns[name].append(self._now_ns())

    def count(self, name: str, by: int = 1) -> None:
        """Add to the counter ``name``."""
        self._counts[name] = self._counts.get(name, 0) + by
        if name not in self._count_times_ns:
            self._count_times_ns[name] = array("q")
        self._count_times_ns[name].append(self._now_ns())

    def _now_ns(self) -> int:
        return 0 if self._kernel is None else int(self._kernel.now_ns)

    def samples(self, name: str) -> list[float]:
        """The samples of that name, in the order in which they came; empty if there is none."""
        return list(self._samples.get(name, ()))

    def sample_times_ns(self, name: str) -> list[int]:
        """When the samples of that name came, in nanoseconds of virtual time."""
        return list(self._sample_times_ns.get(name, ()))

    def count_times_ns(self, name: str) -> list[int]:
        """When the counter ``name`` was added to, in nanoseconds of virtual time."""
        return list(self._count_times_ns.get(name, ()))

    def names(self) -> list[str]:
        """The names that have samples."""
        return list(self._samples)

    def counts(self) -> dict[str, int]:
        """The counters."""
        return dict(self._counts)


def percentile(ordered: list[float], percent: float) -> float:
    """The nearest-rank percentile of samples that are in ascending order.  There must be at least one."""
    rank = math.ceil(percent / 100 * len(ordered))
    return ordered[max(rank, 1) - 1]


def distribution(samples: list[float]) -> dict[str, float | int]:
    """Count, mean, least, percentiles and most of some samples; only the count if there is none."""
    ordered = sorted(samples)
    if not ordered:
        return {"count": 0}
    figures: dict[str, float | int] = {"count": len(ordered), "mean": math.fsum(ordered) / len(ordered), "min": ordered[0]}
    for percent in PERCENTILES:
        figures[f"p{percent}"] = percentile(ordered, percent)
    figures["max"] = ordered[-1]
    return figures
