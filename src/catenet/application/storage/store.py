"""A store for asyncio programs: append a batch, and wait until it is durable.

Batches that arrive during a write wait and are then written together (group commit), so a slow fsync makes larger
batches instead of a longer queue.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Final, Self

from catenet.application.storage.disk import Disk
from catenet.application.storage.engine import Engine, PoisonedStore
from catenet.application.storage.files import Files
from catenet.application.storage.records import Batch, Recovered
from catenet.application.storage.wal.log import WriteAheadLog

ENGINES: Final = ("wal", "sqlite")


def make_engine(name: str) -> Engine:
    """An engine by its name.  Raises ValueError for an unknown one, ModuleNotFoundError for SQLite without ``apsw``."""
    if name == "wal":
        return WriteAheadLog()
    if name == "sqlite":
        from catenet.application.storage.sqlite.engine import SqliteEngine

        return SqliteEngine()
    raise ValueError(f"the storage engine must be one of {', '.join(ENGINES)}, not {name!r}")


class Store:
    """The durable storage of one replica.  Use :meth:`open` to create it.

    ``appended`` counts the batches that were appended, ``syncs`` the writes to the disk.
    """

    def __init__(self, disk: Disk, engine: Engine) -> None:
        self._disk: Final = disk
        self._engine: Final = engine
        self._waiting: list[tuple[Batch, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._poison: BaseException | None = None
        self.appended: int = 0
        self.syncs: int = 0

    @classmethod
    async def open(cls, disk: Disk, folder: str, *, engine: str | Engine = "wal") -> tuple[Self, Recovered]:
        """Open the store in a folder, which is created if necessary; returns the store and its contents.

        Raises :class:`~catenet.application.storage.engine.DamagedStore`,
        :class:`~catenet.application.storage.engine.UnknownVersion`, and OSError if the disk fails.
        """
        made = make_engine(engine) if isinstance(engine, str) else engine
        recovered = await disk.run(lambda files: made.open(files, folder))
        return cls(disk, made), recovered

    @property
    def poisoned(self) -> bool:
        """True once a write has failed: no more batches are accepted."""
        return self._poison is not None

    async def append(self, batch: Batch, *, must_sync: bool = True) -> None:
        """Make a batch durable, and with it all earlier ones.

        Without ``must_sync``, the batch may wait for the next one that must be synced, or for :meth:`close`; a crash
        may lose it.  Raises :class:`~catenet.application.storage.engine.PoisonedStore` if the disk fails or has failed.
        """
        self._check()
        self.appended += 1
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._waiting.append((batch, future))
        if self._writer is None:
            if not must_sync:
                return
            self._writer = loop.create_task(self._write(), name="store")
        await asyncio.shield(future)

    async def close(self) -> None:
        """Write the remaining batches, and close the files."""
        if self._waiting and self._writer is None and not self.poisoned:
            self._writer = asyncio.get_running_loop().create_task(self._write(), name="store")
        if self._writer is not None:
            await asyncio.wait([self._writer])
        await self._disk.run(self._close)

    def _close(self, files: Files) -> None:
        self._engine.close()

    def _check(self) -> None:
        if self._poison is not None:
            raise PoisonedStore(
                f"the store accepts no more batches, because a write failed: {self._poison}"
            ) from self._poison

    async def _write(self) -> None:
        try:
            while self._waiting:
                together, self._waiting = self._waiting, []
                await self._write_together(together)
        finally:
            self._writer = None

    async def _write_together(self, together: list[tuple[Batch, asyncio.Future[None]]]) -> None:
        try:
            self._check()
            await self._disk.run(partial(self._step, [batch for batch, _ in together]))
        except Exception as error:  # after any failure, the contents of the disk are unknown
            self._poison = self._poison or error
            for _, future in together:
                if not future.done():
                    future.set_exception(PoisonedStore(f"a write to the store failed: {error}"))
                    future.exception()
            return
        self.syncs += 1
        for _, future in together:
            if not future.done():
                future.set_result(None)

    def _step(self, batches: list[Batch], files: Files) -> None:
        self._engine.write(batches)
