"""Many runs in parallel processes; reports are delivered in the order of seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from catenet.experiments.chaos.report import Report
from catenet.experiments.chaos.run import Universe, run_universe


def run_many(universes: Sequence[Universe], jobs: int = 1) -> Iterator[Report]:
    """The reports, in the order of ``universes``; up to ``jobs`` runs are executed at a time."""
    if jobs <= 1:
        for universe in universes:
            yield run_universe(universe)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(run_universe, universes)
