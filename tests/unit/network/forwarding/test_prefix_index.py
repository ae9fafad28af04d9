"""The index of very many prefixes gives what trying every prefix gives."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.forwarding.fib import INDEXED_FROM, Fib
from catenet.network.forwarding.prefix_index import PrefixIndex
from catenet.network.forwarding.route import BLACKHOLE, Route


class Naive:
    """Tries every length."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.held: dict[tuple[int, int], Route] = {}

    def add(self, address: int, length: int) -> None:
        prefix = address >> (self.bits - length) << (self.bits - length)
        self.held[prefix, length] = Route(4 if self.bits == 32 else 6, prefix, length, BLACKHOLE, [])

    def longest(self, address: int) -> Route | None:
        for length in range(self.bits, -1, -1):
            route = self.held.get((address >> (self.bits - length) << (self.bits - length), length))
            if route is not None:
                return route
        return None

    def edges(self) -> list[int]:
        """The addresses at the beginning and the end of each prefix, and those beside them."""
        last = (1 << self.bits) - 1
        ends = [(prefix, prefix + (1 << (self.bits - length)) - 1) for prefix, length in self.held]
        near = [(begin - 1, begin, end, end + 1) for begin, end in ends]
        return [address for four in near for address in four if 0 <= address <= last]


def same(index: PrefixIndex, naive: Naive, asked: list[int]) -> None:
    elsewhere = {prefix >> 64 for prefix, length in naive.held if length > 64}
    for address in asked:
        assert index.longest(address) is (None if address >> 64 in elsewhere else naive.longest(address))
    assert index.partial == bool(elsewhere)


def addresses_near(bits: int) -> st.SearchStrategy[int]:
    """Few, and alike in their first bits, so that prefixes lie within each other."""
    pieces = st.lists(st.sampled_from([0, 1, 0x8000, 0xFFFF]), min_size=bits // 16, max_size=bits // 16)
    return pieces.map(lambda chunks: sum(chunk << (16 * place) for place, chunk in enumerate(chunks)))


@pytest.mark.slow
@pytest.mark.parametrize("bits", [32, 128])
def test_as_if_every_prefix_were_tried(bits: int) -> None:
    @given(st.lists(st.tuples(addresses_near(bits), st.integers(0, bits)), max_size=30))
    def check(prefixes: list[tuple[int, int]]) -> None:
        naive = Naive(bits)
        for address, length in prefixes:
            naive.add(address, length)
        index = PrefixIndex(bits, list(naive.held.values()))
        same(index, naive, [0, (1 << bits) - 1, *naive.edges()])

    check()


@pytest.mark.slow
@pytest.mark.parametrize("bits", [32, 128])
def test_three_thousand_random_prefixes(bits: int) -> None:
    drawn = random.Random(bits)
    naive = Naive(bits)
    for _ in range(3000):
        naive.add(drawn.getrandbits(bits) & ~(0xFFF0 << (bits - 16)), drawn.randint(8, min(bits, 64)))
    index = PrefixIndex(bits, list(naive.held.values()))
    same(index, naive, [*naive.edges(), *(drawn.getrandbits(bits) for _ in range(1000))])


@pytest.mark.slow
def test_a_large_table_is_right_while_it_changes() -> None:
    """The index comes with the look-ups and goes with a change; what is found does not depend on it."""
    drawn = random.Random(1)
    fib, naive = Fib(6), Naive(128)
    for _ in range(INDEXED_FROM + 100):
        naive.add(
            0x2001 << 112 | drawn.getrandbits(28) << 84 | drawn.getrandbits(64), drawn.choice((40, 44, 48, 64, 80))
        )
    for route in naive.held.values():
        fib.add(route)
    inside = [prefix | drawn.getrandbits(40) for prefix, _ in drawn.sample(list(naive.held), 3000)]
    assert [fib.lookup(address) for address in inside] == [naive.longest(address) for address in inside]
    for prefix, length in drawn.sample(list(naive.held), 3):
        assert fib.remove(prefix, length)
        del naive.held[prefix, length]
        assert fib.lookup(prefix) is naive.longest(prefix)
    longer = Route(6, inside[0], 120, BLACKHOLE, [])
    fib.add(longer)
    assert fib.lookup(inside[0]) is longer
