"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable


def table(entries: Iterable[tuple[str, str, str, str]]) -> str:
    """A table of ``(corner, row, column, text)``; rows and columns keep the order of their first appearance.

    ``corner`` is the heading of the column of row names; the first one is used.
    """
    found = list(entries)
    cells = {(row, column): text for _, row, column, text in found}
    rows, columns = list(dict.fromkeys(row for row, _ in cells)), list(dict.fromkeys(column for _, column in cells))
    lines = [[found[0][0] if found else "", *columns], ["---"] * (len(columns) + 1)]
    lines += [[row, *(cells.get((row, column), "") for column in columns)] for row in rows]
    head, rule, *rest = lines
    return "\n".join([_line(head), "|" + "|".join(rule) + "|", *map(_line, rest)])


def _line(cells: list[str]) -> str:
    return ("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |").replace("|  |", "| |")
