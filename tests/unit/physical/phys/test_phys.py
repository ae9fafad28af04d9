"""PHYs' closed forms: the figures of the standards and of textbooks."""

from __future__ import annotations

import math

import pytest

from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.fec import RsFecPhy, binomial_tail, words_of
from catenet.physical.phys.phy_base import q_function


def test_a_q_factor_of_17_db_is_the_standards_bit_error_rate() -> None:
    """IEEE 802.3 asks 10GBASE-R for 1e-12, which a Q factor of 7.034 has (Agrawal, section 4.6.1)."""
    phy = PHYS["10gbase-r"]
    assert phy.symbol_error_rate(20 * math.log10(7.034)) == pytest.approx(1e-12, rel=0.01)
    assert q_function(5.998) == pytest.approx(1e-9, rel=0.01)


def test_a_fibres_reach_is_where_the_receiver_gets_its_sensitivity() -> None:
    """0 dBm less 0.2 dB/km are −16 dBm after 80 km: the sensitivity, and the bit error rate that goes with it."""
    phy = PHYS["10gbase-r"]
    assert phy.symbol_error_rate(phy.snr_db(80_000)) == pytest.approx(1e-12, rel=0.02)
    assert phy.symbol_error_rate(phy.snr_db(40_000)) < 1e-30


@pytest.mark.parametrize("name", PHYS)
def test_errors_grow_with_length_and_shrink_with_the_ratio(name: str) -> None:
    phy = PHYS[name]
    lengths = [phy.medium.longest_m * share for share in (0.0, 0.25, 0.5, 1.0)]
    ratios = [phy.snr_db(length) for length in lengths]
    assert ratios == sorted(ratios, reverse=True)
    rates = [phy.frame_error_rate(1518, snr) for snr in range(-10, 30)]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] == pytest.approx(1.0)
    assert phy.frame_error_rate(1518, ratios[-1]) < 1e-3, "a PHY works over all that it is specified for"


@pytest.mark.parametrize("name", PHYS)
def test_a_length_beyond_its_reach_is_told_with_the_reach(name: str) -> None:
    phy = PHYS[name]
    with pytest.raises(ValueError, match=rf"{name} reaches from 0 to \d+ k?m over .*not"):
        phy.snr_db(phy.medium.longest_m * 1.01)


def test_the_words_of_rs_fec() -> None:
    """RS(528,514) at a bit error rate of 5.2e-5 fails at 5.96e-10 (NUMBERS: IEEE 802.3 clause 91, by the binomial)."""
    assert binomial_tail(528, 1 - (1 - 5.2e-5) ** 10, 7) == pytest.approx(5.96e-10, rel=0.01)
    assert binomial_tail(544, 1 - (1 - 2.4e-4) ** 10, 15) == pytest.approx(8.15e-13, rel=0.01)
    assert (words_of(64), words_of(624), words_of(632), words_of(1518)) == (1, 1, 2, 3)
    assert isinstance(PHYS["100gbase-r"], RsFecPhy)


def test_light_in_fibre_takes_five_microseconds_a_kilometre() -> None:
    assert PHYS["10gbase-r"].medium.delay_ns(40_000) == pytest.approx(195_900, rel=0.001)
