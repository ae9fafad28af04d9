"""A snapshot that is sent in pieces: cut where it is sent, put together where it arrives."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.entry import Snapshot
from catenet.application.consensus.messages import InstallSnapshot


def piece_of(
    snapshot: Snapshot, sender: int, to: int, term: int, offset: int, snapshot_chunk_octets: int
) -> InstallSnapshot:
    """The piece that begins at ``offset``."""
    assert 0 <= offset <= len(snapshot.data), f"no piece begins at {offset} of {len(snapshot.data)} octets"
    end = min(offset + snapshot_chunk_octets, len(snapshot.data))
    data, done = snapshot.data[offset:end], end == len(snapshot.data)
    return InstallSnapshot(sender, to, term, snapshot.index, snapshot.term, snapshot.membership, offset, data, done)


class IncomingSnapshot:
    """Pieces of a snapshot that one replica is sending, from its beginning on."""

    def __init__(self, index: int, index_term: int) -> None:
        self.index: Final = index
        self.index_term: Final = index_term
        self.octets: int = 0
        self._pieces: list[bytes] = []

    def is_part(self, piece: InstallSnapshot) -> bool:
        """The piece is one of this snapshot."""
        return self.index == piece.index and self.index_term == piece.index_term

    def add(self, piece: InstallSnapshot) -> Snapshot | None:
        """Take the piece that comes next, and no other. The whole snapshot, if this was the last one."""
        assert self.is_part(piece), f"a piece of the snapshot of {piece.index} among those of {self.index}"
        if piece.offset != self.octets:
            return None
        self._pieces.append(piece.data)
        self.octets += len(piece.data)
        return Snapshot(piece.index, piece.index_term, piece.membership, b"".join(self._pieces)) if piece.done else None
