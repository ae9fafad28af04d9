"""The host whose code is running.

One slot in each real thread holds the running host.  It is set around every iteration of a host's loop, so any
function that a host's program calls can find its host by :func:`present`.  Real threads of the surrounding program (a
progress display, a debugger) have an empty slot of their own.
"""

from __future__ import annotations

import threading
from typing import Final

from catenet.host.sandbox.context import HostContext


class CurrentHost(threading.local):
    """The slot."""

    host: HostContext | None = None


CURRENT: Final = CurrentHost()


def present() -> HostContext | None:
    """The host whose code is running in this thread, or None."""
    return CURRENT.host
