"""The files of a simulated disk, through blocking calls: their cost and their failures.

A call takes effect at once in the cache, and advances the step's own clock by its duration; the change reaches the
medium (:mod:`~catenet.host.disk.medium`) at that time.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from typing import Final, NoReturn

from catenet.application.storage.files import File, Files, folder_of
from catenet.host.disk.medium import SECTOR_OCTETS, FolderSynced, Inode, Medium, Named, Synced, Written
from catenet.kernel.streams import Stream

NS_PER_S: Final = 1_000_000_000
UNLIMITED: Final = 1 << 62
FAILED_SYNC_LOSES: Final = 0.5
"""The share of dirty sectors that a failing fsync leaves unwritten (and marks as written, as Linux does)."""


@dataclass(slots=True)
class DiskSpeed:
    """Durations of calls: each is a minimum, plus an exponential delay with mean ``spread`` times the minimum.

    The defaults are those of a solid-state disk of a server.
    """

    read_ns: int = 90_000
    write_ns: int = 2_000
    sync_ns: int = 400_000
    octets_per_s: int = 500_000_000
    spread: float = 0.25


@dataclass(slots=True)
class DiskFaults:
    """The faults of a disk.  Shares are probabilities per call (``lost_writes``: per sector)."""

    slow: float = 1.0
    """The factor by which every call takes longer."""
    stuck: bool = False
    """No new step is executed."""
    capacity_octets: int = UNLIMITED
    """The capacity in octets; writes beyond it fail with ENOSPC."""
    read_errors: float = 0.0
    write_errors: float = 0.0
    sync_errors: float = 0.0
    """Calls that fail with EIO.  A failing sync writes half of its sectors, and the rest are not written again."""
    corrupt_reads: float = 0.0
    """Reads that return one flipped bit."""
    lost_writes: float = 0.0
    """Sectors that a sync reports as written but does not write."""
    tears: bool = False
    """Whether a power cut may tear a sector, against the guarantee of drives."""


class SimulatedFiles(Files):
    """The files of one simulated disk.  ``clock_ns`` is the time at which the present call begins."""

    def __init__(self, medium: Medium, speed: DiskSpeed, faults: DiskFaults, stream: Stream) -> None:
        self.medium: Final = medium
        self.speed: Final = speed
        self.faults: Final = faults
        self.clock_ns: int = 0
        self.reads: int = 0
        self.writes: int = 0
        self.syncs: int = 0
        self._stream: Final = stream

    def open(self, path: str, *, create: bool = False) -> SimulatedFile:
        inode = self.medium.names.get(path)
        if inode is None:
            if not create:
                _fail(errno.ENOENT, path)
            inode = Inode()
            self._name(path, {path: inode})
        return SimulatedFile(self, inode)

    def exists(self, path: str) -> bool:
        return path in self.medium.names

    def names(self, folder: str) -> list[str]:
        return sorted(path.rpartition("/")[2] for path in self.medium.names if folder_of(path) == folder)

    def make_folder(self, folder: str) -> None:
        """Does nothing: folders are part of file names here."""

    def folders(self, parent: str) -> list[str]:
        inside = parent + "/" if parent else ""
        found = [path.removeprefix(inside) for path in self.medium.names if path.startswith(inside)]
        return sorted({name.partition("/")[0] for name in found if "/" in name})

    def move_folder(self, old: str, new: str) -> None:
        inside = {path: inode for path, inode in self.medium.names.items() if path.startswith(old + "/")}
        if not inside:
            _fail(errno.ENOENT, old)
        if any(path.startswith(new + "/") for path in self.medium.names):
            _fail(errno.EEXIST, new)
        self.sync_folder(old)
        names: dict[str, Inode | None] = dict.fromkeys(inside)
        names.update((new + path.removeprefix(old), inode) for path, inode in inside.items())
        self._name(old, names)
        self.sync_folder(folder_of(old))

    def rename(self, old: str, new: str) -> None:
        inode = self.medium.names.get(old)
        if inode is None:
            _fail(errno.ENOENT, old)
        if folder_of(old) != folder_of(new):
            _fail(errno.EXDEV, old)
        self._name(old, {old: None, new: inode})

    def remove(self, path: str) -> None:
        if path not in self.medium.names:
            _fail(errno.ENOENT, path)
        self._name(path, {path: None})

    def sync_folder(self, folder: str) -> None:
        self.syncs += 1
        self._spend(self.speed.sync_ns)
        if self._happens(self.faults.sync_errors):
            _fail(errno.EIO, folder)
        self.medium.queue(FolderSynced(self.clock_ns, folder))

    # -- calls of an open file

    def read_from(self, inode: Inode, offset: int, count: int) -> bytes:
        """Read, from memory if the file is cached."""
        self.reads += 1
        if not inode.warm:
            self._spend(self.speed.read_ns, len(inode.cache))
            inode.warm = True
        if self._happens(self.faults.read_errors):
            _fail(errno.EIO)
        data = bytes(inode.cache[offset : offset + count])
        if data and self._happens(self.faults.corrupt_reads):
            flipped = bytearray(data)
            flipped[self._stream.below(len(data))] ^= 1 << self._stream.below(8)
            return bytes(flipped)
        return data

    def write_to(self, inode: Inode, offset: int, data: bytes) -> None:
        """Write to the cache."""
        self.writes += 1
        end = offset + len(data)
        if self._happens(self.faults.write_errors):
            _fail(errno.EIO)
        if not self._fits(end - len(inode.cache)):
            _fail(errno.ENOSPC)
        if len(inode.cache) < offset:
            inode.cache.extend(bytes(offset - len(inode.cache)))
        inode.cache[offset:end] = data
        first, last = offset // SECTOR_OCTETS, max(offset, end - 1) // SECTOR_OCTETS
        self._written(inode, range(first, last + 1))

    def truncate(self, inode: Inode, octets: int) -> None:
        """Make a file shorter or longer."""
        former = len(inode.cache)
        if not self._fits(octets - former):
            _fail(errno.ENOSPC)
        if octets < former:
            del inode.cache[octets:]
        else:
            inode.cache.extend(bytes(octets - former))
        self._written(inode, range(octets // SECTOR_OCTETS, -(-former // SECTOR_OCTETS)))

    def sync(self, inode: Inode) -> None:
        """Make a file's content durable, or fail and leave its durability unknown."""
        self.syncs += 1
        self._spend(self.speed.sync_ns, len(inode.dirty) * SECTOR_OCTETS)
        inode.dirty.clear()
        failed = self._happens(self.faults.sync_errors)
        self.medium.queue(Synced(self.clock_ns, inode, FAILED_SYNC_LOSES if failed else self.faults.lost_writes))
        if failed:
            _fail(errno.EIO)

    # -- inside

    def _fits(self, more_octets: int) -> bool:
        capacity = self.faults.capacity_octets
        return capacity >= UNLIMITED or more_octets <= 0 or self.medium.octets() + more_octets <= capacity

    def _written(self, inode: Inode, sectors: range) -> None:
        inode.dirty.update(sectors)
        written = {number: inode.sector(number) for number in sectors}
        self.medium.queue(Written(self.clock_ns, inode, written, len(inode.cache)))
        self._spend(self.speed.write_ns)

    def _name(self, path: str, names: dict[str, Inode | None]) -> None:
        named = Named(self.clock_ns, folder_of(path), names)
        named.rename(self.medium.names)
        self.medium.queue(named)
        self._spend(self.speed.write_ns)

    def _spend(self, min_ns: int, octets: int = 0) -> None:
        taken_ns = min_ns + octets * NS_PER_S / self.speed.octets_per_s
        taken_ns += self._stream.exponential(taken_ns * self.speed.spread) if self.speed.spread else 0
        self.clock_ns += max(1, int(taken_ns * self.faults.slow))

    def _happens(self, share: float) -> bool:
        return share > 0 and self._stream.unit() < share


class SimulatedFile(File):
    """An open file of a simulated disk."""

    def __init__(self, files: SimulatedFiles, inode: Inode) -> None:
        self._files: Final = files
        self._inode: Final = inode

    def read(self, offset: int, count: int) -> bytes:
        return self._files.read_from(self._inode, offset, count)

    def write(self, offset: int, data: bytes) -> None:
        self._files.write_to(self._inode, offset, data)

    def truncate(self, octets: int) -> None:
        self._files.truncate(self._inode, octets)

    def size(self) -> int:
        return len(self._inode.cache)

    def sync(self) -> None:
        self._files.sync(self._inode)


def _fail(code: int, path: str | None = None) -> NoReturn:
    if path is None:
        raise OSError(code, os.strerror(code))
    raise OSError(code, os.strerror(code), path)
