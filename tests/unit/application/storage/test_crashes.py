"""A power cut at every possible moment: what is recovered is what was acknowledged, and perhaps what was begun."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.application.storage.records import Batch, Record, Recovered, after
from tests.unit.application.storage.crashing_disk import ENGINES, Bench, History, histories, recovered

pytestmark = pytest.mark.slow

both_engines = pytest.mark.parametrize("engine", ENGINES)


def crash_everywhere(name: str, groups: list[list[Batch]], seed: int) -> None:
    """Cut the power at each change, recover, and cut it again at each change of that recovery."""
    history = History(Bench(), ENGINES[name]())
    history.write(groups)
    for time_ns in history.bench.times():
        allowed = history.allowed(time_ns)
        survivor = history.bench.after_power_cut(time_ns, seed + time_ns)
        engine = ENGINES[name]()
        found = engine.open(survivor.files, "node")
        assert found in allowed, f"power cut at {time_ns} ns, seed {seed + time_ns}"
        again = survivor.after_power_cut(survivor.times()[seed % len(survivor.times())], seed)
        assert recovered(again, ENGINES[name]()) == found, f"second power cut after {time_ns} ns"
        engine.close()
    history.engine.close()


@both_engines
def test_a_power_cut_at_every_moment_of_a_plain_history(engine: str) -> None:
    groups = [[Batch(b"term %d" % number, (Record(number, b"x" * 90 * number),))] for number in range(1, 9)]
    for seed in range(4):
        crash_everywhere(engine, groups, seed)


@both_engines
@given(groups=histories(5), seed=st.integers(0, 1 << 16))
@settings(max_examples=12)
def test_a_power_cut_at_every_moment_of_any_history(engine: str, groups: list[list[Batch]], seed: int) -> None:
    crash_everywhere(engine, groups, seed)


@both_engines
@given(lives=st.lists(st.tuples(histories(4), st.integers(0, 1 << 16)), min_size=2, max_size=5))
@settings(max_examples=25)
def test_many_lives(engine: str, lives: list[tuple[list[list[Batch]], int]]) -> None:
    """Crash, recover, go on, crash: nothing that was acknowledged in any life is lost in a later one."""
    bench, allowed = Bench(), [Recovered()]
    for groups, seed in lives:
        history = History(bench, ENGINES[engine]())
        assert history.start in allowed
        history.write(groups)
        times = [time_ns for time_ns in bench.times() if time_ns > history.opened_ns] or [bench.now_ns]
        time_ns = times[seed % len(times)]
        allowed = history.allowed(time_ns)
        history.engine.close()
        bench = bench.after_power_cut(time_ns, seed)
    assert recovered(bench, ENGINES[engine]()) in allowed


@both_engines
def test_what_was_acknowledged_before_the_crash_is_there_without_any_luck(engine: str) -> None:
    history = History(Bench(), ENGINES[engine]())
    history.write([[Batch(b"vote", (Record(1, b"one"),))], [Batch(None, (Record(2, b"two"),))]])
    history.engine.close()
    for seed in range(32):
        bench = history.bench.after_power_cut(history.acknowledged_ns[-1], seed)
        assert recovered(bench, ENGINES[engine]()) == Recovered(b"vote", (Record(1, b"one"), Record(2, b"two")))


@both_engines
def test_a_failed_sync_poisons_and_opening_again_saves_what_is_told(engine: str) -> None:
    """After a failed fsync the rest is marked as written: only writing it again makes it durable."""
    for seed in range(16):
        bench = Bench(seed=seed)
        first = History(bench, ENGINES[engine]())
        first.write([[Batch(b"a", (Record(1, b"one"),))]])
        bench.faults.sync_errors = 1.0
        lost = Batch(b"b", tuple(Record(number, b"%d" % number * 300) for number in range(2, 9)))
        with pytest.raises(OSError):
            first.engine.write([lost])
        bench.faults.sync_errors = 0.0
        with pytest.raises(RuntimeError, match="accepts no more batches"):
            first.engine.write([Batch(b"c")])
        first.engine.close()
        second = History(bench, ENGINES[engine]())
        before = Recovered(b"a", (Record(1, b"one"),))
        assert second.start in [before, after(before, [lost])]
        told = second.start
        second.write([[Batch(None, (Record(9, b"nine"),))]])
        second.engine.close()
        survivor = bench.after_power_cut(bench.now_ns, seed)
        assert recovered(survivor, ENGINES[engine]()) == after(told, [Batch(None, (Record(9, b"nine"),))])


@both_engines
def test_a_full_disk_is_told_and_what_was_acknowledged_stays(engine: str) -> None:
    bench = Bench()
    history = History(bench, ENGINES[engine]())
    history.write([[Batch(b"a", (Record(1, b"one"),))]])
    bench.faults.capacity_octets = bench.medium.octets() + 100
    with pytest.raises(OSError):
        history.engine.write([Batch(None, (Record(2, bytes(90_000)),))])
    history.engine.close()
    bench.faults.capacity_octets = 1 << 40
    assert recovered(bench, ENGINES[engine]()) == Recovered(b"a", (Record(1, b"one"),))
