"""Pseudo-random bit sequences of line testers (ITU-T O.150, clause 5)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from catenet.physical.signals.bits import Bits, Indices, checked_bits

TAPS: Final = {7: 6, 15: 14, 23: 18, 31: 28}
"""By order n, the other tap m of the polynomial x^n + x^m + 1.  7 and 31: IEEE 802.3 clauses 68.6.1 and 49.2.8."""


class Prbs:
    """The sequence of ``order`` 7, 15, 23 or 31: bit k is the sum, modulo 2, of bits k − n and k − m.

    ``seed`` is the register before the first bit; its least significant bit is the latest.  The period is 2^n − 1 bits.
    ``inverted`` inverts every bit, as O.150 requires for orders 15 and 23, and IEEE 802.3 for 31.
    """

    def __init__(self, order: int, *, seed: int | None = None, inverted: bool = False) -> None:
        if order not in TAPS:
            raise ValueError(f"the order must be one of {', '.join(map(str, TAPS))}, not {order}")
        ones = (1 << order) - 1
        self._register: Final = ones if seed is None else seed
        if not 1 <= self._register <= ones:
            raise ValueError(f"the seed of order {order} must be from 1 to {ones}, not {seed}")
        self.order: Final = order
        self.tap: Final = TAPS[order]
        self._inverted: Final = np.uint8(inverted)

    def bits(self, count: int) -> Bits:
        """The first ``count`` bits."""
        order, tap = self.order, self.tap
        sequence = np.zeros(order + count, np.uint8)
        sequence[:order] = [(self._register >> place) & 1 for place in range(order - 1, -1, -1)]
        done = order
        while done < sequence.size:
            # over GF(2) the square of the polynomial has the same recurrence at twice the distances
            scale = 1 << max(0, (done // order).bit_length() - 1)
            until = min(done + tap * scale, sequence.size)
            near, far = sequence[done - tap * scale : until - tap * scale], done - order * scale
            sequence[done:until] = near ^ sequence[far : far + until - done]
            done = until
        return sequence[order:] ^ self._inverted

    def mismatches(self, received: ArrayLike) -> Indices:
        """The positions where received bits violate the recurrence; they may start anywhere in the sequence.

        One wrong bit causes three violations: at its position, ``tap`` bits later and ``order`` bits later.
        """
        bits = checked_bits(received) ^ self._inverted
        order, tap = self.order, self.tap
        if bits.size <= order:
            return np.zeros(0, np.intp)
        broken = bits[order:] ^ bits[order - tap : bits.size - tap] ^ bits[: bits.size - order]
        return np.flatnonzero(broken) + order
