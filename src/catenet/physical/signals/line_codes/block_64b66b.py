"""64b/66b: eight octets are sent as a block of 66 bits (IEEE 802.3 clause 49.2.4)."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from catenet.physical.signals.bits import Bits, Indices, checked_bits
from catenet.physical.signals.line_codes import formats_64b66b as formats
from catenet.physical.signals.line_codes.scrambler import STATE_MAX, Descrambler, Scrambler

BLOCK_BITS: Final = 66
LANES: Final = 8
_WIDTHS: Final = {"C": (7, formats.CONTROL_CODES), "O": (4, formats.ORDERED_CODES)}
_FIXED: Final = {"S": formats.START, "T": formats.TERMINATE}


class Vectors(NamedTuple):
    """XGMII octets and their control flags, one row of eight per block; and the positions of invalid blocks.

    An invalid block is decoded as eight error octets (clause 49.2.13.2.3).
    """

    octets: NDArray[np.uint8]
    control: NDArray[np.bool_]
    violations: Indices


class Code64b66b:
    """Rows of eight octets to blocks: a header of two bits (01 for data, 10 for control) and 64 scrambled bits.

    ``scrambled=False`` leaves the payload unscrambled.  ``state`` is the initial state of the scrambler.
    """

    def __init__(self, *, scrambled: bool = True, state: int = STATE_MAX) -> None:
        self._scrambled: Final = scrambled
        self._state: Final = state

    def encode(self, octets: ArrayLike, control: ArrayLike) -> Bits:
        """The bits of rows of eight octets; ``control`` marks the control octets.

        A row without a block format is sent as an error block.  Raises ValueError unless every row has eight octets.
        """
        rows, kinds = np.asarray(octets, np.uint8), np.asarray(control, np.bool_)
        if rows.ndim != 2 or rows.shape[1] != LANES or kinds.shape != rows.shape:
            raise ValueError(f"octets and control flags must both be rows of {LANES}, and equally many")
        types = _types_of(rows, kinds)
        payloads = np.where((types == 0)[:, None], _bits_of(rows), 0)
        for block_type in formats.FORMATS:
            chosen = np.flatnonzero(types == block_type)
            payloads[chosen] = _control_payloads(block_type, rows[chosen])
        invalid = np.flatnonzero(types < 0)
        payloads[invalid] = _control_payloads(0x1E, np.full((invalid.size, LANES), formats.ERROR, np.uint8))
        return self._framed(payloads, types == 0)

    def decode(self, bits: ArrayLike) -> Vectors:
        """The rows of aligned blocks.

        Violations are a header of 00 or 11, an unknown block type, and an unknown control code.
        """
        blocks = checked_bits(bits, multiple_of=BLOCK_BITS).reshape(-1, BLOCK_BITS)
        scrambled = np.ascontiguousarray(blocks[:, 2:]).reshape(-1)
        clear = Descrambler(state=self._state).descramble(scrambled) if self._scrambled else scrambled
        payloads = clear.reshape(-1, LANES, 8)
        rows = np.packbits(payloads, axis=2, bitorder="little").reshape(-1, LANES)
        is_data = (blocks[:, 0] == 0) & (blocks[:, 1] == 1)
        is_control = (blocks[:, 0] == 1) & (blocks[:, 1] == 0)
        octets = np.where(is_data[:, None], rows, formats.ERROR).astype(np.uint8)
        control = np.repeat(~is_data[:, None], LANES, axis=1)
        valid = is_data.copy()
        for block_type in formats.FORMATS:
            chosen = np.flatnonzero(is_control & (rows[:, 0] == block_type))
            found, sound = _control_octets(block_type, payloads[chosen].reshape(-1, 64)[:, 8:])
            good = chosen[sound]
            valid[good] = True
            octets[good] = found[sound]
            control[good] = [kind != "D" for kind in formats.lanes_of(block_type)]
        return Vectors(octets, control, np.flatnonzero(~valid))

    def _framed(self, payloads: Bits, is_data: NDArray[np.bool_]) -> Bits:
        flat = payloads.reshape(-1)
        if self._scrambled:
            flat = Scrambler(state=self._state).scramble(flat)
        headers = np.stack((~is_data, is_data), axis=1).astype(np.uint8)
        return np.concatenate((headers, flat.reshape(-1, 64)), axis=1).reshape(-1)


def _bits_of(rows: NDArray[np.uint8]) -> Bits:
    return np.unpackbits(rows, axis=1, bitorder="little")


def _types_of(rows: NDArray[np.uint8], control: NDArray[np.bool_]) -> NDArray[np.int16]:
    """The block type of each row; 0 for data, −1 for rows without a format."""
    types = np.where(control.any(axis=1), -1, 0).astype(np.int16)
    for block_type in formats.FORMATS:
        fits = types == -1
        for lane, kind in enumerate(formats.lanes_of(block_type)):
            allowed = [_FIXED[kind]] if kind in _FIXED else list(_WIDTHS[kind][1]) if kind in _WIDTHS else None
            here = ~control[:, lane] if allowed is None else control[:, lane] & np.isin(rows[:, lane], allowed)
            fits &= here
        types[fits] = block_type
    return types


def _control_payloads(block_type: int, rows: NDArray[np.uint8]) -> Bits:
    payloads = np.zeros((rows.shape[0], 64), np.uint8)
    payloads[:, :8] = (block_type >> np.arange(8)) & 1
    for lane, (kind, place) in enumerate(zip(formats.lanes_of(block_type), formats.places_of(block_type), strict=True)):
        if kind in _FIXED:
            continue
        width, values = 8, rows[:, lane].astype(np.int64)
        if kind in _WIDTHS:
            width, codes = _WIDTHS[kind]
            values = _translated(values, codes)
        payloads[:, 8 + place : 8 + place + width] = (values[:, None] >> np.arange(width)) & 1
    return payloads


def _control_octets(block_type: int, fields: Bits) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The rows of blocks of one type, and whether every control code in them is known."""
    rows = np.zeros((fields.shape[0], LANES), np.uint8)
    sound = np.ones(fields.shape[0], np.bool_)
    for lane, (kind, place) in enumerate(zip(formats.lanes_of(block_type), formats.places_of(block_type), strict=True)):
        if kind in _FIXED:
            rows[:, lane] = _FIXED[kind]
            continue
        width, codes = _WIDTHS.get(kind, (8, None))
        values = fields[:, place : place + width].astype(np.int64) @ (1 << np.arange(width))
        if codes is not None:
            sound &= np.isin(values, list(codes.values()))
            values = _translated(values, {code: octet for octet, code in codes.items()})
        rows[:, lane] = values
    return rows, sound


def _translated(values: NDArray[np.int64], table: dict[int, int]) -> NDArray[np.int64]:
    """Each value looked up in a table; 0 for a value that is not in it."""
    lookup = np.zeros(256, np.int64)
    lookup[list(table)] = list(table.values())
    return lookup[values]
