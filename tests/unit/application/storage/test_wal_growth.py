"""What an append costs does not depend on how much the log holds.  Counted in steps of the interpreter, not in time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.application.storage.records import Batch, Record, Recovered, after
from catenet.application.storage.wal.frame import CUT, FORGET, RECORD, Frame
from catenet.application.storage.wal.log import WriteAheadLog
from catenet.application.storage.wal.recovery import Contents
from tests.unit.application.storage.crashing_disk import FOLDER, Bench


def steps(work: Callable[[], object]) -> int:
    """How many instructions of Python a piece of work takes in the storage's own files."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        if "application/storage" not in frame.f_code.co_filename:
            return None
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def appended(log: WriteAheadLog, first: int, count: int) -> None:
    """As Raft appends: each batch cuts what could stand at its place, and puts an entry there."""
    for index in range(first, first + count):
        log.write([Batch(None, (Record(index, b"an entry"),), cut_from=index)])


@pytest.mark.slow
def test_an_append_costs_the_same_however_many_records_there_are() -> None:
    log = WriteAheadLog(segment_octets=1 << 30)
    log.open(Bench().files, FOLDER)
    costs = []
    for first in (1, 501, 4001):
        appended(log, first, 400)
        costs.append(steps(lambda first=first: appended(log, first + 400, 50)))  # type: ignore[misc]
        appended(log, first + 450, {1: 50, 501: 3050, 4001: 0}[first])
    assert max(costs) < 1.05 * min(costs), costs


@pytest.mark.slow
def test_an_append_costs_the_same_however_many_segments_there_are() -> None:
    log = WriteAheadLog(segment_octets=3000)
    log.open(Bench().files, FOLDER)
    appended(log, 1, 100)
    few = steps(lambda: appended(log, 101, 100))
    appended(log, 201, 3000)
    many = steps(lambda: appended(log, 3201, 100))
    assert many < 1.1 * few


@pytest.mark.slow
def test_to_open_a_log_costs_in_proportion_to_its_records() -> None:
    def to_open(count: int) -> int:
        bench = Bench()
        log = WriteAheadLog(segment_octets=1 << 30)
        log.open(bench.files, FOLDER)
        appended(log, 1, count)
        log.close()
        return steps(lambda: WriteAheadLog().open(bench.files, FOLDER))

    few, many = to_open(200), to_open(1600)
    assert many < 8.4 * few


CHANGES = st.lists(st.tuples(st.sampled_from([RECORD, RECORD, CUT, FORGET]), st.integers(0, 40)), max_size=40)


@pytest.mark.slow
@given(changes=CHANGES)
@settings(max_examples=200)
def test_what_is_cut_and_forgotten_is_what_a_batch_says(changes: list[tuple[int, int]]) -> None:
    contents, records, held = Contents(), dict[int, Record](), Recovered()
    for at, (kind, index) in enumerate(changes):
        segment = 1 + at // 5
        contents.apply(Frame(kind, index, b"x" if kind == RECORD else b""), segment, records)
        batch = Batch(
            records=(Record(index, b"x"),) if kind == RECORD else (),
            cut_from=index if kind == CUT else None,
            forget_before=index if kind == FORGET else None,
        )
        held = after(held, [batch])
        assert sorted(records) == [record.index for record in held.records]
        last_put = {i: 1 + n // 5 for n, (kind, i) in enumerate(changes[: at + 1]) if kind == RECORD}
        needed = min((last_put[index] for index in records), default=99)
        assert contents.first_needed(99) == needed
