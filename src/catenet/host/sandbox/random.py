"""``random``, ``os.urandom``, ``secrets`` and ``uuid`` on a host.

Each host has streams of its own, so one host's draws do not change another's numbers.  ``secrets`` and
``random.SystemRandom`` need no replacement: they use ``os.urandom``, and so does a ``random.Random()`` without a seed.
"""

from __future__ import annotations

import os
import random
import ssl
import uuid
from collections.abc import Callable
from types import MethodType
from typing import Any, Final

from catenet.host.sandbox.current import present
from catenet.host.sandbox.patches import Patch

UUID_EPOCH_100NS: Final = 0x01B21DD213814000
"""100 ns steps from 1582-10-15 to 1970-01-01 (RFC 9562 section 5.1)."""

GENERATOR_FUNCTIONS: Final = [
    "betavariate",
    "choice",
    "choices",
    "expovariate",
    "gammavariate",
    "gauss",
    "getrandbits",
    "getstate",
    "lognormvariate",
    "normalvariate",
    "paretovariate",
    "randbytes",
    "randint",
    "random",
    "randrange",
    "sample",
    "seed",
    "setstate",
    "shuffle",
    "triangular",
    "uniform",
    "vonmisesvariate",
    "weibullvariate",
    "binomialvariate",
]


class HostRandom(random.Random):
    """A generator that delegates to the present host's default one, or to its own if no host is present.

    It replaces a generator that a library created once, without a seed, for all its users.
    """

    def random(self) -> float:
        here = present()
        return super().random() if here is None else here.entropy.default.random()

    def getrandbits(self, k: int, /) -> int:
        here = present()
        return super().getrandbits(k) if here is None else here.entropy.default.getrandbits(k)


def generator_function(name: str) -> Callable[..., Any]:
    """A function of ``random``: a method of the present host's default generator."""
    real = getattr(random, name)

    def draw(_: object, /, *args: Any, **kwargs: Any) -> Any:
        here = present()
        if here is None:
            return real(*args, **kwargs)
        return getattr(here.entropy.default, name)(*args, **kwargs)

    draw.__name__ = name
    return MethodType(draw, random)


class SystemFunctions:
    """Functions that use the operating system's generator."""

    def __init__(self) -> None:
        self._urandom: Final[Callable[[int], bytes]] = os.urandom
        self._getrandom: Final[Any] = getattr(os, "getrandom", None)
        self._rand_bytes: Final[Callable[[int], bytes]] = ssl.RAND_bytes

    def urandom(self, size: int, /) -> bytes:
        here = present()
        if here is None:
            return self._urandom(size)
        if size < 0:
            raise ValueError("negative argument not allowed")
        return here.entropy.octets(size)

    def getrandom(self, size: int, flags: int = 0) -> bytes:
        return bytes(self._getrandom(size, flags)) if present() is None else self.urandom(size)

    def rand_bytes(self, n: int, /) -> bytes:
        here = present()
        if here is None:
            return self._rand_bytes(n)
        if n < 0:
            raise ValueError("num must be positive")
        return here.entropy.tls_octets(n)


class UuidFunctions:
    """Functions that use the hardware address and the time.

    ``uuid.uuid4`` uses ``os.urandom`` and needs no replacement.
    """

    def __init__(self) -> None:
        self._getnode: Final = uuid.getnode
        self._uuid1: Final = uuid.uuid1

    def getnode(self) -> int:
        here = present()
        return self._getnode() if here is None else here.node

    def uuid1(self, node: int | None = None, clock_seq: int | None = None) -> uuid.UUID:
        here = present()
        if here is None:
            return self._uuid1(node, clock_seq)
        steps = max(here.wall_ns() // 100 + UUID_EPOCH_100NS, here.last_uuid1 + 1)
        here.last_uuid1 = steps
        if clock_seq is None:
            clock_seq = here.entropy.default.getrandbits(14)
        high = (clock_seq >> 8) & 0x3F
        fields = (steps & 0xFFFFFFFF, (steps >> 32) & 0xFFFF, (steps >> 48) & 0x0FFF, high, clock_seq & 0xFF)
        return uuid.UUID(fields=(*fields, here.node if node is None else node), version=1)


def _seed_method() -> Callable[..., None]:
    real = random.Random.seed

    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        here = present()
        if a is None and here is not None:
            a = here.entropy.seed()
        real(self, a, version)

    return seed


def random_patches() -> list[Patch]:
    """The patches of functions that return random numbers or identifiers."""
    system, uuids = SystemFunctions(), UuidFunctions()
    return [
        *[Patch(random, name, generator_function(name)) for name in GENERATOR_FUNCTIONS if hasattr(random, name)],
        Patch(random.Random, "seed", _seed_method()),
        Patch(os, "urandom", system.urandom),
        Patch(os, "getrandom", system.getrandom),
        Patch(ssl, "RAND_bytes", system.rand_bytes),
        Patch(uuid, "getnode", uuids.getnode),
        Patch(uuid, "uuid1", uuids.uuid1),
    ]
