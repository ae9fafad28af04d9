"""``catenet chaos``: a replicated store under injected faults, seed after seed, until a violation is found."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catenet.cli import values
from catenet.cli.errors import FAILED, OK, mistake
from catenet.cli.writing import given

if TYPE_CHECKING:
    from catenet.experiments.chaos.report import Report

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet chaos --seeds 100[/cyan]  a store on Raft, under the faults of a hundred seeds

[cyan]catenet chaos --first 42 --seeds 1 --plan[/cyan]  repeats one seed, and prints its faults

[cyan]catenet chaos --seeds 1000 --protocol multi-paxos --engine sqlite --jobs 8[/cyan]

[dim]Each seed draws its own profile: the number of clients, keys, nodes and groups, their timeouts, and which faults \
occur how often.  After the last fault every request must be answered within 20 s.  The clients' history must be \
linearizable, and no step of a replica may violate its protocol's rules.  The same seed gives the same run.  A problem \
is described in words; its history, a picture and the faults are written to a folder.  Exit status 1 if a seed shows a \
problem.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``chaos`` command."""
    app.command(epilog=_EPILOG)(chaos)


def chaos(
    seeds: Annotated[int, typer.Option(min=1, max=1_000_000, help="Number of random seeds.")] = 20,
    first: Annotated[int, typer.Option(callback=values.seed, help="First random seed.")] = 1,
    protocol: Annotated[str, typer.Option(help="raft or multi-paxos.")] = "raft",
    engine: Annotated[str, typer.Option(help="Storage engine of the logs: wal or sqlite.")] = "wal",
    profile: Annotated[str, typer.Option(help="One profile for all; by default each seed has its own.")] = "",
    jobs: Annotated[int, typer.Option(min=1, max=1024, help="Seeds to run in parallel.")] = os.cpu_count() or 1,
    plan: Annotated[bool, typer.Option("--plan", help="Print the fault schedule of each seed.")] = False,
    out: Annotated[str, typer.Option(metavar="DIR", help="Folder for the problems found.")] = "chaos-found",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per seed.")] = False,
) -> None:
    """Run a replicated store under faults, and check linearizability."""
    from catenet.cli.live.chaos_progress import Tally
    from catenet.errors import did_you_mean
    from catenet.experiments.chaos.parallel import run_many
    from catenet.experiments.chaos.profile import PROFILES
    from catenet.experiments.chaos.run import ENGINES, PROTOCOLS, RunParameters

    folder = given("--out", out)
    assert folder is not None
    if protocol not in PROTOCOLS:
        mistake(f"there is no protocol {protocol!r}{did_you_mean(protocol, PROTOCOLS)}")
    if engine not in ENGINES:
        mistake(f"there is no storage engine {engine!r}{did_you_mean(engine, ENGINES)}")
    if profile and profile not in PROFILES:
        mistake(f"there is no profile {profile!r}{did_you_mean(profile, tuple(PROFILES))}")
    runs = [RunParameters(seed, protocol, engine, profile=profile) for seed in range(first, first + seeds)]
    tally = Tally(seeds)
    tally.show()
    for report in run_many(runs, min(jobs, seeds)):
        tally.add(report)
        if report.problems:
            kept = _save(report, folder)
        if as_json or plan or report.problems:
            tally.clear()
        if as_json:
            typer.echo(json.dumps(report.as_json()))
        elif plan or report.problems:
            _show(report, plan)
        if report.problems and not as_json:
            typer.echo(f"    history, picture and faults: {kept}/")
        tally.show()
    tally.clear()
    if not as_json:
        for line in tally.lines():
            typer.echo(line)
    raise typer.Exit(FAILED if tally.bad else OK)


def _show(report: Report, plan: bool) -> None:
    from catenet.cli.live.chaos_progress import problem_lines

    if plan:
        typer.echo(report.plan.rstrip())
    outcome = "" if report.problems else ": no problem"
    typer.echo(
        f"seed {report.seed} ({report.profile}): {report.answered} of {report.operations} operations answered{outcome}"
    )
    for line in problem_lines(report):
        typer.echo(f"    {line}".rstrip())
    if report.problems:
        typer.echo(f"    again: {report.again()}")


def _save(report: Report, out: Path) -> Path:
    from catenet.cli.live.chaos_progress import save

    try:
        return save(report, out)
    except OSError as error:
        mistake(f"cannot write {error.filename or out}: {error.strerror}")
