"""``catenet ping``: pings from a node of a scenario."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from catenet.cli.errors import FAILED, OK
from catenet.cli.hash_seed import pin_hash_seed
from catenet.cli.invocation import may_restart
from catenet.cli.loading import build_internet, duration_option_ns, load_scenario, mistakes_told
from catenet.cli.standard_streams import say

if TYPE_CHECKING:
    from catenet.internet import Internet
    from catenet.lab.options.types import IpVersion
    from catenet.lab.probe.ping import PingResult

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet ping first/scenario.toml client server[/cyan]

[cyan]catenet ping first/scenario.toml client server --at 6s --count 10[/cyan]  after six seconds of virtual time

[cyan]catenet ping first/scenario.toml client 2001:db8:2::1 --json[/cyan]

[dim]Exit status 1 if no reply came, like ping.[/dim]
"""

Version = Annotated[
    int, typer.Option("--ip", min=0, max=6, help="4 or 6.  \\[the first that both have]", show_default=False)
]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help='First run the scenario up to this time, like "6s".')
]


def add_to(app: typer.Typer) -> None:
    """Add the ``ping`` command."""
    app.command(epilog=_EPILOG)(ping)


def ping(
    context: typer.Context,
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, in TOML.")],
    a: Annotated[str, typer.Argument(metavar="A", help="Source: a host or router.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Destination: a host, a router, or an address.")],
    count: Annotated[int, typer.Option("--count", "-c", min=1, max=65_535, help="Number of echo requests.")] = 4,
    size: Annotated[
        int, typer.Option("--size", "-s", min=0, max=65_000, help="Payload size of each request, in bytes.")
    ] = 56,
    interval: Annotated[
        str, typer.Option("--interval", "-i", metavar="TIME", help="Interval between requests.")
    ] = "1s",
    ip: Version = 0,
    at: At = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Ping B from A, as if typed on the host A."""
    if may_restart(context):
        pin_hash_seed()
    interval_ns = duration_option_ns("--interval", interval)
    net = internet_at(scenario, at)
    with mistakes_told():
        note_gap(net, a, b, ip, at)
        result = net.ping(a, b, count=count, size=size, interval=f"{interval_ns}ns", version=cast("IpVersion", ip))
    if as_json:
        typer.echo(json.dumps(_as_data(result)))
    else:
        say(_lines(result))
    raise typer.Exit(OK if result.received else FAILED)


def note_gap(net: Internet, a: str, b: str, version: int, at: str | None) -> None:
    """Print on stderr which node has no route to B at this time.  Raises LabError for unknown nodes."""
    from catenet.lab.probe.ping import target_of
    from catenet.lab.probe.reachability import gap_text

    told = gap_text(net._world, a, target_of(net._world, a, b, version=version))
    if told:
        advice = "; --at 60s runs the scenario up to then first" if at is None and "converged" in told else ""
        typer.echo(f"catenet: {told}{advice}", err=True)


def internet_at(scenario: str, at: str | None) -> Internet:
    """A scenario's internet, without captures, run up to a time if one is given."""
    at_ns = 0 if at is None else duration_option_ns("--at", at)
    net = build_internet(load_scenario(scenario), capture=False)
    if at_ns:
        net.run(f"{at_ns}ns", check=False)
    return net


def _lines(result: PingResult) -> list[str]:
    from catenet.view import probes

    target = probes.Target(result.target, result.address)
    lines = [probes.ping_head(target, result.size_bytes)]
    for reply in result.replies:
        if reply.rtt_ns >= 0:
            lines.append(probes.ping_reply(target, result.size_bytes, reply.number, reply.hop_limit, reply.rtt_ns))
        elif reply.error:
            lines.append(probes.ping_error(reply.source, reply.number, reply.error))
    errors = sum(1 for reply in result.replies if reply.rtt_ns < 0 and reply.error)
    return lines + probes.ping_statistics(target, result.sent, result.rtts_ns, result.duration_ns, errors)


def _as_data(result: PingResult) -> dict[str, object]:
    return {
        "source": result.source,
        "target": result.target,
        "address": result.address,
        "size_bytes": result.size_bytes,
        "sent": result.sent,
        "received": result.received,
        "loss": result.loss,
        "rtt_min_ns": min(result.rtts_ns, default=None),
        "rtt_avg_ns": result.rtt_avg_ns if result.received else None,
        "rtt_max_ns": max(result.rtts_ns, default=None),
        "rtt_mdev_ns": result.rtt_mdev_ns if result.received else None,
        "replies": [reply._asdict() for reply in result.replies],
    }
