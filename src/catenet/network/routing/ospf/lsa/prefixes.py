"""A network as one number: the key of tables of networks."""

from __future__ import annotations

from typing import Final


def pack_prefix(prefix: int, prefix_len: int) -> int:
    """A network as one number; the order of the numbers is that of the networks."""
    return prefix << 6 | prefix_len


def _lengths() -> dict[int, int]:
    return {0xFFFFFFFF << (32 - length) & 0xFFFFFFFF: length for length in range(33)}


LENGTHS: Final[dict[int, int]] = _lengths()
"""The prefix length of each mask."""


def network_key(address: int, mask: int) -> int:
    """:func:`pack_prefix` of the network in an LSA; -1 if the mask is invalid."""
    length = LENGTHS.get(mask, -1)
    return -1 if length < 0 else (address & mask) << 6 | length
