"""The random streams of a host: three seeded streams, so that one use does not affect another.

The operating system's generator (``os.urandom``), Python's default generator (``random.random()``) and OpenSSL's
generator each have a stream of their own, named after the host.  They are created on first use, so a router does not
pay for them.
"""

from __future__ import annotations

from random import Random
from typing import Final

from catenet.kernel import Stream
from catenet.kernel.streams import Streams

SEED_BITS: Final = 256


class RandomStreams:
    """The random numbers of one host, different after each restart (``boots``)."""

    def __init__(self, streams: Streams, host_name: str, boots: int = 0) -> None:
        self._streams: Final = streams
        self._host_name: Final = f"{host_name}:boot{boots}" if boots else host_name
        self._system: Stream | None = None
        self._tls: Stream | None = None
        self._default: Random | None = None

    def octets(self, count: int) -> bytes:
        """Octets of the operating system's generator: ``os.urandom(count)``."""
        if self._system is None:
            self._system = self._stream("urandom")
        return self._system.octets(count)

    def tls_octets(self, count: int) -> bytes:
        """Octets of OpenSSL's generator."""
        if self._tls is None:
            self._tls = self._stream("openssl")
        return self._tls.octets(count)

    def seed(self) -> int:
        """A seed for a generator without an explicit one."""
        return int.from_bytes(self.octets(SEED_BITS // 8), "big")

    @property
    def default(self) -> Random:
        """The generator behind the functions of the ``random`` module."""
        if self._default is None:
            self._default = Random(self._stream("random").bits(SEED_BITS))
        return self._default

    def numpy_seed(self) -> int:
        """The seed of the generator behind the functions of ``numpy.random``."""
        return self._stream("numpy").bits(32)

    def _stream(self, use: str) -> Stream:
        return self._streams.stream(f"host:{self._host_name}:{use}")
