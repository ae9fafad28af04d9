"""``catenet place``: which node has a key."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from catenet.cli import values
from catenet.cli.errors import mistake
from catenet.cli.standard_streams import say, width_of
from catenet.cli.writing import Force, Target, given

if TYPE_CHECKING:
    from catenet.application.placement import Node, Placement

By = Literal["ring", "ketama", "jump", "rendezvous", "maglev", "anchor"]
RINGS: Final = ("ring", "ketama")

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet place 10.0.0.1 10.0.0.2 10.0.0.3 --key user:7[/cyan]  hosts by their addresses on a hash ring

[cyan]catenet place a@paris b@paris c@oslo d@oslo=2 --key user:7 --copies 2[/cyan]  zones, and a weight

[cyan]catenet place a b c --by maglev --json | jq .most[/cyan]  the balance of another placement

[cyan]catenet place a b c d --points 10 --key user:7 --picture ring.svg[/cyan]  a picture of the ring
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``place`` command."""
    app.command(epilog=_EPILOG)(place)


def place(
    nodes: Annotated[
        list[str], typer.Argument(metavar="NODE...", help="NAME, NAME@ZONE, NAME=WEIGHT, NAME@ZONE=WEIGHT.")
    ],
    key: Annotated[list[str] | None, typer.Option(help="A key to look up; can be repeated.")] = None,
    by: Annotated[By, typer.Option(help="Placement algorithm.")] = "ring",
    points: Annotated[
        int | None, typer.Option(min=1, max=8_388_608, help="Points of each node on the ring; default 100.")
    ] = None,
    copies: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Number of nodes that hold each key, in distinct zones.")
    ] = 1,
    picture: Annotated[str | None, typer.Option(metavar="SVG", help="Draw the ring as SVG.")] = None,
    force: Force = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Place keys on nodes by consistent hashing, and show the balance."""
    from catenet.application.placement.survey import survey

    if picture is not None and by not in RINGS:
        mistake(f"--picture draws a ring, and {by} has none")
    drawn = None if (path := given("--picture", picture)) is None else Target("--picture", path, force=force)
    placement = _placement(by, [_node(text) for text in nodes], points)
    data = survey(by, placement, [values.check_text("--key", text) for text in key or []], copies)
    if drawn is not None:
        _draw(drawn, data)
    if as_json:
        typer.echo(json.dumps(data))
        return
    from catenet.view.placements import placement_lines

    say(placement_lines(data, width_of(sys.stdout)))


def _node(text: str) -> Node:
    from catenet.application.placement import Node

    rest, _, weight = values.check_text("NODE", text).partition("=")
    name, _, zone = rest.partition("@")
    try:
        return Node(name, float(weight) if "=" in text else 1.0, zone)
    except ValueError:
        mistake(f"NODE {text!r}: the weight must be a number, not {weight!r}")


def _placement(by: By, nodes: list[Node], points: int | None) -> Placement:
    from catenet.application.placement import HashRing, PlacementError
    from catenet.application.placement.survey import PLACEMENTS

    if points is not None and by != "ring":
        mistake(f"--points is for the ring, and not for {by}")
    try:
        return HashRing(nodes, points) if points is not None else PLACEMENTS[by](nodes)
    except PlacementError as error:
        mistake(str(error))


def _draw(picture: Target, data: dict[str, object]) -> None:
    from catenet.record.digest import svg_with_digest
    from catenet.view.pictures.ring import ring_picture

    picture.write(svg_with_digest(ring_picture(data)))
