"""``catenet reproduce``: experiments with published results, expected and measured figures."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from catenet.cli import values
from catenet.cli.errors import FAILED, OK, mistake
from catenet.cli.standard_streams import say
from catenet.cli.writing import Force, Target, folder_targets, given

if TYPE_CHECKING:
    from catenet.experiments.comparison import Comparison

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet reproduce rip-infinity[/cyan]  two routers count to infinity

[cyan]catenet reproduce rip-poison --seed 8 --json[/cyan]  another random seed, for a script

[cyan]catenet reproduce placement[/cyan]  the balance of consistent hashing, and the keys that move

[cyan]catenet reproduce ospf-dead --plot dead.svg[/cyan]  with a picture

[cyan]catenet reproduce rfc2328[/cyan]  the routing tables that the OSPF standard prints

[cyan]catenet reproduce false-elections --out runs/[/cyan]  the effect of TCP on lost heartbeats

[cyan]catenet reproduce bufferbloat[/cyan]  the delay that TCP adds to a ping, by queue discipline

[cyan]catenet reproduce ethernet[/cyan]  frame rates, collisions, the efficiency of CSMA/CD

[cyan]catenet reproduce page-load --plot pages.svg[/cyan]  HTTP/1.1, 2 and 3 over delay and loss

[cyan]catenet reproduce ber[/cyan]  bit error rates of modulations, measured (needs catenet\\[signals])

[dim]Experiments: rip-silent, rip-infinity, rip-poison, ospf-dead, ospf-flap, rfc2328, placement, split-votes, \
wan-election, lan-election, partial-connectivity, false-elections, snr-election, bufferbloat, queueing, ethernet, \
dns-cache and page-load (both need catenet\\[services]); with catenet\\[signals] also ber, quantiser, \
jitter, optical, fec and crc.  Those about elections run thousands of them, in one process per processor, and take up \
to two minutes.  Exit status 1 if a measurement is outside its tolerance.[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``reproduce`` command."""
    app.command(epilog=_EPILOG)(reproduce)


def reproduce(
    experiment: Annotated[str, typer.Argument(metavar="EXPERIMENT", help="The experiment; see below.")],
    seed: Annotated[
        int, typer.Option(callback=values.seed, help="Random seed of the first run; further runs count up from it.")
    ] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the table as Markdown, as in the documents.")
    ] = False,
    plot: Annotated[str | None, typer.Option(metavar="FILE", help="Draw expected and measured values as SVG.")] = None,
    out: Annotated[
        str | None, typer.Option(metavar="DIR", help="Write EXPERIMENT.json and EXPERIMENT.svg to this folder.")
    ] = None,
    force: Force = False,
) -> None:
    """Run an experiment with a known result, and compare."""
    from catenet.errors import did_you_mean
    from catenet.experiments import EXPERIMENTS

    if as_json and markdown:
        mistake("--json and --markdown: choose one of them")
    if experiment not in EXPERIMENTS:
        mistake(f"there is no experiment {experiment!r}{did_you_mean(experiment, EXPERIMENTS)}")
    pictures, figures_files = _targets(experiment, plot, out, force)
    figures = []
    for figure in EXPERIMENTS[experiment](seed):
        figures.append(figure)
        if not (as_json or markdown):
            _show(figure)
    found = {"experiment": experiment, "seed": seed, "figures": [figure.as_json() for figure in figures]}
    _write(found, pictures, figures_files)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
    if markdown:
        typer.echo(_markdown(figures))
    raise typer.Exit(OK if all(figure.holds for figure in figures) else FAILED)


def _targets(experiment: str, plot: str | None, out: str | None, force: bool) -> tuple[list[Target], list[Target]]:
    """The requested files for pictures and figures, checked to be writable."""
    pictures, figures = [], []
    if (path := given("--plot", plot)) is not None:
        pictures.append(Target("--plot", path, force=force))
    if (folder := given("--out", out)) is not None:
        names = [f"{experiment}.svg", f"{experiment}.json"]
        picture, figure = folder_targets("--out", folder, names, force=force)
        pictures.append(picture)
        figures.append(figure)
    return pictures, figures


def _write(found: dict[str, Any], pictures: list[Target], figures: list[Target]) -> None:
    from catenet.record.digest import json_with_digest, svg_with_digest
    from catenet.view.pictures.reproduction import picture

    for target in pictures:
        target.write(svg_with_digest(picture(found)))
    for target in figures:
        target.write(json_with_digest(found))


def _show(figure: Comparison) -> None:
    number = f"{figure.measured:.0f}" if figure.lines else _number(figure.measured, figure.unit)
    unit = figure.unit if math.isfinite(figure.measured) else ""
    measured = f"    measured  {number} {unit}".rstrip() + ("" if figure.holds else "   OUTSIDE")
    say([figure.what, f"    expected  {figure.expected}", measured])
    if figure.runs:
        say([f"    runs      {' '.join(_number(run, figure.unit) for run in sorted(figure.runs))}"])
    say(f"      {line}" for line in figure.lines)


def _markdown(figures: list[Comparison]) -> str:
    """The experiment's own table; where it has none, what is expected beside what was measured."""
    from catenet.view.markdown import table

    own = [entry for figure in figures for entry in figure.entries]
    return table(own or [entry for figure in figures for entry in _entries(figure)])


def _entries(figure: Comparison) -> list[tuple[str, str, str, str]]:
    """The default table entries of a figure."""
    measured = f"{_number(figure.measured, figure.unit)} {figure.unit}".strip()
    return [("", figure.what.strip(), "expected", figure.expected), ("", figure.what.strip(), "measured", measured)]


def _number(value: float, unit: str = "") -> str:
    if not math.isfinite(value):
        return "never"
    if 0 < abs(value) < (1 if unit == "" else 0.005):
        return re.sub(r"e-0", "e-", f"{value:.3e}")
    if abs(value) >= 1_000 and value == round(value):
        return f"{value:,.0f}"
    if unit == "dB":
        return f"{value:.2f}"
    return f"{value:.1f}" if abs(value) >= 10 or value == 0 else f"{value:.2f}"
