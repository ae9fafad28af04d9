"""The signal handlers of one host.  A handler runs in an iteration of the host's loop."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

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
        """The handler of a signal; ``signal.SIG_DFL`` if none was set.

        Raises ValueError if there is no such signal.
        """
        return self._handlers.get(signal.Signals(number), signal.SIG_DFL)

    def set(self, number: int, handler: Handler) -> Handler:
        """Set the handler of a signal, and return the previous one.

        Raises ValueError if there is no such signal, OSError for one that cannot be handled, and TypeError for an
        invalid handler.
        """
        if not callable(handler) and handler not in (signal.SIG_DFL, signal.SIG_IGN):
            raise TypeError("signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object")
        if number in (signal.SIGKILL, signal.SIGSTOP):
            raise OSError(22, "Invalid argument")
        former = self.get(number)
        self._handlers[signal.Signals(number)] = handler
        return former

    def deliver(self, number: int) -> None:
        """Deliver a signal in host code: run the handler, or take the default action."""
        handler = self.get(number)
        if callable(handler) and handler is not signal.default_int_handler:
            handler(number, None)
        elif handler != signal.SIG_IGN and number not in IGNORED_BY_DEFAULT:
            self._end(number)
