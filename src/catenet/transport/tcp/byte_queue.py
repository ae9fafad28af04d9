"""A queue of octets: unsent data in the sending half of a connection, unread data in the receiving half.

It holds ``bytes`` chunks.  A whole chunk is passed on without a copy; a segment's payload is a slice of a chunk, and a
read joins payloads.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

_COMPACT_AT: Final[i64] = 64


class ByteQueue:
    """A first-in first-out queue of octets, kept as chunks."""

    def __init__(self) -> None:
        self.length: i64 = 0
        """Octets in the queue."""
        self._chunks: list[bytes] = []
        self._head: i64 = 0
        self._offset: i64 = 0

    def append(self, data: bytes) -> None:
        """Add octets at the end."""
        self._chunks.append(data)
        self.length += len(data)

    def clear(self) -> None:
        """Drop all octets."""
        self._chunks = []
        self._head = 0
        self._offset = 0
        self.length = 0

    def take(self, most: i64) -> bytes:
        """Remove and return the first octets: ``most`` of them, or all if there are fewer."""
        if most > self.length:
            most = self.length
        if most <= 0:
            return b""
        self.length -= most
        chunk = self._chunks[self._head]
        offset = self._offset
        left = len(chunk) - offset
        if left > most:
            self._offset = offset + most
            return chunk[offset : offset + most]
        if left == most:
            self._next_chunk()
            return chunk[offset:] if offset else chunk
        return self._take_many(most)

    def _take_many(self, most: i64) -> bytes:
        parts: list[bytes] = []
        while most > 0:
            chunk = self._chunks[self._head]
            offset = self._offset
            left = len(chunk) - offset
            if left > most:
                parts.append(chunk[offset : offset + most])
                self._offset = offset + most
                break
            parts.append(chunk[offset:] if offset else chunk)
            most -= left
            self._next_chunk()
        return b"".join(parts)

    def _next_chunk(self) -> None:
        self._chunks[self._head] = b""
        self._head += 1
        self._offset = 0
        if self._head == len(self._chunks):
            assert self.length == 0, "the length is that of the chunks"
            self._chunks.clear()
            self._head = 0
        elif self._head >= _COMPACT_AT and self._head * 2 >= len(self._chunks):
            del self._chunks[: self._head]
            self._head = 0
