"""``catenet sweep``: a scenario over many values and seeds."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catenet.cli import values
from catenet.cli.commands.run import folder_name
from catenet.cli.errors import INTERRUPTED, OK, mistake
from catenet.cli.hash_seed import pin_hash_seed
from catenet.cli.invocation import may_restart
from catenet.cli.loading import duration_option_ns, mistakes_told
from catenet.cli.standard_streams import say, width_of

if TYPE_CHECKING:
    from catenet.sweeps.plan import Precision
    from catenet.sweeps.results import SweepResult
    from catenet.sweeps.sweep import Sweep

MAX_SHOWN: Final = 3
"""Figures of measurements that are shown unless some are named."""

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet sweep first/scenario.toml --set link.loss=0:4:2% --seeds 3[/cyan]  three runs for each of three losses

[cyan]catenet sweep first/scenario.toml --set link.loss=0,2% --set link.delay=1,50ms --seeds 1 --json | jq .cells[0]\
[/cyan]  a map of two values

[cyan]catenet query 'SELECT "link.loss", avg("measurements.echo.p99_s") FROM runs GROUP BY 1 ORDER BY 1' --sweep \
runs/first-sweep[/cyan]  its tables by SQL

[dim]PATH is that of a value in the file: link.loss (of all links), links.paris-oslo.loss, hosts.alice.delay, \
programs.1.options.count.  The folder contains runs.jsonl (each run, appended as it ends), runs.parquet, cells.parquet \
and sweep.json.  --until-ci 5% --figure NAME ends a cell when that figure's mean is known within 5 %.  \
The same command goes on where it was interrupted or killed; more seeds or values add to it.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``sweep`` command."""
    app.command(epilog=_EPILOG)(sweep)


def sweep(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, in TOML.")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="PATH=VALUES", help="0:10:0.5% is a range, 1,10,50ms a list; can be repeated."),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, max=1_000_000, help="Runs of each cell, with seeds from 1.")] = 10,
    workers: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes on this machine; default: one for each processor.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler, like tcp://10.0.0.1:8786.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="When each run stops, in virtual time.")] = None,
    figure: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A figure to show; can be repeated.")] = None,
    until_ci: Annotated[
        str | None,
        typer.Option(metavar="SHARE", help="End a cell when each figure's 95 % interval is this narrow, like 5%."),
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Output folder, instead of runs/NAME-sweep.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Run a scenario over many values and seeds, with estimates and their intervals."""
    if may_restart(context):
        pin_hash_seed()
    from catenet.sweeps.axes import parse_axis
    from catenet.sweeps.sweep import Sweep
    from catenet.sweeps.tables import need_duckdb

    if cluster is not None and workers is not None:
        mistake("--workers is for this machine, and --cluster has workers of its own; remove one")
    until_ns = None if until is None else duration_option_ns("--until", until)
    precision = _precision(until_ci, figure or [])
    for name in figure or []:
        values.check_text("--figure", name)
    with mistakes_told():
        need_duckdb()
        axes = [parse_axis(values.check_text("--set", text)) for text in set_ or []]
        checked = Sweep(scenario, axes, seeds, until_ns=until_ns, precision=precision)
    folder = _folder(checked, out)
    raise typer.Exit(_run(checked, folder, workers, cluster, figure or [], as_json))


def _precision(until_ci: str | None, figures: list[str]) -> Precision | None:
    from catenet.kernel.quantity import QuantityError, ratio
    from catenet.sweeps.plan import Precision

    if until_ci is None:
        return None
    try:
        share = ratio(until_ci)
    except QuantityError as error:
        mistake(f"--until-ci: {error}")
    if not share:
        mistake("--until-ci: an interval of no width is never reached; give a share like 5%")
    if not figures:
        mistake("--until-ci needs the figures whose intervals count; name them with --figure")
    return Precision(share, tuple(figures))


def _folder(checked: Sweep, out: str | None) -> Path:
    if out == "":
        mistake("--out: a folder's name cannot be empty; leave the option out for runs/NAME-sweep")
    if out is not None:
        return Path(out)
    return Path("runs", folder_name(checked.name) + "-sweep")


def _run(
    checked: Sweep, folder: Path, workers: int | None, cluster: str | None, figures: list[str], as_json: bool
) -> int:
    from catenet.cli.live.sweep_progress import SweepProgress
    from catenet.sweeps.executors import Cluster, Farm, Processes

    with mistakes_told():
        farm: Farm = Processes(workers) if cluster is None else Cluster(cluster)
    progress = SweepProgress(checked.plan)
    try:
        with mistakes_told():
            result = checked.run(folder, farm, progress)
        _leave(result, folder, figures, as_json)
        return OK
    except KeyboardInterrupt:
        progress.clear()
        print(f"interrupted; the same command goes on: {progress.line()}", file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        mistake(f"--out {folder}: cannot write there: {error.strerror}")
    finally:
        progress.clear()
        farm.close()


def _leave(result: SweepResult, folder: Path, figures: list[str], as_json: bool) -> None:
    from catenet.view.sweeps import sweep_lines

    with mistakes_told():
        data = result.as_json(figures or default_figures(result.figures))
    if as_json:
        print(json.dumps(data, ensure_ascii=False))
        return
    say(["", *sweep_lines(data, width_of(sys.stdout)), f"all runs and {len(result.figures)} figures: {folder}/"])


def default_figures(names: tuple[str, ...]) -> list[str]:
    """``ok``, and the mean of measurements, or else counters of programs."""
    means = [name for name in names if name.startswith("measurements.") and name.endswith(".mean_s")]
    counts = [name for name in names if name.startswith("counts.")]
    return ["ok", *(means or counts)[:MAX_SHOWN]]
