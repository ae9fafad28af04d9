"""8b/10b: an octet is sent as ten bits, with as many ones as zeros on average (IEEE 802.3 clause 36.2.4)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from catenet.physical.signals.bits import Bits, Indices, bits_of_numbers, numbers_of
from catenet.physical.signals.line_codes.tables_8b10b import CONTROL, DECODED, DISPARITY_AFTER, ENCODING, FLIPS, LEGAL
from catenet.physical.signals.runs import last_nonzero_before

K28_5: Final = 28 | 5 << 5
"""The octet of the comma K28.5."""


class Octets8b10b(NamedTuple):
    """Octets, their control flags, and the positions of groups with a code or disparity violation.

    An invalid group is decoded as octet 0; a group that is valid only at the other disparity keeps its octet.
    """

    octets: NDArray[np.uint8]
    control: NDArray[np.bool_]
    violations: Indices


class Code8b10b:
    """Octets to groups of ten bits, bit ``a`` first.  ``disparity`` is the initial running disparity, −1 or 1.

    A link starts with negative disparity (clause 36.2.4.4).
    """

    def __init__(self, *, disparity: int = -1) -> None:
        if disparity not in (-1, 1):
            raise ValueError(f"the running disparity must be -1 or 1, not {disparity}")
        self._disparity: Final = disparity

    def encode(self, octets: ArrayLike, control: ArrayLike | None = None) -> Bits:
        """The bits of octets; ``control`` marks control groups (none by default).

        Raises ValueError for a control group that does not exist.
        """
        given = np.asarray(octets, np.uint8)
        kind = np.zeros(given.size, np.intp) if control is None else np.asarray(control, np.intp)
        if not np.isin(given[kind == 1], CONTROL).all():
            strange = given[kind == 1][~np.isin(given[kind == 1], CONTROL)][0]
            raise ValueError(f"there is no control group K{strange & 31}.{strange >> 5} in 8b/10b")
        turns = np.concatenate(([self._disparity == 1], FLIPS[kind, given]))
        positive = (np.cumsum(turns, dtype=np.intp) & 1)[:-1]
        return bits_of_numbers(ENCODING[kind, positive, given], 10)

    def decode(self, bits: ArrayLike) -> Octets8b10b:
        """The octets of aligned groups.  The disparity is tracked through violations as in clause 36.2.4.4."""
        groups = numbers_of(bits, 10)
        after = DISPARITY_AFTER[groups]
        positive = (last_nonzero_before(after, self._disparity) == 1).astype(np.intp)
        found = DECODED[groups]
        octets = np.where(found < 0, 0, found & 255).astype(np.uint8)
        return Octets8b10b(octets, found >= 256, np.flatnonzero(~LEGAL[positive, groups]))
