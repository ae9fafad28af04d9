"""``catenet reproduce``: experiments whose outcome is known, expected figures beside measured ones."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from catenet.cli.failure import FAILED, OK, mistake

if TYPE_CHECKING:
    from catenet.lab.reproduce.comparison import Comparison

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet reproduce rip-infinity[/cyan]  two routers count to infinity

[cyan]catenet reproduce rip-poison --seed 8 --json[/cyan]  other dice, for a script

[cyan]catenet reproduce placement[/cyan]  how even consistent hashing is, and how little moves

[cyan]catenet reproduce ospf-dead --plot dead.svg[/cyan]  and a picture of it

[cyan]catenet reproduce false-elections --out runs/[/cyan]  what TCP makes of lost heartbeats

[dim]Experiments: rip-silent, rip-infinity, rip-poison, ospf-dead, ospf-flap, placement, split-votes, wan-election,
lan-election, partial-connectivity, false-elections.  Those on elections hold thousands of them, in as many processes as
there are processors, and take up to a minute or two.  Exit status 1 if a figure is outside its tolerance.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``reproduce`` command."""
    app.command(epilog=_EPILOG)(reproduce)


def reproduce(
    experiment: Annotated[str, typer.Argument(metavar="EXPERIMENT", help="Which one; see below.")],
    seed: Annotated[int, typer.Option(help="The seed of the first run; further runs count up from it.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it, as SVG.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write EXPERIMENT.json and EXPERIMENT.svg to this folder.")
    ] = None,
) -> None:
    """Run an experiment whose outcome is known, and compare."""
    from catenet.lab.errors import did_you_mean
    from catenet.lab.reproduce import EXPERIMENTS

    if experiment not in EXPERIMENTS:
        mistake(f"there is no experiment {experiment!r}{did_you_mean(experiment, EXPERIMENTS)}")
    figures = []
    for figure in EXPERIMENTS[experiment](seed):
        figures.append(figure)
        if not as_json:
            _show(figure)
    found = {"experiment": experiment, "seed": seed, "figures": [figure.as_json() for figure in figures]}
    _write(found, plot, out)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    raise typer.Exit(OK if all(figure.holds for figure in figures) else FAILED)


def _write(found: dict[str, Any], plot: Path | None, out: Path | None) -> None:
    """The picture, and the folder, where they are wanted."""
    from catenet.view.reproduction import picture

    files: dict[Path, str] = {}
    if plot is not None:
        files[plot] = picture(found)
    if out is not None:
        files[out / f"{found['experiment']}.svg"] = picture(found)
        files[out / f"{found['experiment']}.json"] = json.dumps(found, indent=2) + "\n"
    for path, text in files.items():
        try:
            if out is not None:
                out.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            mistake(f"{path} cannot be written: {error.strerror}; choose another place")


def _show(figure: Comparison) -> None:
    typer.echo(figure.what)
    typer.echo(f"    expected  {figure.expected}")
    typer.echo(f"    measured  {_number(figure.measured)} {figure.unit}" + ("" if figure.holds else "   OUTSIDE"))
    if figure.runs:
        typer.echo(f"    runs      {' '.join(_number(run) for run in sorted(figure.runs))}")


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "never"
    return f"{value:.1f}" if abs(value) >= 10 or value == 0 else f"{value:.2f}"
