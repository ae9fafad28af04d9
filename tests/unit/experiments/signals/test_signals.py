"""Experiments on signals: their comparisons can fail, and a missing library is told in one line."""

from __future__ import annotations

import json
import subprocess
import sys
import zlib

import numpy as np
import pytest

from catenet.experiments import EXPERIMENTS
from catenet.experiments.signals import ber, crc, fec
from catenet.experiments.signals.lazy import NAMES
from catenet.experiments.signals.measure import rate_comparison, rate_text
from catenet.physical.signals.fec.galois_field import GaloisField
from catenet.physical.signals.fec.reed_solomon import ReedSolomon
from catenet.physical.signals.modulation import bit_error_rates as theory
from catenet.physical.signals.modulation.pam import Bpsk


@pytest.mark.parametrize("eb_n0_db", [4.0, 10.0])
def test_a_modem_that_is_a_decibel_off_is_outside(eb_n0_db: float) -> None:
    """Measured plainly and by importance sampling."""
    right = ber.Case("BPSK", Bpsk(), theory.bpsk, (eb_n0_db,))
    wrong = right._replace(formula=lambda ratio: theory.bpsk(ratio * 10**0.1))
    rates = [ber.measure(case, eb_n0_db, np.random.default_rng(1)) for case in (right, wrong)]
    assert [rate.holds for rate in rates] == [True, False]


@pytest.mark.slow
def test_a_decoder_that_corrects_less_is_outside() -> None:
    class Weaker(ReedSolomon):
        def decode(self, words):  # type: ignore[no-untyped-def]
            found = super().decode(words)
            lost = np.flatnonzero(found.corrected >= self.correctable)
            return found._replace(uncorrectable=np.union1d(found.uncorrectable, lost))

    right, wrong = ReedSolomon(15, 9, GaloisField(0x13)), Weaker(15, 9, GaloisField(0x13))
    rng = np.random.default_rng(1)
    rates = [fec.measure(fec.Case(code, 0.02, 0.06), rng, words=4_000) for code in (right, wrong)]
    assert [rate.holds for rate in rates] == [True, False]


def test_few_errors_are_no_measurement() -> None:
    assert rate_comparison("it", 1e-3, 1e-3, 1e-4, 100).holds
    assert not rate_comparison("it", 1e-3, 1e-3, 1e-4, 99).holds
    assert rate_text(9.006e-9) == "9.006e-9"
    assert rate_text(0.29) == "2.900e-1"


def test_syndromes_are_those_of_the_check_in_use() -> None:
    """The linear part of zlib's CRC: of a message with one bit set and of the same without it."""
    table = crc.syndromes(200)

    def of(place: int) -> int:
        message = bytearray(25)
        message[24 - place // 8] = 0x80 >> place % 8
        return zlib.crc32(message) ^ zlib.crc32(bytes(25))

    assert [of(place) for place in range(168)] == table[32:200].tolist()


@pytest.mark.slow
def test_complete_search_of_a_short_frame_finds_what_a_loop_over_pairs_finds() -> None:
    """Up to 3,030 bits: every missed error of four bits, by all pairs of syndromes that have the same sum."""
    bits = 3_030
    table = crc.syndromes(bits)
    found = set()
    left, right = np.triu_indices(bits, 1)
    pairs = table[left] ^ table[right]
    order = np.argsort(pairs, kind="stable")
    same = np.flatnonzero(pairs[order][1:] == pairs[order][:-1])
    for place in same.tolist():
        a, b = order[place], order[place + 1]
        found.add(tuple(sorted((left[a], right[a], left[b], right[b]))))
    assert crc.missed_patterns(bits)[:, 3].sum() == len(found) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_is_known_of_signals_holds_with_another_seed(name: str) -> None:
    figures = list(EXPERIMENTS[name](2))
    assert [figure.what for figure in figures if not figure.holds] == []
    assert json.dumps([figure.as_json() for figure in figures])


@pytest.mark.slow
def test_without_numpy_one_line_says_what_to_install() -> None:
    code = (
        "import sys\n"
        "sys.modules['numpy'] = None\n"
        "from catenet.cli.main import status_of\n"
        "sys.exit(status_of(['reproduce', 'ber']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    expected = "experiment ber needs NumPy and SciPy, which are not installed: pip install 'catenet[signals]'"
    assert done.stderr == f"catenet: {expected}\n"
