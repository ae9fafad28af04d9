"""Request statistics of each client: over the whole run and in each phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from catenet.view import numbers
from catenet.view.latency import colour_of
from catenet.view.layout import NAME, NUMBER, Cell, Column, Line, table_lines
from catenet.view.measurements import Requests
from catenet.view.story import Phase

PERCENTS: Final = (50, 90, 99, 100)
MAX_PHASE_ROWS: Final = 40
MIN_NAME_CELLS: Final = 19
"""Minimum width of the column of names, if there is room."""


class Traffic(NamedTuple):
    """TCP statistics of one client, over all connections that it opened."""

    retransmitted: int
    rtt_ns: float
    goodput_bit_s: float


def traffic_of(host: str, connections: Sequence[Mapping[str, Any]], virtual_s: float) -> Traffic | None:
    """The TCP statistics of the connections that a host opened; None if it opened none."""
    own = [connection for connection in connections if connection["client"] == host]
    if not own:
        return None
    ends = [end for connection in own for end in (connection["client_end"], connection["server_end"]) if end]
    rtts = sorted(end["srtt_ns"] for end in ends if end["srtt_ns"] > 0)
    received = sum(connection["to_client_bytes"] for connection in own)
    return Traffic(
        sum(end["retransmits"] for end in ends),
        numbers.percentile(rtts, 50) if rtts else 0.0,
        received * 8 / virtual_s if virtual_s else 0.0,
    )


def client_table(
    requests: Sequence[Requests],
    phases: Sequence[Phase],
    traffic: Mapping[str, Traffic | None] | None,
    width: int | None = None,
) -> list[Line]:
    """One row for each client and, unless there are too many, one below it for each phase; lines have ``width`` cells.

    All requests must have the same name.  ``traffic`` holds the TCP statistics by client.
    """
    headings = (
        "sent",
        "failed",
        "p50",
        "p90",
        "p99",
        "max",
        *(() if traffic is None else ("resent", "RTT", "goodput")),
    )
    in_phases = len(phases) > 1 and len(requests) * len(phases) <= MAX_PHASE_ROWS
    labels = [f"  {_phase_name(phase)}" for phase in phases] if in_phases else []
    columns = [
        Column(Cell(requests[0].name, "bold"), NAME, MIN_NAME_CELLS, max(map(len, labels), default=0)),
        *(Column(Cell(heading, "dim"), NUMBER) for heading in headings),
    ]
    rows = []
    for one in requests:
        usual_s = _usual_s(one, phases)
        tcp = [] if traffic is None else _traffic_cells(traffic.get(one.host))
        rows.append([Cell(one.host, "bold"), *_figures(one, usual_s), *tcp])
        if in_phases:
            none = [Cell("")] * (0 if traffic is None else 3)
            for phase, label in zip(phases, labels, strict=True):
                figures = _figures(one, usual_s, phase.start_s, phase.end_s)
                rows.append([Cell(label, "dim"), *map(_dimmed, figures), *none])
    return table_lines(columns, rows, width, indent=1, rule=True)


def _dimmed(cell: Cell) -> Cell:
    return Cell(cell.text, f"dim {cell.style}".strip())


def _usual_s(one: Requests, phases: Sequence[Phase]) -> float:
    """A client's baseline: its median latency in the first phase."""
    first = one.answered_s(0.0, phases[0].end_s) or one.answered_s()
    return numbers.percentile(first, 50) if first else 0.0


def _figures(one: Requests, usual_s: float, start_s: float = 0.0, end_s: float = float("inf")) -> list[Cell]:
    answered, failed = one.answered_s(start_s, end_s), one.failures(start_s, end_s)
    cells = [
        Cell(numbers.grouped(len(answered) + failed)),
        Cell(numbers.grouped(failed), "bold red" if failed else "dim"),
    ]
    for percent in PERCENTS:
        cells.append(_latency(numbers.percentile(answered, percent), usual_s) if answered else Cell("-"))
    return cells


def _latency(latency_s: float, usual_s: float) -> Cell:
    return Cell(numbers.duration(latency_s * 1e9), colour_of(latency_s, usual_s))


def _traffic_cells(traffic: Traffic | None) -> list[Cell]:
    if traffic is None:
        return [Cell("-", "dim")] * 3
    resent = Cell(numbers.grouped(traffic.retransmitted), "yellow" if traffic.retransmitted else "dim")
    return [resent, Cell(numbers.duration(traffic.rtt_ns)), Cell(numbers.bit_rate(traffic.goodput_bit_s))]


def _phase_name(phase: Phase) -> str:
    return f"{phase.marks or ' '} {numbers.plain(phase.start_s)} – {numbers.plain(phase.end_s)} s"
