"""Tables of sweeps and queries: at any width no number is cut."""

from __future__ import annotations

import re

import pytest

from catenet.view.sweeps import query_lines, sweep_lines

LONG = "measurements.a-name-that-nobody-would-type-twice.mean_s"


def estimate(mean: float, low: float, high: float, runs: int = 50) -> dict[str, float]:
    return {"runs": runs, "mean": mean, "low": low, "high": high, "p5": low, "p50": mean, "p95": high}


DATA = {
    "axes": {"link.loss": ["0%", "0.5%"], "hosts.a-host-of-a-long-name.delay": ["1ms", "200ms"]},
    "figures": ["ok", LONG, "transport.tcp.RetransSegs"],
    "confidence": 0.95,
    "cells": [
        {
            "values": {"link.loss": "0.5%", "hosts.a-host-of-a-long-name.delay": "200ms"},
            "runs": 50,
            "figures": {
                "ok": estimate(0.98, 0.895, 0.997),
                LONG: estimate(0.0123456, 0.0111, 0.0133),
                "transport.tcp.RetransSegs": estimate(123456.0, 123400.0, 123500.0),
            },
        },
        {
            "values": {"link.loss": "0%", "hosts.a-host-of-a-long-name.delay": "1ms"},
            "runs": 1,
            "figures": {
                "ok": estimate(1.0, 1.0, 1.0),
                LONG: estimate(0, 0, 0, runs=0),
                "transport.tcp.RetransSegs": estimate(7.0, float("-inf"), float("inf"), runs=1),
            },
        },
    ],
}


def numbers_of(lines: list[str]) -> list[str]:
    return sorted(re.findall(r"[\d.]+", " ".join(lines).replace("[", " ")))


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_number_of_a_sweep_is_cut(width: int) -> None:
    whole, lines = sweep_lines(DATA), sweep_lines(DATA, width)
    assert numbers_of(lines) == numbers_of(whole)
    assert [line for line in lines if len(line) > width] == []
    text = " ".join(whole)
    for part in ("98.0 % [89.5 %, 99.7 %]", "12.3 ms [11.1 ms, 13.3 ms]", "7 (one run)", " - ", "mean [95 % interval]"):
        assert part in text


@pytest.mark.parametrize("width", [60, 80])
def test_no_number_of_a_query_is_cut(width: int) -> None:
    columns, rows = ["link.loss", LONG, "n", "nothing"], [("0.5%", 0.00123456789, 2**40, None), ("10%", 12.0, 1, None)]
    lines = query_lines(columns, rows, width)
    assert numbers_of(lines) == numbers_of(query_lines(columns, rows))
    assert [line for line in lines if len(line) > width] == []
    assert "1099511627776" in " ".join(lines)
