"""Runs a plan: hands points to workers, keeps what they bring, and does again what a lost worker had."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from typing import Final, NamedTuple

from catenet.errors import LabError
from catenet.sweeps.executors import Farm
from catenet.sweeps.journal import Journal, Origin
from catenet.sweeps.plan import CellState, Plan
from catenet.sweeps.point import Outcome, Point, run_point

WAITING: Final = 2
"""Points that are handed out for each worker, so that none waits for this process."""
MAX_ATTEMPTS: Final = 20
"""Of one point, whose workers all died: it kills them."""
MAX_EMPTY_STARTS: Final = 1
"""Of workers that die before any run has ended."""

GUARD: Final = (
    "workers end before they have run anything; a script that begins a sweep needs "
    "if __name__ == '__main__': above its call"
)


class Task(NamedTuple):
    """A point that is handed out."""

    cell: CellState
    seed: int
    attempts: int = 0


Ended = Callable[[CellState, int, Outcome], object]
"""Called after each run with its cell, seed and outcome."""


class Driver:
    """Does what a plan still has to do."""

    def __init__(self, plan: Plan, origin: Origin, journal: Journal, farm: Farm, ended: Ended | None = None) -> None:
        self._plan: Final = plan
        self._origin: Final = origin
        self._journal: Final = journal
        self._farm: Final = farm
        self._ended: Final = ended
        self._again: Final[deque[Task]] = deque()
        self._out: Final[dict[Future[Outcome], Task]] = {}
        self._empty_starts = 0
        self._to_do: Final = self._tasks()

    def run(self) -> None:
        """Return when every cell has its runs.  Raises LabError, and what a run raises that is no outcome."""
        self._plan.count(self._journal.runs)
        while self._broke():
            pass

    def _broke(self) -> bool:
        """Work with one executor; True if it broke before the end."""
        executor = self._farm.open()
        try:
            while self._fill(executor):
                done, _ = wait(self._out, return_when=FIRST_COMPLETED)
                # The order in which a set gives them decides about nothing: the journal's order is of no account.
                taken = [self._take(future) for future in done]
                if not all(taken):
                    self._lost()
                    return True
            return False
        finally:
            self._farm.shut(executor)

    def _tasks(self) -> Iterator[Task]:
        for cell, seed in self._plan.to_do(self._journal.runs):
            yield Task(cell, seed)

    def _fill(self, executor: Executor) -> bool:
        """Hand out points; False when nothing is out and nothing is left."""
        while len(self._out) < self._farm.workers * WAITING:
            task = self._again.popleft() if self._again else next(self._to_do, None)
            if task is None:
                break
            if not task.cell.complete:
                self._out[executor.submit(run_point, self._point(task))] = task
        return bool(self._out)

    def _point(self, task: Task) -> Point:
        origin = self._origin
        return Point(origin.scenario, origin.digest, tuple(task.cell.values.items()), task.seed, origin.until_ns)

    def _take(self, future: Future[Outcome]) -> bool:
        """Keep what a run brought; False if its worker was lost."""
        task = self._out.pop(future)
        error = future.exception() if not future.cancelled() else None
        if future.cancelled() or (error is not None and self._farm.is_lost_worker(error)):
            self._do_again(task)
            return False
        if error is not None:
            raise self._farm.told(error) from error
        self._empty_starts = 0
        outcome = future.result()
        self._journal.add(task.cell.values, task.seed, outcome)
        task.cell.count(self._journal.runs, self._plan.precision)
        if self._ended is not None:
            self._ended(task.cell, task.seed, outcome)
        return True

    def _do_again(self, task: Task) -> None:
        if task.attempts >= MAX_ATTEMPTS:
            told = " ".join(f"{path}={value}" for path, value in task.cell.values.items())
            raise LabError(f"seed {task.seed} of the cell {told} has killed {MAX_ATTEMPTS} workers")
        self._again.append(task._replace(attempts=task.attempts + 1))

    def _lost(self) -> None:
        """All that was handed out to a broken executor is to be done again."""
        for task in self._out.values():
            self._do_again(task)
        self._out.clear()
        self._empty_starts += 1
        if self._empty_starts > MAX_EMPTY_STARTS:
            raise LabError(GUARD)
