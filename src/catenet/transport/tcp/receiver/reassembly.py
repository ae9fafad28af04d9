"""Out-of-order data: the reassembly queue, and the SACK blocks that report it.

The queue holds disjoint pieces in order.  Where new data overlap queued data, the queued data stay (RFC 9293 section
3.10.7.4 leaves the choice).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.transport.tcp.segment.sequence import wrap

MAX_BLOCKS: Final[i64] = 4


class Piece:
    """Out-of-order octets; ``start`` and ``end`` are absolute numbers."""

    def __init__(self, start: i64, payload: bytes) -> None:
        self.start: Final = start
        self.end: Final = start + len(payload)
        self.payload: Final = payload


_NO_PIECES: Final[list[Piece]] = []
_NO_BLOCKS: Final[list[i64]] = []
"""What all connections share that nothing arrived ahead at: never appended to."""


class ReassemblyQueue:
    """Pieces in order, none overlapping another."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = _NO_PIECES
        self.octets: i64 = 0

    def insert(self, start: i64, payload: bytes) -> bool:
        """Add received data.  False if all of them were queued already."""
        end = start + len(payload)
        pieces = self.pieces
        if len(pieces) == 0 or start >= pieces[-1].end:
            self._put(len(pieces), start, payload)
            return True
        at = self._first_ending_after(start)
        added = False
        cursor = start
        while cursor < end:
            if at < len(pieces) and pieces[at].start <= cursor:
                cursor = pieces[at].end
                at += 1
                continue
            stop = end
            if at < len(pieces) and pieces[at].start < end:
                stop = pieces[at].start
            self._put(at, cursor, payload[cursor - start : stop - start])
            added = True
            at += 1
            cursor = stop
        return added

    def pop_at(self, number: i64) -> Piece | None:
        """Remove and return the first piece if it begins at or before ``number``; else None."""
        pieces = self.pieces
        if len(pieces) == 0 or pieces[0].start > number:
            return None
        piece = pieces.pop(0)
        self.octets -= len(piece.payload)
        assert len(pieces) > 0 or self.octets == 0, "the octets are those of the pieces"
        return piece

    def clear(self) -> None:
        """Forget everything."""
        self.pieces = _NO_PIECES
        self.octets = 0

    def _put(self, at: i64, start: i64, payload: bytes) -> None:
        if self.pieces is _NO_PIECES:
            self.pieces = []
        assert len(payload) > 0, "a piece holds an octet at least"
        assert at == 0 or self.pieces[at - 1].end <= start, "pieces are in order, and do not overlap"
        assert at == len(self.pieces) or start + len(payload) <= self.pieces[at].start, "pieces do not overlap"
        if at == len(self.pieces):
            self.pieces.append(Piece(start, payload))
        else:
            self.pieces.insert(at, Piece(start, payload))
        self.octets += len(payload)

    def _first_ending_after(self, number: i64) -> i64:
        pieces = self.pieces
        low: i64 = 0
        high: i64 = len(pieces)
        while low < high:
            middle = (low + high) >> 1
            if pieces[middle].end <= number:
                low = middle + 1
            else:
                high = middle
        return low


class SackReporter:
    """The SACK blocks of the next acknowledgment (RFC 2018 section 4, RFC 2883 section 4).

    The block with the newest data is first, then the most recently reported ones.  If too many, the oldest block is
    dropped here; the sender remembers it.
    """

    def __init__(self) -> None:
        self.starts: list[i64] = _NO_BLOCKS
        self.ends: list[i64] = _NO_BLOCKS
        self.duplicate_start: i64 = 0
        self.duplicate_end: i64 = 0

    def pending(self) -> bool:
        """True if there is a block to report."""
        return len(self.starts) > 0 or self.duplicate_end > 0

    def arrived(self, start: i64, end: i64) -> None:
        """Out-of-order octets were received."""
        assert start < end, "a SACK block holds an octet at least (RFC 2018 section 3)"
        if self.starts is _NO_BLOCKS:
            self.starts = []
            self.ends = []
        starts = self.starts
        ends = self.ends
        at: i64 = 0
        while at < len(starts):
            if starts[at] <= end and ends[at] >= start:
                if starts[at] < start:
                    start = starts[at]
                if ends[at] > end:
                    end = ends[at]
                del starts[at]
                del ends[at]
                # the extended block may touch a skipped one
                at = 0
                continue
            at += 1
        starts.insert(0, start)
        ends.insert(0, end)
        if len(starts) > MAX_BLOCKS:
            starts.pop()
            ends.pop()

    def duplicate(self, start: i64, end: i64) -> None:
        """Duplicate octets were received; reported once (RFC 2883)."""
        assert 0 < start < end, "a D-SACK block holds an octet at least, and never the SYN"
        self.duplicate_start = start
        self.duplicate_end = end

    def advanced(self, rcv_nxt: i64) -> None:
        """Remove blocks before ``rcv_nxt``, which are acknowledged."""
        starts = self.starts
        ends = self.ends
        at: i64 = len(starts) - 1
        while at >= 0:
            if starts[at] <= rcv_nxt:
                del starts[at]
                del ends[at]
            at -= 1

    def blocks(self, irs: i64, most: i64) -> list[int]:
        """Left, right, left, right ... as sequence numbers, of at most ``most`` blocks.  Clears the duplicate."""
        told: list[int] = []
        if self.duplicate_end > 0:
            told.append(wrap(self.duplicate_start, irs))
            told.append(wrap(self.duplicate_end, irs))
            self.duplicate_end = 0
            most -= 1
        at: i64 = 0
        while at < len(self.starts) and at < most:
            told.append(wrap(self.starts[at], irs))
            told.append(wrap(self.ends[at], irs))
            at += 1
        return told
