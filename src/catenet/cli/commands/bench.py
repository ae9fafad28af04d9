"""``catenet bench``: the cost of packets, loop iterations, timers, routes and placements on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Final, Literal

import typer

from catenet.cli import values
from catenet.cli.loading import duration_option_ns

Congestion = Literal["cubic", "reno"]
_JSON = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet bench dumbbell[/cyan]  one bulk TCP flow through 100 Mbit/s

[cyan]catenet bench dumbbell --flows 10 --json[/cyan]  ten flows through 1 Gbit/s, as JSON for a script

[cyan]catenet bench loop[/cyan]  the event loop compared with asyncio's own

[cyan]sudo catenet bench tap[/cyan]  a TCP stream between Linux and a simulated host, in each direction

[cyan]catenet bench timers[/cyan]  tasks that sleep and wake up
[cyan]catenet bench hour[/cyan]  hosts that wake up once a second for an hour
[cyan]catenet bench spf --nodes 5000 --links 10000[/cyan]  shortest paths in a large network

[cyan]catenet bench ring --json[/cyan]  a look-up of the node of a key

[cyan]catenet bench phy[/cyan]  the additional cost of a PHY

[cyan]catenet bench raft[/cyan]  entries committed by three nodes, through the whole stack

[cyan]catenet bench scale --routers 5000[/cyan]  memory and time for a large internet

[cyan]catenet bench connections --hosts 10000[/cyan]  many hosts with open connections

[cyan]catenet bench ospf --routers 1000[/cyan]  one large OSPF area, from a cold start and after a cut

[cyan]catenet bench http[/cyan]  requests per second, compared with aiohttp on loopback

[cyan]catenet bench dns[/cyan]  answers per second, compared with dnspython on loopback

[cyan]catenet bench fib --prefixes 100000[/cyan]  look-ups in a large forwarding table
"""

bench_app: Final = typer.Typer(
    help="Measure the cost of operations on this machine.",
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
)


def add_to(app: typer.Typer) -> None:
    """Add the ``bench`` commands."""
    app.add_typer(bench_app, name="bench")


@bench_app.command()
def dumbbell(
    flows: Annotated[
        int, typer.Option(min=1, max=10_000, help="Bulk TCP flows: 1 shares 100 Mbit/s, more share 1 Gbit/s.")
    ] = 1,
    seconds: Annotated[
        float, typer.Option(callback=values.finite, min=0.1, max=86_400, help="Virtual time, in seconds.")
    ] = 10.0,
    congestion: Annotated[Congestion, typer.Option(help="TCP congestion control.")] = "cubic",
    seed: Annotated[int, typer.Option(callback=values.seed, help="Random seed.")] = 1,
    as_json: _JSON = False,
) -> None:
    """Bulk TCP flows over two routers and one bottleneck: the cost of a segment."""
    from catenet.bench import dumbbell as bench_dumbbell

    _show(bench_dumbbell.dumbbell(flows, seconds, congestion=congestion, seed=seed), as_json)


@bench_app.command()
def phy(
    flows: Annotated[int, typer.Option(min=1, max=10_000, help="Bulk TCP flows, as in bench dumbbell.")] = 1,
    seconds: Annotated[
        float, typer.Option(callback=values.finite, min=0.1, max=86_400, help="Virtual time, in seconds.")
    ] = 5.0,
    seed: Annotated[int, typer.Option(callback=values.seed, help="Random seed.")] = 1,
    as_json: _JSON = False,
) -> None:
    """Links with a PHY compared with ideal ones, and frames as waveforms; needs the extra "signals"."""
    from catenet.bench.phy import phy as bench_phy

    _show(bench_phy(flows, seconds, seed=seed), as_json)


@bench_app.command()
def raft(
    entries: Annotated[int, typer.Option(min=1, max=100_000_000, help="Number of entries to commit.")] = 20_000,
    clients: Annotated[int, typer.Option(min=1, max=100_000, help="Proposals in flight at a time.")] = 64,
    octets: Annotated[int, typer.Option(min=1, max=1_000_000, help="Size of each command.")] = 100,
    protocol: Annotated[Literal["raft", "multi-paxos"], typer.Option(help="Consensus protocol.")] = "raft",
    seed: Annotated[int, typer.Option(callback=values.seed, help="Random seed.")] = 1,
    as_json: _JSON = False,
) -> None:
    """Entries committed by three nodes over simulated TCP and disks: the cost of consensus."""
    from catenet.bench import raft as bench_raft

    _show(bench_raft.raft(entries, clients, octets, protocol, seed), as_json)


@bench_app.command()
def loop(
    tasks: Annotated[int, typer.Option(min=2, max=1_000_000, help="Tasks in the ring.")] = 100,
    rounds: Annotated[int, typer.Option(min=1, max=1_000_000_000, help="Rounds of the token.")] = 200,
    as_json: _JSON = False,
) -> None:
    """A token around a ring of tasks: Catenet's loop compared with asyncio's own."""
    from catenet.bench import loop as bench_loop

    _show(bench_loop.loop_ring(tasks=tasks, rounds=rounds), as_json)


@bench_app.command()
def timers(
    tasks: Annotated[int, typer.Option(min=1, max=1_000_000, help="Tasks that sleep.")] = 100,
    ticks: Annotated[
        int, typer.Option(min=1, max=1_000_000_000, help="Wake-ups of each task, 1 to 2 s of virtual time apart.")
    ] = 3600,
    as_json: _JSON = False,
) -> None:
    """Tasks that sleep and wake: the cost of waiting."""
    from catenet.bench import loop as bench_loop

    _show(bench_loop.timers(tasks=tasks, ticks=ticks), as_json)


@bench_app.command()
def tap(
    seconds: Annotated[
        float,
        typer.Option(callback=values.finite, min=0.1, max=86_400, help="Real time for each direction, in seconds."),
    ] = 5.0,
    version: Annotated[int, typer.Option(min=4, max=6, help="4 for IPv4, 6 for IPv6.")] = 4,
    offload: Annotated[
        bool | None, typer.Option("--offload/--no-offload", help="Only with, or only without, offload; default both.")
    ] = None,
    as_json: _JSON = False,
) -> None:
    """One TCP stream in each direction between Linux and a simulated host, over a TAP device."""
    from catenet.bench import tap as bench_tap
    from catenet.cli.errors import mistake
    from catenet.tap import AttachError

    if version == 5:
        mistake("--version is 4 or 6, not 5")
    try:
        _show(bench_tap.tap(seconds, offload=offload, version=version), as_json)
    except AttachError as error:
        mistake(str(error))


@bench_app.command()
def hour(
    hosts: Annotated[int, typer.Option(min=1, max=100_000, help="Hosts, each with one program.")] = 100,
    seconds: Annotated[
        int, typer.Option(min=1, max=86_400, help="Virtual time, in seconds; each host wakes up once a second.")
    ] = 3600,
    as_json: _JSON = False,
) -> None:
    """An hour of virtual time in which little happens: the cost of time itself."""
    from catenet.bench.idle_hosts import idle_hosts

    _show(idle_hosts(hosts, seconds), as_json)


@bench_app.command()
def spf(
    nodes: Annotated[int, typer.Option(min=2, max=1_000_000, help="Routers.")] = 1000,
    links: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="Links between them; at least enough to connect all routers.")
    ] = 2000,
    changes: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Number of link cuts, each followed by a heal.")
    ] = 200,
    seed: Annotated[int, typer.Option(callback=values.seed, help="Random seed of the network.")] = 1,
    as_json: _JSON = False,
) -> None:
    """Shortest paths from one router: a full calculation, and updates after cuts and heals."""
    from catenet.bench import spf as bench_spf

    _show(bench_spf.spf(nodes, links, changes=changes, seed=seed), as_json)


@bench_app.command()
def ring(
    nodes: Annotated[int, typer.Option(min=1, max=60_000, help="Nodes.")] = 100,
    points: Annotated[int, typer.Option(min=1, max=10_000, help="Virtual points of each node on the ring.")] = 100,
    as_json: _JSON = False,
) -> None:
    """The look-up of a key's node, by six placements and by PyPI's uhashring."""
    from catenet.bench import ring as bench_ring

    _show(bench_ring.ring(nodes, points), as_json)


@bench_app.command()
def fib(
    prefixes: Annotated[int, typer.Option(min=1, max=10_000_000, help="Prefixes in the table.")] = 100_000,
    version: Annotated[int, typer.Option(min=4, max=6, help="4 for IPv4, 6 for IPv6.")] = 4,
    seed: Annotated[int, typer.Option(callback=values.seed, help="Random seed of the table.")] = 1,
    as_json: _JSON = False,
) -> None:
    """Look-ups of the longest prefix in a large forwarding table."""
    from catenet.bench import fib as bench_fib
    from catenet.cli.errors import mistake

    if version == 5:
        mistake("--version is 4 or 6, not 5")
    _show(bench_fib.lookups(prefixes, version=version, seed=seed), as_json)


@bench_app.command()
def scale(
    routers: Annotated[int, typer.Option(min=4, max=100_000, help="Routers, with twice as many links.")] = 5000,
    hosts: Annotated[int, typer.Option(min=2, max=100_000, help="Hosts that send to each other.")] = 100,
    megabytes: Annotated[
        float, typer.Option(callback=values.finite, min=0.001, max=1_000_000, help="Data that each host sends.")
    ] = 1.0,
    seconds: Annotated[
        float, typer.Option(callback=values.finite, min=0.1, max=86_400, help="Virtual time, in seconds.")
    ] = 5.0,
    seed: Annotated[int, typer.Option(callback=values.seed, help="Random seed of the network.")] = 1,
    as_json: _JSON = False,
) -> None:
    """A large internet with automatic routes: memory and time to build it, and to run traffic across it."""
    from catenet.bench import scale as bench_scale

    _show(bench_scale.scale(routers, hosts=hosts, megabytes=megabytes, seconds=seconds, seed=seed), as_json)


@bench_app.command()
def connections(
    hosts: Annotated[int, typer.Option(min=2, max=100_000, help="Hosts, a hundred per router.")] = 1000,
    each: Annotated[int, typer.Option(min=1, max=1000, help="Connections that each host opens to others.")] = 10,
    seconds: Annotated[
        float, typer.Option(callback=values.finite, min=0.1, max=86_400, help="Virtual time, in seconds.")
    ] = 5.0,
    seed: Annotated[int, typer.Option(callback=values.seed, help="Random seed.")] = 1,
    as_json: _JSON = False,
) -> None:
    """Hosts with open TCP connections: time and memory, from the declaration to the end of all programs."""
    from catenet.bench import connections as bench_connections

    _show(bench_connections.connections(hosts, each=each, seconds=seconds, seed=seed), as_json)


@bench_app.command()
def ospf(
    routers: Annotated[
        int, typer.Option(min=4, max=100_000, help="Routers of the area, with twice as many links.")
    ] = 1000,
    pacing: Annotated[
        str, typer.Option(help="Flood pacing: how long routers collect LSAs before they flood them, such as 33ms.")
    ] = "0s",
    seed: Annotated[int, typer.Option(callback=values.seed, help="Random seed of the network.")] = 1,
    as_json: _JSON = False,
) -> None:
    """One large OSPF area, from a cold start and after a cut: convergence time, memory and messages."""
    from catenet.bench import ospf as bench_ospf

    duration_option_ns("--pacing", pacing)
    _show(bench_ospf.ospf(routers, pacing=pacing, seed=seed), as_json)


@bench_app.command()
def http(
    requests: Annotated[int, typer.Option(min=1, max=10_000_000, help="Number of requests.")] = 2_000,
    clients: Annotated[int, typer.Option(min=1, max=1_000, help="Connections that share them.")] = 6,
    as_json: _JSON = False,
) -> None:
    """Requests of HTTP/1.1 over a simulated internet, compared with aiohttp on loopback."""
    from catenet.bench.http import http as bench_http

    _show(bench_http(requests, clients), as_json)


@bench_app.command()
def dns(
    queries: Annotated[
        int, typer.Option(min=1, max=10_000_000, help="Number of queries, each for another name.")
    ] = 2_000,
    clients: Annotated[int, typer.Option(min=1, max=1_000, help="Tasks that share them.")] = 10,
    as_json: _JSON = False,
) -> None:
    """DNS answers over a simulated internet, compared with dnspython on loopback."""
    from catenet.bench.dns import dns as bench_dns

    _show(bench_dns(queries, clients), as_json)


def _show(figures: Mapping[str, object], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(figures))
        return
    from catenet.cli.standard_streams import say
    from catenet.view.figures import figure_lines

    say(figure_lines(figures))
