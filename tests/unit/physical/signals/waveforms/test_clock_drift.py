"""A UART whose receiver has a clock of its own: which drift it bears, and that both fidelities agree."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.serial_line import SerialLine
from catenet.physical.signals.waveforms.catalogue import waveforms_of

OCTETS = 40


def drifting(name: str, drift_ppm: float) -> SerialLine:
    line = PHYS[name]
    assert isinstance(line, SerialLine)
    return line.drifting(drift_ppm)


def lost(line: SerialLine, snr_db: float, frames: int) -> int:
    signal, rng, damaged = waveforms_of(line), np.random.default_rng(2), 0
    for _ in range(frames):
        octets = rng.bytes(OCTETS)
        damaged += signal.carried(octets, snr_db, rng) != octets
    return damaged


@pytest.mark.slow
@pytest.mark.parametrize(("name", "borne"), [("serial-115200", 43_000), ("serial-115200-8e1", 39_000)])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_character_bears_half_a_bit(name: str, borne: int, sign: int) -> None:
    """At 9.5 or 10.5 bits the middle must not be off by half a bit: about 5 % or 4.5 % less the vote's width."""
    assert lost(drifting(name, sign * borne), 25.0, 30) == 0
    assert lost(drifting(name, sign * (borne + 25_000)), 25.0, 30) == 30
    assert drifting(name, sign * borne).frame_error_rate(OCTETS, 25.0) < 1e-9
    assert drifting(name, sign * (borne + 25_000)).frame_error_rate(OCTETS, 25.0) > 0.99


@pytest.mark.slow
@pytest.mark.parametrize("name", ["serial-115200", "serial-115200-8e1"])
@pytest.mark.parametrize("drift_ppm", [-36_000, 20_000, 40_000])
def test_both_fidelities_lose_as_many_frames(name: str, drift_ppm: int) -> None:
    """With noise, at drifts that are borne: within four standard errors."""
    line, frames = drifting(name, drift_ppm), 200
    expected = line.frame_error_rate(OCTETS, 8.0)
    assert 0.02 < expected < 0.9
    measured = lost(line, 8.0, frames) / frames
    assert abs(measured - expected) < 4.0 * (expected * (1.0 - expected) / frames) ** 0.5


def test_without_drift_nothing_changes() -> None:
    line = drifting("serial-115200", 0.0)
    assert line.unit_error_rate(8.0) == line.symbol_error_rate(8.0)
    assert drifting("serial-115200", 1.0).unit_error_rate(8.0) == pytest.approx(line.symbol_error_rate(8.0))
    assert line.drifting(500.0).undelimited().drift_ppm == 500.0
