"""Faults with a beginning and an end.

A fault that begins and ends at the same instant of virtual time is no episode: no packet could encounter it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from catenet.kernel.quantity import duration_text
from catenet.lab.observe.timeline import Entry

LOOP: Final = "loop"
BLACKHOLE: Final = "blackhole"
MAX_NAMED: Final = 3
"""The number of prefixes that a line names; the rest are counted."""


@dataclass(slots=True, eq=False)
class Episode:
    """One fault of one destination: a loop round ``routers``, or a blackhole at the only router in it.

    It begins at ``start_ns`` and is over at ``end_ns``, which is None while it lasts.  ``affected`` are the affected
    routers: their packets to ``prefix`` may have been lost in it at some time.
    """

    kind: str
    prefix: str
    routers: tuple[str, ...]
    start_ns: int
    end_ns: int | None
    affected: tuple[str, ...]

    def duration_ns(self, now_ns: int) -> int:
        """Its duration, up to now if it lasts."""
        return (now_ns if self.end_ns is None else self.end_ns) - self.start_ns

    @property
    def place(self) -> str:
        """Its place as text."""
        if self.kind == LOOP:
            return f"loop {' → '.join([*self.routers, self.routers[0]])}"
        return f"blackhole at {self.routers[0]}"

    def as_json(self) -> dict[str, Any]:
        """The episode as a JSON object."""
        return {
            "kind": self.kind,
            "prefix": self.prefix,
            "routers": list(self.routers),
            "start_ns": self.start_ns,
            "end_ns": self.end_ns,
            "affected": list(self.affected),
        }


def entries(episodes: Iterable[Episode]) -> list[Entry]:
    """Lines for the timeline: one for all prefixes with the same fault at the same time."""
    alike: dict[tuple[Any, ...], list[Episode]] = {}
    for episode in episodes:
        alike.setdefault((episode.kind, episode.routers, episode.start_ns, episode.end_ns), []).append(episode)
    return [_entry(group) for group in alike.values()]


def _entry(group: Sequence[Episode]) -> Entry:
    one = group[0]
    lasts = "lasting" if one.end_ns is None else f"for {duration_text(one.end_ns - one.start_ns)}"
    prefixes = [episode.prefix for episode in group]
    named = ", ".join(prefixes[:MAX_NAMED])
    more = f" and {len(prefixes) - MAX_NAMED} more" if len(prefixes) > MAX_NAMED else ""
    return Entry(one.start_ns, one.kind, one.routers[0], f"{one.place}, {lasts}: {named}{more}")
