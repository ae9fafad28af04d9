"""``catenet check-history``: whether what clients saw can be true."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from catenet.cli.failure import FAILED, OK, mistake
from catenet.cli.writing import Force, Target, given

if TYPE_CHECKING:
    from catenet.lab.check.history import Operation

ModelName = Literal["register", "kv", "queue", "lock", "set", "list-append", "rw-register"]
TRANSACTIONS: Final = ("list-append", "rw-register")

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet check-history history.jsonl --model kv[/cyan]  a store's, recorded by a run

[cyan]catenet check-history etcd_000.log --model register --picture refuted.svg[/cyan]  a log of Jepsen's

[cyan]catenet check-history history.edn --model list-append --serializable[/cyan]  transactions, real time aside

[dim]Reads JSON lines, Jepsen's logs and EDN.  Exit status: 0 it can be true; 1 it cannot; 2 it cannot be read.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``check-history`` command."""
    app.command(name="check-history", epilog=_EPILOG)(check_history)


def check_history(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A history.")],
    model: Annotated[ModelName, typer.Option(help="What the operations are asked of.")],
    serializable: Annotated[
        bool, typer.Option("--serializable", help="Of transactions: any order will do, against real time, too.")
    ] = False,
    picture: Annotated[str | None, typer.Option(metavar="SVG", help="Draw the part that refutes it.")] = None,
    force: Force = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check a history of clients' operations, and show the smallest part that refutes it."""
    if serializable and model not in TRANSACTIONS:
        mistake(f"--serializable is for transactions ({' and '.join(TRANSACTIONS)}), and {model} has none")
    drawn = None if (path := given("--picture", picture)) is None else Target("--picture", path, force=force)
    operations = _read(file)
    holds, data, lines = _checked(file, operations, model, strict=not serializable)
    if drawn is not None and not holds:
        _draw(drawn, data, model)
    if as_json:
        typer.echo(json.dumps({"file": str(file), **data}, default=_plain))
    else:
        for line in lines:
            typer.echo(line)
    raise typer.Exit(OK if holds else FAILED)


def _read(file: Path) -> list[Operation]:
    from catenet.lab.check.formats import read_history
    from catenet.lab.check.history import HistoryError, operations

    try:
        return operations(read_history(file))
    except HistoryError as error:
        mistake(f"{file}: {error}")
    except UnicodeDecodeError:
        mistake(f"{file} is no text")
    except OSError as error:
        mistake(f"cannot read {file}: {error.strerror}")


def _checked(
    file: Path, operations: list[Operation], model: ModelName, *, strict: bool
) -> tuple[bool, dict[str, Any], list[str]]:
    from catenet.lab.check.checking import check
    from catenet.lab.check.cycles import check_transactions
    from catenet.lab.check.history import HistoryError
    from catenet.lab.check.models import MODELS
    from catenet.view import verdicts

    try:
        if model in TRANSACTIONS:
            found = check_transactions(operations, model, strict=strict)
            return found.holds, found.as_data(), verdicts.transaction_lines(found.as_data())
        verdict = check(operations, MODELS[model])
    except HistoryError as error:
        mistake(f"{file}: {error}")
    return verdict.linearizable, verdict.as_data(), verdicts.object_lines(verdict.as_data())


def _draw(picture: Target, data: dict[str, Any], model: ModelName) -> None:
    from catenet.record.seal import sealed_svg
    from catenet.view import history_picture

    draw = history_picture.transaction_picture if model in TRANSACTIONS else history_picture.object_picture
    picture.write(sealed_svg(draw(data)))


def _plain(value: Any) -> Any:
    return sorted(value, key=repr) if isinstance(value, frozenset) else repr(value)
