"""Many runs in parallel processes; reports are delivered in the order of seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from catenet.experiments.chaos.report import Report
from catenet.experiments.chaos.run import RunParameters, run_chaos


def run_many(runs: Sequence[RunParameters], jobs: int = 1) -> Iterator[Report]:
    """The reports, in the order of ``runs``; up to ``jobs`` runs are executed at a time."""
    if jobs <= 1:
        for parameters in runs:
            yield run_chaos(parameters)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(run_chaos, runs)
