"""Requests in numbers: for each client, as a whole and in each phase of the run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from catenet.view import numbers
from catenet.view.latency import colour_of
from catenet.view.measurements import Requests
from catenet.view.story import Phase

PERCENTS: Final = (50, 90, 99, 100)
MOST_PHASE_ROWS: Final = 40


class Traffic(NamedTuple):
    """What TCP did for one client, its own connections together."""

    retransmitted: int
    rtt_ns: float
    goodput_bit_s: float


def traffic_of(host: str, connections: Sequence[Mapping[str, Any]], virtual_s: float) -> Traffic | None:
    """The TCP figures of the connections that a host opened; None if it opened none."""
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
    requests: Sequence[Requests], phases: Sequence[Phase], traffic: Mapping[str, Traffic | None] | None
) -> Table:
    """One row for each client and, if there are not too many, one below it for each phase.

    All requests must be of the same name.  ``traffic`` is what TCP did, by client.
    """
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, header_style="dim")
    table.add_column(Text(f" {requests[0].name}", style="bold not dim"), min_width=19, no_wrap=True)
    headings = (
        "sent",
        "failed",
        "p50",
        "p90",
        "p99",
        "max",
        *(() if traffic is None else ("resent", "RTT", "goodput")),
    )
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    in_phases = len(phases) > 1 and len(requests) * len(phases) <= MOST_PHASE_ROWS
    for one in requests:
        usual_s = _usual_s(one, phases)
        tcp = [] if traffic is None else _traffic_cells(traffic.get(one.host))
        table.add_row(Text(f" {one.host}", style="bold"), *_figures(one, usual_s), *tcp)
        if in_phases:
            for phase in phases:
                name = Text(f"   {_phase_name(phase)}", style="dim")
                table.add_row(name, *_figures(one, usual_s, phase.start_s, phase.end_s), style="dim")
    return table


def _usual_s(one: Requests, phases: Sequence[Phase]) -> float:
    """What is usual for a client: its median before anything was done to the network."""
    first = one.answered_s(0.0, phases[0].end_s) or one.answered_s()
    return numbers.percentile(first, 50) if first else 0.0


def _figures(one: Requests, usual_s: float, start_s: float = 0.0, end_s: float = float("inf")) -> list[Text]:
    answered, failed = one.answered_s(start_s, end_s), one.failures(start_s, end_s)
    cells = [
        Text(numbers.grouped(len(answered) + failed)),
        Text(numbers.grouped(failed), "bold red" if failed else "dim"),
    ]
    for percent in PERCENTS:
        cells.append(_latency(numbers.percentile(answered, percent), usual_s) if answered else Text("-"))
    return cells


def _latency(latency_s: float, usual_s: float) -> Text:
    return Text(numbers.duration(latency_s * 1e9), colour_of(latency_s, usual_s))


def _traffic_cells(traffic: Traffic | None) -> list[Text]:
    if traffic is None:
        return [Text("-", "dim")] * 3
    resent = Text(numbers.grouped(traffic.retransmitted), "yellow" if traffic.retransmitted else "dim")
    return [resent, Text(numbers.duration(traffic.rtt_ns)), Text(numbers.bit_rate(traffic.goodput_bit_s))]


def _phase_name(phase: Phase) -> str:
    return f"{phase.marks or ' '} {phase.start_s:g} – {phase.end_s:g} s"
