"""The rate of uncorrectable words of 802.3's Reed-Solomon codes, against the tail of the binomial distribution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from catenet.experiments.comparison import Comparison
from catenet.experiments.signals.measure import rate_comparison
from catenet.physical.signals.fec.block_errors import symbol_error_rate, word_failure_rate
from catenet.physical.signals.fec.reed_solomon import ReedSolomon, rs_528_514, rs_544_514
from catenet.physical.signals.importance_sampling import weighted_rate

WORDS: Final = 1_200


class Case(NamedTuple):
    """``drawn`` is the bit-error rate of the samples, which are weighted for ``rate`` (importance sampling)."""

    code: ReedSolomon
    rate: float
    drawn: float


def cases() -> list[Case]:
    """Each code at a rate that can be measured directly, and at its published bit-error rate."""
    first, second = rs_528_514(), rs_544_514()
    return [
        Case(first, 1.2e-3, 1.2e-3),
        Case(first, 5.2e-5, 1.6e-3),
        Case(second, 2.5e-3, 2.5e-3),
        Case(second, 2.4e-4, 2.9e-3),
    ]


def fec(seed: int) -> Iterator[Comparison]:
    """The rates of uncorrectable words."""
    for number, case in enumerate(cases()):
        yield measure(case, np.random.default_rng([seed, number]))


def measure(case: Case, rng: np.random.Generator, words: int = WORDS) -> Comparison:
    """Random messages are encoded, bits flipped, words decoded; an uncorrected or wrongly corrected word has failed."""
    code, symbol_bits = case.code, case.code.field.width
    width = code.length * symbol_bits
    messages = rng.integers(0, code.field.order + 1, (words, code.dimension))
    flips = rng.random((words, width)) < case.drawn
    errors = flips.reshape(words, code.length, symbol_bits) @ (1 << np.arange(symbol_bits))
    decoded = code.decode(code.encode(messages) ^ errors)
    failed = (decoded.messages != messages).any(axis=1)
    failed[decoded.uncorrectable] = True
    count = flips.sum(axis=1)
    weights = (case.rate / case.drawn) ** count * ((1 - case.rate) / (1 - case.drawn)) ** (width - count)
    found = weighted_rate(failed * weights, int(failed.sum()))
    expected = word_failure_rate(code.length, code.correctable, symbol_error_rate(case.rate, symbol_bits))
    what = f"RS({code.length},{code.dimension}) at bit-error rate {case.rate:.1e}".replace("e-0", "e-")
    return rate_comparison(f"{what}: words not corrected", expected, found.rate, found.standard_error, found.errors)
