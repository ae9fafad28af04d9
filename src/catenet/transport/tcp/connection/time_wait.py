"""TIME-WAIT: what is left of a connection that has ended, for 60 s (RFC 9293 section 3.6.1).

An entry is a few numbers; the connection itself is gone.  It answers what comes late, so that the peer's
last FIN is acknowledged if our ACK was lost, and keeps old segments away from a new connection.  A SYN
that is clearly new may take its place at once (RFC 6191, RFC 1122 section 4.2.2.13).  A RST does not end
it (RFC 1337).
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

    def judge(self, segment: TcpSegment) -> i64:
        """What to do about a segment: ANSWER it with an ACK, IGNORE it, or let a SYN REPLACE the entry."""
        flags = segment.flags
        if flags & RST:
            # RFC 1337: an old one would end the wait too early
            return IGNORE
        if flags & SYN:
            # section 3.6.1, MAY-2: beyond all that the old connection sent; by the clock if there is one (RFC 6191)
            newer = difference(segment.seq, self.rcv_nxt) > 0
            if self.timestamps and segment.has_timestamps:
                newer = difference(segment.ts_value, self.ts_recent) > 0 or (
                    segment.ts_value == self.ts_recent and newer
                )
            return REPLACE if newer else ANSWER
        # section 3.10.7.4: the peer's FIN again, or anything else out of step, is acknowledged; our ACK's ACK is not
        if segment.sequence_length() > 0 or segment.seq != self.rcv_nxt:
            return ANSWER
        return IGNORE

    def restarts(self, segment: TcpSegment) -> bool:
        """True if the segment is the peer's FIN again, which starts the time anew (section 3.10.7.4)."""
        return segment.flags & FIN != 0 and not segment.flags & (SYN | RST)


class TimeWaitTimer(Timer):
    """One timer for all entries of a host."""

    def __init__(self, kernel: Kernel, entries: TimeWaits) -> None:
        super().__init__(kernel)
        self.entries: Final = entries

    def expired(self) -> None:
        self.entries.expire(self.kernel.now_ns)


class TimeWaits:
    """The entries of one host.  All wait equally long, so they end in the order in which they began."""

    def __init__(self, kernel: Kernel, length_ns: i64) -> None:
        self.length_ns: i64 = length_ns
        self._entries: Final[dict[Ends, TimeWait]] = {}
        self._order: Final[deque[tuple[int, TimeWait]]] = deque()
        self._ports: Final[dict[int, int]] = {}
        self._timer: Final = TimeWaitTimer(kernel, self)

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, ends: Ends) -> TimeWait | None:
        """The entry of a connection, if it waits."""
        if len(self._entries) == 0:
            return None
        return self._entries.get(ends)

    def uses_port(self, port: int) -> bool:
        """True if an entry has that local port."""
        return port in self._ports

    def add(self, entry: TimeWait, now_ns: i64) -> None:
        """A connection has ended."""
        self._entries[entry.ends] = entry
        port = entry.ends[2]
        self._ports[port] = self._ports.get(port, 0) + 1
        self.restart(entry, now_ns)

    def restart(self, entry: TimeWait, now_ns: i64) -> None:
        """Let an entry wait its full time from now."""
        entry.deadline_ns = now_ns + self.length_ns
        self._order.append((entry.deadline_ns, entry))
        if not self._timer.armed:
            self._timer.arm(entry.deadline_ns)

    def remove(self, entry: TimeWait) -> None:
        """Forget an entry."""
        entry.deadline_ns = NEVER
        del self._entries[entry.ends]
        port = entry.ends[2]
        left = self._ports[port] - 1
        if left:
            self._ports[port] = left
        else:
            del self._ports[port]

    def clear(self) -> None:
        """Forget them all."""
        self._entries.clear()
        self._order.clear()
        self._ports.clear()
        self._timer.forget()

    def expire(self, now_ns: i64) -> None:
        """Forget the entries that have waited long enough."""
        order = self._order
        while order:
            deadline_ns, entry = order[0]
            if entry.deadline_ns == deadline_ns:
                if deadline_ns > now_ns:
                    self._timer.arm(deadline_ns)
                    return
                self.remove(entry)
            order.popleft()
