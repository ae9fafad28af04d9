"""``catenet chaos``: a replicated store among faults, seed after seed, until one shows a lie."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catenet.cli import values
from catenet.cli.failure import FAILED, OK, mistake

if TYPE_CHECKING:
    from catenet.lab.chaos.universe import Report

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet chaos --seeds 100[/cyan]  a hundred universes of a store on Raft

[cyan]catenet chaos --first 42 --seeds 1 --plan[/cyan]  one of them again, and what went wrong in it

[cyan]catenet chaos --seeds 1000 --protocol multi-paxos --engine sqlite --jobs 8[/cyan]

[dim]A universe has five nodes and two to spare, three clients, an administrator who moves slots, nodes and leadership,
and ten or so faults: partitions of all shapes, crashes, pauses, clocks, disks, links.  After the last one everything
must be answered within 20 s.  The clients' history must be linearizable, and no step of a replica may break its
protocol's invariants.  The same seed gives the same universe.  Exit status 1 if one of them shows a problem.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``chaos`` command."""
    app.command(epilog=_EPILOG)(chaos)


def chaos(
    seeds: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many universes.")] = 20,
    first: Annotated[int, typer.Option(callback=values.seed, help="The seed of the first.")] = 1,
    protocol: Annotated[str, typer.Option(help="raft or multi-paxos.")] = "raft",
    engine: Annotated[str, typer.Option(help="What keeps the logs: wal or sqlite.")] = "wal",
    jobs: Annotated[int, typer.Option(min=1, max=1024, help="How many at a time.")] = os.cpu_count() or 1,
    plan: Annotated[bool, typer.Option("--plan", help="Print the faults of each universe.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a universe.")] = False,
) -> None:
    """Run a replicated store among faults, and judge what its clients saw."""
    from catenet.lab.chaos.many import run_many
    from catenet.lab.chaos.universe import ENGINES, PROTOCOLS, Universe
    from catenet.lab.errors import did_you_mean

    if protocol not in PROTOCOLS:
        mistake(f"there is no protocol {protocol!r}{did_you_mean(protocol, PROTOCOLS)}")
    if engine not in ENGINES:
        mistake(f"there is no storage engine {engine!r}{did_you_mean(engine, ENGINES)}")
    universes = [Universe(seed, protocol, engine) for seed in range(first, first + seeds)]
    bad = operations = faults = 0
    for report in run_many(universes, min(jobs, seeds)):
        bad += bool(report.problems)
        operations += report.operations
        faults += report.steps
        if as_json:
            typer.echo(json.dumps(report.as_json()))
        else:
            _show(report, plan)
    if not as_json:
        verdict = "all is well" if not bad else f"{bad} of them show a problem"
        typer.echo(f"{seeds} universes, {operations} operations, {faults} faults: {verdict}")
    raise typer.Exit(FAILED if bad else OK)


def _show(report: Report, plan: bool) -> None:
    made = report.universe
    if plan:
        typer.echo(report.plan.rstrip())
    if report.problems or plan:
        outcome = "; ".join(report.problems) or "all is well"
        typer.echo(f"seed {made.seed}: {report.answered} of {report.operations} operations answered: {outcome}")
    if report.problems:
        again = f"catenet chaos --first {made.seed} --seeds 1 --protocol {made.protocol} --engine {made.engine} --plan"
        typer.echo(f"    again: {again}")
