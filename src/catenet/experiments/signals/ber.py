"""Bit-error rates of modulations over white Gaussian noise, against their closed forms (Proakis, chapter 4)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.random import Generator

from catenet.experiments.comparison import Comparison, CurvePoint
from catenet.experiments.signals.measure import MIN_ERRORS, STANDARD_ERRORS, entries_of, rate_comparison
from catenet.physical.signals.bits import Reals
from catenet.physical.signals.channels.awgn import Awgn
from catenet.physical.signals.decibels import ratio_of
from catenet.physical.signals.importance_sampling import ScaledNormal, weighted_rate
from catenet.physical.signals.modulation import bit_error_rates as theory
from catenet.physical.signals.modulation.dpsk import Dpsk
from catenet.physical.signals.modulation.fsk import Fsk
from catenet.physical.signals.modulation.modulation import Modulation
from catenet.physical.signals.modulation.pam import Bpsk, Ook, Pam
from catenet.physical.signals.modulation.qam import Qam, Qpsk

BATCH_BITS: Final = 96_000
BLOCK_BITS: Final = 240
ERRORS: Final = 1_000
RARE: Final = 1e-4
"""The rate below which importance sampling is used."""
RARE_SYMBOLS: Final = 400_000
RARE_SCALE: Final = 2.0


class Case(NamedTuple):
    """A modulation, its closed form, and the Eb/N0, in dB, at which it is measured."""

    name: str
    modulation: Modulation
    formula: Callable[[float], float]
    eb_n0_db: tuple[float, ...]


def cases() -> list[Case]:
    """The published points."""
    return [
        Case("BPSK", Bpsk(), theory.bpsk, (0, 4, 8, 10, 12)),
        Case("QPSK", Qpsk(), theory.qpsk, (0, 4, 8, 10, 12)),
        Case("4-PAM", Pam(4), lambda ratio: theory.pam(4, ratio), (8, 10, 12, 14)),
        Case("16-QAM", Qam(16), lambda ratio: theory.qam(16, ratio), (8, 10, 12, 14)),
        Case("64-QAM", Qam(64), lambda ratio: theory.qam(64, ratio), (10, 14, 18)),
        Case("256-QAM", Qam(256), lambda ratio: theory.qam(256, ratio), (16, 20)),
        Case("DPSK", Dpsk(), theory.dpsk, (4, 8, 10)),
        Case("FSK, non-coherent", Fsk(coherent=False), theory.noncoherent_fsk, (8, 10)),
        Case("FSK, coherent", Fsk(coherent=True), theory.coherent_fsk, (8, 10)),
        Case("OOK", Ook(), theory.ook, (8, 10)),
    ]


def ber(seed: int) -> Iterator[Comparison]:
    """All of them, each with its own random numbers, and the channel capacity."""
    for number, case in enumerate(cases()):
        for eb_n0_db in case.eb_n0_db:
            rng = np.random.default_rng([seed, number, round(10 * eb_n0_db)])
            line = _line(case) if eb_n0_db == case.eb_n0_db[0] else ()
            point = CurvePoint(case.name, eb_n0_db, "Eb/N0, dB", "errors counted", line)
            yield measure(case, eb_n0_db, rng)._replace(curve=point)
    yield _capacity(np.random.default_rng([seed, len(cases())]))


def _line(case: Case) -> tuple[tuple[float, float], ...]:
    """The closed form over the Eb/N0 of a case, and at least 2 dB."""
    first, last = case.eb_n0_db[0], max(case.eb_n0_db[-1], case.eb_n0_db[0] + 2)
    places = [first + step / 2 for step in range(round(2 * (last - first)) + 1)]
    return tuple((place, case.formula(ratio_of(place))) for place in places)


def measure(case: Case, eb_n0_db: float, rng: Generator) -> Comparison:
    """The rate of one case at one Eb/N0."""
    expected = case.formula(ratio_of(eb_n0_db))
    what = f"{case.name}, Eb/N0 {eb_n0_db:g} dB"
    if expected >= RARE:
        return _common(what, case.modulation, eb_n0_db, expected, rng, ERRORS)
    if isinstance(case.modulation, Dpsk):  # two samples decide a bit, so one weight does not tell
        return _common(what, case.modulation, eb_n0_db, expected, rng, MIN_ERRORS)
    return _rare(what, case.modulation, eb_n0_db, expected, rng)


def _common(
    what: str, modulation: Modulation, eb_n0_db: float, expected: float, rng: Generator, least: int
) -> Comparison:
    """Bits of one symbol, and neighbours in DPSK, err together; blocks of many bits do not."""
    channel = Awgn(modulation.noise_density(ratio_of(eb_n0_db)), rng)
    shares: list[Reals] = []
    errors = 0
    while errors < least:
        sent = rng.integers(0, 2, BATCH_BITS, dtype=np.uint8)
        received = modulation.demodulate(channel.transmit(modulation.modulate(sent)))
        wrong = (received != sent).reshape(-1, BLOCK_BITS)
        shares.append(np.asarray(wrong.mean(axis=1), np.float64))
        errors += int(wrong.sum())
    found = weighted_rate(np.concatenate(shares), errors)
    return rate_comparison(what, expected, found.rate, found.standard_error, found.errors)


def _rare(what: str, modulation: Modulation, eb_n0_db: float, expected: float, rng: Generator) -> Comparison:
    """By noise of twice the deviation on both axes; for modulations of a sample a symbol."""
    width = modulation.bits_per_symbol
    sent = rng.integers(0, 2, RARE_SYMBOLS * width, dtype=np.uint8)
    symbols = modulation.modulate(sent)
    source = ScaledNormal(RARE_SCALE, rng)
    real, imaginary = source.draw(symbols.size), source.draw(symbols.size)
    deviation = math.sqrt(modulation.noise_density(ratio_of(eb_n0_db)) / 2.0)
    received = symbols + deviation * (real.values + 1j * imaginary.values)
    wrong = (modulation.demodulate(received) != sent).reshape(-1, width).sum(axis=1)
    found = weighted_rate(wrong / width * real.weights * imaginary.weights, int(wrong.sum()))
    return rate_comparison(what, expected, found.rate, found.standard_error, found.errors)


def _capacity(rng: Generator) -> Comparison:
    """Mutual information of Gaussian symbols and what is received: the mean of log₂ p(y|x)/p(y) (Proakis, 6.5)."""
    snr = ratio_of(30)
    sent = Awgn(snr, rng).transmit(np.zeros(RARE_SYMBOLS))
    received = Awgn(1.0, rng).transmit(sent)
    density = np.abs(received) ** 2 / (1.0 + snr) - np.abs(received - sent) ** 2
    bits = math.log2(1.0 + snr) + density / math.log(2.0)
    slack = STANDARD_ERRORS * float(bits.std()) / math.sqrt(bits.size)
    expected = theory.capacity_bit_s(1e6, snr) / 1e6
    what = "capacity of 1 MHz at a signal-to-noise ratio of 30 dB"
    told = f"{expected:.3f} Mbit/s (±{slack:.3f}: {STANDARD_ERRORS:g} standard errors)"
    measured = float(bits.mean())
    entries = entries_of(what, f"{expected:.3f} Mbit/s", f"{measured:.3f} Mbit/s", f"{slack:.3f} Mbit/s")
    return Comparison(what, told, expected - slack, expected + slack, measured, "Mbit/s", entries=entries)
