"""The loop's calls that would leave the simulation; each raises an error with its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVarTuple

from catenet.session.escape import Escape

Ts = TypeVarTuple("Ts")

NO_PROCESS = "its programs have no processes of their own"
NO_SIGNAL = "the operating system's signals are not the host's"
NO_PIPE = "a pipe belongs to the operating system; use a socket pair"
NO_UNIX = "it has no file system to put a Unix socket into; use TCP or a socket pair"


class UnsupportedCalls:
    """Subprocesses, signals, pipes and Unix sockets."""

    async def subprocess_shell(self, *args: Any, **keywords: Any) -> NoReturn:
        raise Escape("loop.subprocess_shell()", NO_PROCESS)

    async def subprocess_exec(self, *args: Any, **keywords: Any) -> NoReturn:
        raise Escape("loop.subprocess_exec()", NO_PROCESS)

    def add_signal_handler(self, sig: int, callback: Callable[[*Ts], object], *args: *Ts) -> NoReturn:
        raise Escape("loop.add_signal_handler()", NO_SIGNAL)

    def remove_signal_handler(self, sig: int) -> bool:
        """False: there never is a handler."""
        return False

    async def connect_read_pipe(self, *args: Any) -> NoReturn:
        raise Escape("loop.connect_read_pipe()", NO_PIPE)

    async def connect_write_pipe(self, *args: Any) -> NoReturn:
        raise Escape("loop.connect_write_pipe()", NO_PIPE)

    async def create_unix_connection(self, *args: Any, **keywords: Any) -> NoReturn:
        raise Escape("loop.create_unix_connection()", NO_UNIX)

    async def create_unix_server(self, *args: Any, **keywords: Any) -> NoReturn:
        raise Escape("loop.create_unix_server()", NO_UNIX)
