"""What converter, dispersion, equaliser and crosstalk cost, by the closed forms."""

from __future__ import annotations

import math

import pytest

from catenet.physical.phys.cables import CATEGORIES
from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.converter import Converter
from catenet.physical.phys.copper import CopperPhy, ManchesterPhy, Mlt3Phy
from catenet.physical.phys.dispersion import IDEAL, PATTERN_BITS, de_bruijn, phase_s2, received_powers
from catenet.physical.phys.optical import OpticalPhy
from catenet.physical.phys.pair_receiver import line_spectrum, pair_figures
from catenet.physical.phys.phy_base import Phy


def test_a_bit_more_halves_the_quantisation_noise_in_amplitude() -> None:
    """Four-sigma loading: N bits have 6.02 N − 7.27 dB (Jayant and Noll, chapter 4), until clipping is the limit."""
    for bits in (4, 6, 8):
        assert -10 * math.log10(Converter(bits).noise_share()) == pytest.approx(6.02 * bits - 7.27, abs=0.4)
    assert Converter(24).noise_share() == pytest.approx(Converter(20).noise_share(), rel=1e-3)
    assert Converter(24, loading=2.0).noise_share() > 100 * Converter(24, loading=4.0).noise_share()


def test_a_de_bruijn_sequence_has_each_pattern_once() -> None:
    bits = de_bruijn(PATTERN_BITS)
    patterns = {tuple((bits + bits)[place : place + PATTERN_BITS]) for place in range(len(bits))}
    assert len(bits) == len(patterns) == 1 << PATTERN_BITS


def test_standard_fibre_has_21_7_ps2_per_km() -> None:
    """17 ps/(nm km) at 1550 nm are β₂ = −21.7 ps²/km (Agrawal, section 2.3)."""
    assert phase_s2(17.0, 1550.0) == pytest.approx(-21.7e-24, rel=0.002)


def test_dispersion_spreads_power_and_keeps_it() -> None:
    clean = received_powers(0.0, 1550.0, 10e9)
    assert clean == IDEAL
    before = 0.0
    for dispersion_ps_nm in (100.0, 300.0, 900.0):
        powers = received_powers(dispersion_ps_nm, 1550.0, 10e9)
        assert math.fsum(power for _, power in powers) / len(powers) == pytest.approx(0.5, abs=1e-9)
        closure = 1.0 - min(power for bit, power in powers if bit) + max(power for bit, power in powers if not bit)
        assert closure > before
        before = closure


def test_dispersion_counts_by_the_square_of_the_symbol_rate() -> None:
    """Only β₂L/T² matters (Agrawal, section 2.4.3)."""
    slow, fast = received_powers(1600.0, 1550.0, 5e9), received_powers(400.0, 1550.0, 10e9)
    assert [power for _, power in slow] == pytest.approx([power for _, power in fast], rel=1e-9)


@pytest.mark.parametrize("name", PHYS)
def test_a_length_costs_nothing_or_something(name: str) -> None:
    """At one ratio, a longer path is never better."""
    rates = [PHYS[name].over(share * PHYS[name].medium.longest_m).symbol_error_rate(12.0) for share in (0.0, 0.5, 1.0)]
    assert rates == sorted(rates)


def test_without_a_pair_the_equaliser_is_a_matched_filter() -> None:
    """A symbol of N samples: the noise is averaged over N, and a sample has the power of a symbol."""
    for kind, power in ((ManchesterPhy, 1.0), (Mlt3Phy, 0.5)):
        found = pair_figures(
            kind.pulse, kind.symbol_rate_hz, 0.0, mean_power=kind.mean_power, correlation=kind.correlation
        )
        assert found.noise_gain == pytest.approx(0.25)
        assert found.sample_power == pytest.approx(power, rel=1e-3)


def test_most_of_mlt3_lies_below_a_quarter_of_the_rate() -> None:
    """A cycle takes four symbols at least, so 100BASE-TX has its power below 31.25 MHz (X3.263)."""
    spectrum = [line_spectrum(math.pi * place / 200, 0.5, Mlt3Phy.correlation) for place in range(201)]
    assert spectrum.index(max(spectrum)) < 100
    assert sum(spectrum[:100]) > 0.7 * sum(spectrum)
    assert sum(spectrum) / len(spectrum) == pytest.approx(0.5, rel=0.01)


def test_the_equaliser_undoes_the_attenuation_of_the_pair() -> None:
    """The noise grows by about the loss near the frequency of a Manchester bit (10 MHz: 6.6 dB in 100 m)."""
    short, long = PHYS["10base-t"].over(0.0), PHYS["10base-t"].over(100.0)
    assert isinstance(short, CopperPhy)
    assert isinstance(long, CopperPhy)
    grown_db = 10 * math.log10(long.figures().noise_gain / short.figures().noise_gain)
    assert CATEGORIES["cat5e"].attenuation_db(5.0) < grown_db < CATEGORIES["cat5e"].attenuation_db(15.0)


def test_a_length_beyond_the_reach_is_refused() -> None:
    phy = PHYS["10gbase-r"].over(20_000)
    assert (phy.length_m, PHYS["10gbase-r"].length_m) == (20_000.0, 0.0)
    with pytest.raises(ValueError, match="10gbase-r reaches from 0 to 80 km over fibre"):
        phy.over(90_000)


@pytest.mark.parametrize("name", ["10base-t", "100base-tx", "1000base-x", "10gbase-r", "radio-12"])
def test_a_coarse_converter_costs_more(name: str) -> None:
    def rate(bits: int) -> float:
        phy: Phy = PHYS[name].over(0.0)
        assert isinstance(phy, CopperPhy | OpticalPhy) or hasattr(phy, "converter")
        phy.converter = Converter(bits)
        return phy.symbol_error_rate(12.0)

    assert rate(3) > 1.05 * rate(6) > 1.05 * rate(12)
