"""``catenet run``: run a scenario, show the results, write a folder of files."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catenet.cli import values
from catenet.cli.errors import FAILED, INTERRUPTED, OK, failures_told_later
from catenet.cli.hash_seed import pin_hash_seed
from catenet.cli.invocation import may_restart
from catenet.cli.loading import build_internet, duration_option_ns, load_scenario
from catenet.cli.standard_streams import width_of
from catenet.cli.writing import Force, leave_report, run_folder

if TYPE_CHECKING:
    from catenet.internet import Internet
    from catenet.lab.report.run import Run
    from catenet.record.run_folder import RunFolder

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet new --example store && catenet run store/scenario.toml[/cyan]  a replicated store in five cities

[cyan]catenet run first/scenario.toml --seed 8 --until 10s[/cyan]  another random seed, only the first ten seconds

[cyan]catenet run first/scenario.toml --json | jq .measurements[/cyan]  the summary, for a script

[cyan]catenet run first/scenario.toml --set link.loss=2% --set link.delay=50ms[/cyan]  other values than the file's

[cyan]catenet run first/scenario.toml --check-forwarding[/cyan]  report all loops and blackholes of the routing

[dim]The folder contains summary.json, measurements.tsv, trace.tsv, routing.json if a router runs a protocol, \
captures/LINK.pcapng for each captured link, and manifest.json, which lists them.  The next run replaces the listed \
files if they are unchanged, and refuses a folder that contains anything else.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``run`` command."""
    app.command(epilog=_EPILOG)(run)


def run(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, in TOML.")],
    seed: Annotated[int | None, typer.Option(callback=values.seed, help="Random seed, instead of the file's.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help='When to stop, in virtual time, like "30s".')
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="PATH=VALUE", help="A value instead of the file's, like link.loss=2%; repeatable."
        ),
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Output folder, instead of runs/NAME.")] = None,
    force: Force = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    capture: Annotated[
        bool | None, typer.Option("--capture/--no-capture", help="Capture every link, or none; overrides the file.")
    ] = None,
    check_forwarding: Annotated[
        bool | None,
        typer.Option(
            "--check-forwarding/--no-check-forwarding",
            help="Check all forwarding tables at every change, or not; overrides the file.",
        ),
    ] = None,
) -> None:
    """Run a scenario, show the results, and write a folder of files."""
    if may_restart(context):
        pin_hash_seed()
    until_ns = None if until is None else duration_option_ns("--until", until)
    loaded = load_scenario(scenario, set_ or [])
    net = build_internet(loaded, seed=seed, capture=capture, check_forwarding=check_forwarding)
    folder = run_folder(Path("runs", folder_name(loaded.name)) if out is None else out, force=force)
    raise typer.Exit(_run(net, loaded.until_ns if until_ns is None else until_ns, folder, as_json))


def _run(net: Internet, until_ns: int | None, folder: RunFolder, as_json: bool) -> int:
    from catenet.cli.live.progress import RunProgress
    from catenet.kernel import Deadlock

    status = OK
    try:
        with failures_told_later(), RunProgress(net._world) as progress:
            ended = net.run(None if until_ns is None else f"{until_ns}ns", progress=progress, check=False)
    except KeyboardInterrupt:
        ended, status = net.result(), INTERRUPTED
    except Deadlock as error:
        ended, status = net.result("deadlock"), FAILED
        print(_with_notes(error), file=sys.stderr)
    _leave(ended, folder, as_json)
    failures = _print_failures(net)
    return FAILED if failures and status == OK else status


def _leave(ended: Run, folder: RunFolder, as_json: bool) -> None:
    leave_report(ended, folder)
    text = (folder.path / "summary.json").read_text(encoding="utf-8")
    if as_json:
        print(text, end="")
        return
    from rich.console import Console

    from catenet.view import measurements
    from catenet.view.terminal import WIDTH, show

    rows = measurements.read(folder.path / "measurements.tsv")
    width = width_of(sys.stdout, WIDTH)
    show(Console(highlight=False, width=width), json.loads(text), rows, wall_s=ended.wall_s, folder=folder.path)


def _print_failures(net: Internet) -> int:
    from catenet.cli.tracebacks import failure_text

    failed = net._world.processes.failed()
    for process in failed:
        print(f"\n{failure_text(process)}", file=sys.stderr)
    return len(failed)


def _with_notes(error: BaseException) -> str:
    return "\n".join([f"catenet: {error}", *(f"  ({note})" for note in getattr(error, "__notes__", ()))])


def folder_name(name: str) -> str:
    """The folder name for a scenario's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "scenario"
