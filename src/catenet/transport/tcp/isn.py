"""Values that must be hard to guess: initial sequence numbers, timestamp offsets, ports.

Each is a keyed hash of the connection's two ends; the key comes from a seeded stream, so that a run
repeats.  ISN = M + F(local, remote, key), where M counts 4 microseconds (RFC 6528 section 3).
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

from mypy_extensions import i64

from catenet.kernel.streams import Stream
from catenet.transport.tcp.segment.sequence import MASK

CLOCK_NS: Final[i64] = 4000


class KeyedHash:
    """32 bits that depend on two ends and a secret."""

    def __init__(self, stream: Stream) -> None:
        self._stream: Final = stream
        self._keyed: Any = None
        """The hash of the secret alone, which each number goes on from."""

    def of(self, purpose: str, local_address: int, local_port: i64, remote_address: int, remote_port: i64) -> i64:
        """A number below 2^32."""
        if self._keyed is None:
            self._keyed = hashlib.blake2s(digest_size=4, key=self._stream.octets(16))
        hashed = self._keyed.copy()
        hashed.update(f"{purpose} {local_address} {local_port} {remote_address} {remote_port}".encode())
        return int.from_bytes(hashed.digest(), "big")


def initial_sequence_number(secret: i64, now_ns: i64) -> i64:
    """RFC 6528 section 3; ``secret`` is the hash of the connection's two ends."""
    return (now_ns // CLOCK_NS + secret) & MASK
