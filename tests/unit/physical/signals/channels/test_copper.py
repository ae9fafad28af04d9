"""Twisted pairs: the standard's tables of attenuation and crosstalk, and what becomes of a pulse."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.signals.channels.copper import TwistedPair, power_sum_db

TIA_568 = {
    "cat5e": {1: 2.0, 4: 4.1, 10: 6.5, 16: 8.2, 31.25: 11.7, 62.5: 17.0, 100: 22.0},
    "cat6": {1: 2.0, 10: 6.0, 62.5: 15.4, 100: 19.8, 200: 29.0, 250: 32.8},
    "cat6a": {1: 2.1, 10: 5.9, 100: 19.1, 250: 31.1, 500: 45.3},
}
"""Insertion loss of 100 m of cable, dB by MHz, as the standard's tables print it."""
RATE_HZ = 1e9


@pytest.mark.parametrize("category", TIA_568)
def test_the_attenuation_is_that_of_the_standards_tables(category: str) -> None:
    pair = TwistedPair(category, 100)
    for frequency_mhz, loss_db in TIA_568[category].items():
        assert float(pair.attenuation_db(frequency_mhz * 1e6)) == pytest.approx(loss_db, abs=0.06)
    half = TwistedPair(category, 50).attenuation_db([1e6, 1e8])
    assert half.tolist() == pytest.approx((pair.attenuation_db([1e6, 1e8]) / 2).tolist())
    assert pair.attenuation_db([0.0, 0.999999e6]).tolist() == pytest.approx(
        [0.0, float(pair.attenuation_db(1e6))], rel=1e-4
    )


@pytest.mark.parametrize(
    ("category", "frequency_hz", "near_db", "equal_level_db"),
    [("cat5e", 1e6, 65.3, 63.8), ("cat5e", 1e8, 35.3, 23.8), ("cat6", 2.5e8, 38.3, 19.8), ("cat6a", 5e8, 33.8, 13.8)],
)
def test_crosstalk_is_that_of_the_standards_tables(
    category: str, frequency_hz: float, near_db: float, equal_level_db: float
) -> None:
    pair = TwistedPair(category, 100)
    assert float(pair.near_end_crosstalk_db(frequency_hz)) == pytest.approx(near_db, abs=0.06)
    far = float(pair.far_end_crosstalk_db(frequency_hz) - pair.attenuation_db(frequency_hz))
    assert far == pytest.approx(equal_level_db, abs=0.06)
    longer = TwistedPair(category, 200)
    assert float(longer.far_end_crosstalk_db(frequency_hz) - longer.attenuation_db(frequency_hz)) == pytest.approx(
        far - 3.01, abs=0.01
    )


def test_disturbers_add_their_powers() -> None:
    assert power_sum_db([40.0, 40.0]) == pytest.approx(36.99, abs=0.01)
    assert power_sum_db([40.0, 400.0]) == pytest.approx(40.0)


@pytest.mark.parametrize("frequency_hz", [1e6, 31.25e6, 100e6])
def test_a_sine_arrives_weaker_by_the_attenuation(frequency_hz: float) -> None:
    pair = TwistedPair("cat5e", 100)
    time_s = np.arange(40_000) / RATE_HZ
    sent = np.sin(2 * np.pi * frequency_hz * time_s)
    middle = slice(10_000, 30_000)
    for received, loss_db in (
        (pair.transmit(sent, RATE_HZ), pair.attenuation_db(frequency_hz)),
        (pair.near_end_noise(sent, RATE_HZ), pair.near_end_crosstalk_db(frequency_hz)),
        (pair.far_end_noise(sent, RATE_HZ), pair.far_end_crosstalk_db(frequency_hz)),
    ):
        found_db = -10 * np.log10(np.mean(received[middle] ** 2) / np.mean(sent[middle] ** 2))
        assert found_db == pytest.approx(float(loss_db), abs=0.3)


def test_a_pulse_has_a_steep_front_and_a_long_tail() -> None:
    sent = np.zeros(2_000)
    sent[500:508] = 1.0
    received = TwistedPair("cat5e", 100).transmit(sent, RATE_HZ)
    peak = int(np.argmax(received))
    assert np.abs(received[:490]).max() < 0.02 * received[peak]
    half = np.flatnonzero(received > received[peak] / 2)
    assert half[-1] - peak > peak - half[0]
    assert received[peak] < 0.9
    assert TwistedPair("cat5e", 0).transmit(sent, RATE_HZ).tolist() == pytest.approx(sent.tolist(), abs=1e-9)


def test_what_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="one of cat5e, cat6, cat6a, not 'cat7'"):
        TwistedPair("cat7", 100)
    for length in (-1.0, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="the length must be finite and not negative"):
            TwistedPair("cat6", length)
    assert TwistedPair("cat6", 10).transmit([], RATE_HZ).size == 0
    assert TwistedPair("cat6", 0).far_end_crosstalk_db([1e6]).tolist() == [float("inf")]
