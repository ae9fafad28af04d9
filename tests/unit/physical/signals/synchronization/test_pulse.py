"""Pulses: no interference between symbols, unit energy, and the formulas' singular points."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.signals.synchronization.pulse import RaisedCosine


@pytest.mark.parametrize("rolloff", [0.0, 0.2, 0.25, 0.35, 0.5, 1.0])
def test_a_raised_cosine_is_zero_at_all_other_symbols(rolloff: float) -> None:
    pulse = RaisedCosine(8, rolloff=rolloff)
    at_symbols = pulse.taps[pulse.delay_samples % 8 :: 8]
    assert at_symbols[6] == pytest.approx(1.0)
    assert np.abs(np.delete(at_symbols, 6)).max() < 1e-12
    assert np.isfinite(pulse.taps).all()
    assert np.abs(np.diff(pulse.taps)).max() < 0.35


@pytest.mark.parametrize("rolloff", [0.2, 0.25, 0.35, 0.5, 1.0])
def test_two_roots_are_one_raised_cosine(rolloff: float) -> None:
    root = RaisedCosine(8, rolloff=rolloff, span_symbols=32, root=True)
    whole = RaisedCosine(8, rolloff=rolloff, span_symbols=32)
    cascade = np.convolve(root.taps, root.taps)
    middle = cascade[root.delay_samples : root.delay_samples + whole.taps.size]
    assert np.abs(middle - whole.taps).max() < 0.01
    assert np.sum(root.taps**2) == pytest.approx(1.0)


def test_symbols_come_back_through_sender_and_receiver() -> None:
    symbols = np.random.default_rng(1).choice([-1, 1, 1j, -1j], 100)
    pulse = RaisedCosine(4, root=True, span_symbols=24)
    received = pulse.match(pulse.shape(symbols))
    found = received[2 * pulse.delay_samples :: 4][:100]
    assert np.abs(found - symbols).max() < 0.02
    assert RaisedCosine(4).shape([]).any() == False  # noqa: E712


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="the roll-off must be from 0 to 1, not 1.5"):
        RaisedCosine(8, rolloff=1.5)
    for samples, span in ((1, 12), (8, 3), (8, 0)):
        with pytest.raises(ValueError, match="at least 2 samples per symbol and an even number of symbols"):
            RaisedCosine(samples, span_symbols=span)
