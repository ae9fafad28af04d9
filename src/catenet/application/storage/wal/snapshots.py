"""Snapshots in separate files, written under a temporary name and renamed, so a file of the final name is complete.

::

    0  magic     4 octets  "CSNP"
    4  version   4         1
    8  index     8
    16 lengths   8 + 8     of meta and data
    32 checksum  4         CRC32C of meta and data
    36 checksum  4         CRC32C of the header up to here
    40 meta, data

The log names the current snapshot; any other file is a leftover.
"""

from __future__ import annotations

import struct
from typing import Final

from google_crc32c import extend, value

from catenet.application.storage.engine import DamagedStore, UnknownVersion
from catenet.application.storage.files import Files
from catenet.application.storage.records import Snapshot

MAGIC: Final = b"CSNP"
VERSION: Final = 1
HEADER: Final = struct.Struct(">4sIQQQI")
CHECKSUM: Final = struct.Struct(">I")
HEADER_OCTETS: Final = HEADER.size + CHECKSUM.size
SUFFIX: Final = ".snapshot"
ASIDE: Final = ".part"
PIECE_OCTETS: Final = 1 << 20


def snapshot_name(index: int, number: int) -> str:
    """The file's name; ``number`` distinguishes two snapshots of one index."""
    return f"{index:020d}-{number:016x}{SUFFIX}"


def save(files: Files, folder: str, name: str, snapshot: Snapshot) -> None:
    """Write a snapshot.  It is durable, with its name, when this returns."""
    index, meta, data = snapshot.index, snapshot.meta, snapshot.data
    header = HEADER.pack(MAGIC, VERSION, index, len(meta), len(data), extend(value(meta), data))
    aside = f"{folder}/{name}{ASIDE}"
    with files.open(aside, create=True) as file:
        file.truncate(0)
        file.write(0, header + CHECKSUM.pack(value(header)) + meta)
        begin = HEADER_OCTETS + len(meta)
        for offset in range(0, len(data), PIECE_OCTETS):
            file.write(begin + offset, data[offset : offset + PIECE_OCTETS])
        file.sync()
    files.rename(aside, f"{folder}/{name}")
    files.sync_folder(folder)


def load(files: Files, folder: str, name: str, index: int) -> Snapshot:
    """Read a snapshot.


    Raises :class:`~catenet.application.storage.engine.DamagedStore` if it is damaged, and
    :class:`~catenet.application.storage.engine.UnknownVersion` if a newer program wrote it.
    """
    path = f"{folder}/{name}"
    if not files.exists(path):
        raise DamagedStore(path, 0, "the log names this snapshot, but the file is missing")
    whole = files.read_whole(path)
    header = whole[: HEADER.size]
    if len(whole) < HEADER_OCTETS or CHECKSUM.unpack_from(whole, HEADER.size)[0] != value(header):
        raise DamagedStore(path, 0, "the checksum of the header is wrong")
    magic, version, own_index, meta_octets, data_octets, checksum = HEADER.unpack(header)
    if magic == MAGIC and version > VERSION:
        raise UnknownVersion(path, version, VERSION)
    if (magic, version, own_index) != (MAGIC, VERSION, index):
        raise DamagedStore(path, 0, f"this is not the snapshot up to {index}")
    body = whole[HEADER_OCTETS:]
    if len(body) != meta_octets + data_octets or value(body) != checksum:
        raise DamagedStore(path, HEADER_OCTETS, "the checksum of the contents is wrong")
    return Snapshot(index, body[:meta_octets], body[meta_octets:])
