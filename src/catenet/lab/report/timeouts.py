"""TCP's retransmission timeouts, aggregated from the trace for the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from catenet.kernel.quantity import NS_PER_S, duration_text
from catenet.kernel.trace import Row
from catenet.lab.observe.timeline import Entry
from catenet.transport.tcp.connection.tracing import TIMEOUT

APART_NS: Final = NS_PER_S
"""Timeouts further apart form separate entries."""
MIN: Final = 3
"""Fewer timeouts than this are single lost segments, and give no entry."""


def timeout_entries(rows: Iterable[Row]) -> list[Entry]:
    """Periods in which connections timed out repeatedly, in order of time."""
    stretches: list[list[Row]] = []
    for row in rows:
        if row.kind != TIMEOUT:
            continue
        if stretches and row.time_ns - stretches[-1][-1].time_ns <= APART_NS:
            stretches[-1].append(row)
        else:
            stretches.append([row])
    return [_entry(stretch) for stretch in stretches if len(stretch) >= MIN]


def _entry(stretch: list[Row]) -> Entry:
    connections = len(dict.fromkeys(row.subject for row in stretch))
    took = duration_text(round((stretch[-1].time_ns - stretch[0].time_ns) / 1e6) * 1_000_000)
    plural = "connection" if connections == 1 else "connections"
    text = f"TCP: {len(stretch)} timeouts of {connections} {plural} within {took}"
    return Entry(stretch[0].time_ns, "tcp-timeouts", "tcp", text)
