"""Messages wait for the append that they promise, and for no other."""

from __future__ import annotations

import asyncio

import pytest

from catenet.application.consensus import effects
from catenet.application.consensus.entry import HardState
from catenet.application.consensus.raft.messages import VoteReply
from catenet.application.replication.persistence import Persistence, PersistenceOwner
from catenet.application.storage.engine import PoisonedStore
from catenet.application.storage.records import Batch
from catenet.application.storage.store import Store


class SlowStore(Store):
    """Appends end when the test says so."""

    def __init__(self) -> None:
        self.ends: list[asyncio.Future[None]] = []

    async def append(self, batch: Batch, *, must_sync: bool = True) -> None:
        self.ends.append(asyncio.get_running_loop().create_future())
        await self.ends[-1]


class Owner(PersistenceOwner):
    def __init__(self) -> None:
        self.seen: list[object] = []

    def persisted(self, token: int, messages: list[effects.Message]) -> None:
        self.seen.append((token, messages))

    def fail(self, error: BaseException) -> None:
        self.seen.append(type(error))


def append(token: int) -> effects.Append:
    return effects.Append(token, HardState(3, 1, 0), [], None, True)


async def turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_message_waits_for_its_append_and_not_for_another() -> None:
    async def body() -> None:
        store, owner = SlowStore(), Owner()
        persistence = Persistence(store, owner)
        persistence.append(append(1))
        persistence.append(append(2))
        await turns()
        vote = VoteReply(1, 2, 3, True)
        assert persistence.delays(effects.Send(vote, after=2))
        assert not persistence.delays(effects.Send(vote, after=0))
        store.ends[0].set_result(None)
        await turns()
        assert owner.seen == [(1, [])]
        store.ends[1].set_result(None)
        await persistence.flushed()
        assert owner.seen == [(1, []), (2, [vote])]
        assert not persistence.delays(effects.Send(vote, after=2))

    asyncio.run(body())


def test_a_store_that_failed_lets_no_message_go() -> None:
    async def body() -> None:
        store, owner = SlowStore(), Owner()
        persistence = Persistence(store, owner)
        persistence.append(append(1))
        await turns()
        assert persistence.delays(effects.Send(VoteReply(1, 2, 3, True), after=1))
        store.ends[0].set_exception(PoisonedStore("the disk is gone"))
        await persistence.flushed()
        assert owner.seen == [PoisonedStore]

    asyncio.run(body())


def test_a_token_of_an_append_is_used_once_while_it_waits() -> None:
    async def body() -> None:
        persistence = Persistence(SlowStore(), Owner())
        persistence.append(append(7))
        with pytest.raises(AssertionError, match="append 7"):
            persistence.append(append(7))

    asyncio.run(body())
