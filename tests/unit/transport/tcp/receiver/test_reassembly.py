from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.transport.tcp.receiver.reassembly import ReassemblyQueue, SackReporter

STREAM = bytes(range(200))


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 199), st.integers(1, 60)), max_size=30))
def test_pieces_are_disjoint_ordered_and_right(arrivals: list[tuple[int, int]]) -> None:
    queue = ReassemblyQueue()
    there = [False] * 200
    for start, size in arrivals:
        end = min(start + size, 200)
        new = not all(there[start:end])
        assert queue.insert(start, STREAM[start:end]) == new
        there[start:end] = [True] * (end - start)
        covered = [False] * 200
        last = -1
        for piece in queue.pieces:
            assert piece.start >= last
            assert piece.payload == STREAM[piece.start : piece.end]
            last = piece.end
            covered[piece.start : piece.end] = [True] * (piece.end - piece.start)
        assert covered == there
        assert queue.octets == sum(there)


def test_pop_at_gives_what_has_its_turn() -> None:
    queue = ReassemblyQueue()
    queue.insert(10, b"abc")
    assert queue.pop_at(9) is None
    piece = queue.pop_at(11)
    assert piece is not None
    assert piece.payload == b"abc"
    assert queue.octets == 0


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(1, 100), st.integers(1, 20)), min_size=1, max_size=30))
def test_the_first_block_holds_the_newest_arrival_and_all_are_true(arrivals: list[tuple[int, int]]) -> None:
    reporter = SackReporter()
    there = [False] * 200
    for start, size in arrivals:
        there[start : start + size] = [True] * size
        reporter.arrived(start, start + size)
        blocks = reporter.blocks(0, 3)
        assert blocks[0] <= start
        assert start + size <= blocks[1]
        pairs = list(zip(blocks[::2], blocks[1::2], strict=True))
        assert len(pairs) <= 3
        for left, right in pairs:
            assert left < right
            assert all(there[left:right])
        assert all(a[1] < b[0] or b[1] < a[0] for i, a in enumerate(pairs) for b in pairs[:i])


def test_a_duplicate_is_told_once_and_first() -> None:
    reporter = SackReporter()
    reporter.arrived(50, 60)
    reporter.duplicate(10, 20)
    assert reporter.blocks(0, 3) == [10, 20, 50, 60]
    assert reporter.blocks(0, 3) == [50, 60]
    reporter.advanced(60)
    assert not reporter.pending()


def test_what_is_forgotten_takes_no_room() -> None:
    """The window is what is left of the buffer."""
    queue = ReassemblyQueue()
    queue.insert(10, b"x" * 20)
    queue.clear()
    assert (queue.octets, queue.pieces) == (0, [])
    queue.insert(10, b"x" * 5)
    assert queue.octets == 5
