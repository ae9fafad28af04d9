"""Requests in progress: commands wait for their index and their result, reads for an index to be applied."""

from __future__ import annotations

import asyncio
from heapq import heappop, heappush
from typing import Final


class ProposalDropped(Exception):
    """The request was not executed; ``leader`` may accept it (0: no leader is known)."""

    def __init__(self, reason: str, leader: int = 0) -> None:
        super().__init__(reason)
        self.leader: Final = leader


class CommitUnknown(Exception):
    """The outcome is unknown: a leader had the request in its log, and it may or may not be committed."""


Future = asyncio.Future[object]


class Requests:
    """All requests in progress at one replica."""

    def __init__(self) -> None:
        self._loop: Final = asyncio.get_running_loop()
        self._tag = 0
        self._proposed: Final[dict[int, tuple[list[bytes], list[Future]]]] = {}
        self._placed: Final[dict[int, tuple[int, bytes, Future]]] = {}
        self._reading: Final[dict[int, Future]] = {}
        self._changing: Final[dict[int, Future]] = {}
        self._due: Final[list[tuple[int, int, Future]]] = []

    # -- new requests

    def proposing(self, commands: list[bytes], futures: list[Future]) -> int:
        """Register commands that are proposed together; returns their tag."""
        self._tag += 1
        self._proposed[self._tag] = commands, futures
        return self._tag

    def reading(self) -> tuple[int, Future]:
        """Register a read; returns its tag and its future."""
        self._tag += 1
        future = self._reading[self._tag] = self._loop.create_future()
        return self._tag, future

    def forget_reading(self, tag: int) -> None:
        """Remove a read."""
        self._reading.pop(tag, None)

    def changing(self) -> tuple[int, Future]:
        """Register a change of membership or leadership; returns its tag and its future."""
        self._tag += 1
        future = self._changing[self._tag] = self._loop.create_future()
        return self._tag, future

    # -- responses of the replica

    def accepted(self, tag: int, index: int, term: int) -> None:
        """Proposals have their indices."""
        for command, future in zip(*self._proposed.pop(tag, ([], [])), strict=True):
            before = self._placed.get(index)
            if before is not None:
                _fail(before[2], CommitUnknown("another leader's command may take its place"))
            self._placed[index] = term, command, future
            index += 1
        change = self._changing.pop(tag, None)
        if change is not None and not change.done():
            change.set_result(None)

    def refused(self, tag: int, reason: str, leader: int) -> None:
        """A request was refused."""
        _, futures = self._proposed.pop(tag, ([], []))
        for table in (self._reading, self._changing):
            future = table.pop(tag, None)
            if future is not None:
                futures = [*futures, future]
        for future in futures:
            _fail(future, ProposalDropped(reason, leader))

    def read_ready(self, tag: int, index: int, applied: int) -> None:
        """A read may be served once ``index`` is applied."""
        future = self._reading.pop(tag, None)
        if future is None:
            return
        if index <= applied:
            _done(future, None)
        else:
            heappush(self._due, (index, tag, future))

    # -- applied entries

    def applied(self, index: int, term: int, command: bytes, result: object) -> None:
        """One entry was applied.


        Equal octets in another term: in Multi-Paxos the next leader proposes accepted values again, so this may be the
        command itself, or an equal one that another client proposed.
        """
        placed = self._placed.pop(index, None)
        if placed is None:
            return
        if placed[0] == term:
            _done(placed[2], result)
        elif placed[1] == command:
            _fail(placed[2], CommitUnknown("another leader committed this command, or an equal one"))
        else:
            _fail(placed[2], ProposalDropped("another leader's command took its place"))

    def applied_up_to(self, index: int) -> None:
        """All entries up to ``index`` have been applied."""
        while self._due and self._due[0][0] <= index:
            _done(heappop(self._due)[2], None)

    def snapshot_restored(self, index: int) -> None:
        """A snapshot replaced the log up to ``index``: the results of its entries are unknown here."""
        for place in [place for place in self._placed if place <= index]:
            _fail(self._placed.pop(place)[2], CommitUnknown("a snapshot took the place of the log"))

    # -- the end

    def fail(self, future: Future, reason: str) -> None:
        """Fail a request that was never proposed."""
        _fail(future, ProposalDropped(reason))

    def fail_all(self, reason: str) -> None:
        """The replica has stopped."""
        offered = [future for _, futures in self._proposed.values() for future in futures]
        for future in (*self._reading.values(), *(future for _, _, future in self._due)):
            _fail(future, ProposalDropped(reason))
        for future in (*offered, *self._changing.values(), *(placed[2] for placed in self._placed.values())):
            _fail(future, CommitUnknown(reason))
        for table in (self._proposed, self._reading, self._changing, self._placed):
            table.clear()
        self._due.clear()


def _done(future: Future, result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: Future, error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # marks it as retrieved: nobody may be waiting any more
