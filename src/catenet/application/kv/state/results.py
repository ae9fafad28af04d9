"""What comes of a command."""

from __future__ import annotations

from typing import Final

import msgspec

OK: Final = 0
MISMATCH: Final = 1
"""Compare and set: the key holds something else.  Delete: there is no such key."""
NO_LEASE: Final = 2
WRONG_GROUP: Final = 3
"""The slot is another group's, by the layout that this group has."""
AWAITED: Final = 4
"""The slot is on its way here; ask again soon."""
SESSION_EXPIRED: Final = 5
"""The session is unknown here, and may have been forgotten."""
OUTDATED: Final = 6
"""The session has gone on to a later command."""
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
    """``revision`` is the slot's clock after it: at that write, if it wrote."""

    status: int
    revision: int = 0
