"""The tables of 8b/10b, generated from 5b/6b and 3b/4b (Widmer and Franaszek, IBM J. Res. Dev. 27(5), 1983).

They are Tables 36-1 and 36-2 of IEEE 802.3.  A group of ten bits is a number; its most significant bit, ``a``, is sent
first.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray


def _words(text: str) -> list[str]:
    return text.split()


_SIX: Final = _words(
    "100111 011101 101101 110001 110101 101001 011001 111000 111001 100101 010101 110100 001101 101100 011100 010111 "
    "011011 100011 010011 110010 001011 101010 011010 111010 110011 100110 010110 110110 001110 101110 011110 101011"
)
"""abcdei at negative disparity, by the low five bits."""
_SIX_K28: Final = "001111"
_FOUR: Final = _words("1011 1001 0101 1100 1101 1010 0110 1110")
"""fghj at negative disparity, by the high three bits."""
_ALTERNATE_SEVEN: Final = "0111"
_FOUR_K: Final = _words("1011 0110 1010 1100 1101 0101 1001 0111")
"""fghj of a control group whose first six bits leave negative disparity."""
CONTROL: Final = tuple(28 | high << 5 for high in range(8)) + tuple(low | 7 << 5 for low in (23, 27, 29, 30))
"""The octets of the twelve control groups: K28.0 to K28.7, K23.7, K27.7, K29.7 and K30.7."""


def _complement(bits: str) -> str:
    return bits.translate(str.maketrans("01", "10"))


def _unbalanced(bits: str) -> bool:
    return 2 * bits.count("1") != len(bits)


def _six(low: int, positive: bool, control: bool) -> str:
    bits = _SIX_K28 if control and low == 28 else _SIX[low]
    turned = positive and (_unbalanced(bits) or low == 7)
    return _complement(bits) if turned else bits


def _four(low: int, high: int, positive: bool, control: bool) -> str:
    if control:
        bits = _FOUR_K[high]
        return _complement(bits) if positive else bits
    if high == 7 and low in ((11, 13, 14) if positive else (17, 18, 20)):
        bits = _ALTERNATE_SEVEN
    else:
        bits = _FOUR[high]
    turned = positive and (_unbalanced(bits) or high == 3)
    return _complement(bits) if turned else bits


def group(octet: int, positive: bool, control: bool) -> str:
    """The ten bits of an octet, ``abcdeifghj``, at a running disparity."""
    low, high = octet & 31, octet >> 5
    six = _six(low, positive, control)
    return six + _four(low, high, positive ^ _unbalanced(six), control)


def _encoding() -> NDArray[np.uint16]:
    """By [control][disparity positive][octet]; 0 where there is no such control group."""
    table = np.zeros((2, 2, 256), np.uint16)
    for positive in (0, 1):
        for octet in range(256):
            table[0, positive, octet] = int(group(octet, bool(positive), control=False), 2)
        for octet in CONTROL:
            table[1, positive, octet] = int(group(octet, bool(positive), control=True), 2)
    return table


def _after(bits: str, positive: str, negative: str) -> int:
    ones = bits.count("1")
    if 2 * ones > len(bits) or bits == positive:
        return 1
    return -1 if 2 * ones < len(bits) or bits == negative else 0


def _disparity_after() -> NDArray[np.int8]:
    """The running disparity after each group of ten bits (clause 36.2.4.4): 1, −1, or 0 if it stays unchanged."""
    found = np.zeros(1024, np.int8)
    for number in range(1024):
        bits = f"{number:010b}"
        found[number] = _after(bits[6:], "0011", "1100") or _after(bits[:6], "000111", "111000")
    return found


def _decoding() -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
    """By group: the octet, plus 256 for control, −1 if invalid; and whether it is legal at [negative, positive]."""
    octets = np.full(1024, -1, np.int16)
    legal = np.zeros((2, 1024), np.bool_)
    for control in (0, 1):
        for octet in CONTROL if control else range(256):
            for positive in (0, 1):
                number = ENCODING[control, positive, octet]
                octets[number] = octet | control << 8
                legal[positive, number] = True
    return octets, legal


ENCODING: Final = _encoding()
FLIPS: Final = np.array([[int(number).bit_count() != 5 for number in row] for row in ENCODING[:, 0]], np.bool_)
"""By [control][octet]: whether the group inverts the running disparity."""
DISPARITY_AFTER: Final = _disparity_after()
DECODED, LEGAL = _decoding()
