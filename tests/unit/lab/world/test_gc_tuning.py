"""How often Python's cycle collector looks at what lives, while an internet is built and run."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from catenet.lab.world import gc_tuning
from catenet.lab.world.gc_tuning import sparing_collector


@contextmanager
def _collections() -> Iterator[list[int]]:
    """How many unreachable objects each collection found."""
    found: list[int] = []

    def note(phase: str, info: Mapping[str, int]) -> None:
        if phase == "stop":
            found.append(info["collected"])

    gc.callbacks.append(note)
    try:
        yield found
    finally:
        gc.callbacks.remove(note)


@pytest.mark.slow
def test_collections_grow_with_the_logarithm_of_what_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """With Python's own thresholds there are over a thousand, and the time to build a network grows faster than it."""
    monkeypatch.setattr(gc_tuning, "MIN_NEW_OBJECTS", 1_000)
    with sparing_collector(), _collections() as found:
        kept = [[number] for number in range(1_000_000)]
    assert len(kept) == 1_000_000
    assert 1 <= len(found) <= 8


@pytest.mark.slow
def test_cycles_are_still_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long run whose programs leave cycles behind does not grow for ever."""
    monkeypatch.setattr(gc_tuning, "MIN_NEW_OBJECTS", 1_000)
    rounds = 4 * sys.getallocatedblocks()
    with sparing_collector(), _collections() as found:
        for _ in range(rounds):
            cycle: list[object] = []
            cycle.append(cycle)
    assert sum(found) >= rounds // 2


def test_settings_of_the_caller_come_back() -> None:
    before = gc.get_threshold(), list(gc.callbacks)
    with sparing_collector():
        within = gc.get_threshold()
        with sparing_collector():
            assert gc.get_threshold() == within
        assert gc.get_threshold() == within
    assert (gc.get_threshold(), list(gc.callbacks)) == before


def test_a_collector_that_is_switched_off_stays_so() -> None:
    before = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with sparing_collector():
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*before)
