"""Constellations, tones and carriers: round trips, energies, labels, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.physical.signals.channels.awgn import Awgn
from catenet.physical.signals.fec.convolutional import Convolutional
from catenet.physical.signals.modulation.dpsk import Dpsk
from catenet.physical.signals.modulation.fsk import Fsk
from catenet.physical.signals.modulation.gray_code import gray_code
from catenet.physical.signals.modulation.modulation import Modulation
from catenet.physical.signals.modulation.ofdm import Ofdm
from catenet.physical.signals.modulation.pam import Bpsk, Ook, Pam
from catenet.physical.signals.modulation.qam import Qam, Qpsk

ALL: dict[str, Modulation] = {
    "bpsk": Bpsk(),
    "ook": Ook(),
    "qpsk": Qpsk(),
    "dpsk": Dpsk(),
    "coherent fsk": Fsk(coherent=True),
    "non-coherent fsk": Fsk(coherent=False, samples_per_symbol=5),
    **{f"{size}-pam": Pam(size) for size in (2, 4, 8, 16)},
    **{f"{size}-qam": Qam(size) for size in (4, 16, 64, 256, 1024, 4096)},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
@settings(max_examples=25)
@given(data=st.data())
def test_bits_come_back(name: str, data: st.DataObject) -> None:
    modulation = ALL[name]
    symbols = data.draw(st.integers(0, 12))
    count = symbols * modulation.bits_per_symbol
    bits = data.draw(st.lists(st.integers(0, 1), min_size=count, max_size=count))
    assert modulation.demodulate(modulation.modulate(bits)).tolist() == bits


@pytest.mark.parametrize("name", ALL)
def test_the_mean_energy_of_a_symbol_is_one(name: str) -> None:
    modulation = ALL[name]
    bits = np.random.default_rng(1).integers(0, 2, 4_000 * modulation.bits_per_symbol)
    energy = np.sum(np.abs(modulation.modulate(bits)) ** 2) / 4_000
    assert energy == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize("size", [4, 16, 64, 256])
def test_neighbours_in_a_constellation_differ_in_one_bit_and_its_energy_is_one(size: int) -> None:
    points = Qam(size).points()
    assert np.mean(np.abs(points) ** 2) == pytest.approx(1.0)
    distances = np.abs(points[:, None] - points)
    least = np.min(distances[distances > 1e-9])
    pairs = np.argwhere((distances > 0) & (distances < 1.01 * least))
    assert len(pairs) == 4 * (size - np.sqrt(size))
    assert {int(a ^ b).bit_count() for a, b in pairs.tolist()} == {1}


def test_the_gray_code_and_802_11s_axis() -> None:
    assert gray_code(3).tolist() == [0, 1, 3, 2, 6, 7, 5, 4]
    levels = Pam(4).levels([0, 0, 0, 1, 1, 1, 1, 0]) * np.sqrt(5)
    assert levels.tolist() == pytest.approx([-3, -1, 1, 3])


def test_dpsk_does_not_mind_the_phase() -> None:
    bits = [1, 0, 1, 1, 0, 0]
    assert Dpsk().demodulate(Dpsk().modulate(bits) * np.exp(2.1j)).tolist() == bits
    assert Dpsk().modulate([]).size == 1


def test_envelopes_do_not_mind_the_phase_and_correlators_do() -> None:
    bits = np.random.default_rng(1).integers(0, 2, 50)
    turned = Fsk(coherent=True).modulate(bits) * np.exp(0.9j * np.pi)
    assert Fsk(coherent=False).demodulate(turned).tolist() == bits.tolist()
    assert Fsk(coherent=True).demodulate(turned).tolist() != bits.tolist()


@pytest.mark.slow
def test_soft_values_have_the_sign_of_the_bit_and_help_the_decoder() -> None:
    qam, rng = Qam(16), np.random.default_rng(3)
    bits = rng.integers(0, 2, 400, dtype=np.uint8)
    assert ((qam.log_likelihood_ratios(qam.modulate(bits), 0.1) < 0) == bits).all()
    noise_density = qam.noise_density(2.6)
    sent, wrong = rng.integers(0, 2, 6_002, dtype=np.uint8), []
    word = Convolutional().encode(sent)
    received = Awgn(noise_density, rng).transmit(qam.modulate(word))
    for found in (
        Convolutional().decode_hard(qam.demodulate(received)),
        Convolutional().decode_soft(qam.log_likelihood_ratios(received, noise_density)),
    ):
        wrong.append(np.count_nonzero(found != sent))
    assert wrong[1] < wrong[0] / 4


@pytest.mark.slow
@given(st.integers(2, 40), st.integers(1, 3), st.data())
def test_symbols_of_ofdm_come_back_through_a_short_channel(subcarriers: int, blocks: int, data: st.DataObject) -> None:
    prefix = data.draw(st.integers(0, subcarriers))
    used = sorted(data.draw(st.sets(st.integers(0, subcarriers - 1), min_size=1)))
    ofdm, rng = Ofdm(subcarriers, prefix, used), np.random.default_rng(7)
    symbols = Qpsk().modulate(rng.integers(0, 2, 2 * blocks * len(used)))
    taps = np.array([1.0, 0.3j, -0.2, 0.1])[: prefix + 1]
    received = np.convolve(ofdm.modulate(symbols), taps)[: blocks * (subcarriers + prefix)]
    found = ofdm.demodulate(received, ofdm.response_of(taps))
    assert np.allclose(found, symbols)


def test_ofdm_keeps_the_energy_but_for_its_prefix() -> None:
    ofdm = Ofdm(64, 16)
    symbols = Qpsk().modulate(np.random.default_rng(1).integers(0, 2, 6_400 * 2))
    sent = ofdm.modulate(symbols)
    assert np.sum(np.abs(sent) ** 2) / symbols.size == pytest.approx(ofdm.overhead, rel=0.02)
    assert ofdm.overhead == 1.25
    assert np.allclose(sent[:16], sent[64:80])
    middle = sent.reshape(-1, 80)[:, 16:]
    assert np.sum(np.abs(middle) ** 2) == pytest.approx(np.sum(np.abs(symbols) ** 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Pam(3), "power of 2 from 2 to 1024, not 3"),
        (lambda: Qam(32), "not 32"),
        (lambda: Qam(36), "not 36"),
        (lambda: Fsk(coherent=True, samples_per_symbol=1), "at least 2 samples"),
        (
            lambda: Fsk(coherent=True).demodulate([1, 2, 3]),
            "the number of samples must be a multiple of 8 .a symbol., not 3",
        ),
        (lambda: Qam(16).modulate([0, 1]), "the number of bits must be a multiple of 4, not 2"),
        (lambda: Bpsk().noise_density(0.0), "a positive ratio, not 0"),
        (lambda: Awgn(-1.0, np.random.default_rng(1)), "not negative"),
        (lambda: Ofdm(1, 0), "at least 2 subcarriers"),
        (lambda: Ofdm(8, 9), "OFDM needs at least 2 subcarriers and a prefix of at most that length, not 8 and 9"),
        (lambda: Ofdm(8, 2, [8]), "from 0 to 7"),
        (
            lambda: Ofdm(8, 2).modulate([1.0]),
            "the number of symbols must be a multiple of the 8 used subcarriers, not 1",
        ),
        (lambda: Ofdm(8, 2).demodulate([1.0]), "the number of samples must be a multiple of 10 .a block., not 1"),
        (
            lambda: Ofdm(8, 2).response_of([1, 1, 1, 1]),
            "with a prefix of 2 samples a channel must have at most 3 taps, not 4",
        ),
    ],
)
def test_what_there_is_not_is_refused(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
