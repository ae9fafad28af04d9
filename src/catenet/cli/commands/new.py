"""``catenet new``: creates a first scenario with its program, or copies an example."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import Annotated, Final, Literal, get_args

import typer

from catenet.cli.errors import mistake
from catenet.cli.standard_streams import say
from catenet.record.atomic_write import write_files

Example = Literal["first", "ring", "rip", "abilene", "store", "sensor", "home", "dhcp", "names", "histories"]

ABOUT: Final[dict[Example, str]] = {
    "first": "three routers, a server and a client, commented line by line",
    "ring": "four routers that run OSPF, and a cut",
    "rip": "three routers that run RIP, and a cut",
    "abilene": "an HTTP service across the Abilene backbone (needs catenet[demo])",
    "store": "a replicated store in five cities, under faults",
    "sensor": "a voltage, sampled and sent over a serial line to a store (needs catenet[signals])",
    "home": "Linux behind a simulated home router, for catenet attach",
    "dhcp": "hosts that get their addresses by DHCP and from router advertisements",
    "names": "a page found by name: root, top-level and zone servers, a resolver (needs catenet[services])",
    "histories": "histories of a store, a register and a database, for catenet check-history",
}
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet new failover && catenet run failover/scenario.toml[/cyan]  a scenario and a program

[cyan]catenet new --example ring && catenet show routes ring/scenario.toml oslo --at 20s[/cyan]

[cyan]catenet new --list[/cyan]  lists the examples
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``new`` command."""
    app.command(epilog=_EPILOG)(new)


def new(
    name: Annotated[
        str | None,
        typer.Argument(help="Folder to create; its last part names the scenario.", show_default="the example's name"),
    ] = None,
    example: Annotated[Example, typer.Option(help="The example to write; --list shows all.")] = "first",
    force: Annotated[bool, typer.Option("--force", help="Overwrite existing files of the example.")] = False,
    show_list: Annotated[bool, typer.Option("--list", help="List the examples and write nothing.")] = False,
) -> None:
    """Write a commented scenario and its program, ready to run."""
    if show_list:
        say([f"{each:<10} {about}" for each, about in ABOUT.items()])
        return
    folder = Path(example if name is None else name)
    if not _NAME.fullmatch(folder.name):
        mistake(f"{name!r} cannot name a scenario; use letters, digits, '-', '.' and '_', like \"failover\"")
    files = {folder / path: text for path, text in _files(example)}
    if not force:
        _refuse_to_overwrite(list(files))
    if (scenario := folder / "scenario.toml") in files:
        files[scenario] = files[scenario].replace(f'name = "{example}"', f'name = "{folder.name}"', 1)
    try:
        for parent in {path.parent: None for path in files}:
            parent.mkdir(parents=True, exist_ok=True)
        write_files(files)
    except OSError as error:
        mistake(f"{error.filename}: cannot write there: {error.strerror}")
    wrote, command = _next_step(example, folder, list(files))
    say([wrote])
    typer.echo(f"\n  {command}")  # not wrapped: a command to copy stays in one line


def _files(example: str) -> Iterator[tuple[PurePosixPath, str]]:
    """The files of an example by relative path, in a stable order."""
    yield from _below(resources.files("catenet.cli").joinpath("templates", example), PurePosixPath())


def _below(folder: Traversable, path: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if each.is_dir() and each.name != "__pycache__":
            yield from _below(each, path / each.name)
        elif each.is_file():
            yield path / each.name, each.read_text(encoding="utf-8")


def _refuse_to_overwrite(files: list[Path]) -> None:
    for path in files:
        if os.path.lexists(path):
            mistake(f"{path}: already exists; give another name, or --force to overwrite it")


def _next_step(example: str, folder: Path, files: list[Path]) -> tuple[str, str]:
    """A sentence about the written files, and the command that uses them."""
    wrote = f"wrote {', '.join(map(str, files[:-1]))} and {files[-1]}" if len(files) > 1 else f"wrote {files[0]}"
    if example == "histories":
        return f"{wrote}; check one with", f"catenet check-history {folder / 'history.jsonl'} --model kv"
    run = "sudo catenet attach" if example == "home" else "catenet run"
    return f"{wrote}; run {'it' if len(files) == 1 else 'them'} with", f"{run} {folder / 'scenario.toml'}"


assert set(ABOUT) == set(get_args(Example))
