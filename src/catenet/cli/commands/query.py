"""``catenet query``: SQL over the tables of a sweep."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from catenet.cli import values
from catenet.cli.errors import mistake
from catenet.cli.loading import mistakes_told
from catenet.cli.standard_streams import say, width_of

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet sweep first/scenario.toml --set link.loss=0,2% --seeds 1[/cyan]  a sweep to ask about

[cyan]catenet query "SELECT figure, mean, low, high FROM cells WHERE figure = 'ok'"[/cyan]  the last sweep below runs/

[cyan]catenet query 'SELECT seed, outcome FROM runs LIMIT 3' --sweep runs/first-sweep --json[/cyan]

[dim]The table runs has a row for each run: the values, the seed, the outcome, all figures.  The table cells has a row \
for each cell and figure: mean, low and high of its interval, quantiles.  The SQL is DuckDB's.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``query`` command."""
    app.command(epilog=_EPILOG)(query)


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A query of the tables runs and cells.")],
    sweep: Annotated[
        str | None, typer.Option(metavar="DIR", help="A sweep's folder; default: the last one below runs/.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a list of JSON objects.")] = False,
) -> None:
    """Query the results of a sweep by SQL."""
    from catenet.sweeps.tables import query as ask

    folder = _last() if sweep is None else Path(sweep)
    with mistakes_told():
        columns, rows = ask(folder, values.check_text("SQL", sql))
    if as_json:
        print(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, default=str))
        return
    from catenet.view.sweeps import query_lines

    say(query_lines(columns, rows, width_of(sys.stdout)))


def _last() -> Path:
    """The folder below ``runs/`` whose sweep ended last."""
    from catenet.sweeps.results import RUNS

    found = sorted(Path("runs").glob(f"*/{RUNS}"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    if not found:
        mistake("no folder below runs/ holds a sweep; run catenet sweep first, or name its folder with --sweep")
    return found[-1].parent
