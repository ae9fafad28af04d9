"""``catenet trace``: follows one HTTP request through the seven layers."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from catenet.cli.commands.ping import At, internet_at
from catenet.cli.errors import FAILED, OK, mistake
from catenet.cli.hash_seed import pin_hash_seed
from catenet.cli.invocation import may_restart
from catenet.cli.loading import mistakes_told
from catenet.cli.standard_streams import PAGE_WIDTH, say, width_of
from catenet.cli.writing import Force, Target, given

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet trace first/scenario.toml http://server/ --serve[/cyan]  as first/ has no HTTP server, with one

[cyan]catenet trace first/scenario.toml https://server/ --serve --from client --plot layers.svg[/cyan]  with a picture

[cyan]catenet trace first/scenario.toml http://server/ --serve --at 13s --json | jq .packets[/cyan]  on a lossy link

[dim]Exit status 1 if the answer's status is not 2xx or 3xx.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``trace`` command."""
    app.command(epilog=_EPILOG)(trace)


def trace(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, in TOML.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="http://HOST/PATH or https://HOST/PATH.")],
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="HOST", help="The client.  \\[the first host that runs no service]"),
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Start an HTTP server of one page at the URL's host and port.")
    ] = False,
    at: At = None,
    plot: Annotated[
        str | None, typer.Option(metavar="FILE", help="Draw the layers and the route, as SVG, or as PNG by its name.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    force: Force = False,
) -> None:
    """Follow one HTTP request down the seven layers at the client, along its route, and up at the server."""
    if may_restart(context):
        pin_hash_seed()
    path = given("--plot", plot)
    target = None if path is None else _target(path, force=force)
    net = internet_at(scenario, at)
    with mistakes_told():
        data = net.trace_request(url, source=source, serve=serve).as_data()
    if target is not None:
        _draw(target, data)
    if as_json:
        typer.echo(json.dumps(data, ensure_ascii=False))
    else:
        from catenet.view.request import request_lines

        say(request_lines(data, width_of(sys.stdout, PAGE_WIDTH)))
    raise typer.Exit(OK if data["status"] < 400 else FAILED)


def _target(path: Path, *, force: bool) -> Target:
    if path.suffix.lower() == ".png" and find_spec("matplotlib") is None:
        mistake(
            "--plot: a PNG needs Matplotlib, which is not installed: pip install 'catenet[signals]'; or name an .svg"
        )
    return Target("--plot", path, force=force)


def _draw(target: Target, data: dict[str, Any]) -> None:
    from catenet.record.digest import png_with_digest, svg_with_digest
    from catenet.view.pictures.layers import layers_png, layers_svg

    is_png = target.path.suffix.lower() == ".png"
    target.write(png_with_digest(layers_png(data)) if is_png else svg_with_digest(layers_svg(data)))
