"""``catenet new``: a scenario and its program to start from."""

from __future__ import annotations

import os
import re
from importlib import resources
from pathlib import Path
from typing import Annotated, Final

import typer

from catenet.cli.failure import mistake
from catenet.cli.output import say
from catenet.record.aside import write_files

_FILES: Final = ("scenario.toml", "program.py")
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet new[/cyan]  writes first/scenario.toml and first/program.py

[cyan]catenet new failover && catenet run failover/scenario.toml[/cyan]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``new`` command."""
    app.command(epilog=_EPILOG)(new)


def new(
    name: Annotated[
        str, typer.Argument(help="A new folder for the two files; its last part names the scenario.")
    ] = "first",
    force: Annotated[bool, typer.Option("--force", help="Overwrite the two files if they are there.")] = False,
) -> None:
    """Write a commented scenario and its program, to start from.  They run as they are."""
    folder = Path(name)
    if not _NAME.fullmatch(folder.name):
        mistake(f"{name!r} cannot name a scenario; use letters, digits, '-', '.' and '_', like \"failover\"")
    if not force:
        _refuse_to_overwrite(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_files({folder / file: _template(file, folder.name) for file in _FILES})
    except OSError as error:
        mistake(f"{error.filename}: cannot write there: {error.strerror}")
    first, second = (folder / file for file in _FILES)
    say([f"wrote {first} and {second}; run them with", "", f"  catenet run {first}"])


def _refuse_to_overwrite(folder: Path) -> None:
    for file in _FILES:
        if os.path.lexists(folder / file):
            mistake(f"{folder / file}: there already; give another name, or --force to overwrite it")


def _template(file: str, name: str) -> str:
    text = resources.files("catenet.cli").joinpath("templates", file).read_text(encoding="utf-8")
    return text.format(name=name) if file == "scenario.toml" else text
