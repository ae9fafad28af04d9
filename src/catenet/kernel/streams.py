"""Seeded streams of random numbers, one for each consumer.

One root seed determines the whole run.  Every consumer (``link:paris-oslo:loss``, ``host:server:tcp:isn``) draws from
a stream of its own, whose seed is SHA-256 of the root seed and the consumer's name.  So adding a host does not change
another's draws, and the order of creation of streams has no effect.

The generator is CPython's Mersenne Twister, whose ``random()`` and ``getrandbits()`` are guaranteed to repeat for a
given seed in every version; the other distributions are computed here from those two, since the library does not
guarantee them.

A generator takes 2.5 KB and is slow to seed, and most consumers never draw, so it is created at the first draw.
"""

from __future__ import annotations

import hashlib
import math
from random import Random
from typing import Final

MAX_FAILURES: Final = 1 << 62
"""Of a geometric draw."""


class Stream:
    """Random numbers of one consumer."""

    def __init__(self, seed: int, name: str) -> None:
        self.name: Final = name
        self._seed: Final = seed
        self._random: Random | None = None

    def unit(self) -> float:
        """A number in [0, 1), uniform."""
        return self._generator().random()

    def below(self, bound: int) -> int:
        """A whole number in [0, bound), uniform.  Raises ValueError if ``bound`` is not positive."""
        if bound <= 0:
            raise ValueError(f"a bound must be positive, not {bound}")
        bits = bound.bit_length()
        generator = self._generator()
        drawn = generator.getrandbits(bits)
        while drawn >= bound:
            drawn = generator.getrandbits(bits)
        return drawn

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high], uniform.  Raises ValueError if ``high < low``."""
        return low + self.below(high - low + 1)

    def bits(self, count: int) -> int:
        """``count`` random bits as a whole number."""
        return self._generator().getrandbits(count)

    def octets(self, count: int) -> bytes:
        """``count`` random octets."""
        return self._generator().getrandbits(count * 8).to_bytes(count, "big") if count else b""

    def normal(self) -> float:
        """A number of mean 0 and standard deviation 1 (Box and Muller, 1958)."""
        generator = self._generator()
        radius = math.sqrt(-2.0 * math.log(1.0 - generator.random()))
        return radius * math.cos(2.0 * math.pi * generator.random())

    def exponential(self, mean: float) -> float:
        """A number of an exponential distribution, by inversion."""
        return -mean * math.log(1.0 - self._generator().random())

    def pareto(self, scale: float, shape: float) -> float:
        """A number of a Pareto distribution (type I) that is at least ``scale``, by inversion."""
        return scale / math.pow(1.0 - self._generator().random(), 1.0 / shape)

    def geometric(self, chance: float) -> int:
        """Failures before the first success of independent trials with success probability ``chance``, in (0, 1].

        At most :data:`MAX_FAILURES`: of the smallest probabilities the number is beyond what a float holds.
        """
        if chance >= 1.0:
            return 0
        failures = math.log(1.0 - self._generator().random()) / math.log1p(-chance)
        return int(failures) if failures < MAX_FAILURES else MAX_FAILURES

    def _generator(self) -> Random:
        generator = self._random
        if generator is None:
            digest = hashlib.sha256(f"{self._seed}:{self.name}".encode()).digest()
            generator = self._random = Random(int.from_bytes(digest, "big"))
        return generator


class Streams:
    """The streams of one root seed."""

    def __init__(self, seed: int) -> None:
        self.seed: Final = seed

    def stream(self, name: str) -> Stream:
        """A new stream for the consumer of that name; the same name gives the same numbers."""
        return Stream(self.seed, name)
