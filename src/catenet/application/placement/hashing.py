"""The hash function: XXH64 (Collet; the algorithm is specified in ``doc/xxhash_spec.md`` of the xxHash project).

It depends only on its input, not on the interpreter's hash seed, the machine or the build.  Each function has two
bodies: compiled, ``i64`` wraps around like 64-bit hardware; interpreted, integers grow and are reduced to 64 bits.
"""

from __future__ import annotations

from typing import Final

from librt.strings import read_i32_le, read_i64_le
from mypy_extensions import i64

COMPILED: Final = not __file__.endswith(".py")
MASK_64: Final = 0xFFFFFFFFFFFFFFFF
_MASK_32: Final = 0xFFFFFFFF
_ONES_63: Final = 0x7FFFFFFFFFFFFFFF
"""A source of masks by right shifts: compiled, ``1 << n`` would be a 32-bit shift."""

_PRIME_1: Final = 0x9E3779B185EBCA87
_PRIME_2: Final = 0xC2B2AE3D27D4EB4F
_PRIME_3: Final = 0x165667B19E3779F9
_PRIME_4: Final = 0x85EBCA77C2B2AE63
_PRIME_5: Final = 0x27D4EB2F165667C5

# The same as signed 64-bit numbers.
_SIGNED_1: Final = -7046029288634856825
_SIGNED_2: Final = -4417276706812531889
_SIGNED_3: Final = 1609587929392839161
_SIGNED_4: Final = -8796714831421723037
_SIGNED_5: Final = 2870177450012600261

# Stafford's mixer 13, as used by SplitMix64.
_MIX_1: Final = 0xBF58476D1CE4E5B9
_MIX_2: Final = 0x94D049BB133111EB
_SIGNED_MIX_1: Final = -4658895280553007687
_SIGNED_MIX_2: Final = -7723592293110705685


def hash64(octets: bytes, seed: int = 0) -> int:
    """XXH64 of some octets, in [0, 2^64).  ``seed`` is in the same range."""
    if COMPILED:
        return int(_native(octets, _to_signed(seed))) & MASK_64
    return _wide(octets, seed)


def signed_hash(octets: bytes) -> i64:
    """XXH64 with seed 0, as a signed 64-bit number."""
    if COMPILED:
        return _native(octets, 0)
    return _to_signed(_wide(octets, 0))


def signed_mix(value: i64) -> i64:
    """Mix the bits of a signed 64-bit number (SplitMix64's finalizer)."""
    if COMPILED:
        value = (value ^ ((value >> 30) & 0x3FFFFFFFF)) * _SIGNED_MIX_1
        value = (value ^ ((value >> 27) & 0x1FFFFFFFFF)) * _SIGNED_MIX_2
        return value ^ ((value >> 31) & 0x1FFFFFFFF)
    wide = int(value) & MASK_64
    wide = (wide ^ (wide >> 30)) * _MIX_1 & MASK_64
    wide = (wide ^ (wide >> 27)) * _MIX_2 & MASK_64
    return _to_signed(wide ^ (wide >> 31))


def octets_of(key: str | bytes) -> bytes:
    """The octets of a key; text is encoded in UTF-8."""
    if isinstance(key, bytes):
        return key
    return key.encode()


def _to_signed(value: int) -> i64:
    return i64(value - (1 << 64) if value >= 1 << 63 else value)


def _turned(value: i64, by: i64) -> i64:
    return (value << by) | ((value >> (64 - by)) & (_ONES_63 >> (63 - by)))


def _native(octets: bytes, seed: i64) -> i64:
    """For compiled code only: interpreted, integers would not wrap around."""
    length: i64 = len(octets)
    at: i64 = 0
    state: i64 = seed + _SIGNED_5
    if length >= 32:
        one: i64 = seed + _SIGNED_1 + _SIGNED_2
        two: i64 = seed + _SIGNED_2
        three: i64 = seed
        four: i64 = seed - _SIGNED_1
        while at + 32 <= length:
            one = _turned(one + read_i64_le(octets, at) * _SIGNED_2, 31) * _SIGNED_1
            two = _turned(two + read_i64_le(octets, at + 8) * _SIGNED_2, 31) * _SIGNED_1
            three = _turned(three + read_i64_le(octets, at + 16) * _SIGNED_2, 31) * _SIGNED_1
            four = _turned(four + read_i64_le(octets, at + 24) * _SIGNED_2, 31) * _SIGNED_1
            at += 32
        state = _turned(one, 1) + _turned(two, 7) + _turned(three, 12) + _turned(four, 18)
        state = _merged(_merged(_merged(_merged(state, one), two), three), four)
    state += length
    while at + 8 <= length:
        word: i64 = _turned(read_i64_le(octets, at) * _SIGNED_2, 31) * _SIGNED_1
        state = _turned(state ^ word, 27) * _SIGNED_1 + _SIGNED_4
        at += 8
    if at + 4 <= length:
        half: i64 = i64(read_i32_le(octets, at)) & _MASK_32
        state = _turned(state ^ (half * _SIGNED_1), 23) * _SIGNED_2 + _SIGNED_3
        at += 4
    while at < length:
        octet: i64 = octets[at]
        state = _turned(state ^ (octet * _SIGNED_5), 11) * _SIGNED_1
        at += 1
    state = (state ^ ((state >> 33) & 0x7FFFFFFF)) * _SIGNED_2
    state = (state ^ ((state >> 29) & 0x7FFFFFFFF)) * _SIGNED_3
    return state ^ ((state >> 32) & _MASK_32)


def _merged(state: i64, lane: i64) -> i64:
    return (state ^ (_turned(lane * _SIGNED_2, 31) * _SIGNED_1)) * _SIGNED_1 + _SIGNED_4


def _wide_turned(value: int, by: int) -> int:
    return (value << by | value >> (64 - by)) & MASK_64


def _wide_round(lane: int, word: int) -> int:
    return _wide_turned((lane + word * _PRIME_2) & MASK_64, 31) * _PRIME_1 & MASK_64


def _wide(octets: bytes, seed: int) -> int:
    length = len(octets)
    at = 0
    state = (seed + _PRIME_5) & MASK_64
    if length >= 32:
        lanes = [(seed + _PRIME_1 + _PRIME_2) & MASK_64, (seed + _PRIME_2) & MASK_64, seed, (seed - _PRIME_1) & MASK_64]
        while at + 32 <= length:
            for each in range(4):
                start = at + 8 * each
                lanes[each] = _wide_round(lanes[each], int.from_bytes(octets[start : start + 8], "little"))
            at += 32
        state = sum(_wide_turned(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True)) & MASK_64
        for lane in lanes:
            state = ((state ^ _wide_round(0, lane)) * _PRIME_1 + _PRIME_4) & MASK_64
    state = (state + length) & MASK_64
    while at + 8 <= length:
        state ^= _wide_round(0, int.from_bytes(octets[at : at + 8], "little"))
        state = (_wide_turned(state, 27) * _PRIME_1 + _PRIME_4) & MASK_64
        at += 8
    if at + 4 <= length:
        state ^= int.from_bytes(octets[at : at + 4], "little") * _PRIME_1 & MASK_64
        state = (_wide_turned(state, 23) * _PRIME_2 + _PRIME_3) & MASK_64
        at += 4
    for octet in octets[at:]:
        state = _wide_turned(state ^ (octet * _PRIME_5 & MASK_64), 11) * _PRIME_1 & MASK_64
    state = (state ^ (state >> 33)) * _PRIME_2 & MASK_64
    state = (state ^ (state >> 29)) * _PRIME_3 & MASK_64
    return state ^ (state >> 32)
