"""Route changes of routing protocols, aggregated from the trace for the timeline.

Changes within a second of each other form one entry, at whichever routers: an LSA that is flooded, or a triggered
update.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from catenet.kernel.quantity import NS_PER_S, duration_text
from catenet.kernel.trace import Row
from catenet.lab.observe.timeline import ROUTES_CHANGED, WORDS, Entry
from catenet.network.routing.ospf import tracing as ospf
from catenet.network.routing.rip import tracing as rip

APART_NS: Final = NS_PER_S
"""Changes further apart form separate entries."""
PROTOCOLS: Final = {rip.ROUTE: "RIP", ospf.ROUTE: "OSPF"}


class _Burst:
    """Consecutive changes of one protocol."""

    def __init__(self, protocol: str, first_ns: int) -> None:
        self.protocol: Final = protocol
        self.first_ns: Final = first_ns
        self.last_ns = first_ns
        self.routes: Final[dict[tuple[int, int], None]] = {}
        self.routers: Final[dict[int, None]] = {}

    def add(self, row: Row) -> None:
        """Add a change."""
        self.last_ns = row.time_ns
        self.routes[row.subject, row.a] = None
        self.routers[row.subject] = None

    def entry(self) -> Entry:
        """The entry of the timeline."""
        took_ns = self.last_ns - self.first_ns
        within = f" within {duration_text(took_ns)}" if took_ns else ""
        routes, routers = _plural(len(self.routes), "route"), _plural(len(self.routers), "router")
        text = f"{self.protocol}: {routes} of {routers} changed{within}"
        return Entry(self.first_ns, WORDS[ROUTES_CHANGED], self.protocol.lower(), text)


def route_entries(rows: Iterable[Row]) -> list[Entry]:
    """The route changes of all protocols as entries, in order of time."""
    found: list[_Burst] = []
    current: dict[str, _Burst] = {}
    for row in rows:
        protocol = PROTOCOLS.get(row.kind)
        if protocol is None:
            continue
        burst = current.get(protocol)
        if burst is None or row.time_ns - burst.last_ns > APART_NS:
            burst = current[protocol] = _Burst(protocol, row.time_ns)
            found.append(burst)
        burst.add(row)
    return [burst.entry() for burst in found]


def _plural(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
