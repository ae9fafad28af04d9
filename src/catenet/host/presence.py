"""Whose code is running.

One slot says which host has the turn.  It is set around every turn of a host's loop, so whatever a host's
program calls can ask :func:`present` and answer for that host.  Real threads of the surrounding program (a
progress display, a debugger) are nobody's code: the slot holds only for the thread that took it.
"""

from __future__ import annotations

from _thread import get_ident
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from catenet.host.surroundings import HostSurroundings


class Presence:
    """The slot."""

    __slots__ = ("host", "thread")

    def __init__(self) -> None:
        self.host: HostSurroundings | None = None
        self.thread = 0


PRESENCE: Final = Presence()


def present() -> HostSurroundings | None:
    """The host whose code is running in this thread, or None if no host's is."""
    host = PRESENCE.host
    if host is None or PRESENCE.thread != get_ident():
        return None
    return host
