"""``catenet check``: all mistakes of a scenario at once."""

from __future__ import annotations

import json
from typing import Annotated, Final

import typer

from catenet.cli.errors import MISTAKE, OK
from catenet.view import numbers

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet check first/scenario.toml[/cyan]  prints nothing wrong, or a line for each mistake

[cyan]catenet check first/scenario.toml --json | jq .problems[/cyan]  for an editor

[dim]Exit status: 0 if the scenario can be run, 2 if it has a mistake.  Nothing is run: programs are imported, and the \
internet is built.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``check`` command."""
    app.command(epilog=_EPILOG)(check)


def check(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file, in TOML.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Find all mistakes of a scenario at once."""
    from catenet.scenario import problems

    found = problems(scenario)
    if as_json:
        told = [{"line": each.line, "where": each.where, "problem": each.problem} for each in found]
        print(json.dumps({"file": scenario, "problems": told}, ensure_ascii=False))
    else:
        for each in found:
            print(each)
        print(f"{scenario}: {numbers.plural(len(found), 'mistake') if found else 'no mistakes'}")
    raise typer.Exit(MISTAKE if found else OK)
