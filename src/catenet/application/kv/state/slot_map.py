"""Which group has which slot, and since when."""

from __future__ import annotations

from typing import Final

import msgspec

from catenet.application.kv.state.slots import SLOTS
from catenet.application.placement.ring import HashRing

NOBODY: Final = 0
"""The owner of a slot before there is a group; groups are numbered from 1."""
POINTS: Final = 128
"""How many points each group has on the ring."""


class Layout(msgspec.Struct, frozen=True, array_like=True):
    """The ``number``-th layout.  ``groups`` are the replicas' addresses, by group; ``owners`` has a group a slot."""

    number: int = 0
    groups: dict[int, tuple[str, ...]] = {}
    owners: tuple[int, ...] = (NOBODY,) * SLOTS


def balanced_layout(number: int, groups: dict[int, tuple[str, ...]]) -> Layout:
    """The layout that a ring makes of these groups: a group that joins or leaves moves its own share of slots only."""
    ring = HashRing({f"group {group}": 1.0 for group in sorted(groups)}, points=POINTS)
    owner_of = {f"group {group}": group for group in groups}
    owners = tuple(owner_of[ring.place(f"slot {slot}")] for slot in range(SLOTS))
    return Layout(number, groups, owners)
