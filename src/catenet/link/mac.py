"""MAC addresses: 48-bit numbers inside, text at the edge (IEEE 802-2014, 8.2)."""

from __future__ import annotations

import re
from typing import Final

from mypy_extensions import i64

BROADCAST: Final[i64] = 0xFFFF_FFFF_FFFF
GROUP_BIT: Final[i64] = 1 << 40
"""The bit that is sent first: set in addresses of groups, broadcast among them."""
LOCAL_BIT: Final[i64] = 1 << 41
"""Set in addresses that no manufacturer gave out."""

_FORM: Final = re.compile(r"[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}")


def mac_from_text(text: str) -> int:
    """The number of ``"02:00:00:00:00:01"`` (or with hyphens).  Raises ValueError if it is not one."""
    if _FORM.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a MAC address; write it like '02:00:00:00:00:01'")
    return int(text.replace(":", "").replace("-", ""), 16)


def mac_text(mac: int) -> str:
    """The text of a 48-bit number: ``"02:00:00:00:00:01"``."""
    return mac.to_bytes(6, "big").hex(":")


def local_mac(number: int) -> int:
    """The ``number``-th of the locally administered addresses, 02:00:00:00:00:00 being number 0.

    Raises ValueError if it does not fit into 40 bits.
    """
    if not 0 <= number < 1 << 40:
        raise ValueError(f"there is no locally administered MAC address number {number}")
    return LOCAL_BIT | number


def is_group(mac: i64) -> bool:
    """Whether an address stands for a group of stations."""
    return mac & GROUP_BIT != 0
