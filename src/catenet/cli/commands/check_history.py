"""``catenet check-history``: whether a history of clients is linearizable or serializable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NoReturn

import typer

from catenet.cli.errors import FAILED, OK, mistake
from catenet.cli.standard_streams import say
from catenet.cli.writing import Force, Target, given

if TYPE_CHECKING:
    from catenet.check.formats import History

FailedCas = Literal["by-format", "no-effect", "compared"]
ModelName = Literal["register", "kv", "queue", "lock", "set", "list-append", "rw-register"]
TRANSACTIONS: Final = ("list-append", "rw-register")

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet new --example histories[/cyan]  writes the three histories below

[cyan]catenet check-history histories/history.jsonl --model kv[/cyan]  the history of a store, recorded by a run

[cyan]catenet check-history histories/register.log --model register --picture refuted.svg[/cyan]  a log of Jepsen

[cyan]catenet check-history histories/transactions.edn --model list-append --serializable[/cyan]  without real time

[dim]Reads JSON lines, Jepsen's logs and EDN.  Exit status: 0 the history satisfies the model; 1 it does \
not; 2 the file cannot be read or understood.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``check-history`` command."""
    app.command(name="check-history", epilog=_EPILOG)(check_history)


def check_history(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A history.")],
    model: Annotated[ModelName, typer.Option(help="Model of the object that the operations use.")],
    serializable: Annotated[
        bool,
        typer.Option(
            "--serializable", help="For transactions: accept any serial order, also one that contradicts real time."
        ),
    ] = False,
    picture: Annotated[
        str | None, typer.Option(metavar="SVG", help="Draw the part that refutes the history, as SVG.")
    ] = None,
    force: Force = False,
    failed_cas: Annotated[
        FailedCas,
        typer.Option(
            help="Jepsen formats: whether a cas that :fail-s had no effect, or compared and found another value."
            "  By format: compared in logs as porcupine reads them, no effect in all others."
        ),
    ] = "by-format",
    independent: Annotated[
        bool | None,
        typer.Option(help="Jepsen formats: whether values are \\[key value] tuples; default: if all have that form."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check a history of clients' operations, and show the smallest part that refutes it."""
    if serializable and model not in TRANSACTIONS:
        mistake(f"--serializable is for transactions ({' and '.join(TRANSACTIONS)}), and {model} has none")
    drawn = None if (path := given("--picture", picture)) is None else Target("--picture", path, force=force)
    history = _read(file, failed_cas, independent)
    holds, data, lines = _checked(file, history, model, strict=not serializable)
    if drawn is not None:
        _draw(drawn, data, model, holds)
    if as_json:
        typer.echo(json.dumps({"file": str(file), **data, "notes": history.notes}, default=_plain))
    else:
        say([*lines, *(f"note: {note}" for note in history.notes)])
    raise typer.Exit(OK if holds else FAILED)


def _read(file: Path, failed_cas: FailedCas, independent: bool | None) -> History:
    from catenet.check.formats import read_history
    from catenet.check.history import HistoryError

    try:
        return read_history(file, failed_cas, independent)
    except HistoryError as error:
        _not_understood(file, error)
    except UnicodeDecodeError as error:
        mistake(f"{file} is not text: byte {error.start} is not UTF-8")
    except OSError as error:
        mistake(f"cannot read {file}: {error.strerror}")


def _checked(file: Path, history: History, model: ModelName, *, strict: bool) -> tuple[bool, dict[str, Any], list[str]]:
    from catenet.check.cycles import check_transactions
    from catenet.check.history import HistoryError
    from catenet.check.models import MODELS
    from catenet.check.verdict import check
    from catenet.view import verdicts

    try:
        operations = history.operations()
        if model in TRANSACTIONS:
            found = check_transactions(operations, model, strict=strict)
            return found.holds, found.as_data(), verdicts.transaction_lines(found.as_data())
        verdict = check(operations, MODELS[model])
    except HistoryError as error:
        _not_understood(file, history.located(error))
    return verdict.linearizable, verdict.as_data(), verdicts.object_lines(verdict.as_data())


def _not_understood(file: Path, error: Exception) -> NoReturn:
    mistake(f"{file}: {error}")


def _draw(picture: Target, data: dict[str, Any], model: ModelName, holds: bool) -> None:
    from catenet.record.digest import svg_with_digest
    from catenet.view.pictures import history as history_picture

    if holds:
        typer.echo(f"{picture.path} is not drawn: nothing refutes the history", err=True)
        return
    draw = history_picture.transaction_picture if model in TRANSACTIONS else history_picture.object_picture
    picture.write(svg_with_digest(draw(data)))


def _plain(value: Any) -> Any:
    from catenet.check.values import as_json

    return as_json(value)
