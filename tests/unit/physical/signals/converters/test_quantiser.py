"""Quantisers: steps, thresholds, clipping, and the noise that they add to a sine."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.physical.signals.converters.quantisation_noise import rule_db, sine_snr_db
from catenet.physical.signals.converters.quantiser import Quantiser


def test_three_bits_by_hand() -> None:
    rise, tread = Quantiser(3, full_scale=4.0), Quantiser(3, full_scale=4.0, kind="mid-tread")
    values = [-9, -3.6, -0.6, -0.1, 0.1, 0.6, 3.6, 9]
    assert rise.quantise(values).tolist() == [-3.5, -3.5, -0.5, -0.5, 0.5, 0.5, 3.5, 3.5]
    assert tread.quantise(values).tolist() == [-4, -4, -1, 0, 0, 1, 3, 3]
    assert rise.codes(values).tolist() == [0, 0, 3, 3, 4, 4, 7, 7]
    assert rise.thresholds.tolist() == [-3, -2, -1, 0, 1, 2, 3]
    assert tread.thresholds.tolist() == [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5]
    assert rise.clipped([-4.1, -3.9, 3.9, 4.1]).tolist() == [True, False, False, True]
    assert tread.clipped([-4.6, -4.4, 3.4, 3.6]).tolist() == [True, False, False, True]


@pytest.mark.slow
@given(st.integers(1, 16), st.sampled_from(["mid-rise", "mid-tread"]), st.floats(-1, 1))
def test_the_error_is_half_a_step_at_most(bits: int, kind: str, value: float) -> None:
    quantiser = Quantiser(bits, full_scale=1.0, kind=kind)  # type: ignore[arg-type]
    error = abs(float(quantiser.quantise(value)) - value)
    assert error <= quantiser.step / 2 * (1 + 1e-9) or bool(quantiser.clipped(value))
    code = int(quantiser.codes(value))
    near = np.abs(quantiser.thresholds - value).min() < 1e-12  # there, rounding decides
    assert near or code == np.searchsorted(quantiser.thresholds, value, side="right")


@given(st.integers(1, 12), st.sampled_from(["mid-rise", "mid-tread"]))
def test_every_code_comes_back(bits: int, kind: str) -> None:
    quantiser = Quantiser(bits, kind=kind)  # type: ignore[arg-type]
    codes = np.arange(1 << bits)
    assert quantiser.codes(quantiser.values(codes)).tolist() == codes.tolist()


@pytest.mark.parametrize(("bits", "snr_db"), [(8, 49.79), (10, 61.90), (12, 73.97)])
def test_the_published_noise_of_a_full_scale_sine(bits: int, snr_db: float) -> None:
    assert sine_snr_db(Quantiser(bits)) == pytest.approx(snr_db, abs=5e-3)
    assert sine_snr_db(Quantiser(bits)) < rule_db(bits)
    assert rule_db(bits) == pytest.approx(6.02 * bits + 1.76, abs=0.01)


@pytest.mark.parametrize("kind", ["mid-rise", "mid-tread"])
@pytest.mark.parametrize(("bits", "amplitude"), [(3, 1.0), (6, 0.4), (8, 1.3), (10, 1.0), (4, 0.01)])
def test_the_closed_form_is_what_is_measured(kind: str, bits: int, amplitude: float) -> None:
    quantiser = Quantiser(bits, kind=kind)  # type: ignore[arg-type]
    sine = amplitude * np.sin(2 * np.pi * (np.arange(200_000) + 0.3) / 200_000)
    error = quantiser.quantise(sine) - sine
    measured_db = 10 * np.log10(amplitude**2 / 2 / np.mean(error**2))
    assert sine_snr_db(quantiser, amplitude) == pytest.approx(measured_db, abs=2e-3)


def test_what_there_is_not_is_refused() -> None:
    for call, message in (
        (lambda: Quantiser(0), "1 to 24 bits"),
        (lambda: Quantiser(8, full_scale=0.0), "the full scale must be positive, not 0.0"),
        (lambda: Quantiser(8, kind="mid-air"), "not 'mid-air'"),  # type: ignore[arg-type]
        (lambda: Quantiser(3).values([8]), "from 0 to 7"),
        (lambda: sine_snr_db(Quantiser(3), 0.0), "the amplitude must be positive, not 0.0"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
