"""Block fading in closed form: gains, bit error rates and means over all gains."""

from __future__ import annotations

import math

import pytest

from catenet.kernel.streams import Stream
from catenet.physical.phys.fading import Fading
from catenet.physical.phys.phy_base import q_function, ratio_of

DRAWS = 4_000


@pytest.mark.parametrize("k_factor", [0.0, 1.0, 10.0])
def test_the_mean_power_is_one_and_its_variance_that_of_the_k_factor(k_factor: float) -> None:
    """The variance of a Rician power is (1 + 2K)/(1 + K)² (Goldsmith, section 3.2.2)."""
    fading, stream = Fading(k_factor), Stream(1, "fading")
    powers = [ratio_of(fading.draw_db(stream)) for _ in range(DRAWS)]
    variance = (1.0 + 2.0 * k_factor) / (1.0 + k_factor) ** 2
    mean = math.fsum(powers) / DRAWS
    assert abs(mean - 1.0) < 4.0 * math.sqrt(variance / DRAWS)
    assert math.fsum((power - mean) ** 2 for power in powers) / DRAWS == pytest.approx(variance, rel=0.2)
    assert fading.mean(ratio_of) == pytest.approx(1.0, rel=1e-4)


@pytest.mark.parametrize("k_factor", [0.0, 1.0, 10.0])
@pytest.mark.parametrize("eb_n0_db", [0.0, 10.0, 20.0])
def test_the_closed_form_is_the_mean_of_the_bit_error_rate_without_fading(k_factor: float, eb_n0_db: float) -> None:
    fading = Fading(k_factor)
    averaged = fading.mean(lambda gain_db: q_function(math.sqrt(2.0 * ratio_of(eb_n0_db + gain_db))))
    assert fading.bit_error_rate(ratio_of(eb_n0_db)) == pytest.approx(averaged, rel=1e-3)


def test_known_values() -> None:
    """1/(4γ) at high ratios over Rayleigh; without scattered paths, white noise alone."""
    assert Fading().bit_error_rate(ratio_of(10.0)) == pytest.approx(2.327e-2, rel=1e-3)
    assert Fading().bit_error_rate(1e4) == pytest.approx(0.25e-4, rel=1e-3)
    assert Fading(1e6).bit_error_rate(ratio_of(4.0)) == pytest.approx(1.250e-2, rel=1e-3)
    assert Fading(1e-9).bit_error_rate(10.0) == pytest.approx(Fading().bit_error_rate(10.0), rel=1e-6)


@pytest.mark.parametrize("k_factor", [-1.0, math.inf, math.nan])
def test_k_factors_that_there_are_not(k_factor: float) -> None:
    with pytest.raises(ValueError, match="the K factor must be finite and not negative"):
        Fading(k_factor)
