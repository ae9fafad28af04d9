"""XXH64 and jump hash against published values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.application.placement import hashing
from catenet.application.placement.jump import jump
from catenet.application.placement.node import PlacementError

PRIME = 2654435761
"""The seed, and the start of the octets, of xxHash's own sanity check."""


def sanity_octets(count: int) -> bytes:
    found, state = bytearray(), PRIME
    for _ in range(count):
        found.append(state >> 56)
        state = state * 11400714785074694797 & hashing.MASK_64
    return bytes(found)


@pytest.mark.parametrize(
    ("count", "seed", "digest"),
    [
        (0, 0, 0xEF46DB3751D8E999),
        (0, PRIME, 0xAC75FDA2929B17EF),
        (1, 0, 0xE934A84ADB052768),
        (1, PRIME, 0x5014607643A9B4C3),
        (4, 0, 0x9136A0DCA57457EE),
        (14, 0, 0x8282DCC4994E35C8),
        (14, PRIME, 0xC3BD6BF63DEB6DF0),
        (222, 0, 0xB641AE8CB691C174),
        (222, PRIME, 0x20CB8AB7AE10C14A),
    ],
)
def test_xxhash_sanity_check(count: int, seed: int, digest: int) -> None:
    assert hashing.hash64(sanity_octets(count), seed) == digest


@pytest.mark.parametrize(
    ("text", "seed", "digest"),
    [
        (b"a", 0, 15154266338359012955),
        (b"ab", 0, 7347350983217793633),
        (b"abc", 0, 4952883123889572249),
        (b"a", 1, 16051599287423682246),
        (b"a", 0xFFFFFFFFFFFFFFFF, 6972758980737027682),
    ],
)
def test_values_that_other_libraries_test_for(text: bytes, seed: int, digest: int) -> None:
    assert hashing.hash64(text, seed) == digest


@given(st.binary(max_size=80))
def test_the_signed_hash_is_the_same_number(octets: bytes) -> None:
    signed = int(hashing.signed_hash(octets))
    assert -(1 << 63) <= signed < 1 << 63
    assert signed & hashing.MASK_64 == hashing.hash64(octets)


@pytest.mark.parametrize(
    ("value", "mixed"), [(0, 0), (1, 6238072747940578789), (-1, 13029008266876403067), (1 << 62, 1360429390938723525)]
)
def test_mixing(value: int, mixed: int) -> None:
    assert int(hashing.signed_mix(value)) & hashing.MASK_64 == mixed


@pytest.mark.parametrize(
    ("key", "buckets", "bucket"),
    [
        (1, 1, 0),
        (42, 57, 43),
        (256, 1024, 520),
        (0xDEAD10CC, 1, 0),
        (0xDEAD10CC, 666, 361),
        (16045690984833335023, 255, 237),
    ],
)
def test_published_jumps(key: int, buckets: int, bucket: int) -> None:
    assert jump(key, buckets) == bucket


def test_what_cannot_be_jumped_to() -> None:
    with pytest.raises(PlacementError, match="the number of buckets must be at least 1, not 0"):
        jump(1, 0)
    with pytest.raises(PlacementError, match="a key must be a number from 0 to 2.64 - 1, not -1"):
        jump(-1, 5)
