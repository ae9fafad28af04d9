"""Fading of the radio: the waveforms' error rates are those of the closed forms, and of the model."""

from __future__ import annotations

import numpy as np
import pytest

from catenet.kernel.pdu import Octets
from catenet.kernel.streams import Stream
from catenet.physical.frame_errors import FadingErrors
from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.fading import Fading
from catenet.physical.phys.radio import RadioPhy
from catenet.physical.signals.waveforms.catalogue import waveforms_of
from catenet.physical.signals.waveforms.radio import Radio, scrambling_sequence

FRAME_OCTETS = 60


def faded(k_factor: float) -> RadioPhy:
    phy = PHYS["radio-12"]
    assert isinstance(phy, RadioPhy)
    return phy.faded(Fading(k_factor))


def wrong_bits(radio: Radio, snr_db: float, frames: int) -> list[float]:
    """The share of wrong decisions in each frame; the receiver knows where the frame begins, not its phase."""
    rng, shares = np.random.default_rng(7), []
    sent = radio.waveform(rng.bytes(24))
    quiet = sent.size - sent.size // 80 * 80
    expected = radio.decided(radio.decision_values(sent[80 : sent.size - 160]))
    assert quiet == 0
    for _ in range(frames):
        received = radio.received(radio.faded(sent, rng), snr_db, rng)
        values = radio.decision_values(radio.in_phase(received, 0)[: sent.size - 240])
        shares.append(float(np.mean(radio.decided(values) != expected)))
    return shares


@pytest.mark.slow
@pytest.mark.parametrize("k_factor", [0.0, 4.0])
@pytest.mark.parametrize("snr_db", [6.0, 13.0])
def test_the_bit_error_rate_is_that_of_the_closed_form(k_factor: float, snr_db: float) -> None:
    """Within four standard errors; the bits of a frame fade together, so it is the frames that count."""
    phy = faded(k_factor)
    radio = waveforms_of(phy)
    assert isinstance(radio, Radio)
    shares = wrong_bits(radio, snr_db, 1500)
    deviation = float(np.std(shares)) / len(shares) ** 0.5
    assert abs(float(np.mean(shares)) - phy.symbol_error_rate(snr_db)) < 4.0 * deviation


@pytest.mark.slow
@pytest.mark.parametrize("k_factor", [0.0, 4.0])
@pytest.mark.parametrize("snr_db", [3.0, 8.0])
def test_both_fidelities_lose_as_many_frames(k_factor: float, snr_db: float) -> None:
    """Frames as waveforms, frames of the model, and the mean of the closed form: each within four standard errors."""
    phy, rng = faded(k_factor), np.random.default_rng(3)
    radio, frames, drawn = waveforms_of(phy), 150, 3000
    expected = phy.frame_error_rate(FRAME_OCTETS, snr_db)
    frame = rng.bytes(FRAME_OCTETS)
    lost = sum(radio.carried(frame, snr_db, rng) != frame for _ in range(frames))
    model = FadingErrors(Fading(k_factor), snr_db, phy.faded(None).frame_error_rate, Stream(1, "model"))
    damaged = sum(model.flips(Octets(frame)) is not None for _ in range(drawn))
    for count, total in ((lost, frames), (damaged, drawn)):
        assert abs(count / total - expected) < 4.0 * (expected * (1.0 - expected) / total) ** 0.5, (count, expected)


def test_the_receiver_takes_the_phase_from_the_training_field() -> None:
    radio = waveforms_of(faded(0.0))
    for seed in range(5):
        rng = np.random.default_rng(seed)
        assert radio.receive(radio.arriving(bytes(range(40)), rng)) == bytes(range(40))


def test_the_scrambler() -> None:
    """The first bits of the sequence of the standard (clause 17.3.5.5); low peaks for a frame of zeros."""
    assert "".join(map(str, scrambling_sequence()[:32])) == "00001110111100101100100100000010"
    radio = waveforms_of(PHYS["radio-12"])
    zeros = radio.waveform(bytes(200))[160:]
    assert float(np.max(np.abs(zeros))) < 5.0 * float(np.sqrt(np.mean(np.abs(zeros) ** 2)))


@pytest.mark.parametrize("octets", [1, 20, 24, 60])
def test_the_padding_of_the_last_symbol_makes_no_peak_that_a_converter_clips(octets: int) -> None:
    radio = waveforms_of(PHYS["radio-12"])
    waveform = radio.waveform(np.random.default_rng(1).bytes(octets))
    last = waveform[-240:-160]
    assert float(np.max(np.abs(last))) < 4.0 * float(np.sqrt(np.mean(np.abs(waveform[:-160]) ** 2)))


def test_each_frame_has_a_gain_of_its_own() -> None:
    radio, rng = waveforms_of(faded(0.0)), np.random.default_rng(1)
    powers = [float(np.max(np.abs(radio.arriving(bytes(20), rng)))) for _ in range(8)]
    assert max(powers) > 1.5 * min(powers)
