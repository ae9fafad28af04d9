"""ADC and DAC: jitter, dither, oversampling, nonlinearity, and the figures of a datasheet."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import firwin, freqz, get_window

from catenet.physical.signals.converters.adc import Adc, Signal
from catenet.physical.signals.converters.dac import Dac, hold_response
from catenet.physical.signals.converters.decimator import Decimator
from catenet.physical.signals.converters.figures import (
    coherent_frequency_hz,
    figures,
    jitter_snr_db,
    spectrum_of,
)
from catenet.physical.signals.converters.linearity import linearity, thresholds_from_sine
from catenet.physical.signals.converters.quantisation_noise import rule_db
from catenet.physical.signals.converters.quantiser import Quantiser

RATE_HZ, COUNT = 1e6, 1 << 14


def sine(frequency_hz: float, amplitude_v: float = 1.0, rate_hz: float = RATE_HZ, count: int = COUNT) -> Signal:
    exact_hz = coherent_frequency_hz(frequency_hz, rate_hz, count)
    return lambda time_s: amplitude_v * np.sin(2 * np.pi * exact_hz * time_s + 0.7)


def test_figures_of_tones_that_are_known() -> None:
    """A fundamental of 1 V, a second harmonic at −60 dB, a third at −70, a spur at −50, noise at −80."""
    phase = 2 * np.pi * np.arange(COUNT) / COUNT
    noise = np.random.default_rng(1).standard_normal(COUNT) * math.sqrt(0.5e-8)
    samples = 0.3 + np.sin(1001 * phase) + 1e-3 * np.sin(2002 * phase) + 10**-3.5 * np.cos(3003 * phase) + noise
    found = figures(samples)
    assert found.fundamental_bin == 1001
    assert found.snr_db == pytest.approx(80, abs=0.2)
    assert found.thd_db == pytest.approx(10 * math.log10(1e-6 + 1e-7), abs=0.02)
    assert found.sfdr_db == pytest.approx(60, abs=0.05)
    assert found.sinad_db == pytest.approx(-10 * math.log10(1e-6 + 1e-7 + 1e-8), abs=0.05)
    assert found.enob_bits == pytest.approx((found.sinad_db - 1.76) / 6.02, abs=0.01)
    spur = figures(samples + 10**-2.5 * np.sin(77 * phase))
    assert spur.sfdr_db == pytest.approx(50, abs=0.05)
    assert spur.thd_db == pytest.approx(found.thd_db, abs=0.05)


def test_harmonics_above_half_the_rate_are_folded() -> None:
    phase = 2 * np.pi * np.arange(COUNT) / COUNT
    bent = np.sin(7001 * phase) + 1e-3 * np.sin(2 * 7001 * phase) + 1e-3 * np.sin(3 * 7001 * phase)
    assert figures(bent).thd_db == pytest.approx(10 * math.log10(2e-6), abs=0.01)
    assert figures(bent).snr_db > 200


def test_a_window_for_a_sine_that_fits_no_bin() -> None:
    samples = np.sin(2 * np.pi * 1001.37 * np.arange(COUNT) / COUNT)
    samples += 1e-3 * np.random.default_rng(1).standard_normal(COUNT)
    assert figures(samples).snr_db < 20
    assert figures(samples, window="blackman-harris").snr_db == pytest.approx(10 * math.log10(0.5e6), abs=0.3)


def test_the_spectrum_keeps_the_power() -> None:
    for size in (64, 65):
        samples = np.random.default_rng(1).standard_normal(size)
        assert spectrum_of(samples).sum() == pytest.approx(np.mean(samples**2))
    weights = get_window("blackmanharris", 64, fftbins=True)
    expected = np.abs(np.fft.rfft(samples[:64] * weights)) ** 2 / (64 * np.sum(weights**2))
    found = spectrum_of(samples[:64], "blackman-harris")
    assert found[1:-1].tolist() == pytest.approx((2 * expected[1:-1]).tolist(), rel=1e-4)


@pytest.mark.parametrize("bits", [6, 8, 12])
def test_an_ideal_converter_has_its_bits(bits: int) -> None:
    found = figures(Adc(bits, RATE_HZ, np.random.default_rng(1)).sample(sine(97e3), COUNT))
    assert found.enob_bits == pytest.approx(bits, abs=0.04)
    assert found.sinad_db == pytest.approx(rule_db(bits), abs=0.2)


@pytest.mark.parametrize(("frequency_hz", "jitter_s"), [(100e6, 1e-12), (10e6, 30e-12)])
def test_jitter_bounds_the_snr(frequency_hz: float, jitter_s: float) -> None:
    rate_hz = 250e6
    adc = Adc(16, rate_hz, np.random.default_rng(2), jitter_s=jitter_s)
    found = figures(adc.sample(sine(frequency_hz, 1.0, rate_hz), COUNT))
    assert found.snr_db == pytest.approx(jitter_snr_db(frequency_hz, jitter_s), abs=0.2)
    assert jitter_snr_db(100e6, 1e-12) == pytest.approx(64.04, abs=5e-3)


def test_noise_at_the_input_adds_to_the_quantisers() -> None:
    found = figures(Adc(14, RATE_HZ, np.random.default_rng(3), noise_v=1e-3).sample(sine(97e3), COUNT))
    assert found.snr_db == pytest.approx(10 * math.log10(0.5e6), abs=0.2)


def test_dither_turns_distortion_into_noise() -> None:
    """A sine of one LSB: without dither a square wave, whose third harmonic is −9.5 dB; with it noise alone."""
    quiet = sine(3e3, 1.0 / 128)
    plain = figures(Adc(8, RATE_HZ, np.random.default_rng(4)).sample(quiet, COUNT))
    assert plain.sfdr_db < 20
    for dither in ("rectangular", "triangular"):
        adc = Adc(8, RATE_HZ, np.random.default_rng(4), dither=dither)
        assert figures(adc.sample(quiet, COUNT)).sfdr_db > plain.sfdr_db + 8


def test_triangular_dither_makes_the_noise_independent_of_the_input() -> None:
    """Its power is that of three rectangles, LSB²/4, wherever the input is (Lipshitz et al., section 4)."""
    for place, dither, power in ((0.1, "triangular", 0.25), (0.5, "triangular", 0.25), (0.5, "rectangular", 0.25)):
        adc = Adc(8, RATE_HZ, np.random.default_rng(5), dither=dither, full_scale_v=128.0)  # type: ignore[arg-type]
        error = adc.quantiser.values(adc.codes_of(np.full(40_000, place + 0.5))) - (place + 0.5)
        assert error.mean() == pytest.approx(0.0, abs=0.01)
        assert np.mean(error**2) == pytest.approx(power, rel=0.03)
    adc = Adc(8, RATE_HZ, np.random.default_rng(5), dither="rectangular", full_scale_v=128.0)
    assert np.mean(adc.quantiser.values(adc.codes_of(np.full(1_000, 0.5))) != 0.5) == 0.0


@pytest.mark.parametrize("ratio", [4, 16])
def test_oversampling_gains_a_bit_for_each_factor_of_four(ratio: int) -> None:
    count = 1 << 12
    kept = [
        figures(
            Adc(8, RATE_HZ, np.random.default_rng(6), dither="triangular", oversampling=each).sample(
                sine(97e3, 0.9, RATE_HZ, count), count
            ),
            window="blackman-harris",
        ).snr_db
        for each in (1, ratio)
    ]
    assert kept[1] - kept[0] == pytest.approx(-10 * math.log10(Decimator(ratio).noise_gain), abs=0.5)
    assert 1 / Decimator(ratio).noise_gain == pytest.approx(ratio / 0.9, rel=0.03)


def test_the_filter_of_oversampling() -> None:
    filter_ = Decimator(4)
    taps = firwin(257, 0.9 / 4, window=("kaiser", 8.0))
    impulse = np.zeros(4 * 300)
    impulse[600] = 1.0
    found = filter_.decimate(impulse)
    expected = [taps[600 - 4 * start] if 0 <= 600 - 4 * start < 257 else 0.0 for start in range(found.size)]
    assert found.tolist() == pytest.approx(expected, abs=1e-12)
    response = np.abs(freqz(taps, worN=1024)[1])
    assert response[: int(1024 * 0.18)].min() > 0.999
    assert response[int(1024 * 0.27) :].max() < 2e-4
    assert Decimator(1).decimate([1.0, 2.0]).tolist() == [1.0, 2.0]
    assert filter_.decimate(np.zeros(10)).size == 0


def test_nonlinearity_is_found_by_the_histogram_of_a_sine() -> None:
    errors = np.random.default_rng(7).uniform(-0.3, 0.3, 63)
    adc = Adc(6, RATE_HZ, np.random.default_rng(7), threshold_errors_lsb=errors)
    codes = adc.codes(sine(97e3, 1.1, RATE_HZ, 1 << 18), 1 << 18)
    assert adc.thresholds_v is not None
    found, true = linearity(thresholds_from_sine(codes, 6, amplitude=1.1)), linearity(adc.thresholds_v)
    assert np.abs(found.inl - true.inl).max() < 0.02
    assert np.abs(found.dnl - true.dnl).max() < 0.02
    assert np.abs(true.dnl).max() > 0.2
    assert true.inl[[0, -1]].tolist() == pytest.approx([0, 0])
    assert np.allclose(np.cumsum(true.dnl), true.inl[1:])


def test_a_missing_code_is_a_dnl_of_minus_one() -> None:
    errors = np.zeros(7)
    errors[3], errors[4] = 0.5, -0.5
    adc = Adc(3, RATE_HZ, np.random.default_rng(8), threshold_errors_lsb=errors)
    assert adc.thresholds_v is not None
    assert linearity(adc.thresholds_v).dnl.tolist() == pytest.approx([0, 0, 0.5, -1.0, 0.5, 0])
    assert 4 not in adc.codes(sine(97e3), COUNT)


def test_a_bent_converter_has_harmonics() -> None:
    """A cubic INL of a sixteenth of an LSB's size times 2^N: third harmonic by (3 sin x − sin 3x)/4."""
    quantiser = Quantiser(12)
    bend = 8.0 * (quantiser.thresholds**3 - quantiser.thresholds)
    adc = Adc(12, RATE_HZ, np.random.default_rng(9), threshold_errors_lsb=bend)
    found = figures(adc.sample(sine(97e3), COUNT))
    third = 8.0 * quantiser.step / 4
    assert found.thd_db == pytest.approx(20 * math.log10(third), abs=0.3)
    assert found.sinad_db < rule_db(12) - 10


def test_a_clipped_sine_is_distorted() -> None:
    found = figures(Adc(12, RATE_HZ, np.random.default_rng(10)).sample(sine(97e3, 1.2), COUNT))
    assert -40 < found.thd_db < -20


def test_a_dac_holds_and_droops() -> None:
    dac = Dac(8, hold_samples=64)
    assert dac.convert([0, 255]).tolist() == [-255 / 256] * 64 + [255 / 256] * 64
    codes = dac.quantiser.codes(0.9 * np.sin(2 * np.pi * 401 * np.arange(1024) / 1024))
    power = spectrum_of(dac.convert(codes))
    image = power[1024 - 401] / power[401]
    expected = (hold_response(1024 - 401, 1024) / hold_response(401, 1024)) ** 2
    assert image == pytest.approx(float(expected), rel=1e-3)
    assert 20 * math.log10(float(hold_response(0.5, 1.0))) == pytest.approx(-3.92, abs=5e-3)


def test_a_dac_with_levels_that_are_off() -> None:
    errors = np.array([0, 0.25, -0.25, 0.0])
    dac = Dac(2, full_scale_v=2.0, level_errors_lsb=errors)
    assert dac.convert([0, 1, 2, 3]).tolist() == [-1.5, -0.25, 0.25, 1.5]
    assert linearity(dac.levels_v).inl.tolist() == pytest.approx(errors.tolist())
    assert dac.convert_values([-9.0, 9.0]).tolist() == [-1.5, 1.5]


def test_what_there_is_not_is_refused() -> None:
    rng = np.random.default_rng(1)
    for call, message in (
        (lambda: Adc(8, 0.0, rng), "the sample rate must be positive, not 0.0 Hz"),
        (lambda: Adc(8, 1.0, rng, jitter_s=-1.0), "jitter and noise must not be negative, not -1.0 s and 0.0 V"),
        (lambda: Adc(8, 1.0, rng, dither="blue"), "not 'blue'"),  # type: ignore[arg-type]
        (lambda: Adc(3, 1.0, rng, threshold_errors_lsb=[0.1]), "a converter of 3 bits needs 7 threshold errors, not 1"),
        (
            lambda: Adc(2, 1.0, rng, threshold_errors_lsb=[2.0, 0.0, 0.0]),
            "thresholds must be in ascending order: adjacent errors may decrease by at most one LSB",
        ),
        (lambda: Adc(8, 1.0, rng, oversampling=0), "at least 1, not 0"),
        (lambda: Dac(8, hold_samples=0), "at least one sample"),
        (lambda: Dac(2, level_errors_lsb=[0.0]), "a converter of 2 bits needs 4 level errors, not 1"),
        (lambda: Dac(2).convert([4]), "from 0 to 3"),
        (lambda: figures(np.zeros(4)), "a spectrum needs at least 16 samples, in an array of one dimension"),
        (lambda: figures(np.zeros(64), window="hann"), "not 'hann'"),  # type: ignore[arg-type]
        (
            lambda: linearity([1.0]),
            "nonlinearity needs at least two thresholds, of which the first and the last differ",
        ),
        (lambda: thresholds_from_sine([9], 3), "from 0 to 7"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    assert Adc(8, 1.0, rng).sample(lambda time_s: time_s, 0).size == 0
