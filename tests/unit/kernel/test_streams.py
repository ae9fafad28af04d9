"""Streams: repeatable, independent of each other, and with the distributions they name."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.streams import MAX_FAILURES, Stream, Streams

SHOW = (
    "from catenet.kernel.streams import Stream; s = Stream(7, 'a'); print(s.unit(), s.below(1000), s.octets(9).hex())"
)


def test_a_name_gives_its_own_numbers_whatever_else_is_drawn() -> None:
    alone = Streams(1).stream("link:a:loss")
    crowd = Streams(1)
    crowd.stream("another").unit()
    crowded = crowd.stream("link:a:loss")
    assert [alone.unit() for _ in range(5)] == [crowded.unit() for _ in range(5)]
    assert Streams(1).stream("x").unit() != Streams(2).stream("x").unit()
    assert Streams(1).stream("x").unit() != Streams(1).stream("y").unit()


@pytest.mark.slow
def test_the_same_in_another_process_under_another_hash_seed() -> None:
    shown = {
        subprocess.run(
            [sys.executable, "-c", SHOW],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1")
    }
    stream = Stream(7, "a")
    assert shown == {f"{stream.unit()} {stream.below(1000)} {stream.octets(9).hex()}\n"}


@pytest.mark.slow
@given(st.integers(1, 10**12), st.integers())
def test_below_stays_below(bound: int, seed: int) -> None:
    assert 0 <= Stream(seed, "x").below(bound) < bound


def test_between_takes_in_both_ends() -> None:
    """A timer's spread would never reach its ends, or leave them."""
    stream = Stream(1, "x")
    assert {stream.between(-2, 3) for _ in range(200)} == {-2, -1, 0, 1, 2, 3}
    assert stream.between(7, 7) == 7
    with pytest.raises(ValueError, match="must be positive"):
        stream.between(7, 6)


def test_an_empty_range_is_refused() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        Stream(1, "x").below(0)


@pytest.mark.parametrize(
    ("draw", "mean", "deviation"),
    [
        (lambda s: s.unit(), 0.5, math.sqrt(1 / 12)),
        (lambda s: s.normal(), 0.0, 1.0),
        (lambda s: s.exponential(3.0), 3.0, 3.0),
        (lambda s: s.pareto(1.0, 5.0), 1.25, math.sqrt(5 / (16 * 3))),
        (lambda s: s.geometric(0.2), 4.0, math.sqrt(20)),
    ],
    ids=["uniform", "normal", "exponential", "pareto", "geometric"],
)
def test_means_match_their_formulas(draw, mean: float, deviation: float) -> None:  # type: ignore[no-untyped-def]
    """Within five standard errors of 20,000 draws."""
    stream, count = Stream(11, "moments"), 20_000
    assert abs(sum(draw(stream) for _ in range(count)) / count - mean) < 5 * deviation / math.sqrt(count)


def test_drawing_is_what_makes_a_generator() -> None:
    """What a stream draws is pinned to the numbers of the first release; what draws nothing costs nothing."""
    streams = Streams(7)
    tracemalloc.start()
    crowd = [streams.stream(f"host:{number}:network") for number in range(1000)]
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 500 * len(crowd)
    drawn = streams.stream("host:oslo:network")
    assert [drawn.bits(32), drawn.bits(32), drawn.bits(16), drawn.bits(32)] == [
        2126923671,
        1734758741,
        22430,
        858354195,
    ]
    assert (drawn.below(1000), drawn.octets(4).hex()) == (481, "744c8cea")


@pytest.mark.parametrize("chance", [1e-300, 1e-308, 1e-310, 5e-324])
def test_the_smallest_probabilities_have_a_largest_number_of_failures(chance: float) -> None:
    assert Stream(1, "rare").geometric(chance) == MAX_FAILURES
