"""Matched filter and equaliser in one: symbols come out as they were sent, with the noise of the closed form."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.phys.catalogue import PHYS
from catenet.physical.signals.synchronization.fractional_equaliser import FractionalEqualiser
from catenet.physical.signals.waveforms.catalogue import waveforms_of
from catenet.physical.signals.waveforms.copper_signal import CopperSignal

PULSE = (0.1, 0.6, 1.0, 0.8, 0.5, 0.3, 0.15, 0.05)
"""Two symbols long, of four samples each."""


def line(symbols: np.ndarray) -> np.ndarray:
    """The superposition of all pulses."""
    found = np.zeros(4 * symbols.size + len(PULSE))
    for number, symbol in enumerate(symbols):
        found[4 * number : 4 * number + len(PULSE)] += symbol * np.array(PULSE)
    return found


def test_symbols_come_out_as_they_were_sent() -> None:
    symbols = np.random.default_rng(1).choice([-1.0, 0.0, 1.0], 300)
    equaliser = FractionalEqualiser(PULSE, 4, 6)
    found = equaliser.equalise(line(symbols))[:300]
    assert np.abs(found - symbols).max() < 0.01
    assert equaliser.residual < 1e-6
    assert equaliser.equalise(line(symbols), 40)[:290] == pytest.approx(found[10:], abs=1e-5)


def test_the_filtered_line_has_the_decision_values_in_it() -> None:
    samples = np.random.default_rng(3).standard_normal(400)
    equaliser = FractionalEqualiser(PULSE, 4, 6)
    filtered = equaliser.filtered(samples)
    assert filtered.size == 400
    for phase in range(4):
        assert filtered[phase::4][:99] == pytest.approx(equaliser.equalise(samples, phase)[:99], abs=1e-4)


def test_without_a_span_it_is_the_matched_filter() -> None:
    equaliser = FractionalEqualiser((1.0, 1.0, 1.0, 1.0), 4, 0)
    assert equaliser.taps == pytest.approx([0.25] * 4)
    assert equaliser.equalise(np.arange(8.0)) == pytest.approx([1.5, 5.5])
    assert equaliser.equalise(np.zeros(3)).size == equaliser.equalise(np.zeros(4), 9).size == 0


def test_white_noise_grows_by_the_noise_gain() -> None:
    equaliser = FractionalEqualiser(PULSE, 4, 6)
    noise = np.random.default_rng(2).standard_normal(400_000)
    assert equaliser.equalise(noise).var() == pytest.approx(equaliser.noise_gain, rel=0.02)


@pytest.mark.parametrize(("name", "tolerance"), [("10base-t", 0.02), ("100base-tx", 0.02)])
@pytest.mark.parametrize("reach", [0.0, 0.5, 1.0])
def test_the_closed_form_knows_the_noise_gain(name: str, tolerance: float, reach: float) -> None:
    """The equaliser of a received pulse, and the integral over the folded spectrum; hardly any interference is left."""
    signal = waveforms_of(PHYS[name].over(reach * PHYS[name].medium.longest_m))
    assert isinstance(signal, CopperSignal)
    assert signal.equaliser.noise_gain == pytest.approx(signal.copper.figures().noise_gain, rel=tolerance)
    assert signal.equaliser.residual < 3e-4


def test_what_there_is_not_is_refused() -> None:
    for pulse, span in (((0.0, 0.0), 1), ((1.0,), -1)):
        with pytest.raises(ValueError, match="a pulse that is not 0, and a span that is not negative"):
            FractionalEqualiser(pulse, 1, span)
