"""The self-synchronous scrambler of 64b/66b (IEEE 802.3 clauses 49.2.6 and 49.2.10)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Bits, bits_of_numbers, checked_bits

ORDER: Final = 58
TAP: Final = 39
STATE_MAX: Final = (1 << ORDER) - 1


class Scrambler:
    """Divides by 1 + x^39 + x^58: the bit sent is the sum of the input with the bits sent 39 and 58 bits before.

    ``state`` is the register: the last 58 bits sent, the latest in the least significant bit.  Calls continue it.
    """

    def __init__(self, *, state: int = STATE_MAX) -> None:
        self._register: Bits = register_of(state)

    def scramble(self, bits: ArrayLike) -> Bits:
        """The scrambled bits."""
        given = checked_bits(bits)
        sent = np.concatenate((self._register, given))
        for start in range(ORDER, sent.size, TAP):
            stop = min(start + TAP, sent.size)
            sent[start:stop] ^= sent[start - TAP : stop - TAP] ^ sent[start - ORDER : stop - ORDER]
        self._register = sent[-ORDER:].copy()
        return sent[ORDER:]


class Descrambler:
    """Multiplies by 1 + x^39 + x^58.  After 58 bits it has the scrambler's state, whatever its own was.

    One wrong received bit causes three wrong bits.  ``state`` is as for the scrambler.
    """

    def __init__(self, *, state: int = STATE_MAX) -> None:
        self._register: Bits = register_of(state)

    def descramble(self, bits: ArrayLike) -> Bits:
        """The descrambled bits."""
        received = np.concatenate((self._register, checked_bits(bits)))
        self._register = received[-ORDER:].copy()
        return received[ORDER:] ^ received[ORDER - TAP : received.size - TAP] ^ received[: received.size - ORDER]


def register_of(state: int) -> Bits:
    """The 58 bits of a state, oldest first.  Raises ValueError if the state does not fit."""
    if not 0 <= state <= STATE_MAX:
        raise ValueError(f"the state of the scrambler must be from 0 to 2^{ORDER} − 1, not {state}")
    return bits_of_numbers([state], ORDER)
