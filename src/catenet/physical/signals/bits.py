"""Bits as arrays: one octet of memory per bit, 0 or 1, in transmission order."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Bits: TypeAlias = NDArray[np.uint8]
"""One-dimensional; each element is 0 or 1."""
Levels: TypeAlias = NDArray[np.int8]
"""One-dimensional; the line level of each symbol."""
Indices: TypeAlias = NDArray[np.intp]
"""One-dimensional; positions in another array, ascending."""
Reals: TypeAlias = NDArray[np.float64]
Complexes: TypeAlias = NDArray[np.complex128]


def checked_bits(values: ArrayLike, *, multiple_of: int = 1) -> Bits:
    """``values`` as bits.  Raises ValueError if one is not 0 or 1, or their number is not a multiple."""
    given = np.asarray(values)
    if given.ndim != 1:
        raise ValueError(f"bits must be an array of one dimension, not {given.ndim}")
    bits: Bits = given.astype(np.uint8)
    if bits.size and not ((given == 0) | (given == 1)).all():
        raise ValueError("bits must be 0 or 1")
    if bits.size % multiple_of:
        raise ValueError(f"the number of bits must be a multiple of {multiple_of}, not {bits.size}")
    return bits


def checked_levels(values: ArrayLike, allowed: tuple[int, ...], *, multiple_of: int = 1) -> Levels:
    """``values`` as line levels.  Raises ValueError if one is not in ``allowed``, or their number is not a multiple."""
    given = np.asarray(values)
    if given.ndim != 1:
        raise ValueError(f"levels must be an array of one dimension, not {given.ndim}")
    if not np.isin(given, allowed).all():
        raise ValueError(f"levels must be among {', '.join(str(level) for level in allowed)}")
    if given.size % multiple_of:
        raise ValueError(f"the number of levels must be a multiple of {multiple_of}, not {given.size}")
    levels: Levels = given.astype(np.int8)
    return levels


def bits_of(octets: bytes, *, lowest_first: bool = True) -> Bits:
    """The bits of octets; Ethernet sends the lowest bit of each octet first (IEEE 802.3 clause 3.3)."""
    return np.unpackbits(np.frombuffer(octets, np.uint8), bitorder="little" if lowest_first else "big")


def octets_of(bits: ArrayLike, *, lowest_first: bool = True) -> bytes:
    """The octets of bits.  Raises ValueError unless the number of bits is a multiple of eight."""
    whole = checked_bits(bits, multiple_of=8)
    return np.packbits(whole, bitorder="little" if lowest_first else "big").tobytes()


def numbers_of(bits: ArrayLike, width: int) -> NDArray[np.int64]:
    """Numbers of ``width`` bits each, most significant bit first."""
    rows = checked_bits(bits, multiple_of=width).reshape(-1, width).astype(np.int64)
    return rows @ (1 << np.arange(width - 1, -1, -1, dtype=np.int64))


def bits_of_numbers(numbers: ArrayLike, width: int) -> Bits:
    """The bits of numbers, ``width`` each, most significant bit first.  Raises ValueError if a number does not fit."""
    values = np.asarray(numbers, np.int64)
    if values.size and (values.min() < 0 or values.max() >> width):
        raise ValueError(f"a number of {width} bits must be from 0 to {(1 << width) - 1}")
    return ((values[:, None] >> np.arange(width - 1, -1, -1)) & 1).astype(np.uint8).reshape(-1)
