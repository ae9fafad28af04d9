"""``catenet attach``: an internet in real time, attached to Linux."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from catenet.cli import values
from catenet.cli.commands.run import folder_name
from catenet.cli.errors import failures_told_later, mistake
from catenet.cli.live.run import run_attached
from catenet.cli.loading import build_internet, duration_option_ns, load_scenario
from catenet.cli.writing import Force, run_folder

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet new --example home && sudo catenet attach home/scenario.toml[/cyan]  then, in another terminal:

[cyan]sudo ip netns exec home curl http://198.51.100.10/[/cyan]

[cyan]echo 'set paris-oslo loss 2%' | sudo catenet attach first/scenario.toml --until 30s[/cyan]

[dim]While it runs: cut a b, heal a b, set a-b loss 2%, capture a-b, show, help, quit.  Needs root, or CAP_NET_ADMIN \
and (for namespaces) CAP_SYS_ADMIN.  The exit status is that of catenet run.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``attach`` command."""
    app.command(epilog=_EPILOG)(attach)


def attach(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file with an \\[attach.NAME] table.")],
    time_scale: Annotated[
        float,
        typer.Option(
            callback=values.finite,
            metavar="X",
            min=0.000_001,
            max=1_000_000,
            help="Simulated seconds per real second: 0.1 is ten times slower.",
        ),
    ] = 1.0,
    seed: Annotated[int | None, typer.Option(callback=values.seed, help="Random seed, instead of the file's.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help='When to stop, in simulated time, like "30s".')
    ] = None,
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Output folder, instead of runs/NAME.")] = None,
    force: Force = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the summary as JSON at the end; everything else goes to stderr.")
    ] = False,
    capture: Annotated[
        bool | None, typer.Option("--capture/--no-capture", help="Capture every link, or none; overrides the file.")
    ] = None,
) -> None:
    """Run a scenario in real time, and plug Linux in at its attachments."""
    until_ns = None if until is None else duration_option_ns("--until", until)
    loaded = load_scenario(scenario)
    if not loaded.shape.attach:
        mistake(f'{scenario}: nothing is attached; add a table like\n[attach.linux]\nat = "a router or switch"')
    net = build_internet(loaded, seed=seed, capture=capture)
    folder = run_folder(Path("runs", folder_name(loaded.name)) if out is None else out, force=force)
    until_ns = loaded.until_ns if until_ns is None else until_ns
    with failures_told_later():
        status = run_attached(net._world, time_scale=time_scale, until_ns=until_ns, folder=folder, as_json=as_json)
    raise typer.Exit(status)
