"""What is really on a simulated disk, and what a power cut leaves of it.

A disk has two faces.  Programs see the *cache*: whatever was written, at once.  Below it is the *medium*, which gets to
know of each change at its time, and holds for every sector what is durable and the versions that were written since
the last sync.  At a power cut each such sector keeps any one of its versions or the durable one, whichever the disk
happened to have written; the file's size is any that it had; and each name that was created, renamed or removed since
its folder was synced is as before or as after, one independently of another.

Sectors are atomic, as drives promise, unless ``tears`` says that this drive breaks its word.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from catenet.kernel.streams import Stream

SECTOR_OCTETS: Final = 512


class Inode:
    """One file: its content as programs see it, and what the medium has of it."""

    def __init__(self) -> None:
        self.cache: bytearray = bytearray()
        self.warm = True
        """Whether it is in memory, so that reading costs nothing."""
        self.dirty: Final[set[int]] = set()
        """The sectors that the next sync is going to write."""
        self.sectors: Final[dict[int, bytes]] = {}
        self.octets: int = 0
        self.versions: Final[dict[int, list[bytes]]] = {}
        """For each sector that was written since the last sync: what it was, oldest first."""
        self.sizes: Final[list[int]] = []

    def sector(self, number: int) -> bytes:
        """A sector as programs see it, with zeros behind the end of the file."""
        begin = number * SECTOR_OCTETS
        return bytes(self.cache[begin : begin + SECTOR_OCTETS]).ljust(SECTOR_OCTETS, b"\0")

    def make_durable(self, kept: set[int]) -> None:
        """Those sectors, and the size, are as they were written last; other versions are not going to be written."""
        for number, versions in self.versions.items():
            if number in kept:
                self.sectors[number] = versions[-1]
        self.versions.clear()
        if self.sizes:
            self.octets = self.sizes[-1]
            self.sizes.clear()


class Change:
    """Something that reaches the medium at a time."""

    def __init__(self, time_ns: int) -> None:
        self.time_ns: Final = time_ns

    def settle(self, medium: Medium) -> None:
        """Its time has come."""
        raise AssertionError(f"{type(self).__name__} does not say what it changes")


class Written(Change):
    """Sectors of a file have new content, and the file perhaps another size; nothing is durable yet."""

    def __init__(self, time_ns: int, inode: Inode, sectors: dict[int, bytes], octets: int) -> None:
        super().__init__(time_ns)
        self._inode: Final = inode
        self._sectors: Final = sectors
        self._octets: Final = octets

    def settle(self, medium: Medium) -> None:
        for number, content in self._sectors.items():
            self._inode.versions.setdefault(number, []).append(content)
        self._inode.sizes.append(self._octets)


class Synced(Change):
    """A sync of a file has returned.

    Every dirty sector is durable, but for a share that got lost: ``lost_share`` of them, drawn one by one.  Those that
    got lost are not dirty any more either: no later sync writes them.
    """

    def __init__(self, time_ns: int, inode: Inode, lost_share: float) -> None:
        super().__init__(time_ns)
        self._inode: Final = inode
        self._lost_share: Final = lost_share

    def settle(self, medium: Medium) -> None:
        share = self._lost_share
        kept = {number for number in self._inode.versions if not share or medium.stream.unit() >= share}
        self._inode.make_durable(kept)


class Named(Change):
    """Names have come to mean another file, or none; nothing is durable yet."""

    def __init__(self, time_ns: int, folder: str, names: dict[str, Inode | None]) -> None:
        super().__init__(time_ns)
        self.folder: Final = folder
        self.names: Final = names

    def settle(self, medium: Medium) -> None:
        medium.unsynced_names.append(self)

    def rename(self, names: dict[str, Inode]) -> None:
        """Change a table of names so."""
        for name, inode in self.names.items():
            if inode is None:
                names.pop(name, None)
            else:
                names[name] = inode


class FolderSynced(Change):
    """A sync of a folder has returned."""

    def __init__(self, time_ns: int, folder: str) -> None:
        super().__init__(time_ns)
        self._folder: Final = folder

    def settle(self, medium: Medium) -> None:
        for named in medium.unsynced_names:
            if named.folder == self._folder:
                named.rename(medium.durable_names)
        medium.unsynced_names[:] = [named for named in medium.unsynced_names if named.folder != self._folder]


class Medium:
    """All files of one disk.  ``names`` is what programs see; ``stream`` draws what a crash leaves."""

    def __init__(self, stream: Stream) -> None:
        self.stream: Final = stream
        self.names: Final[dict[str, Inode]] = {}
        self.durable_names: Final[dict[str, Inode]] = {}
        self.unsynced_names: Final[list[Named]] = []
        self._journal: Final[deque[Change]] = deque()

    def note(self, change: Change) -> None:
        """Let a change reach the medium at its time; changes come in order of their times."""
        self._journal.append(change)

    def settle(self, now_ns: int) -> None:
        """Let everything up to now reach the medium."""
        journal = self._journal
        while journal and journal[0].time_ns <= now_ns:
            journal.popleft().settle(self)

    def after_power_cut(self, now_ns: int, *, tears: bool = False) -> Medium:
        """What is left if the power fails now: files that programs will find, all of them durable.

        This medium goes on for those who still hold its files, without any effect: a dead program's objects may be
        cleaned up by the garbage collector at any time.
        """
        self.settle(now_ns)
        for named in self.unsynced_names:
            if self.stream.bits(1):
                named.rename(self.durable_names)
        left = Medium(self.stream)
        survivors = {inode: self._survivor(inode, tears) for inode in dict.fromkeys(self.durable_names.values())}
        left.names.update((name, survivors[inode]) for name, inode in self.durable_names.items())
        left.durable_names.update(left.names)
        return left

    def octets(self) -> int:
        """How much the files hold, as programs see them."""
        return sum(len(inode.cache) for inode in dict.fromkeys(self.names.values()))

    def rot(self, inode: Inode, offset: int, mask: int) -> None:
        """Change an octet of a file where it lies: in the cache, and durably."""
        inode.cache[offset] ^= mask
        number = offset // SECTOR_OCTETS
        inode.sectors[number] = inode.sector(number)

    def _survivor(self, inode: Inode, tears: bool) -> Inode:
        """What a file has become."""
        stream = self.stream
        sectors = dict(inode.sectors)
        for number, versions in inode.versions.items():
            old = sectors.get(number, bytes(SECTOR_OCTETS))
            drawn = stream.below(len(versions) + 1)
            content = old if drawn == 0 else versions[drawn - 1]
            if tears and drawn and stream.bits(1):
                torn_at = stream.below(SECTOR_OCTETS)
                content = content[:torn_at] + old[torn_at:]
            sectors[number] = content
        left = Inode()
        left.octets = self._surviving_size(inode)
        left.warm = False
        count = -(-left.octets // SECTOR_OCTETS)
        hole = bytes(SECTOR_OCTETS)
        left.cache = bytearray(b"".join(sectors.get(number, hole) for number in range(count))[: left.octets])
        left.sectors.update((number, left.sector(number)) for number in range(count))
        return left

    def _surviving_size(self, inode: Inode) -> int:
        """Any size that the file had since it was synced, or the end of a sector on the way to it."""
        if not inode.sizes:
            return inode.octets
        sizes = [inode.octets, *inode.sizes]
        drawn = self.stream.below(len(sizes) + 1)
        if drawn < len(sizes):
            return sizes[drawn]
        least, most = min(sizes), max(sizes)
        boundary = (least // SECTOR_OCTETS + self.stream.below((most - least) // SECTOR_OCTETS + 1)) * SECTOR_OCTETS
        return min(max(boundary, least), most)
