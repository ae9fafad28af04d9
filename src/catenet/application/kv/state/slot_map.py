"""Layouts: the group of each slot."""

from __future__ import annotations

from typing import Final

import msgspec

from catenet.application.kv.state.slots import SLOTS
from catenet.application.placement.ring import HashRing

NOBODY: Final = 0
"""The owner of slots before the first group joins; groups are numbered from 1."""
POINTS: Final = 128
"""The number of points of each group on the ring."""


class Layout(msgspec.Struct, frozen=True, array_like=True):
    """The ``number``-th layout.  ``groups`` has the replicas' addresses by group, ``owners`` the group of each slot."""

    number: int = 0
    groups: dict[int, tuple[str, ...]] = {}
    owners: tuple[int, ...] = (NOBODY,) * SLOTS


def balanced_layout(number: int, groups: dict[int, tuple[str, ...]]) -> Layout:
    """The layout of these groups by a ring: a group that joins or leaves moves only its own share of slots."""
    ring = HashRing({f"group {group}": 1.0 for group in sorted(groups)}, points=POINTS)
    owner_of = {f"group {group}": group for group in groups}
    owners = tuple(owner_of[ring.place(f"slot {slot}")] for slot in range(SLOTS))
    return Layout(number, groups, owners)
