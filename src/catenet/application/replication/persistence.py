"""What one replica writes to its store: messages that promise something wait until it is durable.

Raft, Figure 2: "updated on stable storage before responding to RPCs"; Paxos too, of promises and votes.
"""

from __future__ import annotations

import asyncio
from typing import Final

from catenet.application.consensus import effects
from catenet.application.replication.log_store import batch_of, snapshot_batch
from catenet.application.storage.engine import PoisonedStore
from catenet.application.storage.records import Batch
from catenet.application.storage.store import Store


class PersistenceOwner:
    """What persistence asks of the member whose store it writes."""

    def persisted(self, token: int, messages: list[effects.Message]) -> None:
        """The append of this token is durable: these messages, which waited for it, may be sent."""
        raise AssertionError(f"{type(self).__name__} writes to no store")

    def fail(self, error: BaseException) -> None:
        """The store cannot be written any more."""
        raise AssertionError(f"{type(self).__name__} writes to no store")


class Persistence:
    """Appends to one replica's store, and the messages that wait for them."""

    def __init__(self, store: Store, owner: PersistenceOwner) -> None:
        self._store: Final = store
        self._owner: Final = owner
        self._waiting: Final[dict[int, list[effects.Message]]] = {}
        self._writes: Final[dict[asyncio.Task[None], None]] = {}

    def append(self, effect: effects.Append) -> None:
        """Begin to write entries and the hard state; ``persisted`` follows."""
        assert effect.token not in self._waiting, f"append {effect.token} was asked for twice"
        self._waiting[effect.token] = []
        self._begin(batch_of(effect), effect.token)

    def store_snapshot(self, effect: effects.StoreSnapshot) -> None:
        """Begin to write the application's snapshot; nothing waits for it."""
        self._begin(snapshot_batch(effect), 0)

    def delays(self, effect: effects.Send) -> bool:
        """True if a message must wait for an append that is not durable yet; it is kept until then."""
        waiting = self._waiting.get(effect.after) if effect.after else None
        if waiting is None:
            return False
        waiting.append(effect.message)
        return True

    async def flushed(self) -> None:
        """Return when all that has been given to the store by now is durable, or cannot be any more."""
        if self._writes:
            await asyncio.wait(list(self._writes))

    def _begin(self, batch: Batch, token: int) -> None:
        task = asyncio.get_running_loop().create_task(self._write(batch, token), name="append")
        self._writes[task] = None

    async def _write(self, batch: Batch, token: int) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            await self._store.append(batch)
        except PoisonedStore as error:
            self._owner.fail(error)
            return
        finally:
            del self._writes[task]
        if token:
            self._owner.persisted(token, self._waiting.pop(token))
