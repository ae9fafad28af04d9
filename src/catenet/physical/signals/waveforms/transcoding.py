"""Transcodes four 66-bit blocks to the 257 bits that RS-FEC carries (IEEE 802.3 clause 91.5.2.5)."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from catenet.physical.signals.bits import Bits, checked_bits
from catenet.physical.signals.line_codes.block_64b66b import BLOCK_BITS
from catenet.physical.signals.line_codes.formats_64b66b import FORMATS

GROUP_BLOCKS: Final = 4
GROUP_BITS: Final = 257
_DATA: Final = (0, 1)
_CONTROL: Final = (1, 0)
_LOW_NIBBLES: Final = {block_type & 15: block_type for block_type in FORMATS}
"""Block types by their low nibble, which is sent first and is unique."""


def transcode(bits: Bits) -> Bits:
    """Transcode unscrambled blocks, four at a time.

    If all four are data, the result is a bit 1 and the payloads.  Otherwise it is a bit 0, a flag for each block (1 for
    data), and the payloads without the high nibble of the first control block's type.
    """
    blocks = checked_bits(bits, multiple_of=GROUP_BLOCKS * BLOCK_BITS).reshape(-1, GROUP_BLOCKS, BLOCK_BITS)
    return np.concatenate([_group_of(group) for group in blocks])


def _group_of(blocks: NDArray[np.uint8]) -> Bits:
    is_data = blocks[:, 1]
    payload = blocks[:, 2:].reshape(-1)
    if is_data.all():
        return np.concatenate((np.ones(1, np.uint8), payload))
    place = 64 * int(np.argmin(is_data)) + 4
    return np.concatenate((np.zeros(1, np.uint8), is_data, payload[:place], payload[place + 4 :]))


def untranscode(bits: Bits) -> Bits:
    """The inverse of :func:`transcode`.  A first control block of unknown type gets an invalid header."""
    groups = checked_bits(bits, multiple_of=GROUP_BITS).reshape(-1, GROUP_BITS)
    return np.concatenate([_blocks_of(group) for group in groups])


def _blocks_of(group: Bits) -> Bits:
    headers = np.tile(np.array(_DATA, np.uint8), (GROUP_BLOCKS, 1))
    payload = group[1:]
    if not group[0]:
        is_data, rest = group[1:5], group[5:]
        headers = np.stack((1 - is_data, is_data), axis=1).astype(np.uint8)
        first = int(np.argmin(is_data))
        place = 64 * first + 4
        low = int(rest[place - 4 : place] @ (1 << np.arange(4)))
        block_type = _LOW_NIBBLES.get(low)
        if block_type is None or is_data.all():
            headers[first] = (0, 0)
        high = ((block_type or 0) >> np.arange(4, 8)) & 1
        payload = np.concatenate((rest[:place], high.astype(np.uint8), rest[place:]))
    return np.concatenate((headers, payload.reshape(GROUP_BLOCKS, 64)), axis=1).reshape(-1)
