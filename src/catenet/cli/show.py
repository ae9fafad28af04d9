"""``catenet show``: what the routers of a scenario know at a given time."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

import typer

from catenet.cli.invocation import may_restart
from catenet.cli.loading import mistakes_told
from catenet.cli.ping import At, internet_at
from catenet.cli.pinning import pin_hash_seed

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet show routes scenario.toml paris --at 20s[/cyan]  the forwarding table of one router

[cyan]catenet show rip scenario.toml --at 20s --json[/cyan]  what RIP knows, of all that speak it
"""

show_app: Final = typer.Typer(
    help="Show what routers know at a given time.", epilog=_EPILOG, no_args_is_help=True, rich_markup_mode="rich"
)
Scenario = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, in TOML.")]
Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="A router or host.  [all routers]")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON: a list with one object a router.")]


def add_to(app: typer.Typer) -> None:
    """Add the ``show`` commands."""
    app.add_typer(show_app, name="show")


@show_app.command()
def routes(
    context: typer.Context, scenario: Scenario, name: Name = None, at: At = None, as_json: AsJson = False
) -> None:
    """Forwarding tables: each prefix, where the route comes from, its administrative distance, and its ways."""
    from catenet.lab import show
    from catenet.view.tables import route_lines

    if may_restart(context):
        pin_hash_seed()
    net = internet_at(scenario, at)
    with mistakes_told():
        found = show.routes(net, name)
    _print(found, route_lines(found), as_json)


@show_app.command()
def rip(context: typer.Context, scenario: Scenario, name: Name = None, at: At = None, as_json: AsJson = False) -> None:
    """RIP: its table, its neighbours, and what it did not believe."""
    from catenet.lab import show
    from catenet.view.tables import rip_lines

    if may_restart(context):
        pin_hash_seed()
    net = internet_at(scenario, at)
    with mistakes_told():
        found = show.rip(net, name)
    _print(found, rip_lines(found), as_json)


def _print(found: list[dict[str, Any]], lines: list[str], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        for line in lines:
            typer.echo(line)
