"""Further replacements for a few libraries, to run them unmodified.

- ``anyio`` (under Starlette and httpx) keeps worker threads of its own for blocking functions.  On a host such a
  worker takes steps of virtual time instead, as ``asyncio.to_thread`` does.
- ``numpy.random`` has a default generator of its own; each host has one of its own.
- ``aiohttp`` makes one generator, when it is imported, that masks the frames of every WebSocket client.  During a run
  that generator is each host's own.  It also makes its default TLS context then, with the real machine's authorities.
"""

from __future__ import annotations

import ssl
import sys
import threading
from collections import deque
from types import MethodType
from typing import Any, Final

from catenet.host.sandbox.current import present
from catenet.host.sandbox.patches import Patch
from catenet.host.sandbox.random import HostRandom
from catenet.host.sandbox.tls import DefaultContext

ANYIO_WORKER: Final = ("anyio._backends._asyncio", "WorkerThread")
AIOHTTP_WRITER: Final = "aiohttp._websocket.writer"
AIOHTTP_CONNECTOR: Final = "aiohttp.connector"
AIOHTTP_CONTEXT: Final = "_SSL_CONTEXT_VERIFIED"
NUMPY_RANDOM: Final = "numpy.random"


class StepQueue:
    """The queue of an anyio worker: an item is processed at a step of the worker's loop."""

    def __init__(self, worker: Any) -> None:
        self._worker: Final = worker
        self._items: Final[deque[Any]] = deque()

    def put_nowait(self, item: Any) -> None:
        """Have an item processed.  None, which ends a thread, is ignored."""
        if item is not None:
            self._worker.loop.run_in_executor(None, self._step, item)

    def _step(self, item: Any) -> None:
        self._items.extend((item, None))
        self._worker.run()

    def get(self) -> Any:
        """The item of this step, and then None, which ends the worker's own loop over items."""
        return self._items.popleft()

    def task_done(self) -> None:
        """Does nothing, since no code waits for it."""


def takes_steps(thread: threading.Thread) -> bool:
    """Start a library's thread as steps instead; True if it is of such a library."""
    kind = type(thread)
    if (kind.__module__, kind.__name__) != ANYIO_WORKER:
        return False
    vars(thread)["queue"] = StepQueue(thread)
    return True


def loaded_libraries() -> list[str]:
    """The imported modules that need a replacement."""
    return [name for name in (AIOHTTP_WRITER, AIOHTTP_CONNECTOR, NUMPY_RANDOM) if name in sys.modules]


def library_patches() -> list[Patch]:
    """The replacements for the imported libraries."""
    return [*_aiohttp_patches(), *_aiohttp_contexts(), *_numpy_patches()]


def _aiohttp_patches() -> list[Patch]:
    writer = getattr(sys.modules.get(AIOHTTP_WRITER), "WebSocketWriter", None)
    if writer is None:
        return []
    defaults = dict(writer.__init__.__kwdefaults__ or {})
    if "random" not in defaults:
        return []
    return [Patch(writer.__init__, "__kwdefaults__", {**defaults, "random": HostRandom()})]


def _aiohttp_contexts() -> list[Patch]:
    module = sys.modules.get(AIOHTTP_CONNECTOR)
    real = getattr(module, AIOHTTP_CONTEXT, None)
    if not isinstance(real, ssl.SSLContext):
        return []
    return [Patch(module, AIOHTTP_CONTEXT, DefaultContext(real, ("http/1.1",)))]


def _numpy_patches() -> list[Patch]:
    module: Any = sys.modules.get(NUMPY_RANDOM)
    shared = getattr(getattr(module, "mtrand", None), "_rand", None)
    if shared is None:
        return []
    owned = [name for name, value in vars(module).items() if getattr(value, "__self__", None) is shared]
    return [Patch(module, name, _numpy_function(module, name)) for name in owned]


def _numpy_function(module: Any, name: str) -> Any:
    """A function of ``numpy.random``: a method of the present host's default generator."""
    real = getattr(module, name)

    def draw(_: object, /, *args: Any, **kwargs: Any) -> Any:
        here = present()
        if here is None:
            return real(*args, **kwargs)
        if here.numpy_state is None:
            here.numpy_state = module.RandomState(here.entropy.numpy_seed())
        return getattr(here.numpy_state, name)(*args, **kwargs)

    draw.__name__ = name
    return MethodType(draw, module)
