"""What programs measured, as a run's folder holds it: ``measurements.tsv``.

One row a line after a line of headings: the time in seconds of virtual time, the host, the name of what was
measured, its value.  A name that ends in ``failed`` is that of what did not succeed: ``"forecast failed"`` holds how
long those took that belong to ``"forecast"``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from catenet.view.latency import Sample

FAILED: Final = " failed"


class Measurement(NamedTuple):
    """One row."""

    time_s: float
    host: str
    name: str
    value: float


def read(path: Path) -> list[Measurement]:
    """All rows of a file; none if there is no such file."""
    if not path.is_file():
        return []
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").strip("\n").split("\n")[1:])
    return [Measurement(float(time_s), host, name, float(value)) for time_s, host, name, value in rows]


class Requests(NamedTuple):
    """What one host asked for by one name: every sample, in the order in which they were sent."""

    host: str
    name: str
    samples: Sequence[Sample]

    def answered_s(self, start_s: float = 0.0, end_s: float = float("inf")) -> list[float]:
        """The latencies of those that were sent in that time and succeeded, in ascending order, in seconds."""
        return sorted(s.latency_s for s in self.samples if not s.failed and start_s <= s.sent_s < end_s)

    def failures(self, start_s: float = 0.0, end_s: float = float("inf")) -> int:
        """How many of those that were sent in that time failed."""
        return sum(1 for s in self.samples if s.failed and start_s <= s.sent_s < end_s)


def requests_of(rows: Iterable[Measurement]) -> list[Requests]:
    """The rows by name and host, those names first that have most samples; hosts as they first appear.

    A row's time is when it was measured; a request was sent as much earlier as it took.
    """
    found: dict[str, dict[str, list[Sample]]] = {}
    hosts: dict[str, None] = {}
    for row in rows:
        hosts.setdefault(row.host)
        name, failed = row.name.removesuffix(FAILED), row.name.endswith(FAILED)
        sample = Sample(max(0.0, row.time_s - row.value), row.value, failed)
        found.setdefault(name, {}).setdefault(row.host, []).append(sample)
    names = sorted(found, key=lambda name: -sum(len(samples) for samples in found[name].values()))
    return [Requests(host, name, sorted(found[name][host])) for name in names for host in hosts if host in found[name]]
