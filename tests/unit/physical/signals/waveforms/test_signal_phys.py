"""PHYs as waveforms: what is sent is received, and how often it is not is what the closed form says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.phy_base import Phy
from catenet.physical.signals.bits import bits_of_numbers
from catenet.physical.signals.error_rate import ErrorRate
from catenet.physical.signals.line_codes.block_64b66b import Code64b66b
from catenet.physical.signals.waveforms.catalogue import SIGNAL_PHYS, signal_phy, waveforms_of
from catenet.physical.signals.waveforms.copper_signal import CopperSignal
from catenet.physical.signals.waveforms.hundred_base_tx import scrambling_sequence
from catenet.physical.signals.waveforms.signal_phy import averaged
from catenet.physical.signals.waveforms.transcoding import GROUP_BITS, transcode, untranscode
from catenet.physical.signals.waveforms.xgmii import rows_of

FRAME_OCTETS = 200
FRAMES = {"100gbase-r": 60, "10gbase-r": 150, "radio-12": 40, "serial-115200": 100, "serial-115200-8e1": 100}
SHARES = (0.8, 0.5, 0.3, 0.15, 0.05)
"""The frame error rates at which the two are compared."""


def over(name: str, reach: float) -> Phy:
    """A PHY over a part of its reach."""
    return PHYS[name].over(reach * PHYS[name].medium.longest_m)


def snr_for(phy: Phy, share: float, octets: int) -> float:
    """The ratio at which the closed form loses such a share of frames."""
    low, high = -5.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2.0
        low, high = (middle, high) if phy.frame_error_rate(octets, middle) > share else (low, middle)
    return low


def test_every_phy_has_a_waveform() -> None:
    assert set(SIGNAL_PHYS) == set(PHYS)


@pytest.mark.slow
@pytest.mark.parametrize("name", SIGNAL_PHYS)
@settings(max_examples=20, deadline=None)
@given(octets=st.binary(min_size=60, max_size=400), seed=st.integers(0, 1 << 30))
def test_a_clean_waveform_is_read_back(name: str, octets: bytes, seed: int) -> None:
    phy = signal_phy(name)
    assert phy.receive(phy.waveform(octets, np.random.default_rng(seed))) == octets


@pytest.mark.slow
@pytest.mark.parametrize("name", SIGNAL_PHYS)
@settings(max_examples=10, deadline=None)
@given(octets=st.binary(min_size=60, max_size=400), seed=st.integers(0, 1 << 30))
def test_a_frame_is_read_at_the_end_of_the_reach(name: str, octets: bytes, seed: int) -> None:
    """Dispersion and attenuation at the longest length, and the converter; little noise."""
    phy = waveforms_of(over(name, 1.0))
    assert phy.carried(octets, 30.0, np.random.default_rng(seed)) == octets


@pytest.mark.slow
@pytest.mark.parametrize("name", SIGNAL_PHYS)
def test_noise_alone_is_no_frame(name: str) -> None:
    """Nothing that was not sent is taken for the frame."""
    phy, rng = signal_phy(name), np.random.default_rng(5)
    frame = rng.bytes(64)
    kind = np.complex128 if name == "radio-12" else np.float32
    for _ in range(10):
        assert phy.receive(phy.noisy(np.zeros(20_000, kind), 0.0, rng)) != frame


def compare(chosen: Phy, share: float, frames: int) -> tuple[ErrorRate, float]:
    """The measured rate of damaged frames, and the closed form's."""
    phy, rng = waveforms_of(chosen), np.random.default_rng([1, round(100 * share)])
    snr_db = snr_for(chosen, share, FRAME_OCTETS)
    lost = 0
    for _ in range(frames):
        octets = rng.bytes(FRAME_OCTETS)
        lost += phy.carried(octets, snr_db, rng) != octets
    return ErrorRate(lost, frames), share


@pytest.mark.slow
@pytest.mark.parametrize("name", SIGNAL_PHYS)
@pytest.mark.parametrize("share", SHARES)
def test_the_two_fidelities_agree(name: str, share: float) -> None:
    """Clopper and Pearson's interval at 99.9 % holds the closed form, at the end of the reach."""
    measured, expected = compare(over(name, 1.0), share, FRAMES.get(name, 400))
    interval = measured.interval(0.999)
    assert interval.low <= expected <= interval.high, (measured, expected)


@pytest.mark.long
@pytest.mark.parametrize("name", SIGNAL_PHYS)
@pytest.mark.parametrize(("share", "reach"), list(zip(SHARES, (0.0, 0.5, 0.0, 0.5, 0.0), strict=True)))
def test_the_two_fidelities_agree_over_many_frames(name: str, share: float, reach: float) -> None:
    """The same with five times as many frames, at other lengths."""
    measured, expected = compare(over(name, reach), share, 5 * FRAMES.get(name, 400))
    interval = measured.interval(0.999)
    assert interval.low <= expected <= interval.high, (measured, expected)


@pytest.mark.parametrize("name", ["10base-t", "100base-tx"])
@pytest.mark.parametrize("reach", [0.0, 1.0])
def test_noise_at_the_decision_has_the_ratio(name: str, reach: float) -> None:
    """Behind the equaliser, noise and crosstalk are the mean power over the ratio, and what the closed form adds."""
    phy, rng = waveforms_of(over(name, reach)), np.random.default_rng(3)
    assert isinstance(phy, CopperSignal)
    variance = float(phy.decision_values(phy.noisy(np.zeros(100_000, np.float32), 10.0, rng)).var())
    crosstalk = phy.copper.figures().crosstalk if phy.copper.crosstalk and reach else 0.0
    assert variance == pytest.approx(phy.mean_power / 10.0 + crosstalk, rel=0.05)


@pytest.mark.parametrize("name", ["1000base-x", "10gbase-r", "100gbase-r", "optical-ook"])
def test_the_q_factor_at_the_decision_is_the_root_of_the_ratio(name: str) -> None:
    phy, rng = signal_phy(name), np.random.default_rng(3)
    light, dark = np.ones(100_000, np.float32), -np.ones(100_000, np.float32)
    one, zero = (averaged(phy.noisy(sent, 10.0, rng), phy.samples_per_symbol) for sent in (light, dark))
    q_factor = (one.mean() - zero.mean()) / (one.std() + zero.std())
    assert q_factor**2 == pytest.approx(10.0, rel=0.03)
    assert one.mean() / one.std() == pytest.approx(-zero.mean() / zero.std(), rel=0.02), "the threshold is the optimum"


def test_the_scrambler_of_100base_tx() -> None:
    """The sequence of 1 + x^9 + x^11 has the longest period, and one more 1 than 0 (X3.263 clause 7.3)."""
    sequence = scrambling_sequence()
    windows = {tuple(np.roll(sequence, -place)[:11]) for place in range(2047)}
    assert len(windows) == 2047
    assert int(sequence.sum()) == 1024
    assert (sequence[11:] == sequence[2:-9] ^ sequence[:-11]).all()


@pytest.mark.slow
@given(octets=st.binary(min_size=60, max_size=300))
def test_transcoding_is_undone(octets: bytes) -> None:
    rows = rows_of(octets, idle_before=0, idle_after=3)
    count = rows.octets.shape[0] // 4 * 4
    blocks = Code64b66b(scrambled=False).encode(rows.octets[:count], rows.control[:count])
    coded = transcode(blocks)
    assert coded.size == count // 4 * GROUP_BITS
    assert (untranscode(coded) == blocks).all()


def test_a_group_of_data_is_its_payloads_behind_a_one() -> None:
    """Clause 91.5.2.5: 4 × 64 bits, and a 1 that says that all are data."""
    data = np.concatenate([np.concatenate(([0, 1], bits_of_numbers([1 << place], 64))) for place in range(4)])
    coded = transcode(data.astype(np.uint8))
    assert coded[0] == 1
    assert (coded[1:].reshape(4, 64) == data.reshape(4, 66)[:, 2:]).all()
