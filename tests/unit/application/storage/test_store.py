"""The asynchronous store: group commit, poison, and an event loop that never waits for the disk."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from catenet.application.storage.disk import Disk, FileDisk, machine_disk
from catenet.application.storage.engine import Engine, PoisonedStore
from catenet.application.storage.files import Files
from catenet.application.storage.real import RealFiles
from catenet.application.storage.records import Batch, Record, Recovered
from catenet.application.storage.store import Store, make_engine

T = TypeVar("T")


class Recording(Engine):
    """Remembers what it was told to write, and in which thread; fails on request."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.threads: set[int] = set()
        self.failure: OSError | None = None
        self.go = threading.Event()
        self.go.set()
        self.tries = 0
        self.is_closed = False

    def open(self, files: Files, folder: str) -> Recovered:
        return Recovered()

    def write(self, batches: Sequence[Batch]) -> None:
        self.go.wait(5)
        self.tries += 1
        self.threads.add(threading.get_ident())
        if self.failure is not None:
            raise self.failure
        self.groups.append(len(batches))

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("engine", ["wal", "sqlite"])
def test_a_store_on_the_real_file_system(engine: str, tmp_path: Path) -> None:
    async def first() -> None:
        store, found = await Store.open(FileDisk(tmp_path), "node", engine=engine)
        assert found == Recovered()
        await asyncio.gather(*(store.append(Batch(b"s", (Record(index, b"x"),))) for index in range(1, 50)))
        assert store.syncs < store.appended == 49
        await store.close()

    async def second() -> None:
        store, found = await Store.open(FileDisk(tmp_path), "node", engine=engine)
        assert found == Recovered(b"s", tuple(Record(index, b"x") for index in range(1, 50)))
        await store.close()

    asyncio.run(first())
    asyncio.run(second())


def test_the_event_loop_goes_on_while_the_disk_is_slow() -> None:
    async def main() -> None:
        engine = Recording()
        disk = FileDisk(".")
        store, _ = await Store.open(disk, "node", engine=engine)
        engine.go.clear()
        appended = asyncio.create_task(store.append(Batch(b"slow")))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not appended.done()
        engine.go.set()
        await appended
        assert engine.threads.isdisjoint({threading.get_ident()})
        disk.close()

    asyncio.run(main())


def test_what_comes_during_a_sync_goes_together() -> None:
    async def main() -> None:
        engine = Recording()
        store, _ = await Store.open(FileDisk("."), "node", engine=engine)
        engine.go.clear()
        tasks = [asyncio.create_task(store.append(Batch(b"%d" % number))) for number in range(3)]
        await asyncio.sleep(0.01)
        tasks += [asyncio.create_task(store.append(Batch(b"%d" % number))) for number in range(5)]
        await asyncio.sleep(0)
        engine.go.set()
        await asyncio.gather(*tasks)
        assert sum(engine.groups) == 8
        assert len(engine.groups) < 4

    asyncio.run(main())


def test_what_need_not_be_durable_waits_for_what_must() -> None:
    async def main() -> None:
        engine = Recording()
        store, _ = await Store.open(FileDisk("."), "node", engine=engine)
        await store.append(Batch(b"commit 1"), must_sync=False)
        await store.append(Batch(b"commit 2"), must_sync=False)
        assert engine.groups == []
        await store.append(Batch(b"vote"))
        assert engine.groups == [3]
        await store.append(Batch(b"commit 3"), must_sync=False)
        await store.close()
        assert engine.groups == [3, 1]

    asyncio.run(main())


def test_a_failed_write_poisons_the_store_for_good() -> None:
    async def main() -> None:
        engine = Recording()
        store, _ = await Store.open(FileDisk("."), "node", engine=engine)
        await store.append(Batch(b"fine"))
        engine.failure = OSError(5, "Input/output error")
        results = await asyncio.gather(*(store.append(Batch(b"x")) for _ in range(3)), return_exceptions=True)
        assert [type(result) for result in results] == [PoisonedStore] * 3
        engine.failure = None
        with pytest.raises(PoisonedStore, match="Input/output error"):
            await store.append(Batch(b"late"))
        with pytest.raises(PoisonedStore, match="the store accepts no more batches"):
            await store.append(Batch(b"later"), must_sync=False)
        assert store.poisoned
        assert engine.groups == [1]

    asyncio.run(main())


@pytest.mark.slow
def test_of_a_failed_write_those_are_told_who_wait_and_nobody_else() -> None:
    """What need not be durable has no one who waits: asyncio would complain of an error that was told already."""

    async def main() -> list[dict[str, object]]:
        complaints: list[dict[str, object]] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
        engine = Recording()
        engine.failure = OSError(5, "Input/output error")
        store, _ = await Store.open(FileDisk("."), "node", engine=engine)
        await store.append(Batch(b"commit 1"), must_sync=False)
        with pytest.raises(PoisonedStore):
            await store.append(Batch(b"vote"))
        await store.close()
        del store, engine
        gc.collect()
        return complaints

    assert asyncio.run(main()) == []


def test_a_cancelled_append_is_written_all_the_same() -> None:
    async def main() -> None:
        engine = Recording()
        store, _ = await Store.open(FileDisk("."), "node", engine=engine)
        task = asyncio.create_task(store.append(Batch(b"x")))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await store.append(Batch(b"y"))
        assert sum(engine.groups) == 2

    asyncio.run(main())


def test_a_store_that_is_closed_finishes_what_was_appended_and_lets_go_of_its_files() -> None:
    """A program that opens its store again would find it without the last batch, or its files still held."""

    async def main() -> None:
        engine = Recording()
        store, _ = await Store.open(FileDisk("."), "node", engine=engine)
        engine.go.clear()
        appended = [asyncio.create_task(store.append(Batch(b"%d" % number))) for number in range(2)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(store.close())
        for _ in range(20):
            await asyncio.sleep(0)
        assert not closing.done()
        assert not engine.is_closed
        engine.go.set()
        await closing
        assert (engine.groups, engine.is_closed) == ([2], True)
        assert all(task.done() for task in appended)
        assert (store.appended, store.syncs) == (2, 1)

    asyncio.run(main())


def test_a_store_with_nothing_to_write_is_closed_without_a_write() -> None:
    async def main() -> None:
        engine = Recording()
        store, _ = await Store.open(FileDisk("."), "node", engine=engine)
        await store.close()
        assert (engine.tries, engine.is_closed, store.syncs) == (0, True, 0)

    asyncio.run(main())


def test_what_waits_behind_a_write_that_fails_is_not_written_though_the_store_is_being_closed() -> None:
    """After a failed write nobody knows what the disk holds: another may make a store of it that never was."""

    async def main() -> None:
        engine = Recording()
        store, _ = await Store.open(FileDisk("."), "node", engine=engine)
        engine.go.clear()
        engine.failure = OSError(5, "Input/output error")
        first = asyncio.create_task(store.append(Batch(b"first")))
        for _ in range(5):
            await asyncio.sleep(0)
        second = asyncio.create_task(store.append(Batch(b"second")))
        await asyncio.sleep(0)
        closing = asyncio.create_task(store.close())
        for _ in range(5):
            await asyncio.sleep(0)
        engine.go.set()
        results = await asyncio.gather(first, second, closing, return_exceptions=True)
        assert [type(result) for result in results] == [PoisonedStore, PoisonedStore, type(None)]
        assert engine.tries == 1
        assert engine.is_closed

    asyncio.run(main())


def test_a_store_whose_write_failed_writes_nothing_more_when_it_is_closed() -> None:
    async def main() -> None:
        engine = Recording()
        store, _ = await Store.open(FileDisk("."), "node", engine=engine)
        engine.failure = OSError(5, "Input/output error")
        with pytest.raises(PoisonedStore, match="a write to the store failed: .*Input/output error"):
            await store.append(Batch(b"x"))
        assert store.poisoned
        await store.close()
        assert (engine.tries, engine.is_closed, store.syncs) == (1, True, 0)

    asyncio.run(main())


def test_a_disk_that_is_closed_has_done_what_was_asked_and_takes_no_more(tmp_path: Path) -> None:
    """A process would end before the last write, or never, with a thread of the disk left."""

    async def main() -> None:
        disk = FileDisk(tmp_path)
        step: Callable[[Files], None] = lambda files: files.open("made", create=True).close()  # noqa: E731
        asked = asyncio.ensure_future(disk.run(step))
        await asyncio.sleep(0)
        disk.close()
        assert (tmp_path / "made").is_file()
        await asked
        with pytest.raises(RuntimeError, match="shutdown"):
            await disk.run(step)

    asyncio.run(main())


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="must be one of wal, sqlite, not 'rocks'"):
        make_engine("rocks")


def test_the_machines_disk_is_below_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    async def main() -> None:
        disk: Disk = machine_disk()
        step: Callable[[Files], None] = lambda files: files.open("made", create=True).close()  # noqa: E731
        await disk.run(step)
        disk.close()

    asyncio.run(main())
    assert (tmp_path / "made").is_file()


def test_a_folder_that_is_there_is_made_durable_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made it may have been told that its name could not be synced."""
    synced: list[str] = []
    fsync = os.fsync

    def noting(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        if len(synced) == 2:
            raise OSError(5, "Input/output error")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    files = RealFiles(tmp_path / "root")
    with pytest.raises(OSError, match="Input/output error"):
        files.make_folder("kv/group-1")
    synced.clear()
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.readlink(f"/proc/self/fd/{descriptor}")))
    files.make_folder("kv/group-1")
    assert synced == [str(tmp_path / "root"), str(tmp_path / "root/kv")]
