"""White noise: its variance on each axis, its independence, and the same of the same generator."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.signals.channels.awgn import Awgn


def test_the_variance_of_a_complex_sample_is_the_density() -> None:
    noise = Awgn(0.5, np.random.default_rng(1)).transmit(np.zeros(100_000))
    assert np.var(noise.real) == pytest.approx(0.25, rel=0.03)
    assert np.var(noise.imag) == pytest.approx(0.25, rel=0.03)
    assert abs(np.mean(noise.real * noise.imag)) < 0.005
    assert abs(np.mean(noise[1:] * np.conj(noise[:-1]))) < 0.01
    real = Awgn(0.5, np.random.default_rng(2)).transmit_real(np.zeros(100_000))
    assert np.var(real) == pytest.approx(0.25, rel=0.03)


def test_the_same_generator_gives_the_same_noise_and_none_is_none() -> None:
    first, second = (Awgn(1.0, np.random.default_rng(3)).transmit([1.0, 2.0]) for _ in range(2))
    assert first.tolist() == second.tolist()
    assert Awgn(0.0, np.random.default_rng(3)).transmit([1.0, 2.0]).tolist() == [1.0, 2.0]
