"""``catenet traceroute``: traces a path from a node of a scenario."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from catenet.cli.commands.ping import At, Version, internet_at, note_gap
from catenet.cli.errors import FAILED, OK
from catenet.cli.hash_seed import pin_hash_seed
from catenet.cli.invocation import may_restart
from catenet.cli.loading import mistakes_told
from catenet.cli.standard_streams import say

if TYPE_CHECKING:
    from catenet.lab.options.types import IpVersion
    from catenet.lab.probe.ping import Hop, Target

_DATA_OCTETS: Final = 32
_HEADERS_OCTETS: Final = {4: 28, 6: 48}

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet traceroute first/scenario.toml client server[/cyan]

[cyan]catenet traceroute first/scenario.toml client server --at 6s[/cyan]  after six seconds of virtual time

[dim]Exit status 1 if the destination was not reached.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``traceroute`` command."""
    app.command(epilog=_EPILOG)(traceroute)


def traceroute(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, in TOML.")],
    a: Annotated[str, typer.Argument(metavar="A", help="Source: a host or router.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Destination: a host, a router, or an address.")],
    max_hops: Annotated[int, typer.Option("--max-hops", "-m", min=1, max=255, help="Maximum number of hops.")] = 30,
    ip: Version = 0,
    at: At = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the routers between A and B, as if typed on the host A."""
    if may_restart(context):
        pin_hash_seed()
    net = internet_at(scenario, at)
    from catenet.lab.probe.ping import target_of

    with mistakes_told():
        target = target_of(net._world, a, b, version=ip)
        note_gap(net, a, b, ip, at)
        hops = net.traceroute(a, b, max_hops=max_hops, size=_DATA_OCTETS, version=cast("IpVersion", ip))
    reached = any(reply is not None and reply.address == target.text for reply in hops[-1].replies)
    if as_json:
        data = {"source": a, "target": target.name, "address": target.text, "reached": reached}
        typer.echo(json.dumps({**data, "hops": [_as_data(hop) for hop in hops]}))
    else:
        say(_lines(target, hops, max_hops))
    raise typer.Exit(OK if reached else FAILED)


def _lines(target: Target, hops: Sequence[Hop], max_hops: int) -> list[str]:
    from catenet.view import probes

    packet_octets = _DATA_OCTETS + _HEADERS_OCTETS[target.version]
    lines = [probes.traceroute_head(probes.Target(target.name, target.text), max_hops, packet_octets)]
    for hop in hops:
        answers = [
            reply and probes.HopAnswer(reply.name, reply.address, reply.rtt_ns, reply.sign) for reply in hop.replies
        ]
        lines.append(probes.traceroute_line(hop.number, answers))
    return lines


def _as_data(hop: Hop) -> dict[str, object]:
    return {"number": hop.number, "replies": [reply and reply._asdict() for reply in hop.replies]}
