"""TIME-WAIT: the entry of an ended connection, for 60 s (RFC 9293 section 3.6.1).

An entry is a few numbers; the connection itself is deleted.  It answers late segments, so that the peer's last FIN is
acknowledged if our ACK was lost, and protects a new connection from old segments.  A clearly new SYN may replace it at
once (RFC 6191, RFC 1122 section 4.2.2.13).  A RST does not end it (RFC 1337).
"""

from __future__ import annotations

from collections import deque
from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER, Kernel
from catenet.kernel.timer import Timer
from catenet.transport.tcp.segment.segment import FIN, RST, SYN, TcpSegment
from catenet.transport.tcp.segment.sequence import difference

Ends = tuple[int, int, int, int, int]
"""IP version, local address and port, remote address and port."""

ANSWER: Final[i64] = 0
IGNORE: Final[i64] = 1
REPLACE: Final[i64] = 2


class TimeWait:
    """One entry.  ``snd_nxt`` and ``rcv_nxt`` are sequence numbers."""

    def __init__(
        self, ends: Ends, snd_nxt: i64, rcv_nxt: i64, window: i64, timestamps: bool, ts_recent: i64, ts_offset: i64
    ) -> None:
        self.ends: Final = ends
        self.snd_nxt: Final = snd_nxt
        self.rcv_nxt: Final = rcv_nxt
        self.window: Final = window
        self.timestamps: Final = timestamps
        self.ts_recent: i64 = ts_recent
        self.ts_offset: Final = ts_offset
        self.deadline_ns: i64 = NEVER

    def verdict(self, segment: TcpSegment) -> i64:
        """The reaction to a segment: ANSWER it with an ACK, IGNORE it, or let a SYN REPLACE the entry."""
        flags = segment.flags
        if flags & RST:
            # RFC 1337: an old RST would end TIME-WAIT too early
            return IGNORE
        if flags & SYN:
            # section 3.6.1, MAY-2: beyond the numbers of the old connection; by timestamps if present (RFC 6191)
            newer = difference(segment.seq, self.rcv_nxt) > 0
            if self.timestamps and segment.has_timestamps:
                newer = difference(segment.ts_value, self.ts_recent) > 0 or (
                    segment.ts_value == self.ts_recent and newer
                )
            return REPLACE if newer else ANSWER
        # section 3.10.7.4: a repeated FIN or another unacceptable segment is acknowledged; a pure ACK is not
        if segment.sequence_length() > 0 or segment.seq != self.rcv_nxt:
            return ANSWER
        return IGNORE

    def restarts(self, segment: TcpSegment) -> bool:
        """True if the segment is a repeated FIN, which restarts the time (section 3.10.7.4)."""
        return segment.flags & FIN != 0 and not segment.flags & (SYN | RST)


class TimeWaitTimer(Timer):
    """One timer for all entries of a host."""

    def __init__(self, kernel: Kernel, entries: TimeWaits) -> None:
        super().__init__(kernel)
        self.entries: Final = entries

    def expired(self) -> None:
        self.entries.expire(self.kernel.now_ns)


class TimeWaits:
    """The entries of one host.  All have the same duration, so they end in the order in which they began."""

    def __init__(self, kernel: Kernel, length_ns: i64) -> None:
        self.length_ns: i64 = length_ns
        self._entries: Final[dict[Ends, TimeWait]] = {}
        self._order: Final[deque[tuple[int, TimeWait]]] = deque()
        self._ports: Final[dict[int, int]] = {}
        self._timer: Final = TimeWaitTimer(kernel, self)

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, ends: Ends) -> TimeWait | None:
        """The entry of a connection, or None."""
        if len(self._entries) == 0:
            return None
        return self._entries.get(ends)

    def uses_port(self, port: int) -> bool:
        """True if an entry has that local port."""
        return port in self._ports

    def add(self, entry: TimeWait, now_ns: i64) -> None:
        """Add the entry of an ended connection."""
        assert entry.ends not in self._entries, "a new connection replaces the entry of the one before"
        self._entries[entry.ends] = entry
        port = entry.ends[2]
        self._ports[port] = self._ports.get(port, 0) + 1
        self.restart(entry, now_ns)

    def restart(self, entry: TimeWait, now_ns: i64) -> None:
        """Restart an entry's time now."""
        entry.deadline_ns = now_ns + self.length_ns
        self._order.append((entry.deadline_ns, entry))
        if not self._timer.armed:
            self._timer.arm(entry.deadline_ns)

    def remove(self, entry: TimeWait) -> None:
        """Remove an entry."""
        entry.deadline_ns = NEVER
        del self._entries[entry.ends]
        port = entry.ends[2]
        left = self._ports[port] - 1
        if left:
            self._ports[port] = left
        else:
            del self._ports[port]

    def clear(self) -> None:
        """Remove all entries."""
        self._entries.clear()
        self._order.clear()
        self._ports.clear()
        self._timer.forget()

    def expire(self, now_ns: i64) -> None:
        """Remove the expired entries."""
        order = self._order
        while order:
            deadline_ns, entry = order[0]
            if entry.deadline_ns == deadline_ns:
                if deadline_ns > now_ns:
                    self._timer.arm(deadline_ns)
                    return
                self.remove(entry)
            order.popleft()
