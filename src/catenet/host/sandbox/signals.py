"""``signal`` and ``os.kill`` on a host.

A host has a table of handlers of its own; the real one is never changed.  Servers install handlers for shutdown, and
:meth:`SignalTable.deliver <catenet.host.sandbox.signal_table.SignalTable.deliver>` calls them.
"""

from __future__ import annotations

import os
import signal
from typing import Any, Final

from catenet.host.sandbox.current import present
from catenet.host.sandbox.escapes import PROCESSES, HostEscape
from catenet.host.sandbox.patches import Patch


class SignalFunctions:
    """The functions of ``signal`` that a host's table implements, and ``os.kill`` to the own process."""

    def __init__(self) -> None:
        self._signal: Final = signal.signal
        self._getsignal: Final = signal.getsignal
        self._raise_signal: Final = signal.raise_signal
        self._kill: Final = os.kill

    def signal(self, signalnum: int, handler: Any, /) -> Any:
        here = present()
        return self._signal(signalnum, handler) if here is None else here.signals.set(signalnum, handler)

    def getsignal(self, signalnum: int, /) -> Any:
        here = present()
        return self._getsignal(signalnum) if here is None else here.signals.get(signalnum)

    def raise_signal(self, signalnum: int, /) -> None:
        here = present()
        if here is None:
            self._raise_signal(signalnum)
        else:
            here.signals.deliver(signalnum)

    def kill(self, pid: int, sig: int, /) -> None:
        here = present()
        if here is None:
            self._kill(pid, sig)
        elif pid != here.pid:
            raise HostEscape(here.name, f"os.kill({pid}, {int(sig)})", PROCESSES)
        elif sig:
            here.signals.deliver(sig)


def signal_patches() -> list[Patch]:
    """The patches of functions that handle or send signals."""
    functions = SignalFunctions()
    return [
        Patch(signal, "signal", functions.signal),
        Patch(signal, "getsignal", functions.getsignal),
        Patch(signal, "raise_signal", functions.raise_signal),
        Patch(os, "kill", functions.kill),
    ]
