"""``catenet show``: tables and protocol state of routers and switches at a given time, or at the end of a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from catenet.cli.commands.ping import At, internet_at
from catenet.cli.errors import mistake
from catenet.cli.hash_seed import pin_hash_seed
from catenet.cli.invocation import may_restart
from catenet.cli.loading import mistakes_told
from catenet.cli.standard_streams import say, width_of

if TYPE_CHECKING:
    from catenet.lab.world.world import World

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet new --example ring[/cyan]  writes the scenario used below

[cyan]catenet show routes ring/scenario.toml paris --at 20s[/cyan]  the forwarding table of one router

[cyan]catenet new --example rip && catenet show rip rip/scenario.toml --at 20s --json[/cyan]  all RIP routers

[cyan]catenet show ospf neighbours ring/scenario.toml oslo --at 1min[/cyan]  or interfaces, database, routes, ...

[cyan]catenet run ring/scenario.toml && catenet show ospf routes runs/ring[/cyan]  the state at the end of a run
"""
_SPELLINGS: Final = {"neighbors": "neighbours", "neighbor": "neighbours", "interface": "interfaces", "route": "routes"}

show_app: Final = typer.Typer(
    help="Show the state of routers and switches at a given time.",
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
)


def _examples(*commands: str) -> str:
    return "\n".join(["", "[bold]Example[/bold]", *(f"[cyan]{command}[/cyan]" for command in commands)])


Scenario = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, in TOML, or a run's folder.")]
Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help="A router or host.  \\[all routers]")]
SwitchName = Annotated[str | None, typer.Argument(metavar="[NAME]", help="A switch.  \\[all switches]")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON: a list with one object per node.")]


def add_to(app: typer.Typer) -> None:
    """Add the ``show`` commands."""
    app.add_typer(show_app, name="show")


@show_app.command(
    epilog=_examples("catenet new --example ring", "catenet show routes ring/scenario.toml paris --at 20s")
)
def routes(
    context: typer.Context, scenario: Scenario, name: Name = None, at: At = None, as_json: AsJson = False
) -> None:
    """Forwarding tables: each prefix with the source of its route, administrative distance and next hops."""
    from catenet.lab.report import routing as show
    from catenet.view.routing.tables import route_lines

    found = _found(context, scenario, at, name, "routes", lambda net: show.routes(net, name))
    _print(found, route_lines(found, width_of(sys.stdout)), as_json, "there are no routers")


@show_app.command(epilog=_examples("catenet new --example rip", "catenet show rip rip/scenario.toml oslo --at 70s"))
def rip(context: typer.Context, scenario: Scenario, name: Name = None, at: At = None, as_json: AsJson = False) -> None:
    """RIP: table, neighbours, and rejected packets."""
    from catenet.lab.report import routing as show
    from catenet.view.routing.tables import rip_lines

    found = _found(context, scenario, at, name, "rip", lambda net: show.rip(net, name))
    _print(found, rip_lines(found, width_of(sys.stdout)), as_json, _nobody("rip"))


@show_app.command(
    epilog=_examples(
        "catenet new --example ring",
        "catenet show ospf ring/scenario.toml oslo --at 20s",
        "catenet show ospf neighbours ring/scenario.toml --at 20s --json",
    )
)
def ospf(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[PART] SCENARIO [NAME]",
            help="One of interfaces, neighbours, database, routes, borders, drops; a scenario or a run's folder; "
            "a router.  \\[an overview of all routers]",
        ),
    ],
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """OSPF: interfaces, neighbours, database, routes, border routers, and rejected packets."""
    from catenet.lab.report import routing as show
    from catenet.view.routing.ospf import ospf_lines, overview_lines

    part = _SPELLINGS.get(words[0], words[0])
    parts = (part,) if part in show.PARTS else None
    rest = words if parts is None else words[1:]
    if not 1 <= len(rest) <= 2:
        mistake(
            "show ospf takes [PART] SCENARIO [NAME], such as: show ospf neighbours ring/scenario.toml oslo;"
            f" the parts are {', '.join(show.PARTS)}"
        )
    scenario, name = rest[0], rest[1] if len(rest) == 2 else None
    found = _found(context, scenario, at, name, "ospf", lambda net: show.ospf(net, name, parts))
    found = show.only(found, parts)
    told = overview_lines if parts is None else ospf_lines
    _print(found, told(found, width_of(sys.stdout)), as_json, _nobody("ospf"))


@show_app.command()
def stp(
    context: typer.Context, scenario: Scenario, name: SwitchName = None, at: At = None, as_json: AsJson = False
) -> None:
    """Spanning trees: the root, and the role and state of each port."""
    from catenet.lab.report import routing as show
    from catenet.view.switching import stp_lines

    found = _found(context, scenario, at, name, "stp", lambda net: show.stp(net, name))
    nobody = 'no switch runs a spanning tree protocol here; set stp = "rstp" on a switch'
    _print(found, stp_lines(found, width_of(sys.stdout)), as_json, nobody)


@show_app.command()
def lldp(
    context: typer.Context,
    scenario: Scenario,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A switch, router or host.  \\[all]")] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """LLDP: the neighbours that each port has heard."""
    from catenet.lab.report import routing as show
    from catenet.view.switching import lldp_lines

    found = _found(context, scenario, at, name, "lldp", lambda net: show.lldp(net, name))
    _print(found, lldp_lines(found, width_of(sys.stdout)), as_json, "no node runs LLDP here; set lldp = true on one")


@show_app.command()
def lacp(
    context: typer.Context, scenario: Scenario, name: SwitchName = None, at: At = None, as_json: AsJson = False
) -> None:
    """Link aggregates: their members, and the state of LACP at each."""
    from catenet.lab.report import routing as show
    from catenet.view.switching import lacp_lines

    found = _found(context, scenario, at, name, "lacp", lambda net: show.lacp(net, name))
    nobody = "no switch has link aggregates here; set aggregates on a switch"
    _print(found, lacp_lines(found, width_of(sys.stdout)), as_json, nobody)


@show_app.command()
def snooping(
    context: typer.Context, scenario: Scenario, name: SwitchName = None, at: At = None, as_json: AsJson = False
) -> None:
    """Multicast in switches: querier, multicast routers and members."""
    from catenet.lab.report import routing as show
    from catenet.view.switching import snooping_lines

    found = _found(context, scenario, at, name, "snooping", lambda net: show.snooping(net, name))
    nobody = "no switch snoops here; set snooping = true on a switch"
    _print(found, snooping_lines(found, width_of(sys.stdout)), as_json, nobody)


@show_app.command(
    epilog=_examples("catenet new --example dhcp", "catenet show autoconfiguration dhcp/scenario.toml laptop --at 20s")
)
def autoconfiguration(
    context: typer.Context,
    scenario: Scenario,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A host or router.  \\[all]")] = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Autoconfiguration: address states, default routers, prefixes, name servers and DHCP leases."""
    from catenet.lab.report import routing as show
    from catenet.view.autoconfiguration import autoconfiguration_lines

    look = "autoconfiguration"
    found = _found(context, scenario, at, name, look, lambda net: show.autoconfiguration(net, name))
    nobody = 'no node configures itself or others here; set dhcp = true or ipv6 = "slaac" on a host'
    _print(found, autoconfiguration_lines(found, width_of(sys.stdout)), as_json, nobody)


def _found(
    context: typer.Context,
    scenario: str,
    at: str | None,
    name: str | None,
    what: str,
    look: Callable[[World], list[dict[str, Any]]],
) -> list[dict[str, Any]]:
    """The data to show, from a run's folder or from a scenario that is run up to a time."""
    from catenet.lab.report import routing as show

    if Path(scenario).is_dir():
        if at is not None:
            mistake("--at is for a scenario: a run's folder holds the state at the end")
        with mistakes_told():
            return show.load_routing(Path(scenario), what, name)
    if may_restart(context):
        pin_hash_seed()
    net = internet_at(scenario, at)
    with mistakes_told():
        return look(net._world)


def _print(found: list[dict[str, Any]], lines: list[str], as_json: bool, nobody: str) -> None:
    """``nobody`` is the message if there is nothing to show."""
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    else:
        say(lines if found else [nobody])


def _nobody(protocol: str) -> str:
    return f'no router runs {protocol.upper()} here; set routing = "{protocol}" on a router'
