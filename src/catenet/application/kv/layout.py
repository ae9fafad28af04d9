"""Which group has which slot, and since when."""

from __future__ import annotations

from typing import Final

import msgspec

from catenet.application.kv.slots import SLOTS

NOBODY: Final = 0
"""The owner of a slot before there is a group; groups are numbered from 1."""


class Layout(msgspec.Struct, frozen=True, array_like=True):
    """The ``number``-th layout.  ``groups`` are the replicas' addresses, by group; ``owners`` has a group a slot."""

    number: int = 0
    groups: dict[int, tuple[str, ...]] = {}
    owners: tuple[int, ...] = (NOBODY,) * SLOTS
