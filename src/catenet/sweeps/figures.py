"""The figures of a run, by name: the numbers of its summary, flat.

A name is the path in the summary, such as ``measurements.write.p99_s``, ``counts.elections``,
``transport.tcp.RetransSegs`` or ``physical.lost.random_loss``.  What is per host, link, connection or program is left
out; the distribution over all hosts, and the sum of a counter, stand under the measurement's or counter's own name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Figures = dict[str, float | int | bool]

_SECTIONS: Final = (
    "physical",
    "link",
    "network",
    "transport",
    "presentation",
    "measurements",
    "counts",
    "history",
    "forwarding",
)
_OF_THE_RUN: Final = ("virtual_ns", "events")
_NOT_COUNTED: Final = ("history.", "forwarding.")
_SECONDS: Final = "_s"
_OF_ALL: Final = "all"
_BY_HOST: Final = "by_host"


def figures_of(summary: Mapping[str, Any]) -> Figures:
    """The figures of a run's summary, in its order."""
    figures: Figures = {name: summary[name] for name in _OF_THE_RUN}
    for section in _SECTIONS:
        figures.update(_flat(section, summary.get(section)))
    programs = summary["programs"]
    figures["programs.failed"] = sum(1 for program in programs if program.get("error") is not None)
    return figures


def figure(figures: Figures, name: str) -> float | int | bool | None:
    """A figure of a run; None if the run has none.

    A summary leaves out counters that are 0, so the figure of one that it does not have is 0.
    """
    found = figures.get(name)
    return 0 if found is None and not name.startswith(_NOT_COUNTED) and not name.endswith(_SECONDS) else found


def values_of(name: str, runs: Sequence[Figures]) -> list[float | int | bool]:
    """A figure's values in those runs that have it."""
    return [value for run in runs if (value := figure(run, name)) is not None]


def _flat(name: str, value: Any) -> Iterator[tuple[str, float | int | bool]]:
    if isinstance(value, int | float):  # and bool
        yield name, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key == _OF_ALL:
                yield from _flat(name, inner)
            elif key != _BY_HOST:
                yield from _flat(f"{name}.{str(key).replace(' ', '_')}", inner)
