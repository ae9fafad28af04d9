"""Reed–Solomon: 802.3's generators, another implementation, errors up to the limit and beyond it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.physical.signals.fec.berlekamp_massey import error_locator
from catenet.physical.signals.fec.galois_field import GaloisField
from catenet.physical.signals.fec.reed_solomon import FIELD_802_3, ReedSolomon, rs_528_514, rs_544_514

KR4, KP4 = rs_528_514(), rs_544_514()
SMALL = ReedSolomon(15, 9, GaloisField(0x13), first_root=1)
"""Lin and Costello's triple-error-correcting code over GF(2^4), example 7.2."""


def damaged(code: ReedSolomon, words: np.ndarray, errors: int, rng: np.random.Generator) -> np.ndarray:
    received = words.copy()
    for row in received:
        places = rng.choice(code.length, errors, replace=False)
        row[places] ^= rng.integers(1, code.field.order + 1, errors)
    return received


@pytest.mark.slow
@given(st.integers(0, 1023), st.integers(0, 1023), st.integers(0, 1023))
def test_the_field_is_a_field(a: int, b: int, c: int) -> None:
    field = KR4.field
    assert field.multiply(a, field.multiply(b, c)) == field.multiply(field.multiply(a, b), c)
    assert field.multiply(a, b ^ c) == field.multiply(a, b) ^ field.multiply(a, c)
    if b:
        assert field.multiply(field.divide(a, b), b) == a
    expected, left, right = 0, a, b
    while right:
        expected ^= left if right & 1 else 0
        left, right = left << 1, right >> 1
        left ^= FIELD_802_3 if left >> 10 else 0
    assert field.multiply(a, b) == expected


def test_what_is_no_field_is_refused() -> None:
    with pytest.raises(ValueError, match="not primitive"):
        GaloisField(0x1F)  # irreducible, but x has order 5
    with pytest.raises(ValueError, match="not primitive"):
        GaloisField(0x12)
    with pytest.raises(ValueError, match="the polynomial's degree must be from 2 to 16; 0x3 has degree 1"):
        GaloisField(3)
    with pytest.raises(ZeroDivisionError):
        KR4.field.divide([1, 2], [3, 0])


def test_the_generators_of_802_3() -> None:
    """Table 91-1: coefficients g0 to g14 of RS(528,514); g30 and g0 of RS(544,514)."""
    lowest_first = [432, 290, 945, 265, 592, 391, 614, 900, 925, 656, 32, 701, 6, 904, 1]
    assert KR4.generator[::-1].tolist() == lowest_first
    assert KP4.generator[0] == 1
    assert KP4.generator[-1] == 523
    assert (KR4.correctable, KP4.correctable) == (7, 15)


def test_lin_and_costellos_example() -> None:
    """Example 7.2: g(x) = α^6 + α^9 x + α^6 x² + α^4 x³ + α^14 x⁴ + α^10 x⁵ + x⁶."""
    assert SMALL.generator[::-1].tolist() == SMALL.field.power([6, 9, 6, 4, 14, 10, 0]).tolist()
    received = np.zeros(15, np.int64)
    for exponent, power in ((3, 7), (6, 3), (12, 4)):
        received[14 - exponent] = SMALL.field.power(power)
    syndromes = SMALL.syndromes(received)[0]
    assert syndromes.tolist() == [*SMALL.field.power([12, 0, 14, 10]), 0, SMALL.field.power(12)]
    assert error_locator(SMALL.field, syndromes).tolist() == SMALL.field.power([0, 7, 4, 6]).tolist()
    decoded = SMALL.decode(received)
    assert decoded.messages.tolist() == [[0] * 9]
    assert decoded.corrected.tolist() == [3]


@pytest.mark.parametrize("code", [KR4, KP4, SMALL, ReedSolomon(20, 12, GaloisField(0x11D), first_root=3)])
def test_as_many_errors_as_the_code_corrects(code: ReedSolomon) -> None:
    rng = np.random.default_rng(code.length)
    messages = rng.integers(0, code.field.order + 1, (3, code.dimension))
    words = code.encode(messages)
    assert not code.syndromes(words).any()
    for errors in {0, 1, code.correctable}:
        decoded = code.decode(damaged(code, words, errors, rng))
        assert decoded.messages.tolist() == messages.tolist()
        assert decoded.corrected.tolist() == [errors] * 3
        assert decoded.uncorrectable.size == 0


@pytest.mark.parametrize("code", [KR4, KP4])
def test_a_word_with_more_errors_is_reported_and_left(code: ReedSolomon) -> None:
    rng = np.random.default_rng(2)
    words = code.encode(rng.integers(0, 1024, (20, code.dimension)))
    received = damaged(code, words, code.correctable + 1, rng)
    received[0] = words[0]
    decoded = code.decode(received)
    assert decoded.uncorrectable.tolist() == list(range(1, 20))
    assert decoded.messages[1:].tolist() == received[1:, : code.dimension].tolist()
    assert decoded.messages[0].tolist() == words[0, : code.dimension].tolist()


@pytest.mark.slow
@settings(max_examples=60)
@given(st.data())
def test_a_small_code_never_gives_a_word_further_off_than_it_corrects(data: st.DataObject) -> None:
    received = np.array(data.draw(st.lists(st.integers(0, 15), min_size=15, max_size=15)))
    decoded = SMALL.decode(received)
    if decoded.uncorrectable.size == 0:
        word = SMALL.encode(decoded.messages[0])
        assert np.count_nonzero(word != received) == decoded.corrected[0] <= 3


@pytest.mark.parametrize("code", [KR4, KP4])
def test_the_words_are_those_of_another_implementation(code: ReedSolomon) -> None:
    reedsolo = pytest.importorskip("reedsolo")
    oracle = reedsolo.RSCodec(code.length - code.dimension, nsize=1023, fcr=0, prim=FIELD_802_3, c_exp=10)
    rng = np.random.default_rng(3)
    message = rng.integers(0, 1024, code.dimension)
    word = code.encode(message)
    assert list(oracle.encode(message.tolist())) == word.tolist()
    received = damaged(code, word[None, :], code.correctable, rng)[0]
    assert list(oracle.decode(received.tolist())[0]) == code.decode(received).messages[0].tolist() == message.tolist()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"RS\(300,200\) does not fit"):
        ReedSolomon(300, 200, GaloisField(0x11D))
    with pytest.raises(ValueError, match="a row must have 514 symbols, not 3"):
        KR4.encode([1, 2, 3])
    with pytest.raises(ValueError, match="from 0 to 15"):
        SMALL.encode([16] * 9)
