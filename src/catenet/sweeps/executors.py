"""Where runs are done: in this process, in processes of this machine, or by the workers of a Dask cluster.

All are executors as :mod:`concurrent.futures` defines them.  A farm opens one, and another one if it breaks.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any, Final, ParamSpec, TypeVar

from catenet.errors import LabError, MissingExtra, installed

P = ParamSpec("P")
T = TypeVar("T")
_HASH_SEED: Final = "PYTHONHASHSEED"


class Serial(Executor):
    """Runs each call at once, in this process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Farm:
    """Workers.  ``workers`` is how many runs are done at a time."""

    workers: int = 1

    def open(self) -> Executor:
        """A new executor.  Raises LabError if there can be none."""
        return Serial()

    def shut(self, executor: Executor) -> None:
        """Give up an executor and what it has not begun."""
        executor.shutdown(wait=False, cancel_futures=True)

    def is_lost_worker(self, error: BaseException) -> bool:
        """Whether a run failed with this because its worker died, so that it is to be done again."""
        return False

    def told(self, error: BaseException) -> BaseException:
        """What a run failed with, or instead a LabError that says what is wrong with the workers."""
        return error

    def close(self) -> None:
        """Free what belongs to the farm itself."""


def _begin_worker() -> None:
    """A worker ends with the process that hands out the runs, however that one ends.

    Ctrl-C reaches all processes of a terminal, so a worker ignores it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Processes(Farm):
    """Processes of this machine, by default one for each processor."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._former: Final = os.environ.get(_HASH_SEED)

    def open(self) -> Executor:
        if self.workers == 1:
            return Serial()
        os.environ[_HASH_SEED] = "0"  # the order of sets is the same in all workers
        return ProcessPoolExecutor(self.workers, mp_context=get_context("spawn"), initializer=_begin_worker)

    def is_lost_worker(self, error: BaseException) -> bool:
        return isinstance(error, BrokenExecutor)

    def close(self) -> None:
        if self._former is None:
            os.environ.pop(_HASH_SEED, None)
        else:
            os.environ[_HASH_SEED] = self._former


class Cluster(Farm):
    """The workers of a Dask cluster, whose scheduler has ``address``.

    Each worker reads the scenario itself, so the file has the same path on each.  Raises MissingExtra without Dask, and
    LabError if the scheduler does not answer.
    """

    def __init__(self, address: str, timeout_s: float = 10.0) -> None:
        if not installed("distributed"):
            raise MissingExtra("a sweep on a cluster", "Dask and its distributed scheduler", "cluster")
        from distributed import Client

        try:
            self._client: Final[Any] = Client(address, timeout=timeout_s, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:
            raise LabError(f"{address}: no scheduler of Dask answers there: {error}") from error
        self.workers = max(1, sum(self._client.nthreads().values()))

    def open(self) -> Executor:
        executor: Executor = self._client.get_executor(pure=False, retries=3)
        return executor

    def shut(self, executor: Executor) -> None:
        executor.shutdown(wait=False)  # Dask's cancels what it has not begun, and has no argument for it

    def is_lost_worker(self, error: BaseException) -> bool:
        from distributed import KilledWorker

        return isinstance(error, KilledWorker | CancelledError) and self._client.status == "running"

    def told(self, error: BaseException) -> BaseException:
        if isinstance(error, RuntimeError | ImportError) and (
            "deserializ" in str(error) or isinstance(error, ImportError)
        ):
            return LabError(f"the workers of the cluster need the same version of catenet and Python as this: {error}")
        if isinstance(error, CancelledError):
            return LabError("the scheduler of the cluster is lost; the same call goes on when it is there again")
        return error

    def close(self) -> None:
        self._client.close()
