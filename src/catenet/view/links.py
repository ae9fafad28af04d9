"""Link statistics: traffic, and frames lost or dropped by reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.view import charts, numbers
from catenet.view.layout import LABEL, NAME, NUMBER, TEXT, Cell, Column, Line, table_lines

BAR_CELLS: Final = 14
MAX_ROWS: Final = 16


def link_table(
    links: Sequence[Mapping[str, Any]], max_rows: int = MAX_ROWS, *, width: int | None = None, bars: bool = True
) -> list[Line]:
    """The links that carried or lost frames, sorted by the traffic of their busier direction, busiest first.

    The bar shows that traffic relative to the busiest link; ``bars=False`` omits it.  Lines have at most ``width``
    cells.
    """
    used = sorted(
        (link for link in links if _frames(link)), key=lambda link: (-_busier(link)["mean_bit_s"], link["name"])
    )
    max_bit_s = max((_busier(link)["mean_bit_s"] for link in used), default=0.0)
    columns = [
        Column(Cell("links", "bold"), NAME),
        *([Column(Cell("traffic", "dim"), LABEL, BAR_CELLS)] if bars else []),
        *(Column(Cell(heading, "dim"), NUMBER) for heading in ("mean", "busy", "frames")),
        Column(Cell("lost and dropped", "dim"), TEXT),
    ]
    rows = []
    for link in used[:max_rows]:
        busier = _busier(link)
        bar = charts.bar(busier["mean_bit_s"] / max_bit_s if max_bit_s else 0.0, BAR_CELLS)
        rows.append(
            [
                Cell(link["name"]),
                *([Cell(bar, "blue")] if bars else []),
                Cell(numbers.bit_rate(busier["mean_bit_s"])),
                Cell(numbers.share(busier["busy_ratio"])),
                Cell(numbers.grouped(_frames(link))),
                _losses(link),
            ]
        )
    return table_lines(columns, rows, width, indent=1, rule=True)


def unused(links: Sequence[Mapping[str, Any]], max_rows: int = MAX_ROWS) -> str:
    """A text about the links that the table omits; empty if there are none."""
    used = sum(1 for link in links if _frames(link))
    parts = []
    if used > max_rows:
        parts.append(f"{used - max_rows} more with less traffic")
    if used < len(links):
        parts.append(f"{numbers.plural(len(links) - used, 'link')} carried nothing")
    return "; ".join(parts)


def _frames(link: Mapping[str, Any]) -> int:
    return sum(way["frames"] + sum(way["dropped"].values()) for way in link["directions"])


def _busier(link: Mapping[str, Any]) -> Mapping[str, Any]:
    one: Mapping[str, Any]
    one, other = link["directions"]
    return one if one["mean_bit_s"] >= other["mean_bit_s"] else other


def _losses(link: Mapping[str, Any]) -> Cell:
    reasons: dict[str, int] = {}
    marks: dict[str, int] = {}
    for way in link["directions"]:
        for reason, count in (*way["lost"].items(), *way["dropped"].items()):
            reasons[reason] = reasons.get(reason, 0) + count
        for reason, count in way.get("marked", {}).items():
            marks[reason] = marks.get(reason, 0) + count
    if not reasons and not marks and not link["down_ns"]:
        return Cell("·", "dim")
    words = [f"{numbers.grouped(count)} {reason}" for reason, count in reasons.items()]
    words += [f"{numbers.grouped(count)} marked ({reason})" for reason, count in marks.items()]
    if link["down_ns"]:
        words.append(f"down {numbers.time_text(link['down_ns'])}")
    return Cell(", ".join(words), "yellow" if reasons or marks else "dim")
