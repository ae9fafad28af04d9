"""Reads ``measurements.tsv``, the file of a run's folder that holds what programs measured.

After a line of headings, each line is a row: virtual time in seconds, host, name of the measurement, value.  A name
with the suffix ``failed`` holds failures: rows of ``"forecast failed"`` are the durations of failed requests of
``"forecast"``.
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
    """All requests of one name from one host, in the order in which they were sent."""

    host: str
    name: str
    samples: Sequence[Sample]

    def answered_s(self, start_s: float = 0.0, end_s: float = float("inf")) -> list[float]:
        """Latencies, in seconds and ascending order, of the successful requests sent in this interval."""
        return sorted(s.latency_s for s in self.samples if not s.failed and start_s <= s.sent_s < end_s)

    def failures(self, start_s: float = 0.0, end_s: float = float("inf")) -> int:
        """The number of failed requests among those sent in this interval."""
        return sum(1 for s in self.samples if s.failed and start_s <= s.sent_s < end_s)


def requests_of(rows: Iterable[Measurement]) -> list[Requests]:
    """Rows grouped by name and host: names with the most samples first, hosts in order of first appearance.

    A row holds the time of the response; the request was sent earlier by its latency.
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
