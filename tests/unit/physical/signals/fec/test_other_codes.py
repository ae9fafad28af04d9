"""Hamming, convolutional codes, interleaving and the closed form of word failures."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.physical.signals.fec.block_errors import symbol_error_rate, word_failure_rate
from catenet.physical.signals.fec.convolutional import Convolutional
from catenet.physical.signals.fec.hamming import Hamming
from catenet.physical.signals.fec.interleaver import BlockInterleaver

bits = st.lists(st.integers(0, 1), max_size=60)


def test_hammings_own_example() -> None:
    """Hamming's paper, section 3: 1011 becomes 0110011 (parity at places 1, 2 and 4), and place 6 wrong gives 6."""
    assert Hamming().encode([1, 0, 1, 1]).tolist() == [0, 1, 1, 0, 0, 1, 1]
    decoded = Hamming().decode([0, 1, 1, 0, 0, 0, 1])
    assert decoded.bits.tolist() == [1, 0, 1, 1]
    assert decoded.corrected.tolist() == [0]


@pytest.mark.parametrize("parity_bits", [2, 3, 4, 6])
@pytest.mark.parametrize("extended", [False, True])
def test_each_single_error_is_corrected(parity_bits: int, extended: bool) -> None:
    code = Hamming(parity_bits, extended=extended)
    data = np.random.default_rng(1).integers(0, 2, code.dimension * code.length, dtype=np.uint8)
    words = code.encode(data).reshape(code.length, code.length)
    clean = code.decode(words.reshape(-1))
    assert clean.bits.tolist() == data.tolist()
    assert clean.corrected.size == clean.uncorrectable.size == 0
    decoded = code.decode((words ^ np.eye(code.length, dtype=np.uint8)).reshape(-1))
    assert decoded.bits.tolist() == data.tolist()
    assert decoded.corrected.tolist() == list(range(code.length))


def test_two_errors_are_detected_with_one_more_parity_bit() -> None:
    code = Hamming(3, extended=True)
    for first in range(8):
        for second in range(first):
            word = code.encode([1, 0, 0, 1])
            word[[first, second]] ^= 1
            assert code.decode(word).uncorrectable.tolist() == [0]
            assert code.decode(word).corrected.tolist() == []


def test_all_words_of_the_hamming_code_are_three_apart() -> None:
    words = [Hamming().encode(data) for data in product((0, 1), repeat=4)]
    assert min(int((a != b).sum()) for a in words for b in words if a is not b) == 3
    with pytest.raises(ValueError, match="the number of parity bits must be from 2 to 12, not 1"):
        Hamming(1)


@pytest.mark.slow
@given(bits, st.sampled_from([(7, (0o171, 0o133)), (3, (0o7, 0o5)), (4, (0o13, 0o15, 0o17)), (2, (0o3, 0o2))]))
def test_a_message_comes_back(sent: list[int], code: tuple[int, tuple[int, ...]]) -> None:
    coder = Convolutional(*code)
    word = coder.encode(sent)
    assert word.size == len(code[1]) * (len(sent) + code[0] - 1)
    assert coder.decode_hard(word).tolist() == sent
    assert coder.decode_soft(3.0 - 6.0 * word).tolist() == sent


def test_the_impulse_response_is_the_generators() -> None:
    """802.11 Figure 17-8: output A is 1 + x² + x³ + x⁵ + x⁶ … in octal 133, B 171; here 171 comes first."""
    word = Convolutional().encode([1]).reshape(-1, 2)
    assert int("".join(map(str, word[:, 0])), 2) == 0o171
    assert int("".join(map(str, word[:, 1])), 2) == 0o133
    # Proakis, Figure 8.1-2's kind of register: (7,5) codes 1011 as 11 10 00 01 01 11
    assert Convolutional(3, (0o7, 0o5)).encode([1, 0, 1, 1]).tolist() == [1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 1, 1]


@pytest.mark.slow
@settings(max_examples=40)
@given(st.data())
def test_errors_up_to_half_the_free_distance_are_corrected(data: st.DataObject) -> None:
    """The free distance of (171, 133) is 10: any four errors."""
    sent = data.draw(st.lists(st.integers(0, 1), min_size=10, max_size=50))
    word = Convolutional().encode(sent)
    places = data.draw(st.lists(st.integers(0, word.size - 1), max_size=4, unique=True))
    word[places] ^= 1
    assert Convolutional().decode_hard(word).tolist() == sent


@pytest.mark.slow
@settings(max_examples=40)
@given(st.data())
def test_the_decoder_finds_the_nearest_word_of_all(data: st.DataObject) -> None:
    code = Convolutional(3, (0o7, 0o5))
    received = np.array(data.draw(st.lists(st.floats(-2, 2), min_size=14, max_size=14)))
    found = code.encode(code.decode_soft(received))
    best = max(float((1.0 - 2.0 * code.encode(each)) @ received) for each in product((0, 1), repeat=5))
    assert float((1.0 - 2.0 * found) @ received) == pytest.approx(best, abs=1e-9)


@pytest.mark.slow
def test_convolutional_words_are_those_of_another_implementation() -> None:
    convcode = pytest.importorskip("commpy.channelcoding.convcode")
    trellis = convcode.Trellis(np.array([6]), np.array([[0b1001111, 0b1101101]]))  # its lowest bit is the newest
    rng = np.random.default_rng(4)
    sent = rng.integers(0, 2, 60)
    word = Convolutional().encode(sent)
    assert convcode.conv_encode(sent, trellis).tolist() == word.tolist()
    received = word ^ (rng.random(word.size) < 0.03)
    theirs = convcode.viterbi_decode(received.astype(float), trellis, tb_depth=66, decoding_type="hard")
    assert theirs[:60].tolist() == Convolutional().decode_hard(received).tolist() == sent.tolist()


def test_what_is_no_convolutional_code_is_refused() -> None:
    with pytest.raises(ValueError, match="from 2 to 12, not 1"):
        Convolutional(1, (1,))
    with pytest.raises(ValueError, match="generators of constraint length 3 must have 1 to that many bits"):
        Convolutional(3, (0o171,))
    with pytest.raises(ValueError, match="the number of values must be a multiple of 2, not 3"):
        Convolutional().decode_soft([1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="at least the 6 steps"):
        Convolutional().decode_hard([0, 0])


@pytest.mark.slow
@given(st.integers(1, 7), st.integers(1, 7), st.integers(0, 3))
def test_interleaved_elements_come_back(rows: int, columns: int, blocks: int) -> None:
    elements = np.arange(rows * columns * blocks)
    interleaver = BlockInterleaver(rows, columns)
    assert interleaver.deinterleave(interleaver.interleave(elements)).tolist() == elements.tolist()


def test_a_burst_hits_each_word_once() -> None:
    interleaver = BlockInterleaver(4, 6)
    assert interleaver.interleave(np.arange(24))[:5].tolist() == [0, 6, 12, 18, 1]
    for start in range(21):
        sent = np.zeros(24, np.int64)
        sent[start : start + 4] = 1
        assert interleaver.deinterleave(sent).reshape(4, 6).sum(axis=1).max() == 1
    with pytest.raises(ValueError, match="5 elements do not fill blocks of 24"):
        interleaver.interleave(np.arange(5))
    with pytest.raises(ValueError, match="at least one row"):
        BlockInterleaver(0, 3)


@pytest.mark.parametrize(("length", "correctable", "chance"), [(15, 3, 0.02), (31, 0, 0.1), (528, 7, 1e-3)])
def test_the_chance_of_failure_is_the_tail_of_the_binomial(length: int, correctable: int, chance: float) -> None:
    expected = math.fsum(
        math.comb(length, errors) * chance**errors * (1 - chance) ** (length - errors)
        for errors in range(correctable + 1, length + 1)
    )
    assert word_failure_rate(length, correctable, chance) == pytest.approx(expected, rel=1e-9)


def test_the_published_failure_rates_of_rs_fec() -> None:
    assert word_failure_rate(528, 7, symbol_error_rate(5.2e-5, 10)) == pytest.approx(5.96e-10, rel=1e-3)
    assert word_failure_rate(544, 15, symbol_error_rate(2.4e-4, 10)) == pytest.approx(8.15e-13, rel=1e-3)
