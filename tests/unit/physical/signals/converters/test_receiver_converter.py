"""A receiver's converter: its noise is that of the closed form, and what is beyond the full scale is clipped."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.phys.converter import Converter
from catenet.physical.signals.converters.receiver_converter import ReceiverConverter


@pytest.mark.parametrize(("bits", "loading"), [(3, 4.0), (6, 4.0), (8, 4.0), (8, 2.0), (8, 1.0)])
@pytest.mark.parametrize("level", [1e-6, 1.0, 40.0])
def test_the_error_of_a_gaussian_input(bits: int, loading: float, level: float) -> None:
    """Quantisation and clipping, whatever the level: the gain removes it."""
    converter = Converter(bits, loading)
    given = level * np.random.default_rng(1).standard_normal(400_000)
    error = ReceiverConverter(converter).digitise(given) - given
    assert np.mean(error**2) / np.mean(given**2) == pytest.approx(converter.noise_share(), rel=0.05)


def test_codes_are_as_many_as_the_bits_say() -> None:
    given = np.random.default_rng(2).standard_normal(100_000).astype(np.float32)
    found = ReceiverConverter(Converter(3)).digitise(given)
    values = np.unique(found)
    assert values.size == 8
    assert np.diff(values) == pytest.approx(values[1] - values[0], rel=1e-5)
    assert np.abs(found).max() < np.abs(given).max(), "clipped"
    assert found.dtype == np.float32
    assert (np.sign(found) == np.sign(given)).all(), "a threshold is at 0"


def test_both_axes_of_a_complex_signal_are_converted() -> None:
    rng = np.random.default_rng(3)
    given = rng.standard_normal(10_000) + 1j * rng.standard_normal(10_000)
    found = ReceiverConverter(Converter(4)).digitise(given)
    assert np.unique(found.real).size == np.unique(found.imag).size == 16


def test_silence_stays_silence() -> None:
    assert not ReceiverConverter(Converter()).digitise(np.zeros(10, np.float32)).any()
    assert ReceiverConverter(Converter()).digitise(np.zeros(0)).size == 0
