"""Many universes, side by side in processes of their own; each report as it comes, in no order but that of seeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from catenet.experiments.chaos.report import Report
from catenet.experiments.chaos.run import Universe, run_universe


def run_many(universes: Sequence[Universe], jobs: int = 1) -> Iterator[Report]:
    """Their reports, in the order of ``universes``.  ``jobs`` of them run at a time."""
    if jobs <= 1:
        for universe in universes:
            yield run_universe(universe)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(run_universe, universes)
