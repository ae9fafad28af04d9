"""The block formats of 64b/66b (IEEE 802.3 Figure 49-7), as data.

The payload of a control block is its type and 56 bits: the fields of the eight lanes, from lane 0.  ``D`` is a data
octet, ``C`` a control code of 7 bits, ``O`` the code of an ordered set (4 bits); ``S`` and ``T`` have no bits (the
block type implies them); a number is that many zero bits.
"""

from __future__ import annotations

from typing import Final

IDLE: Final = 0x07
START: Final = 0xFB
TERMINATE: Final = 0xFD
ERROR: Final = 0xFE
SEQUENCE: Final = 0x9C
SIGNAL: Final = 0x5C

FORMATS: Final[dict[int, tuple[str, ...]]] = {
    0x1E: ("C", "C", "C", "C", "C", "C", "C", "C"),
    0x2D: ("C", "C", "C", "C", "O", "D", "D", "D"),
    0x33: ("C", "C", "C", "C", "4", "S", "D", "D", "D"),
    0x66: ("O", "D", "D", "D", "4", "S", "D", "D", "D"),
    0x55: ("O", "D", "D", "D", "O", "D", "D", "D"),
    0x78: ("S", "D", "D", "D", "D", "D", "D", "D"),
    0x4B: ("O", "D", "D", "D", "C", "C", "C", "C"),
    0x87: ("T", "7", "C", "C", "C", "C", "C", "C", "C"),
    0x99: ("D", "T", "6", "C", "C", "C", "C", "C", "C"),
    0xAA: ("D", "D", "T", "5", "C", "C", "C", "C", "C"),
    0xB4: ("D", "D", "D", "T", "4", "C", "C", "C", "C"),
    0xCC: ("D", "D", "D", "D", "T", "3", "C", "C", "C"),
    0xD2: ("D", "D", "D", "D", "D", "T", "2", "C", "C"),
    0xE1: ("D", "D", "D", "D", "D", "D", "T", "1", "C"),
    0xFF: ("D", "D", "D", "D", "D", "D", "D", "T"),
}
"""By block type: the lanes in order, with the zero bits between them."""

ORDERED_LATE: Final = {0x66, 0x55, 0x4B}
"""The block types in which the code of the first ordered set follows the data of lanes 1 to 3."""

CONTROL_CODES: Final = {
    IDLE: 0x00,
    0x06: 0x06,
    ERROR: 0x1E,
    0x1C: 0x2D,
    0x3C: 0x33,
    0x7C: 0x4B,
    0xBC: 0x55,
    0xDC: 0x66,
    0xF7: 0x78,
}
"""Table 49-1: the seven bits of an XGMII control octet (idle, low-power idle, error, and six that are reserved)."""

ORDERED_CODES: Final = {SEQUENCE: 0x0, SIGNAL: 0xF}
"""Table 49-1: the four bits of an ordered set's octet."""


def lanes_of(block_type: int) -> str:
    """The kind of each of the eight lanes, one letter each."""
    return "".join(field for field in FORMATS[block_type] if field.isalpha())


def places_of(block_type: int) -> list[int]:
    """Where each lane's field starts in the 56 bits after the type; octets are sent least significant bit first."""
    widths = {"D": 8, "C": 7, "O": 4, "S": 0, "T": 0}
    fields = list(FORMATS[block_type])
    order = list(range(len(fields)))
    if block_type in ORDERED_LATE:
        order = [1, 2, 3, 0, *order[4:]]
    places, place = [0] * len(fields), 0
    for number in order:
        places[number] = place
        place += int(fields[number]) if fields[number].isdigit() else widths[fields[number]]
    return [at for field, at in zip(fields, places, strict=True) if field.isalpha()]
