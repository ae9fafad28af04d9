"""Group addresses that no bridge relays (IEEE 802.1Q-2018, table 8-1)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

BRIDGE_GROUP: Final[i64] = 0x0180_C200_0000
"""Bridge Group Address: BPDUs."""


def is_reserved(dst: i64) -> bool:
    """Whether an address is one of 01-80-C2-00-00-00 to 0F."""
    return dst & 0xFFFF_FFFF_FFF0 == BRIDGE_GROUP
