"""A learning switch (IEEE 802.1Q-2018, 8.7 and 8.8).

It learns the port of each station from the source addresses of frames, forwards frames to a known station to that port
only, and floods all others: frames to unknown stations, groups and broadcast.

An entry ages out after 300 s without a frame (8.8.3).  There is no timer: an entry's age is checked when it is used,
and old entries are removed when the table is full.  There is no spanning tree, so such switches must not form a loop;
:mod:`.vlan_bridge` has VLANs and a spanning tree.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.kernel.trace import declare
from catenet.link.ethernet import Frame
from catenet.link.mac import GROUP_BIT
from catenet.link.port import Port, Station

ROW_MOVED: Final = declare(0x210, "switch.moved", "mac", "vlan")

AGEING_NS: Final = 300_000_000_000
"""The default ageing time (IEEE 802.1Q-2018, table 8-6)."""
TABLE_ENTRIES: Final = 8192
VLAN_SHIFT: Final[i64] = 48
"""The filtering database's keys are MAC addresses; those of a VLAN-aware bridge have the VLAN above them."""
MAC_MASK: Final[i64] = 0xFFFF_FFFF_FFFF


class Learned:
    """An entry of the filtering database: the port of a station, and the time of its last frame."""

    def __init__(self, port: Port, seen_ns: i64) -> None:
        self.port = port
        self.seen_ns = seen_ns


class Switch(Station):
    """A switch with any number of ports."""

    def __init__(
        self, kernel: Kernel, name: str, ageing_ns: int = AGEING_NS, table_entries: int = TABLE_ENTRIES
    ) -> None:
        self.kernel: Final = kernel
        self.name: Final = name
        self.ageing_ns: i64 = ageing_ns
        self.table_entries: Final[i64] = table_entries
        self.ports: Final[list[Port]] = []
        self._table: Final[dict[int, Learned]] = {}
        self._subject: Final = kernel.trace.subject(name)
        self.forwarded: i64 = 0
        self.flooded: i64 = 0
        self.filtered: i64 = 0
        self.learned: i64 = 0
        self.moved: i64 = 0
        self.table_full: i64 = 0

    def add_port(self, name: str, mac: int = 0) -> Port:
        """Add a port, to which a channel can be attached."""
        port = Port(self.kernel, name, mac, self)
        port.promiscuous = True
        self.ports.append(port)
        return port

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self._learn(port, frame.src)
        dst = frame.dst
        if dst & GROUP_BIT == 0:
            known = self._table.get(dst)
            if known is not None and self.kernel.now_ns - known.seen_ns < self.ageing_ns:
                if known.port is port:
                    self.filtered += 1
                else:
                    self.forwarded += 1
                    known.port.send(frame)
                return
        self._flood(port, frame)

    def carrier_changed(self, port: Port, up: bool) -> None:
        """A port's link went down or came up: forget the addresses learned at a port that is down."""
        if not up:
            self.forget(port)

    def topology_changed(self) -> None:
        """The topology has changed: stations may be behind other ports.  Does nothing unless overridden."""

    def port_forwards(self, port: Port) -> None:
        """The spanning tree lets a port forward from now on.  Does nothing unless overridden."""

    def forget(self, port: Port) -> None:
        """Delete all entries of a port."""
        for mac in [mac for mac, known in self._table.items() if known.port is port]:
            del self._table[mac]

    def port_of(self, mac: int) -> Port | None:
        """The port of a station in the filtering database; None if it is unknown or has aged out."""
        known = self._table.get(mac)
        if known is None or self.kernel.now_ns - known.seen_ns >= self.ageing_ns:
            return None
        return known.port

    def counters(self) -> dict[str, int]:
        """All counters by name, in frames, except ``learned`` and ``moved`` (in stations)."""
        return {
            "forwarded": self.forwarded,
            "flooded": self.flooded,
            "filtered": self.filtered,
            "learned": self.learned,
            "moved": self.moved,
            "table_full": self.table_full,
        }

    def _learn(self, port: Port, src: i64) -> None:
        now_ns = self.kernel.now_ns
        known = self._table.get(src)
        if known is None:
            self._add(port, src, now_ns)
            return
        if known.port is not port:
            known.port = port
            self.moved += 1
            self.kernel.trace.row(now_ns, ROW_MOVED, self._subject, src & MAC_MASK, src >> VLAN_SHIFT)
        known.seen_ns = now_ns

    def _add(self, port: Port, src: i64, now_ns: i64) -> None:
        if src & GROUP_BIT != 0:
            return
        if len(self._table) >= self.table_entries:
            self._forget_old(now_ns)
            if len(self._table) >= self.table_entries:
                self.table_full += 1
                return
        self._table[src] = Learned(port, now_ns)
        self.learned += 1

    def _forget_old(self, now_ns: i64) -> None:
        for mac in [mac for mac, known in self._table.items() if now_ns - known.seen_ns >= self.ageing_ns]:
            del self._table[mac]

    def _flood(self, came_in: Port, frame: Frame) -> None:
        self.flooded += 1
        out: Port | None = None
        for port in self.ports:
            if port is came_in or not port.carrier:
                continue
            if out is not None:
                out.send(frame.copy())
            out = port
        if out is not None:
            out.send(frame)
