"""``signal`` and ``os.kill``, as a host sees them.

A host has a table of handlers of its own; the real one is never touched.  Servers install handlers to be
told to stop, and :meth:`SignalTable.deliver` tells them so.  A handler runs in a turn of the host's loop.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

from catenet.host.sandbox.current import present
from catenet.host.sandbox.escapes import PROCESSES, HostEscape
from catenet.host.sandbox.patches import Patch

Handler = Callable[[int, FrameType | None], Any] | int | None

IGNORED_BY_DEFAULT: Final = frozenset(
    getattr(signal, name) for name in ("SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH") if hasattr(signal, name)
)


class SignalTable:
    """The handlers of one host.  ``end`` is called with a signal whose default action ends the program."""

    def __init__(self, end: Callable[[int], None]) -> None:
        self._handlers: Final[dict[int, Handler]] = {signal.SIGINT: signal.default_int_handler}
        self._end: Final = end

    def get(self, number: int) -> Handler:
        """The handler of a signal; ``signal.SIG_DFL`` if none was set.  ValueError if there is no such signal."""
        return self._handlers.get(signal.Signals(number), signal.SIG_DFL)

    def set(self, number: int, handler: Handler) -> Handler:
        """Set the handler of a signal and give back the former one.

        Raises ValueError if there is no such signal, OSError for one that cannot be handled, and TypeError
        for what is no handler.
        """
        if not callable(handler) and handler not in (signal.SIG_DFL, signal.SIG_IGN):
            raise TypeError("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
        if number in (signal.SIGKILL, signal.SIGSTOP):
            raise OSError(22, "Invalid argument")
        former = self.get(number)
        self._handlers[signal.Signals(number)] = handler
        return former

    def deliver(self, number: int) -> None:
        """Let a signal arrive: the handler runs, or the default action is taken.  In the host's turn."""
        handler = self.get(number)
        if callable(handler) and handler is not signal.default_int_handler:
            handler(number, None)
        elif handler != signal.SIG_IGN and number not in IGNORED_BY_DEFAULT:
            self._end(number)


class SignalFunctions:
    """The functions of ``signal`` that a host's table answers, and ``os.kill`` to oneself."""

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
    """All that handles or sends a signal."""
    functions = SignalFunctions()
    return [
        Patch(signal, "signal", functions.signal),
        Patch(signal, "getsignal", functions.getsignal),
        Patch(signal, "raise_signal", functions.raise_signal),
        Patch(os, "kill", functions.kill),
    ]
