"""The two ends of ``socketpair()``: a pipe in the memory of one host."""

from __future__ import annotations

import errno
import socket
from collections import deque
from typing import Any

from catenet.session.sockets.socket_base import Endpoint, Octets, SockAddr, fail

CAPACITY_OCTETS = 212_992
"""The size of Linux's default buffer."""


class PairEndpoint(Endpoint):
    """One end: a stream of octets, or of whole messages."""

    def __init__(self, stream: bool) -> None:
        super().__init__()
        self.stream = stream
        self.peer: PairEndpoint | None = None
        self._queue: deque[bytes] = deque()
        self._queued_octets = 0
        self._ended = False
        self._sending = True

    def readable(self) -> bool:
        return bool(self._queue) or self._ended

    def writable(self) -> bool:
        peer = self.peer
        return peer is None or not self._sending or peer._queued_octets < CAPACITY_OCTETS

    def waits_for(self) -> str:
        return "one end of a socket pair"

    def recv(self, most: int, peek: bool = False) -> bytes:
        if not self._queue:
            return b"" if self._ended else fail(errno.EAGAIN)
        if peek:
            return b"".join(self._queue)[:most] if self.stream else self._queue[0][:most]
        self.activity += 1
        taken = self._take(most)
        if self.peer is not None:
            self.peer.wake_writer()
        return taken

    def _take(self, most: int) -> bytes:
        chunk = self._queue.popleft()
        self._queued_octets -= len(chunk)
        if not self.stream:
            return chunk[:most]
        chunks = [chunk]
        size = len(chunk)
        while self._queue and size < most:
            chunks.append(self._queue.popleft())
            self._queued_octets -= len(chunks[-1])
            size += len(chunks[-1])
        data = b"".join(chunks)
        if size > most:
            self._queue.appendleft(data[most:])
            self._queued_octets += size - most
        return data[:most]

    def recvfrom(self, most: int, peek: bool = False) -> tuple[bytes, SockAddr | None]:
        return self.recv(most, peek), None

    def send(self, data: Octets) -> int:
        peer = self.peer
        if peer is None or not self._sending:
            fail(errno.EPIPE)
        room = CAPACITY_OCTETS - peer._queued_octets
        if room <= 0:
            fail(errno.EAGAIN)
        taken = bytes(data[:room]) if self.stream else bytes(data)
        if taken or not self.stream:
            self.activity += 1
            peer._queue.append(taken)
            peer._queued_octets += len(taken)
            peer.wake_reader()
        return len(taken)

    def sendto(self, data: Octets, address: Any) -> int:
        fail(errno.EISCONN)

    def shutdown(self, how: int) -> None:
        if how in (socket.SHUT_RD, socket.SHUT_RDWR):
            self._end()
        if how in (socket.SHUT_WR, socket.SHUT_RDWR):
            self._sending = False
            if self.peer is not None:
                self.peer._end()

    def close(self) -> None:
        peer, self.peer = self.peer, None
        if peer is not None:
            peer.peer = None
            peer._end()
            peer.wake_writer()

    def peername(self) -> SockAddr:
        return "" if self.peer is not None else fail(errno.ENOTCONN)

    def _end(self) -> None:
        self._ended = True
        self.wake_reader()


def make_pair(stream: bool) -> tuple[PairEndpoint, PairEndpoint]:
    """Two ends, joined."""
    one, other = PairEndpoint(stream), PairEndpoint(stream)
    one.peer, other.peer = other, one
    return one, other
