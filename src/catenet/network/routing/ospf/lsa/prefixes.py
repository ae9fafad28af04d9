"""A network as one number: what tables of networks are kept by."""

from __future__ import annotations

from typing import Final


def pack_prefix(prefix: int, prefix_len: int) -> int:
    """A network as one number; the numbers sort as the networks do."""
    return prefix << 6 | prefix_len


def _lengths() -> dict[int, int]:
    return {0xFFFFFFFF << (32 - length) & 0xFFFFFFFF: length for length in range(33)}


LENGTHS: Final[dict[int, int]] = _lengths()
"""The prefix length of each mask."""


def network_key(address: int, mask: int) -> int:
    """:func:`pack_prefix` of the network that an LSA names; -1 if the mask is none."""
    length = LENGTHS.get(mask, -1)
    return -1 if length < 0 else (address & mask) << 6 | length
