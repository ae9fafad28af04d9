"""The traces of a PHY: what its picture shows."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.experiments.signals.phy_measurements import PhyMeasurement
from catenet.physical.phys.catalogue import PHYS


@pytest.mark.slow
@pytest.mark.parametrize("name", ["10base-t", "10gbase-r"])
def test_the_eye_is_seen_behind_the_receivers_filter(name: str) -> None:
    """It is open at the decision, in the middle of the first symbol; before the filter the noise would close it."""
    traces = PhyMeasurement(PHYS[name], 14.0, 200, 1).traces()
    assert traces.eye_filter
    assert float(np.abs(traces.eye[:, traces.samples_per_symbol // 2]).min()) > 0.1
    assert float(np.abs(traces.received).max()) > 1.8


@pytest.mark.slow
def test_decisions_and_spectrum_are_those_of_the_frame() -> None:
    """No silence in the constellation; the density has no notch at 0 Hz that the estimate itself makes."""
    traces = PhyMeasurement(PHYS["radio-12"], 20.0, 200, 1).traces()
    assert float(np.abs(traces.decisions).min()) > 0.1
    spectrum = PhyMeasurement(PHYS["100base-tx"].over(100.0), 20.0, 400, 1).traces().density_db
    assert float(spectrum[0]) == pytest.approx(float(spectrum[:8].mean()), abs=6.0)
