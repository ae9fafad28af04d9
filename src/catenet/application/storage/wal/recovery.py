"""Reads the segments of a folder, and finds damage."""

from __future__ import annotations

from typing import Final, NamedTuple

from catenet.application.storage.engine import DamagedStore, UnknownVersion
from catenet.application.storage.files import Files
from catenet.application.storage.records import Record
from catenet.application.storage.wal.frame import CUT, FLOOR, FORGET, RECORD, SEGMENT, SNAPSHOT, STATE, Frame
from catenet.application.storage.wal.segment import FLOOR_OCTETS, VERSION, SegmentContent, read_segment, version_of
from catenet.application.storage.wal.snapshots import SUFFIX as SNAPSHOT_SUFFIX

SUFFIX: Final = ".wal"
NUMBER_OCTETS: Final = 8


def segment_name(number: int) -> str:
    """A segment's file, by its number from 1 on."""
    return f"{number:016d}{SUFFIX}"


def number_octets(number: int) -> bytes:
    """A number as it stands in a payload."""
    return number.to_bytes(NUMBER_OCTETS, "big")


def floor_of(opening: Frame) -> int:
    """The first segment that is needed, as the frame that opens a segment says."""
    return int.from_bytes(opening.payload[:FLOOR_OCTETS], "big")


class SnapshotMark(NamedTuple):
    """The current snapshot: the index up to which it goes, and the number in its file's name."""

    up_to: int
    number: int


class Contents:
    """The contents of a log; frames are applied one by one when they are read or written.

    ``floor`` is the first segment that is needed.
    """

    def __init__(self) -> None:
        self.state: bytes = b""
        self.snapshot: SnapshotMark | None = None
        self.floor: int = 1
        self._homes: Final[dict[int, int]] = {}
        """The segment of each record."""
        self._least = 0
        self._last = 0
        """All records are from ``_least`` to ``_last``, so removals at either end need no search."""
        self._counts: Final[dict[int, int]] = {}
        """The number of records in each segment that has any, in the order of the segments."""

    def apply(self, frame: Frame, segment: int, records: dict[int, Record] | None = None) -> None:
        """Apply a frame of a segment; ``records`` collects the records if given."""
        kind, number, payload = frame
        if kind == STATE:
            self.state = payload
        elif kind == RECORD:
            self._enter(number, segment)
            if records is not None:
                records[number] = Record(number, payload)
        elif kind in (CUT, FORGET):
            for gone in self._cut(number) if kind == CUT else self._forget(number):
                self._leave(gone)
                if records is not None:
                    records.pop(gone, None)
        elif kind == SNAPSHOT:
            self.snapshot = SnapshotMark(number, int.from_bytes(payload, "big"))
        elif kind == FLOOR:
            self.floor = number
        elif kind == SEGMENT:
            self.floor = floor_of(frame)

    def first_needed(self, current: int) -> int:
        """The first segment with a record that no later segment repeats."""
        return next(iter(self._counts), current)

    def _enter(self, index: int, segment: int) -> None:
        if not self._homes:
            self._least = self._last = index
        self._leave(index)
        self._least, self._last = min(self._least, index), max(self._last, index)
        self._homes[index] = segment
        self._counts[segment] = self._counts.get(segment, 0) + 1

    def _cut(self, first: int) -> list[int]:
        """The records from an index on, which are to be removed."""
        gone = self._between(max(first, self._least), self._last + 1)
        self._last = min(self._last, first - 1)
        return gone

    def _forget(self, end: int) -> list[int]:
        """The records below an index, which are to be removed."""
        gone = self._between(self._least, min(end, self._last + 1))
        self._least = max(self._least, end)
        return gone

    def _between(self, first: int, end: int) -> list[int]:
        """The records in a range; takes time linear in the range or in the number of records, whichever is smaller."""
        homes = self._homes
        if end - first <= len(homes):
            return [index for index in range(first, end) if index in homes]
        return [index for index in homes if first <= index < end]

    def _leave(self, index: int) -> None:
        segment = self._homes.pop(index, 0)
        if segment:
            self._counts[segment] -= 1
            if not self._counts[segment]:
                del self._counts[segment]


class Found(NamedTuple):
    """The result of recovery.  ``number`` is that of the last segment, 0 without one; ``tail`` its complete batches."""

    contents: Contents
    records: dict[int, Record]
    number: int
    sequence: int
    tail: bytes
    leftovers: tuple[str, ...]
    version: int


def recover(files: Files, folder: str) -> Found:
    """Read every segment, and change nothing.

    Raises :class:`~catenet.application.storage.engine.DamagedStore`, and
    :class:`~catenet.application.storage.engine.UnknownVersion` for a log that a newer program has written.
    """
    names = files.names(folder)
    numbers = sorted(int(name.removesuffix(SUFFIX)) for name in names if name.endswith(SUFFIX))
    octets = {number: files.read_whole(f"{folder}/{segment_name(number)}") for number in numbers}
    versions = _versions(folder, octets)
    read = {number: read_segment(octets[number], versions[number]) for number in numbers}
    leftovers: list[str] = []
    if numbers and versions[numbers[-1]] == 1 and read[numbers[-1]].torn and not read[numbers[-1]].batches:
        leftovers.append(segment_name(numbers.pop()))  # a crash interrupted the creation of a segment
    floor = _floor(read, numbers)
    leftovers += [segment_name(number) for number in numbers if number < floor]
    numbers = [number for number in numbers if number >= floor]
    if not numbers and any(name.endswith(SNAPSHOT_SUFFIX) for name in names):
        raise DamagedStore(f"{folder}/{segment_name(1)}", 0, "there is a snapshot, but no segment")
    _check(folder, read, numbers, floor)
    contents, records, sequence = Contents(), dict[int, Record](), 0
    for number in numbers:
        for batch in read[number].batches:
            if sequence and batch.sequence != sequence + 1:
                raise DamagedStore(f"{folder}/{segment_name(number)}", 0, f"batch {sequence + 1} is missing")
            sequence = batch.sequence
            for frame in batch.frames:
                contents.apply(frame, number, records)
    last = numbers[-1] if numbers else 0
    tail = octets[last][: read[last].end] if numbers else b""
    return Found(contents, records, last, sequence, tail, tuple(leftovers), versions[last] if numbers else VERSION)


def readable(files: Files, folder: str) -> tuple[Contents, dict[int, Record]]:
    """The contents of a damaged log up to its first damage, for an operator who decides to continue with them."""
    contents, records, sequence = Contents(), dict[int, Record](), 0
    numbers = sorted(int(name.removesuffix(SUFFIX)) for name in files.names(folder) if name.endswith(SUFFIX))
    for number in numbers:
        data = files.read_whole(f"{folder}/{segment_name(number)}")
        content = read_segment(data, version_of(data))
        for batch in content.batches:
            if sequence and batch.sequence != sequence + 1:
                return contents, records
            sequence = batch.sequence
            for frame in batch.frames:
                contents.apply(frame, number, records)
        if content.damage or content.torn:
            break
    return contents, records


def _versions(folder: str, octets: dict[int, bytes]) -> dict[int, int]:
    """The version of each segment.  An unreadable one has the version of the one before."""
    versions: dict[int, int] = {}
    before = VERSION
    for number, data in octets.items():
        version = version_of(data)
        if version > VERSION:
            raise UnknownVersion(f"{folder}/{segment_name(number)}", version, VERSION)
        if before == 1 and not read_segment(data, version).batches:
            version = 1
        versions[number] = before = version
    return versions


def _floor(read: dict[int, SegmentContent], numbers: list[int]) -> int:
    """The first segment that is needed, according to the last complete batch that gives it."""
    floor = 1
    for number in numbers:
        for batch in read[number].batches:
            for frame in batch.frames:
                if frame.kind == FLOOR:
                    floor = max(floor, frame.number)
                elif frame.kind == SEGMENT:
                    floor = max(floor, floor_of(frame))
    return floor


def _check(folder: str, read: dict[int, SegmentContent], numbers: list[int], floor: int) -> None:
    for wanted, number in enumerate(numbers, floor):
        if number != wanted:
            raise DamagedStore(f"{folder}/{segment_name(wanted)}", 0, "this segment is missing")
        content = read[number]
        file = f"{folder}/{segment_name(number)}"
        if content.damage:
            raise DamagedStore(file, content.end, content.damage)
        if content.torn and number != numbers[-1]:
            raise DamagedStore(file, content.end, "a batch is incomplete, although there is a later segment")
        opening = content.batches[0].frames[:1]
        if not opening or opening[0].kind != SEGMENT or opening[0].number != number:
            raise DamagedStore(file, 0, f"the file does not begin with the header of segment {number}")
