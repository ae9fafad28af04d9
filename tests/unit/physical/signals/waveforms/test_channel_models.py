"""A waveform's channel: what fibre and pair do to a signal is what the closed forms compute with."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.converter import Converter
from catenet.physical.phys.copper import CopperPhy
from catenet.physical.phys.dispersion import de_bruijn, received_powers
from catenet.physical.phys.optical import OpticalPhy
from catenet.physical.signals.channels.copper import TwistedPair
from catenet.physical.signals.channels.fast_filter import FastFilter
from catenet.physical.signals.waveforms.catalogue import waveforms_of
from catenet.physical.signals.waveforms.copper_signal import CopperSignal
from catenet.physical.signals.waveforms.signal_phy import averaged, held

SYMBOLS = 200_000


def test_the_powers_of_patterns_are_those_of_the_fibre() -> None:
    """The closed form's transform without NumPy, against the channel."""
    phy = PHYS["10gbase-r"].over(80_000.0)
    assert isinstance(phy, OpticalPhy)
    bits = np.array(de_bruijn(7))
    arrived = waveforms_of(phy).conducted(held(2.0 * bits - 1.0, 4))
    powers = received_powers(phy.fibre.dispersion_ps_nm(80_000.0), phy.fibre.wavelength_nm, phy.symbol_rate_hz)
    assert [bit for bit, _ in powers] == bits.tolist()
    assert (averaged(arrived, 4) + 1.0) / 2.0 == pytest.approx([power for _, power in powers], abs=1e-5)


def test_a_fast_filter_is_the_filter() -> None:
    pair, rng = TwistedPair("cat5e", 100.0), np.random.default_rng(1)
    sent = rng.standard_normal(3_000)
    fast = FastFilter(pair.response, 500e6).transmit(sent)
    assert np.abs(fast - pair.transmit(sent, 500e6)).max() < 0.02
    assert fast.size == sent.size


@pytest.mark.parametrize("samples", [2, 4])
def test_a_filter_of_held_levels_makes_the_same_samples(samples: int) -> None:
    pair, rng = TwistedPair("cat5e", 100.0), np.random.default_rng(1)
    levels = rng.integers(-1, 2, 20_000).astype(np.float32)
    whole = FastFilter(pair.response, 500e6).transmit(held(levels, samples))
    assert FastFilter(pair.response, 500e6, samples).transmit(levels) == pytest.approx(whole, abs=2e-3)


def test_a_frame_of_levels_arrives_as_its_waveform() -> None:
    """10BASE-T: what the pair makes of a frame's levels is what it makes of the frame's samples."""
    signal = waveforms_of(PHYS["10base-t"].over(100.0))
    for seed in range(4):
        arrived = signal.arriving(bytes(range(60)), np.random.default_rng(seed))
        sent = signal.waveform(bytes(range(60)), np.random.default_rng(seed))
        assert arrived == pytest.approx(signal.conducted(sent), abs=2e-3)


def test_crosstalk_at_the_decision_has_the_closed_forms_power() -> None:
    """Scrambled idle on the other pair, coupled in, behind the equaliser."""
    phy = PHYS["100base-tx"].over(100.0)
    assert isinstance(phy, CopperPhy)
    signal = waveforms_of(phy)
    assert isinstance(signal, CopperSignal)
    rng, silence = np.random.default_rng(2), np.zeros(4 * 700, np.float32)
    heard = [signal.decision_values(signal.noisy(silence, 90.0, rng))[100:-100] for _ in range(300)]
    assert float(np.mean(np.square(heard))) == pytest.approx(phy.figures().crosstalk, rel=0.1)


def wrong(name: str, reach: float, bits: int, snr_db: float) -> tuple[float, float, int]:
    """The share of wrong symbols with a converter of so many bits, counted and by the closed form; and their number."""
    phy = PHYS[name].over(reach * PHYS[name].medium.longest_m)
    assert isinstance(phy, CopperPhy | OpticalPhy)
    phy.converter = Converter(bits)
    signal, rng = waveforms_of(phy), np.random.default_rng(4)
    sent = signal.conducted(signal.waveform(rng.bytes(SYMBOLS // 10), rng=None))
    expected = signal.decided(signal.decision_values(sent))
    decided = signal.decided(signal.decision_values(signal.received(sent, snr_db, rng)))
    count = signal.symbols_sent(SYMBOLS // 10, expected.size)
    errors = int((decided != expected)[:count].sum())
    return errors / count, phy.symbol_error_rate(snr_db), errors


@pytest.mark.slow
@pytest.mark.parametrize("name", ["10base-t", "100base-tx", "1000base-x", "10gbase-r"])
@pytest.mark.parametrize("bits", [4, 8])
def test_a_coarse_converter_costs_what_the_closed_form_says(name: str, bits: int) -> None:
    """Within four standard errors; with four bits there are far more errors than with an ideal converter."""
    counted, expected, errors = wrong(name, 0.9, bits, 12.0 if name == "100base-tx" else 9.0)
    assert errors > 100
    assert abs(counted - expected) < 4.0 * expected / errors**0.5 + 0.03 * expected
