"""``catenet store``: shows a store node's disk, and accepts a log after data loss."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catenet.cli.errors import mistake

if TYPE_CHECKING:
    from catenet.application.replication.repair import GroupReport, StoreReport

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet store show kv[/cyan]  the replicas of the node that keeps its files in kv/

[cyan]catenet store accept kv --group 1 --from group-1.damaged-1 --yes[/cyan]  continue with the readable part of a log

[cyan]catenet store accept kv --group 1 --yes[/cyan]  continue with an empty log

[dim]The node must not be running.[/dim]
"""

_ACCEPT_EPILOG: Final = """
[bold]Examples[/bold]
[cyan]catenet store accept kv --group 1 --from group-1.damaged-1 --yes[/cyan]  continue with the readable part of a log
[cyan]catenet store accept kv --group 1 --yes[/cyan]  continue with an empty log
"""
app: Final = typer.Typer(
    help="Show what a node of the store has on disk, and recover from a lost log.",
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
)


def add_to(parent: typer.Typer) -> None:
    """Add the ``store`` command."""
    parent.add_typer(app, name="store")


@app.command(epilog="\n[bold]Example[/bold]\n[cyan]catenet store show kv[/cyan]\n")
def show(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The node's folder, such as kv.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show the replicas of a node, whether each takes part and its log is intact.  Changes nothing."""
    from catenet.application.replication.repair import NotRepairable, survey

    try:
        groups = survey(folder)
    except NotRepairable as error:
        mistake(str(error))
    except OSError as error:
        mistake(f"cannot read {folder}: {error.strerror}")
    if as_json:
        data = [{**group._asdict(), "stores": [store._asdict() for store in group.stores]} for group in groups]
        typer.echo(json.dumps(data))
        return
    if not groups:
        typer.echo(f"there are no replicas in {folder}")
    for group in groups:
        for line in _lines(group):
            typer.echo(line)


def _lines(group: GroupReport) -> list[str]:
    lines = [f"{group.name}  {group.state or 'no status'}" + (f": {group.why}" if group.why else "")]
    return [*lines, *(f"  {_store_line(store)}" for store in group.stores)]


def _store_line(store: StoreReport) -> str:
    words = [store.name, store.engine, store.condition]
    if store.last:
        readable = "readable: " if store.condition == "damaged" else ""
        words.append(f"({readable}entries {store.first} to {store.last})")
    return "  ".join(word for word in words if word) + (f": {store.detail}" if store.detail else "")


@app.command(epilog=_ACCEPT_EPILOG)
def accept(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The node's folder, such as kv.")],
    group: Annotated[int, typer.Option(min=0, help="Group whose replica lost its log (0: the directory).")],
    source: Annotated[
        str,
        typer.Option(
            "--from", metavar="DAMAGED", help="Recover what is readable from this folder, which was set aside."
        ),
    ] = "",
    engine: Annotated[str, typer.Option(help="Engine of an empty log: wal or sqlite.")] = "wal",
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this option nothing is changed.")] = False,
) -> None:
    """Let a replica take part again with what is left of its log, though acknowledged writes may be missing in it.

    Only needed when a majority of the group's replicas have lost their logs: one alone is repaired by its peers.
    Begin with the replica whose log reaches farthest, on as many nodes as make a majority with those that are whole.
    """
    from catenet.application.replication import repair
    from catenet.application.storage.store import ENGINES

    if engine not in ENGINES:
        mistake(f"--engine {engine}: there are {', '.join(ENGINES)}")
    name = f"group-{group}"
    if not yes:
        what = f"what is readable of {source}" if source else f"what {name} holds, or an empty log"
        mistake(
            f"this lets {name} vote and answer with {what}.\n"
            "Acknowledged writes that are missing there may be lost for good.  Add --yes to do it."
        )
    try:
        typer.echo(repair.accept(folder, name, source, engine))
    except repair.NotRepairable as error:
        mistake(str(error))
    except OSError as error:
        mistake(f"cannot change {folder}: {error.strerror}")
