"""The results of commands."""

from __future__ import annotations

from typing import Final

import msgspec

OK: Final = 0
MISMATCH: Final = 1
"""Compare and set: the key has another value.  Delete: there is no such key."""
NO_LEASE: Final = 2
WRONG_GROUP: Final = 3
"""The slot belongs to another group in the layout of this group."""
AWAITED: Final = 4
"""The slot is being moved to this group; ask again soon."""
SESSION_EXPIRED: Final = 5
"""The session is unknown, and may have been dropped."""
OUTDATED: Final = 6
"""The session has already sent a later command."""
REFUSED: Final = 7
"""The store's own command came too late or too early, and changed nothing."""

NAMES: Final = (
    "ok",
    "mismatch",
    "no such lease",
    "wrong group",
    "slot on its way",
    "session expired",
    "outdated",
    "refused",
)


class Result(msgspec.Struct, frozen=True, array_like=True):
    """The result; ``revision`` is the slot's clock after the command (of its write, if it wrote)."""

    status: int
    revision: int = 0
