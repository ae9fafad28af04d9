"""Whose code is running.

One slot in each real thread says which host has the turn.  It is set around every turn of a host's loop, so
whatever a host's program calls can ask :func:`present` and answer for that host.  Real threads of the
surrounding program (a progress display, a debugger) have an empty slot of their own: they are nobody's code.
"""

from __future__ import annotations

import threading
from typing import Final

from catenet.host.sandbox.context import HostContext


class CurrentHost(threading.local):
    """The slot."""

    host: HostContext | None = None


PRESENCE: Final = CurrentHost()


def present() -> HostContext | None:
    """The host whose code is running in this thread, or None if no host's is."""
    return PRESENCE.host
