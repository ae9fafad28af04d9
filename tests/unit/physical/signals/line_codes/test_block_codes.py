"""Block codes and their scrambler: round trips, tables of the standards, another implementation, violations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.physical.signals.bits import bits_of
from catenet.physical.signals.line_codes import block_4b5b
from catenet.physical.signals.line_codes.block_4b5b import Code4b5b
from catenet.physical.signals.line_codes.block_8b10b import K28_5, Code8b10b
from catenet.physical.signals.line_codes.block_64b66b import Code64b66b
from catenet.physical.signals.line_codes.formats_64b66b import (
    ERROR,
    FORMATS,
    IDLE,
    SEQUENCE,
    START,
    TERMINATE,
    lanes_of,
)
from catenet.physical.signals.line_codes.scrambler import Descrambler, Scrambler
from catenet.physical.signals.line_codes.tables_8b10b import CONTROL


def text(bits: np.ndarray) -> str:
    return "".join(str(bit) for bit in bits)


# --- 4B/5B ---


@pytest.mark.slow
@given(st.lists(st.integers(0, 21)))
def test_symbols_come_back(symbols: list[int]) -> None:
    decoded = Code4b5b().decode(Code4b5b().encode(symbols))
    assert decoded.symbols.tolist() == symbols
    assert decoded.violations.tolist() == []


def test_the_start_and_end_of_a_stream() -> None:
    """Clause 24.2.2.1: /J/K/ is 11000 10001, /T/R/ is 01101 00111."""
    assert text(Code4b5b().encode([block_4b5b.START_J, block_4b5b.START_K])) == "1100010001"
    assert text(Code4b5b().encode([block_4b5b.END_T, block_4b5b.END_R])) == "0110100111"
    assert text(Code4b5b().encode_bits([0, 0, 0, 0, 1, 1, 1, 1])) == "1111011101"


def test_data_has_never_more_than_three_zeros_in_a_row() -> None:
    groups = [text(Code4b5b().encode([first, second])) for first in range(16) for second in range(16)]
    assert max(len(run) for group in groups for run in group.split("1")) == 3


def test_invalid_groups_of_4b5b_are_found() -> None:
    decoded = Code4b5b().decode([1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1])
    assert decoded.symbols.tolist() == [0, block_4b5b.INVALID, 1]
    assert decoded.violations.tolist() == [1]
    with pytest.raises(ValueError, match="from 0 to 21"):
        Code4b5b().encode([22])


# --- 8b/10b ---

octets_8b10b = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 255), st.just(False)),
        st.tuples(st.sampled_from(CONTROL), st.just(True)),
    ),
    max_size=80,
)


@pytest.mark.slow
@given(octets_8b10b, st.sampled_from([-1, 1]))
def test_octets_of_8b10b_come_back(sent: list[tuple[int, bool]], disparity: int) -> None:
    code = Code8b10b(disparity=disparity)
    octets, control = [octet for octet, _ in sent], [kind for _, kind in sent]
    line = code.encode(octets, control)
    decoded = code.decode(line)
    assert decoded.octets.tolist() == octets
    assert decoded.control.tolist() == control
    assert decoded.violations.tolist() == []
    swing = np.cumsum(2 * line.astype(np.int64) - 1)
    assert np.abs(swing + disparity).max(initial=0) <= 4


@pytest.mark.slow
@given(octets_8b10b, st.sampled_from([0, 1]))
def test_8b10b_is_as_another_implementation_has_it(sent: list[tuple[int, bool]], disparity: int) -> None:
    oracle = pytest.importorskip("encdec8b10b").EncDec8B10B
    line = Code8b10b(disparity=2 * disparity - 1).encode([octet for octet, _ in sent], [kind for _, kind in sent])
    expected, running = "", disparity
    for octet, kind in sent:
        running, group = oracle.enc_8b10b(octet, running, int(kind))
        expected += f"{group:010b}"[::-1]  # its lowest bit is sent first
    assert text(line) == expected


@pytest.mark.slow
@given(st.binary(min_size=1, max_size=40), st.data())
def test_the_other_implementation_reads_ours(sent: bytes, data: st.DataObject) -> None:
    oracle = pytest.importorskip("encdec8b10b").EncDec8B10B
    line = text(Code8b10b().encode(list(sent)))
    groups = [line[start : start + 10] for start in range(0, len(line), 10)]
    assert [oracle.dec_8b10b(int(group[::-1], 2)) for group in groups] == [(0, octet) for octet in sent]


def test_the_groups_of_clause_36() -> None:
    """Tables 36-1 and 36-2: D0.0, D21.5, K28.5, K28.7, and the configuration set /C1/."""
    assert text(Code8b10b().encode([0x00, 0x00])) == "1001110100" + "1001110100"
    assert text(Code8b10b().encode([0xB5])) == "1010101010"
    assert text(Code8b10b().encode([K28_5, K28_5], [True, True])) == "0011111010" + "1100000101"
    assert text(Code8b10b().encode([0xFC], [True])) == "0011111000"
    assert text(Code8b10b().encode([K28_5, 0xB5], [True, False])) == "0011111010" + "1010101010"


@pytest.mark.slow
@given(st.binary(min_size=8, max_size=60))
def test_data_never_looks_like_a_comma(sent: bytes) -> None:
    """The commas 0011111 and 1100000 mark the boundary of groups because data does not have them."""
    line = text(Code8b10b().encode(list(sent)))
    assert "0011111" not in line
    assert "1100000" not in line


def test_an_invalid_group_and_a_wrong_disparity_are_violations() -> None:
    line = Code8b10b().encode([1, 2, 3, 4])
    broken = line.copy()
    broken[10:20] = 1
    assert 1 in Code8b10b().decode(broken).violations
    wrong = Code8b10b(disparity=1).decode(Code8b10b(disparity=-1).encode([0]))
    assert wrong.octets.tolist() == [0]
    assert wrong.violations.tolist() == [0]


@pytest.mark.slow
@given(st.binary(min_size=1, max_size=30), st.data())
def test_a_single_wrong_bit_in_8b10b_is_found_at_the_latest_by_the_disparity_at_the_end(
    sent: bytes, data: st.DataObject
) -> None:
    """One bit changes the disparity by two: a violation follows, or the data after it never turns the disparity."""
    line = Code8b10b().encode([*sent, 0x03, 0x00, 0x00, 0x01])
    place = data.draw(st.integers(0, 10 * len(sent) - 1))
    line[place] ^= 1
    assert Code8b10b().decode(line).violations.size > 0


def test_what_8b10b_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match=r"there is no control group K1\.0"):
        Code8b10b().encode([1], [True])
    with pytest.raises(ValueError, match="the running disparity must be -1 or 1, not 0"):
        Code8b10b(disparity=0)


# --- scrambler and 64b/66b ---


@pytest.mark.slow
@given(st.lists(st.integers(0, 1), max_size=300), st.integers(0, (1 << 58) - 1))
def test_scrambled_bits_come_back(sent: list[int], state: int) -> None:
    scrambled = Scrambler(state=state).scramble(sent)
    register = [(state >> place) & 1 for place in range(57, -1, -1)]
    for bit in sent:
        register.append(bit ^ register[-39] ^ register[-58])
    assert scrambled.tolist() == register[58:]
    assert Descrambler(state=state).descramble(scrambled).tolist() == sent


@pytest.mark.slow
@given(st.lists(st.integers(0, 1), min_size=1, max_size=200), st.integers(0, 200))
def test_a_scrambler_goes_on_from_call_to_call(sent: list[int], cut: int) -> None:
    parts = Scrambler(), Descrambler()
    whole = Scrambler().scramble(sent)
    halves = np.concatenate([parts[0].scramble(sent[:cut]), parts[0].scramble(sent[cut:])])
    assert halves.tolist() == whole.tolist()
    back = np.concatenate([parts[1].descramble(whole[:cut]), parts[1].descramble(whole[cut:])])
    assert back.tolist() == sent


def test_the_descrambler_finds_the_state_by_itself() -> None:
    sent = np.random.default_rng(1).integers(0, 2, 500, dtype=np.uint8)
    received = Descrambler(state=0).descramble(Scrambler(state=0x123456789ABCDEF).scramble(sent))
    assert received[58:].tolist() == sent[58:].tolist()
    with pytest.raises(
        ValueError, match="the state of the scrambler must be from 0 to 2.58 − 1, not 288230376151711744"
    ):
        Scrambler(state=1 << 58)


def test_a_wrong_bit_becomes_three() -> None:
    line = Scrambler().scramble(np.zeros(300, np.uint8))
    line[100] ^= 1
    assert np.flatnonzero(Descrambler().descramble(line)).tolist() == [100, 139, 158]


@st.composite
def vectors(draw: st.DrawFn) -> tuple[list[list[int]], list[list[bool]]]:
    rows, kinds = [], []
    for block_type in draw(st.lists(st.sampled_from([0, *FORMATS]), max_size=12)):
        lanes = lanes_of(block_type) if block_type else "D" * 8
        choices = {"C": [IDLE, ERROR], "O": [SEQUENCE, 0x5C], "S": [START], "T": [TERMINATE]}
        rows.append([draw(st.sampled_from(choices[lane]) if lane != "D" else st.integers(0, 255)) for lane in lanes])
        kinds.append([lane != "D" for lane in lanes])
    return rows, kinds


@pytest.mark.slow
@given(vectors(), st.booleans())
def test_every_format_of_64b66b_comes_back(sent: tuple[list[list[int]], list[list[bool]]], scrambled: bool) -> None:
    octets, control = np.array(sent[0], np.uint8).reshape(-1, 8), np.array(sent[1], np.bool_).reshape(-1, 8)
    code = Code64b66b(scrambled=scrambled)
    line = code.encode(octets, control)
    assert line.size == 66 * len(octets)
    decoded = code.decode(line)
    assert decoded.octets.tolist() == octets.tolist()
    assert decoded.control.tolist() == control.tolist()
    assert decoded.violations.tolist() == []


def test_blocks_as_figure_49_7_draws_them() -> None:
    code = Code64b66b(scrambled=False)
    idle = code.encode([[IDLE] * 8], [[True] * 8])
    assert text(idle) == "10" + text(bits_of(b"\x1e")) + "0" * 56
    start = code.encode([[START, 1, 2, 3, 4, 5, 6, 7]], [[True] + [False] * 7])
    assert text(start) == "10" + text(bits_of(b"\x78\x01\x02\x03\x04\x05\x06\x07"))
    data = code.encode([list(b"abcdefgh")], [[False] * 8])
    assert text(data) == "01" + text(bits_of(b"abcdefgh"))
    end = code.encode([[0xAA, TERMINATE, *[ERROR] * 6]], [[False] + [True] * 7])
    assert text(end) == "10" + text(bits_of(b"\x99\xaa")) + "0" * 6 + "0111100" * 6
    fault = code.encode([[SEQUENCE, 0, 0, 1, *[IDLE] * 4]], [[True, False, False, False, *[True] * 4]])
    assert text(fault) == "10" + text(bits_of(b"\x4b\x00\x00\x01")) + "0000" + "0" * 28


def test_violations_of_64b66b() -> None:
    code = Code64b66b(scrambled=False)
    line = code.encode([list(b"abcdefgh")] * 4, [[False] * 8] * 4).reshape(4, 66)
    line[1, :2] = 1
    line[2, :2] = 1, 0  # "a" is no type
    decoded = code.decode(line.reshape(-1))
    assert decoded.violations.tolist() == [1, 2]
    assert decoded.octets[1].tolist() == [ERROR] * 8
    assert decoded.control.all(axis=1).tolist() == [False, True, True, False]
    unknown = code.encode([[IDLE] * 8], [[True] * 8])
    unknown[10] = 1  # a control code of 0x01
    assert code.decode(unknown).violations.tolist() == [0]


def test_a_row_without_a_format_is_sent_as_errors() -> None:
    code = Code64b66b()
    decoded = code.decode(code.encode([[1, START, 2, 3, 4, 5, 6, 7]], [[False, True] + [False] * 6]))
    assert decoded.octets.tolist() == [[ERROR] * 8]
    assert decoded.violations.tolist() == []
    with pytest.raises(ValueError, match="rows of 8"):
        code.encode([[1, 2]], [[False, False]])
