"""The links in numbers: how much each carried, and what was lost on it and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from catenet.view import charts, numbers

BAR_CELLS: Final = 14
MOST_ROWS: Final = 16


def link_table(links: Sequence[Mapping[str, Any]], most_rows: int = MOST_ROWS, *, bars: bool = True) -> Table:
    """The links that carried or lost anything, those first that were busiest in their busier direction.

    The bar is that direction's traffic, as a share of the busiest link's; without ``bars`` it is left out.
    """
    used = sorted(
        (link for link in links if _frames(link)), key=lambda link: (-_busier(link)["mean_bit_s"], link["name"])
    )
    most_bit_s = max((_busier(link)["mean_bit_s"] for link in used), default=0.0)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, header_style="dim")
    table.add_column(Text(" links", style="bold not dim"), no_wrap=True)
    if bars:
        table.add_column("traffic", min_width=BAR_CELLS, no_wrap=True)
    for heading in ("mean", "busy", "frames"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("lost and dropped", no_wrap=True)
    for link in used[:most_rows]:
        busier = _busier(link)
        bar = charts.bar(busier["mean_bit_s"] / most_bit_s if most_bit_s else 0.0, BAR_CELLS)
        table.add_row(
            Text(f" {link['name']}"),
            *([Text(bar, "blue")] if bars else []),
            numbers.bit_rate(busier["mean_bit_s"]),
            numbers.share(busier["busy_ratio"]),
            numbers.grouped(_frames(link)),
            _losses(link),
        )
    return table


def unused(links: Sequence[Mapping[str, Any]], most_rows: int = MOST_ROWS) -> str:
    """What the table leaves out, in words; empty if nothing."""
    used = sum(1 for link in links if _frames(link))
    parts = []
    if used > most_rows:
        parts.append(f"{used - most_rows} more that carried less")
    if used < len(links):
        parts.append(f"{numbers.plural(len(links) - used, 'link')} carried nothing")
    return "; ".join(parts)


def _frames(link: Mapping[str, Any]) -> int:
    return sum(way["frames"] + sum(way["dropped"].values()) for way in link["directions"])


def _busier(link: Mapping[str, Any]) -> Mapping[str, Any]:
    one: Mapping[str, Any]
    one, other = link["directions"]
    return one if one["mean_bit_s"] >= other["mean_bit_s"] else other


def _losses(link: Mapping[str, Any]) -> Text:
    reasons: dict[str, int] = {}
    for way in link["directions"]:
        for reason, count in (*way["lost"].items(), *way["dropped"].items()):
            reasons[reason] = reasons.get(reason, 0) + count
    if not reasons and not link["down_ns"]:
        return Text("·", "dim")
    words = [f"{numbers.grouped(count)} {reason}" for reason, count in reasons.items()]
    if link["down_ns"]:
        words.append(f"down {numbers.moment(link['down_ns'])}")
    return Text(", ".join(words), "yellow" if reasons else "dim")
