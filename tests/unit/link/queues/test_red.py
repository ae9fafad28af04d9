"""RED's average, its curve and its spread; adaptive RED's steps (Floyd and Jacobson, 1993; Floyd and others, 2001)."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.drop_reasons import OVERLIMIT, RED_EARLY, RED_FORCED
from catenet.link.queues.control.red_adaptation import RedAdaptation
from catenet.link.queues.control.red_average import RedAverage, weight_for
from catenet.link.queues.red import Red, RedParameters
from tests.unit.link.queues.one_way import MBIT, MS, OneWay, installed, packet, traffic_class

MIN, MAX = 30_000, 90_000


def red(probability: float = 0.02, limit: int = 400_000, **flags: bool) -> Red:
    queue = Red(RedParameters(limit, MIN, MAX, 1000, 55, probability, 10 * MBIT, **flags))
    installed(queue)
    return queue


@pytest.mark.parametrize(("burst", "least", "exponent"), [(55, 30_000, 5), (20, 15_000, 3)])
def test_the_weight_of_a_burst(burst: int, least: int, exponent: int) -> None:
    """The average that so many frames leave behind in an empty queue: just below the threshold."""
    weight = weight_for(burst, least, 1000)
    assert weight == 0.5**exponent
    for each, below in ((weight, True), (weight * 2, False)):
        average = sum(frames * each * (1 - each) ** (burst - frames) for frames in range(1, burst + 1))
        assert (average * 1000 <= least) is below


@pytest.mark.parametrize(("burst", "least"), [(10, 20_000), (10, 1000), (10, 500)])
def test_a_burst_or_a_threshold_without_a_weight(burst: int, least: int) -> None:
    with pytest.raises(ValueError, match=r"make it at least 20|must be above avpkt, 1000 bytes"):
        weight_for(burst, least, 1000)


@pytest.mark.slow
@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=50))
def test_the_average_is_exponentially_weighted(found: list[int]) -> None:
    average = RedAverage(0.125, 1000)
    average.arrived(0, 0)
    expected = 0.0
    for waiting in found:
        expected = (1 - 0.125) * expected + 0.125 * waiting
        assert average.arrived(waiting, 5) == pytest.approx(expected)


def test_the_average_ages_while_the_queue_is_empty() -> None:
    average = RedAverage(0.25, 1000)
    average.arrived(0, 0)
    for _ in range(100):
        average.arrived(8000, 0)
    before = average.octets
    average.emptied(50_000)
    assert average.at(50_000) == before
    assert average.at(53_000) == pytest.approx(before * 0.75**3)
    assert average.arrived(0, 54_500) == pytest.approx(before * 0.75**4.5)
    assert average.at(99_000) == average.octets, "the queue is not empty any more"


@pytest.mark.parametrize(
    ("average", "plain", "gentle"),
    [
        (30_000, 0.0, 0.0), (60_000, 0.01, 0.01), (89_999, 0.02, 0.02), (90_000, 1.0, 0.02),
        (135_000, 1.0, 0.51), (179_999, 1.0, 0.99999), (180_000, 1.0, 1.0), (999_999, 1.0, 1.0),
    ],
)  # fmt: skip
def test_the_curve(average: float, plain: float, gentle: float) -> None:
    assert red().chance(average) == pytest.approx(plain, abs=1e-5)
    assert red(gentle=True).chance(average) == pytest.approx(gentle, abs=1e-5)


def test_drops_are_spread_evenly() -> None:
    """By p_b / (1 - count p_b), count being 1 for the first after a drop, gaps are uniform below 1 / p_b (figure 2)."""
    queue = red(probability=0.2)
    outcomes = [queue.decide(60_000.0) == RED_EARLY for _ in range(20_000)]
    places = [place for place, dropped in enumerate(outcomes) if dropped]
    gaps = Counter(later - sooner for sooner, later in pairwise(places))
    assert set(gaps) <= set(range(1, 10))
    mean = sum(gap * count for gap, count in gaps.items()) / sum(gaps.values())
    assert mean == pytest.approx(5.0, rel=0.03)
    assert all(count == pytest.approx(sum(gaps.values()) / 9, rel=0.2) for gap, count in gaps.items())


def test_below_the_lower_threshold_nothing_and_above_the_upper_all() -> None:
    queue = red()
    assert all(queue.decide(29_999.9) == 0 for _ in range(1000))
    assert all(queue.decide(90_000.0) == RED_FORCED for _ in range(100))


def test_the_count_begins_again_below_the_lower_threshold() -> None:
    queue = red(probability=0.2)
    for _ in range(200):
        for _ in range(3):
            queue.decide(60_000.0)
        queue.decide(0.0)
        assert queue._since_last == -1


@pytest.mark.parametrize(
    ("probability", "average", "after"),
    [
        (0.02, 66_001, 0.025), (0.1, 66_001, 0.11), (0.5, 66_001, 0.51), (0.501, 66_001, 0.501),
        (0.02, 53_999, 0.018), (0.01, 53_999, 0.009), (0.0099, 53_999, 0.0099), (0.02, 54_000, 0.02),
        (0.02, 66_000, 0.02),
    ],
)  # fmt: skip
def test_one_adaptation(probability: float, average: float, after: float) -> None:
    """Additive increase of min(0.01, p / 4) above the target range, factor 0.9 below; p from 0.01 to 0.5."""
    assert RedAdaptation(MIN, MAX).step(probability, average) == pytest.approx(after)


@pytest.mark.slow
@given(
    st.floats(0.01, 0.5), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 150_000), st.booleans()), max_size=9)
)
def test_adaptations_on_demand_are_those_of_a_timer(start: float, steps: list[tuple[int, int, bool]]) -> None:
    lazy, ticking = RedAdaptation(MIN, MAX), RedAdaptation(MIN, MAX)
    average = RedAverage(0.5, MS)
    one = lazy.adapted(start, average, 0)
    other = start
    now_ms, due_ms = 0, 500
    for wait_ms, waiting, empties in steps:
        now_ms += wait_ms
        while due_ms <= now_ms:
            other = ticking.step(other, average.at(due_ms * MS))
            due_ms += 500
        one = lazy.adapted(one, average, now_ms * MS)
        assert one == other
        average.arrived(waiting, now_ms * MS)
        if empties:
            average.emptied(now_ms * MS)


def test_a_long_rest_costs_nothing() -> None:
    adaptation, average = RedAdaptation(MIN, MAX), RedAverage(0.5, MS)
    probability = adaptation.adapted(0.5, average, 0)
    probability = adaptation.adapted(probability, average, 365 * 24 * 3600 * 10**9)
    assert 0.009 <= probability < 0.01
    assert adaptation._next_ns == 365 * 24 * 3600 * 10**9 + 500 * MS


def crowded(codepoint: int, **flags: Any) -> OneWay:
    """Twice what the link carries, for a second."""
    line = OneWay(red(0.1, **flags))
    line.every(1538 * 400, 1600, lambda number: packet(ecn=codepoint, number=number))
    line.kernel.run()
    return line


def test_early_and_forced_drops_are_counted_apart() -> None:
    counters = crowded(0).near.counters()
    assert counters["dropped_red_early"] > 0
    assert counters["dropped_red_forced"] > 0
    assert "dropped_overlimit" not in counters


@pytest.mark.slow
def test_ecn_marks_both_and_harddrop_drops_above_the_upper_threshold() -> None:
    line = crowded(1, ecn=True, limit=10**9)
    counters = line.near.counters()
    assert line.drops() == []
    assert counters["marked_red_early"] > 0
    assert counters["marked_red_forced"] > 0
    assert sum(traffic_class(frame) == 3 for frame in line.arrivals.frames) == len(line.marks())
    hard = crowded(1, ecn=True, harddrop=True).near.counters()
    assert hard["marked_red_early"] > 0
    assert "marked_red_forced" not in hard
    assert hard["dropped_red_forced"] > 0


@pytest.mark.slow
def test_nodrop_lets_packets_wait_that_cannot_be_marked() -> None:
    """As Linux's sch_red.c: between the thresholds and above them, but for ``harddrop``."""
    dropping, waiting = crowded(0, ecn=True).near.counters(), crowded(0, ecn=True, nodrop=True).near.counters()
    assert dropping["dropped_red_early"] > 0
    assert "dropped_red_early" not in waiting
    assert "dropped_red_forced" not in waiting
    hard = crowded(0, ecn=True, nodrop=True, harddrop=True).near.counters()
    assert "dropped_red_early" not in hard
    assert hard["dropped_red_forced"] > 0


def test_the_limit_holds_whatever_the_average_is() -> None:
    line = OneWay(red(limit=90_000))
    line.every(0, 70, lambda number: packet(number=number))
    line.kernel.run()
    assert line.drops() == [(0, OVERLIMIT)] * 10, "one is on the wire, 59 frames of 1514 bytes wait"


def test_thresholds_that_do_not_fit() -> None:
    for least, most, limit in ((0, 5, 9), (5, 5, 9), (5, 10, 9)):
        with pytest.raises(ValueError, match="0 < min < max <= limit"):
            RedParameters(limit, least, most, 1, 10, 0.02, MBIT)
