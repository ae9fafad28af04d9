"""``catenet routes``: why packets take their path."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from catenet.cli.commands.ping import At, Version, internet_at
from catenet.cli.errors import FAILED, OK
from catenet.cli.hash_seed import pin_hash_seed
from catenet.cli.invocation import may_restart
from catenet.cli.loading import mistakes_told
from catenet.cli.standard_streams import say

if TYPE_CHECKING:
    from catenet.lab.options.types import IpVersion

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet routes explain first/scenario.toml client server[/cyan]  the paths, and why each node sends that way

[cyan]catenet routes explain first/scenario.toml client server --at 20s --tree[/cyan]  later, with the client's tree

[cyan]catenet routes explain first/scenario.toml paris oslo --json | jq .paths[/cyan]

[dim]Exit status 1 if no path leads there.[/dim]
"""

routes_app: Final = typer.Typer(
    help="Explain why packets take their path.", epilog=_EPILOG, no_args_is_help=True, rich_markup_mode="rich"
)


def add_to(app: typer.Typer) -> None:
    """Add the ``routes`` commands."""
    app.add_typer(routes_app, name="routes")


@routes_app.callback()
def _routes() -> None:
    pass


@routes_app.command(epilog=_EPILOG)
def explain(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, in TOML.")],
    a: Annotated[str, typer.Argument(metavar="A", help="Source: a host or router.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Destination: a host, a router, or an address of one.")],
    tree: Annotated[
        bool,
        typer.Option(
            "--tree", help="Also show the distances and ties of all nodes, as automatic routing computed them."
        ),
    ] = False,
    ip: Version = 0,
    at: At = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, with the tree.")] = False,
) -> None:
    """Show the paths from A to B, and for each node on them the route, its source, the reason and the alternatives."""
    if may_restart(context):
        pin_hash_seed()
    net = internet_at(scenario, at)
    with mistakes_told():
        found = net.explain(a, b, version=cast("IpVersion", ip))
    if as_json:
        typer.echo(json.dumps(found.as_data()))
    else:
        from catenet.view.routing.explanation import explanation_lines

        say(explanation_lines(found.as_data(), tree=tree))
    raise typer.Exit(OK if found.reached else FAILED)
