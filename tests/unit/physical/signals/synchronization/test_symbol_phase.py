"""Where symbols begin, from noisy samples of which none is marked."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.signals.synchronization.symbol_phase import symbol_phase


@pytest.mark.parametrize("per_symbol", [2, 4, 8])
@pytest.mark.parametrize("snr", [100.0, 4.0])
def test_the_phase_of_each_shift(per_symbol: int, snr: float) -> None:
    rng = np.random.default_rng(1)
    for phase in range(per_symbol):
        levels = np.repeat(rng.choice([-1.0, 1.0], 800), per_symbol)
        sent = np.concatenate((np.full(phase, levels[0]), levels))
        noise = rng.standard_normal(sent.size) * np.sqrt(per_symbol / snr)
        found = symbol_phase(np.concatenate((sent + noise, np.zeros(per_symbol))), per_symbol)
        assert found == phase


def test_too_few_samples_have_no_phase() -> None:
    assert symbol_phase(np.ones(7), 4) == symbol_phase(np.zeros(0), 4) == 0
