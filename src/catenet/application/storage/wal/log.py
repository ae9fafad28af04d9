"""The write-ahead log as a storage engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from catenet.application.storage.engine import DamagedStore, Engine, PoisonedStore
from catenet.application.storage.files import File, Files
from catenet.application.storage.records import Batch, Recovered
from catenet.application.storage.wal.frame import CUT, FLOOR, FORGET, RECORD, SEGMENT, SNAPSHOT, STATE, Frame
from catenet.application.storage.wal.recovery import SUFFIX as SEGMENT_SUFFIX
from catenet.application.storage.wal.recovery import Contents, Found, number_octets, readable, recover, segment_name
from catenet.application.storage.wal.segment import SECTOR_OCTETS, VERSION, VERSION_OCTETS, emit_batch
from catenet.application.storage.wal.snapshots import ASIDE, SUFFIX, load, save, snapshot_name

SEGMENT_OCTETS: Final = 4 << 20
MIN_GROWTH_OCTETS: Final = 16 << 10
"""A segment's file is extended by at least this, or by a quarter, before it is full: see :func:`read_segment`."""


class WriteAheadLog(Engine):
    """Batches in segments of about ``segment_octets``; see :mod:`catenet.application.storage.wal`."""

    def __init__(self, *, segment_octets: int = SEGMENT_OCTETS, min_growth_octets: int = MIN_GROWTH_OCTETS) -> None:
        self._segment_octets: Final = segment_octets
        self._least_growth_octets: Final = min_growth_octets
        self._files = Files()
        self._folder = ""
        self._file = File()
        self._contents = Contents()
        self._number = 0
        self._sequence = 0
        self._end = 0
        self._allocated = 0
        self._poison: OSError | None = None

    # -- opening

    def exists(self, files: Files, folder: str) -> bool:
        return any(name.endswith(SEGMENT_SUFFIX) for name in files.names(folder))

    def open(self, files: Files, folder: str) -> Recovered:
        self._files, self._folder = files, folder
        files.make_folder(folder)
        found = recover(files, folder)
        self._contents, self._number, self._sequence = found.contents, found.number, found.sequence
        mark = found.contents.snapshot
        name = "" if mark is None else snapshot_name(*mark)
        snapshot = None if mark is None else load(files, folder, name, mark.up_to)
        if found.number:
            self._write_tail_again(found.tail, found.version)
        if not found.number or found.version < VERSION:
            self._new_segment()
        self._sweep(found, name)
        records = tuple(found.records[index] for index in sorted(found.records))
        return Recovered(found.contents.state, records, snapshot)

    def salvage(self, files: Files, folder: str) -> Recovered:
        contents, records = readable(files, folder)
        if not contents.state and not records and contents.snapshot is None:
            raise DamagedStore(folder, 0, "no batch before the damage is readable")
        mark = contents.snapshot
        snapshot = None if mark is None else load(files, folder, snapshot_name(*mark), mark.up_to)
        return Recovered(contents.state, tuple(records[index] for index in sorted(records)), snapshot)

    def _sweep(self, found: Found, snapshot: str) -> None:
        """Remove leftovers of a crash.

        The tail, which declares them unneeded, must be durable first: that it could be read does not mean that it is.
        """
        aside = [
            name
            for name in self._files.names(self._folder)
            if name.endswith(ASIDE) or (name.endswith(SUFFIX) and name != snapshot)
        ]
        self._remove([*found.leftovers, *aside])

    def _write_tail_again(self, tail: bytes, version: int) -> None:
        """Replace the last segment by a new file with its complete batches.

        This removes a torn tail.  Besides, if an fsync failed in an earlier process, the data may exist only in the
        operating system's memory, marked as written, and an fsync of the old file would not write it.
        """
        self._begin_file(tail, self._grown(0, len(tail)) if version == VERSION else len(tail))

    def _begin_file(self, data: bytes, octets: int) -> None:
        """Write a segment under a temporary name and rename it, so a file of its name always begins complete."""
        path = self._path(segment_name(self._number))
        self._end, self._allocated = len(data), octets
        with self._files.open(path + ASIDE, create=True) as file:
            file.truncate(0)
            file.write(0, data)
            file.truncate(self._allocated)
            file.sync()
        self._files.rename(path + ASIDE, path)
        self._files.sync_folder(self._folder)
        self._file.close()
        self._file = self._files.open(path)

    # -- writing

    def write(self, batches: Sequence[Batch]) -> None:
        if self._poison is not None:
            raise PoisonedStore(f"the log accepts no more batches, because a write failed: {self._poison}")
        try:
            self._write(batches)
        except OSError as error:
            self._poison = error
            raise

    def _write(self, batches: Sequence[Batch]) -> None:
        if self._end >= self._segment_octets:
            self._new_segment()
        replaced = self._contents.snapshot
        frames = [frame for batch in batches for frame in self._frames(batch)]
        floor = self._contents.first_needed(self._number)
        swept = range(self._contents.floor, floor)
        if swept:
            frames.append(Frame(FLOOR, floor))
        self._commit(frames)
        stale = [segment_name(number) for number in swept]
        if replaced is not None and replaced != self._contents.snapshot:
            stale.append(snapshot_name(*replaced))
        self._remove(stale)

    def _frames(self, batch: Batch) -> Iterable[Frame]:
        if batch.state is not None:
            yield Frame(STATE, 0, batch.state)
        if batch.snapshot is not None:
            number = self._sequence + 1
            save(self._files, self._folder, snapshot_name(batch.snapshot.index, number), batch.snapshot)
            yield Frame(SNAPSHOT, batch.snapshot.index, number_octets(number))
        if batch.cut_from is not None:
            yield Frame(CUT, batch.cut_from)
        if batch.forget_before is not None:
            yield Frame(FORGET, batch.forget_before)
        for record in batch.records:
            yield Frame(RECORD, record.index, record.data)

    def _commit(self, frames: Sequence[Frame]) -> None:
        sequence = self._sequence + 1
        data = emit_batch(frames, sequence, self._end)
        end = self._end + len(data)
        if end > self._allocated:
            self._allocated = self._grown(self._allocated, end)
            self._file.truncate(self._allocated)
            self._file.sync()
        self._file.write(self._end, data)
        self._file.sync()
        self._end = end
        self._has_written(frames, sequence)

    def _has_written(self, frames: Sequence[Frame], sequence: int) -> None:
        self._sequence = sequence
        for frame in frames:
            self._contents.apply(frame, self._number)

    def _new_segment(self) -> None:
        """Begin the next segment with the state and snapshot that the earlier ones add up to."""
        self._number += 1
        contents = self._contents
        opening = number_octets(contents.floor) + VERSION.to_bytes(VERSION_OCTETS, "big")
        frames = [Frame(SEGMENT, self._number, opening), Frame(STATE, 0, contents.state)]
        if contents.snapshot is not None:
            frames.append(Frame(SNAPSHOT, contents.snapshot.up_to, number_octets(contents.snapshot.number)))
        sequence = self._sequence + 1
        data = emit_batch(frames, sequence, 0)
        self._begin_file(data, self._grown(0, len(data)))
        self._has_written(frames, sequence)

    def _grown(self, allocated: int, needed: int) -> int:
        """The new length of a file so that ``needed`` octets fit: whole sectors."""
        octets = max(allocated, needed + max(self._least_growth_octets, needed // 4))
        return -(-octets // SECTOR_OCTETS) * SECTOR_OCTETS

    def _remove(self, names: Sequence[str]) -> None:
        for name in names:
            self._files.remove(self._path(name))
        if names:
            self._files.sync_folder(self._folder)

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}"

    def close(self) -> None:
        self._file.close()
