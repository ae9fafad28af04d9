"""Codes from bits to levels: round trips, the standards' and textbooks' examples, and code violations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.physical.signals.line_codes.b8zs import B8zs
from catenet.physical.signals.line_codes.bipolar import Ami
from catenet.physical.signals.line_codes.hdb3 import Hdb3
from catenet.physical.signals.line_codes.line_code import LineCode
from catenet.physical.signals.line_codes.manchester import DifferentialManchester, Manchester
from catenet.physical.signals.line_codes.mlt3 import Mlt3
from catenet.physical.signals.line_codes.nrz import Nrzi, NrzL
from catenet.physical.signals.line_codes.pam4 import Pam4
from catenet.physical.signals.line_codes.rz import Rz

CODES: dict[str, LineCode] = {
    "nrz-l": NrzL(),
    "nrz-l inverted": NrzL(inverted=True),
    "nrzi": Nrzi(),
    "nrzi on zero": Nrzi(on_zero=True, initial_level=1),
    "rz": Rz(),
    "manchester 802.3": Manchester(),
    "manchester thomas": Manchester("thomas"),
    "differential manchester": DifferentialManchester(),
    "differential manchester high": DifferentialManchester(initial_level=1),
    "ami": Ami(),
    "ami after a mark": Ami(last_polarity=1),
    "hdb3": Hdb3(),
    "hdb3 after a mark": Hdb3(last_polarity=1),
    "b8zs": B8zs(),
    "b8zs after a mark": B8zs(last_polarity=1),
    "mlt-3": Mlt3(),
    "pam4": Pam4(),
}
SIGNS = {"+": 1, "-": -1, "0": 0, "B": 1, "V": 1}
mostly_zeros = st.lists(st.sampled_from([0, 0, 0, 0, 1]), max_size=120)
even_bits = st.lists(st.integers(0, 1), max_size=64).map(lambda bits: bits[: len(bits) // 2 * 2])


def levels(text: str) -> list[int]:
    return [SIGNS[sign] for sign in text.replace(" ", "")]


def bits(text: str) -> list[int]:
    return [int(bit) for bit in text.replace(" ", "")]


@pytest.mark.slow
@pytest.mark.parametrize("name", CODES)
@given(sent=st.one_of(even_bits, mostly_zeros.map(lambda found: found[: len(found) // 2 * 2])))
def test_bits_come_back_without_a_violation(name: str, sent: list[int]) -> None:
    code = CODES[name]
    decoded = code.decode(code.encode(sent))
    assert decoded.bits.tolist() == sent
    assert decoded.violations.tolist() == []


@pytest.mark.parametrize("name", CODES)
def test_a_level_of_another_code_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="levels must be among"):
        CODES[name].decode([2, 2])
    with pytest.raises(ValueError, match="bits must be 0 or 1"):
        CODES[name].encode([0, 3])


EXAMPLES = [
    # 802.3 clause 7.3.1.1: the first half is the complement of the bit, the second half the bit
    ("manchester 802.3", "10110", "-+ +- -+ -+ +-"),
    ("manchester thomas", "10110", "+- -+ +- +- -+"),
    # 802.5 section 5.1: a 0 has a transition at its start, a 1 has none
    ("differential manchester", "0 0 1 1 0", "+- +- -+ +- +-"),
    # Stallings, Data and Computer Communications, Figure 5.2: 01001100011
    ("nrz-l", "01001100011", "+-++--+++--"),
    ("nrzi", "01001100011", "-+++-++++-+"),
    ("ami", "01001100011", "0+00-+000-+"),
    ("rz", "1 0 1", "+0 -0 +0"),
    # G.703 Annex A and Stallings, Figure 5.6: 1100000000110000010, and what HDB3 and B8ZS make of it
    ("b8zs", "1 1 00000000 1 1 00000 1 0", "+ - 000-+0+- + - 00000 + 0"),
    ("hdb3", "1 1 0000 0000 1 1 0000 0 1 0", "+ - +00+ -00- + - +00+ 0 - 0"),
    # an odd number of pulses since the last V: no B
    ("hdb3", "1 0000 1 0 1 1 0000 1", "+ 000+ - 0 + - 000- +"),
    # 100BASE-TX: four ones are one cycle
    ("mlt-3", "1 1 1 1 0 1 0 1", "+0-0 0+ +0"),
]


@pytest.mark.parametrize(("name", "sent", "line"), EXAMPLES)
def test_a_worked_example(name: str, sent: str, line: str) -> None:
    assert CODES[name].encode(bits(sent)).tolist() == levels(line)


def test_pam4_is_gray_coded() -> None:
    assert Pam4().encode(bits("00 01 11 10")).tolist() == [-3, -1, 1, 3]


VIOLATIONS = [
    ("rz", "+0 00 -+", [2, 4]),
    ("manchester 802.3", "-+ ++ --", [2, 4]),
    ("differential manchester", "+- ++", [2]),
    ("ami", "+0+ -", [2]),
    ("hdb3", "+ 0 +", [2]),  # a V after one zero
    ("hdb3", "+000+ -+-+ 000+", [12]),  # two V of one polarity
    ("hdb3", "+ 00000 -", [4, 5]),  # four zeros and more
    ("b8zs", "+ 0 + -", [2]),
    ("b8zs", "+ 000+-0-+ +", [9]),  # a group, and then a pulse like the last
    ("b8zs", "+ 00000000", [8]),
    ("mlt-3", "+ -", [1]),
    ("mlt-3", "+ 0 +", [2]),
    ("mlt-3", "-", [0]),
]


@pytest.mark.parametrize(("name", "line", "places"), VIOLATIONS)
def test_a_violation_is_found_where_it_is(name: str, line: str, places: list[int]) -> None:
    assert CODES[name].decode(levels(line)).violations.tolist() == places


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ami", "hdb3", "b8zs"])
@given(sent=mostly_zeros)
def test_the_running_sum_of_a_bipolar_code_is_bounded(name: str, sent: list[int]) -> None:
    """No direct current, and with substitution no long silence."""
    line = CODES[name].encode(sent)
    assert np.abs(np.cumsum(line, dtype=np.int64)).max(initial=0) <= 2
    if name != "ami":
        most = {"hdb3": 3, "b8zs": 7}[name]
        assert "0" * (most + 1) not in "".join("0" if level == 0 else "1" for level in line)


@pytest.mark.slow
@given(sent=even_bits, code=st.sampled_from([DifferentialManchester(), Nrzi()]))
def test_differential_codes_do_not_mind_a_line_that_is_turned_round(sent: list[int], code: LineCode) -> None:
    turned = code.decode(-code.encode(sent)).bits.tolist()
    assert turned[1:] == sent[1:]


def test_parameters_that_there_are_not_are_refused() -> None:
    for make in (lambda: Nrzi(initial_level=0), lambda: DifferentialManchester(initial_level=2)):
        with pytest.raises(ValueError, match="the initial level must be -1 or 1"):
            make()
    for kind in (Ami, Hdb3, B8zs):
        with pytest.raises(ValueError, match="the last polarity must be -1 or 1, not 0"):
            kind(last_polarity=0)
    with pytest.raises(ValueError, match="'802.3' or 'thomas', not 'ieee'"):
        Manchester("ieee")  # type: ignore[arg-type]
