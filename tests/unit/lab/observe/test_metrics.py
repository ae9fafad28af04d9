"""Measurements: exact percentiles, and whose they are."""

from __future__ import annotations

import pytest

import catenet
from catenet.lab.observe.metrics import Metrics, distribution, percentile


def test_nearest_rank_percentiles() -> None:
    ordered = [15.0, 20.0, 35.0, 40.0, 50.0]
    assert [percentile(ordered, percent) for percent in (5, 30, 40, 50, 100)] == [15.0, 20.0, 20.0, 35.0, 50.0]


def test_the_distribution_of_a_hundred() -> None:
    figures = distribution([n / 100 for n in range(100, 0, -1)])
    assert figures == {
        "count": 100,
        "mean_s": pytest.approx(0.505),
        "min_s": 0.01,
        "p50_s": 0.5,
        "p90_s": 0.9,
        "p95_s": 0.95,
        "p99_s": 0.99,
        "max_s": 1.0,
    }
    assert distribution([]) == {"count": 0}


def test_what_is_not_finite_is_refused() -> None:
    metrics = Metrics()
    with pytest.raises(ValueError, match="finite"):
        metrics.measure("request", float("nan"))
    assert metrics.names() == []


def test_measuring_needs_a_running_program() -> None:
    with pytest.raises(RuntimeError, match=r"measure\(\) is for programs that run on a host"):
        catenet.measure("request", 0.1)


def test_each_host_has_a_recorder_of_its_own() -> None:
    async def program(seconds: float) -> None:
        catenet.measure("nap", seconds)
        catenet.count("naps", 2)

    net = catenet.Internet()
    middle = net.router("middle")
    for name, seconds in (("one", 0.5), ("two", 1.5)):
        net.host(name, at=middle).run(program, seconds)
    summary = net.run().summary()
    assert summary["measurements"]["nap"]["all"]["mean_s"] == 1.0
    assert summary["measurements"]["nap"]["by_host"]["two"]["max_s"] == 1.5
    assert summary["counts"]["naps"] == {"all": 4, "by_host": {"one": 2, "two": 2}}
