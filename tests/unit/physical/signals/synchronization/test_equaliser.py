"""Equalisers and gain control: a channel undone, taps that converge, a level that settles."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.physical.signals.channels.awgn import Awgn
from catenet.physical.signals.channels.intersymbol import PROAKIS_B, FirChannel
from catenet.physical.signals.modulation.qam import Qpsk
from catenet.physical.signals.synchronization.equaliser import Lms, ZeroForcing
from catenet.physical.signals.synchronization.gain import AutomaticGain

CHANNEL = (0.1 + 0.05j, 1.0, 0.35 - 0.2j)


def test_zero_forcing_undoes_a_channel() -> None:
    symbols = Qpsk().modulate(np.random.default_rng(1).integers(0, 2, 800))
    received = FirChannel(CHANNEL).transmit(symbols)
    equaliser = ZeroForcing(CHANNEL, 31)
    assert equaliser.residual < 1e-6
    assert np.abs(equaliser.equalise(received)[:-20] - symbols[:-20]).max() < 2e-3
    assert np.abs(received - symbols).max() > 0.3


def test_the_cascade_of_channel_and_equaliser_is_one_sample() -> None:
    equaliser = ZeroForcing((1.0, 0.5), 20, delay=0)
    assert equaliser.taps.tolist() == pytest.approx([(-0.5) ** place for place in range(20)], abs=1e-6)
    cascade = np.convolve(equaliser.taps, (1.0, 0.5))
    assert np.abs(cascade[1:]).max() < 1e-5


def test_a_null_in_the_channel_cannot_be_undone() -> None:
    assert ZeroForcing(PROAKIS_B, 11).residual > 100 * ZeroForcing(CHANNEL, 11).residual


def test_least_mean_squares_learns_the_channel_and_follows_it() -> None:
    rng = np.random.default_rng(2)
    symbols = Qpsk().modulate(rng.integers(0, 2, 8_000))
    received = Awgn(0.002, rng).transmit(FirChannel(CHANNEL).transmit(symbols))
    wanted = np.concatenate((np.zeros(1), symbols))[:-1]  # the channel's middle tap is a symbol late
    equaliser = Lms(15, step=0.02)
    errors = equaliser.train(received[:1_500], wanted[:1_500])
    assert errors[-200:].mean() < 0.05 * errors[:20].mean()
    assert np.mean(np.abs(equaliser.equalise(received[:1_500]) - wanted[:1_500])[20:-20] ** 2) < 0.01
    turning = received[1_500:] * np.exp(0.001j * np.arange(2_500))
    found = equaliser.follow(turning, Qpsk().points())
    assert Qpsk().demodulate(found[20:-20]).tolist() == Qpsk().demodulate(wanted[1_520:-20]).tolist()
    assert Qpsk().demodulate(turning[-500:-20]).tolist() != Qpsk().demodulate(wanted[-500:-20]).tolist()


def test_the_trained_taps_are_near_the_zero_forcing_ones() -> None:
    rng = np.random.default_rng(3)
    symbols = Qpsk().modulate(rng.integers(0, 2, 20_000))
    received = FirChannel((1.0, 0.3)).transmit(symbols)
    equaliser = Lms(9, step=0.01, delay=0)
    equaliser.train(received, symbols)
    assert np.abs(equaliser.taps - ZeroForcing((1.0, 0.3), 9, delay=0).taps).max() < 1e-3


@pytest.mark.parametrize("level_db", [-60.0, -10.0, 0.0, 40.0])
def test_the_gain_settles_from_any_level(level_db: float) -> None:
    rng = np.random.default_rng(4)
    samples = 10 ** (level_db / 20) * Awgn(1.0, rng).transmit(np.zeros(6_000))
    control = AutomaticGain(target_power=2.0)
    amplified, gains = control.control(samples)
    assert np.mean(np.abs(amplified[-2_000:]) ** 2) == pytest.approx(2.0, rel=0.1)
    assert gains[0] == 1.0
    assert 20 * np.log10(control.gain) == pytest.approx(-level_db + 3.01, abs=1.0)


def test_silence_is_not_amplified_without_end() -> None:
    control = AutomaticGain(max_gain=100.0)
    control.control(np.zeros(2_000))
    assert control.gain == pytest.approx(100.0)


def test_what_there_is_not_is_refused() -> None:
    for call, message in (
        (lambda: ZeroForcing([0.0], 3), "at least one tap that is not 0"),
        (lambda: ZeroForcing([1.0], 0), "at least one tap, not 0"),
        (lambda: ZeroForcing([1.0], 3, delay=3), "from 0 to 2, not 3"),
        (lambda: Lms(3, step=0.0), "an equaliser needs at least one tap and a positive step, not 3 and 0.0"),
        (lambda: Lms(3, delay=3), "from 0 to 2, not 3"),
        (lambda: Lms(3).train([1.0, 1.0], [1.0]), "2 samples need 2 known symbols, not 1"),
        (
            lambda: AutomaticGain(step=0.5),
            "the step above 0 and up to 0.05",
        ),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    assert Lms(3).equalise([]).size == 0
    assert ZeroForcing([1.0], 3).equalise([]).size == 0
