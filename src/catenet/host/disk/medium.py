"""The durable content of a simulated disk, and its state after a power cut.

A disk has two views.  Programs see the *cache*, in which writes take effect at once.  Below it is the *medium*: each
change reaches it at its time, and for every sector it holds the durable version and the versions written since the
last sync.  After a power cut each such sector has any one of these versions; the file has any size that it had; and
each name that was created, renamed or removed since its folder was synced is old or new, independently of the others.

Sectors are atomic, as drives guarantee, unless ``tears`` is set.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from catenet.kernel.streams import Stream

SECTOR_OCTETS: Final = 512


class Inode:
    """One file: its cached content, and its versions on the medium."""

    def __init__(self) -> None:
        self.cache: bytearray = bytearray()
        self.warm = True
        """Whether it is cached, so that reads cost nothing."""
        self.dirty: Final[set[int]] = set()
        """The sectors that the next sync is going to write."""
        self.sectors: Final[dict[int, bytes]] = {}
        self.octets: int = 0
        self.versions: Final[dict[int, list[bytes]]] = {}
        """For each sector written since the last sync, its versions, oldest first."""
        self.sizes: Final[list[int]] = []

    def sector(self, number: int) -> bytes:
        """A sector of the cached content, padded with zeros after the end of the file."""
        begin = number * SECTOR_OCTETS
        return bytes(self.cache[begin : begin + SECTOR_OCTETS]).ljust(SECTOR_OCTETS, b"\0")

    def make_durable(self, kept: set[int]) -> None:
        """Make the last version of these sectors, and the size, durable; drop other versions."""
        for number, versions in self.versions.items():
            if number in kept:
                self.sectors[number] = versions[-1]
        self.versions.clear()
        if self.sizes:
            self.octets = self.sizes[-1]
            self.sizes.clear()


class Change:
    """A change that reaches the medium at a given time."""

    def __init__(self, time_ns: int) -> None:
        self.time_ns: Final = time_ns

    def apply(self, medium: Medium) -> None:
        """Apply the change to the medium."""
        raise AssertionError(f"{type(self).__name__} does not say what it changes")


class Written(Change):
    """New content of sectors, and possibly a new size of the file, not yet durable."""

    def __init__(self, time_ns: int, inode: Inode, sectors: dict[int, bytes], octets: int) -> None:
        super().__init__(time_ns)
        self._inode: Final = inode
        self._sectors: Final = sectors
        self._octets: Final = octets

    def apply(self, medium: Medium) -> None:
        for number, content in self._sectors.items():
            self._inode.versions.setdefault(number, []).append(content)
        self._inode.sizes.append(self._octets)


class Synced(Change):
    """A completed sync of a file.

    Every dirty sector becomes durable, except lost ones, each with probability ``lost_share``.  Lost sectors are no
    longer dirty: no later sync writes them.
    """

    def __init__(self, time_ns: int, inode: Inode, lost_share: float) -> None:
        super().__init__(time_ns)
        self._inode: Final = inode
        self._lost_share: Final = lost_share

    def apply(self, medium: Medium) -> None:
        share = self._lost_share
        kept = {number for number in self._inode.versions if not share or medium.stream.unit() >= share}
        self._inode.make_durable(kept)


class Named(Change):
    """Names now refer to another file, or to none, not yet durable."""

    def __init__(self, time_ns: int, folder: str, names: dict[str, Inode | None]) -> None:
        super().__init__(time_ns)
        self.folder: Final = folder
        self.names: Final = names

    def apply(self, medium: Medium) -> None:
        medium.unsynced_names.append(self)

    def rename(self, names: dict[str, Inode]) -> None:
        """Apply the change to a table of names."""
        for name, inode in self.names.items():
            if inode is None:
                names.pop(name, None)
            else:
                names[name] = inode


class FolderSynced(Change):
    """A completed sync of a folder."""

    def __init__(self, time_ns: int, folder: str) -> None:
        super().__init__(time_ns)
        self._folder: Final = folder

    def apply(self, medium: Medium) -> None:
        for named in medium.unsynced_names:
            if named.folder == self._folder:
                named.rename(medium.durable_names)
        medium.unsynced_names[:] = [named for named in medium.unsynced_names if named.folder != self._folder]


class Medium:
    """All files of one disk.  ``names`` is the cached table; ``stream`` draws the state after a crash."""

    def __init__(self, stream: Stream) -> None:
        self.stream: Final = stream
        self.names: Final[dict[str, Inode]] = {}
        self.durable_names: Final[dict[str, Inode]] = {}
        self.unsynced_names: Final[list[Named]] = []
        self._journal: Final[deque[Change]] = deque()

    def queue(self, change: Change) -> None:
        """Queue a change, which reaches the medium at its time; changes are queued in order of time."""
        self._journal.append(change)

    def write_back(self, now_ns: int) -> None:
        """Apply all changes up to now."""
        journal = self._journal
        while journal and journal[0].time_ns <= now_ns:
            journal.popleft().apply(self)

    def after_power_cut(self, now_ns: int, *, tears: bool = False) -> Medium:
        """The medium after a power cut now; all its content is durable.

        Objects of dead programs may still use the present medium, without effect, since the garbage collector may
        finalise them at any time.
        """
        self.write_back(now_ns)
        for named in self.unsynced_names:
            if self.stream.bits(1):
                named.rename(self.durable_names)
        left = Medium(self.stream)
        survivors = {inode: self._survivor(inode, tears) for inode in dict.fromkeys(self.durable_names.values())}
        left.names.update((name, survivors[inode]) for name, inode in self.durable_names.items())
        left.durable_names.update(left.names)
        return left

    def octets(self) -> int:
        """The total size of the cached files."""
        return sum(len(inode.cache) for inode in dict.fromkeys(self.names.values()))

    def rot(self, inode: Inode, offset: int, mask: int) -> None:
        """Corrupt an octet of a file, in the cache and on the medium."""
        inode.cache[offset] ^= mask
        number = offset // SECTOR_OCTETS
        inode.sectors[number] = inode.sector(number)

    def _survivor(self, inode: Inode, tears: bool) -> Inode:
        """A file after a power cut."""
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
        """Any size of the file since its last sync, or the end of a sector between two of them."""
        if not inode.sizes:
            return inode.octets
        sizes = [inode.octets, *inode.sizes]
        drawn = self.stream.below(len(sizes) + 1)
        if drawn < len(sizes):
            return sizes[drawn]
        least, most = min(sizes), max(sizes)
        boundary = (least // SECTOR_OCTETS + self.stream.below((most - least) // SECTOR_OCTETS + 1)) * SECTOR_OCTETS
        return min(max(boundary, least), most)
