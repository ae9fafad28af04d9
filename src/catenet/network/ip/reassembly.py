"""Reassembly: fragments back into a packet, within bounds (RFC 791 3.2, RFC 8200 4.5, RFC 5722, RFC 6946).

Overlapping fragments are an attack or a fault: the whole packet is dropped, in IPv4 as in IPv6, and so are its later
fragments.  An exact copy of a fragment is only a duplicate.  Expired packets are dropped when the next fragment of any
packet is received, so there is no timer, and no error is sent; memory is bounded by dropping the oldest packet.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.pdu import Octets
from catenet.kernel.quantity import NS_PER_S
from catenet.network.counters import IpCounters
from catenet.network.ip.ipv4 import MAX_OCTETS, Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet, reassembled
from catenet.network.packet import IpPacket

TIMEOUT4_NS: Final[i64] = 30 * NS_PER_S
"""Linux's value; RFC 1122 3.3.2 requires 60 to 120 s."""
TIMEOUT6_NS: Final[i64] = 60 * NS_PER_S
MAX_OCTETS_HELD: Final[i64] = 4 * 1024 * 1024
"""Linux's net.ipv4.ipfrag_high_thresh."""
FRAGMENT_COST_OCTETS: Final[i64] = 64
"""The overhead per fragment, so that many small ones are bounded too."""
MAX_FRAGMENTS: Final = 8192


class Piece:
    """One fragment's data and offset."""

    def __init__(self, start: i64, data: bytes) -> None:
        self.start: Final[i64] = start
        self.end: Final[i64] = start + len(data)
        self.data: Final = data


class Partial:
    """An incomplete packet: its fragments in order of offset."""

    def __init__(self, key: int, deadline_ns: i64) -> None:
        self.key: Final = key
        self.deadline_ns: Final[i64] = deadline_ns
        self.pieces: Final[list[Piece]] = []
        self.octets: i64 = 0
        self.total_octets: i64 = -1
        self.first: IpPacket | None = None
        self.spoilt: bool = False

    def insert(self, piece: Piece, more: bool) -> None:
        """Insert a piece; sets ``spoilt`` if it overlaps another or reaches beyond the end."""
        end_known = self.total_octets >= 0
        if not more:
            beyond = len(self.pieces) > 0 and self.pieces[-1].end > piece.end
            if beyond or (end_known and self.total_octets != piece.end):
                self.spoilt = True
                return
            self.total_octets = piece.end
        elif end_known and piece.end > self.total_octets:
            self.spoilt = True
            return
        self._place(piece)

    def _place(self, piece: Piece) -> None:
        pieces = self.pieces
        place: i64 = len(pieces)
        while place > 0 and pieces[place - 1].start > piece.start:
            place -= 1
        before = pieces[place - 1] if place > 0 else None
        if before is not None and before.start == piece.start and before.data == piece.data:
            return
        after = pieces[place] if place < len(pieces) else None
        if (before is not None and before.end > piece.start) or (after is not None and after.start < piece.end):
            self.spoilt = True
            return
        pieces.insert(place, piece)
        self.octets += len(piece.data)
        assert self.total_octets < 0 or self.octets <= self.total_octets, (
            "pieces neither overlap nor reach past the end"
        )

    def complete(self) -> bool:
        """True if no octet is missing."""
        return self.total_octets >= 0 and self.octets == self.total_octets and self.first is not None

    def cost(self) -> i64:
        """Its memory cost in octets."""
        count: i64 = len(self.pieces) + 1
        return self.octets + count * FRAGMENT_COST_OCTETS

    def data(self) -> bytes:
        """All data, in order."""
        assert self.complete(), "only a whole packet is put together"
        whole = b"".join([piece.data for piece in self.pieces])
        assert len(whole) == self.total_octets, "the pieces are the packet, without a gap"
        return whole


class Reassembler:
    """All incomplete packets of one version in one host."""

    def __init__(self, kernel: Kernel, counters: IpCounters, version: i64) -> None:
        self.kernel: Final = kernel
        self.counters: Final = counters
        self.timeout_ns: Final[i64] = TIMEOUT4_NS if version == 4 else TIMEOUT6_NS
        self.held_octets: i64 = 0
        self._partials: Final[dict[int, Partial]] = {}

    def __len__(self) -> int:
        return len(self._partials)

    def add(self, packet: IpPacket) -> IpPacket | None:
        """Add a fragment; returns the whole packet if it is complete."""
        self.counters.reassembly_required += 1
        self._drop_expired()
        if isinstance(packet, Ipv6Packet):
            return self._add6(packet)
        if isinstance(packet, Ipv4Packet):
            return self._add4(packet)
        return None

    def _add4(self, packet: Ipv4Packet) -> IpPacket | None:
        label = int(packet.protocol) << 16 | int(packet.identification)
        key = (packet.src << 32 | packet.dst) << 24 | label
        partial = self._insert(key, packet, packet.fragment_offset_octets, packet.more_fragments)
        first = partial.first
        if partial.spoilt or not partial.complete() or not isinstance(first, Ipv4Packet):
            return None
        self._finish(partial)
        whole = first.with_payload(Octets(partial.data()))
        if whole.wire_length() > MAX_OCTETS:
            self.counters.reassembly_failures += 1
            return None
        self.counters.reassembled += 1
        return whole

    def _add6(self, packet: Ipv6Packet) -> IpPacket | None:
        if packet.fragment_offset_octets == 0 and not packet.more_fragments:
            return self._whole6(packet, packet.emit_payload())
        key = (packet.src << 128 | packet.dst) << 32 | int(packet.identification)
        partial = self._insert(key, packet, packet.fragment_offset_octets, packet.more_fragments)
        first = partial.first
        if partial.spoilt or not partial.complete() or not isinstance(first, Ipv6Packet):
            return None
        self._finish(partial)
        return self._whole6(first, partial.data())

    def _whole6(self, first: Ipv6Packet, data: bytes) -> IpPacket | None:
        whole = reassembled(first, data)
        if whole is None:
            self.counters.reassembly_failures += 1
        else:
            self.counters.reassembled += 1
        return whole

    def _insert(self, key: int, packet: IpPacket, start: i64, more: bool) -> Partial:
        partial = self._partials.get(key)
        if partial is None:
            partial = self._partials[key] = Partial(key, self.kernel.now_ns + self.timeout_ns)
            self.held_octets += partial.cost()
        if partial.spoilt:
            return partial
        before = partial.cost()
        partial.insert(Piece(start, packet.payload.emit()), more)
        if partial.spoilt or len(partial.pieces) > MAX_FRAGMENTS:
            self._spoil(partial)
        elif start == 0:
            partial.first = packet
        self.held_octets += partial.cost() - before
        self._bound(partial)
        assert self.held_octets >= partial.cost(), "the newest packet is not dropped for the sake of memory"
        return partial

    def _spoil(self, partial: Partial) -> None:
        """Drop the data but keep the packet, so that its later fragments are dropped, too."""
        partial.spoilt = True
        partial.pieces.clear()
        partial.octets = 0
        partial.first = None
        self.counters.reassembly_failures += 1

    def _finish(self, partial: Partial) -> None:
        del self._partials[partial.key]
        self.held_octets -= partial.cost()
        assert self.held_octets >= 0, "a packet costs no more at its end than was counted for it"
        assert (self.held_octets == 0) == (len(self._partials) == 0), "what is held are the incomplete packets"

    def _bound(self, newest: Partial) -> None:
        while self.held_octets > MAX_OCTETS_HELD and len(self._partials) > 1:
            oldest = next(iter(self._partials.values()))
            if oldest is newest:
                del self._partials[oldest.key]
                self._partials[oldest.key] = oldest
                continue
            self._finish(oldest)
            self.counters.reassembly_failures += 1

    def _drop_expired(self) -> None:
        now_ns = self.kernel.now_ns
        expired = [partial for partial in self._partials.values() if partial.deadline_ns < now_ns]
        for partial in expired:
            self._finish(partial)
            if not partial.spoilt:
                self.counters.reassembly_timeouts += 1
                self.counters.reassembly_failures += 1
