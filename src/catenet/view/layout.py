"""Tables and lines that fit a given width; no number is ever truncated.

If a table is too wide, text is wrapped between words, then names are shortened in the middle, and finally rows and
headings continue on further lines.  Widths are in terminal cells; a Chinese or Korean character takes two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len

NUMBER: Final = "number"
"""A right-aligned column of numbers, never shortened."""
LABEL: Final = "label"
"""A left-aligned column that is never shortened, such as addresses."""
NAME: Final = "name"
"""Names, which may be shortened in the middle."""
TEXT: Final = "text"
"""Text, which may be wrapped."""

MIN_NAME: Final = 14
MIN_TEXT: Final = 16
DEEPER: Final = 4
"""Extra indentation of continuation lines, in cells."""
ELLIPSIS: Final = "…"
UNIT: Final = re.compile(r"\d ([nmµ]?s|min|h|[kMGT]?bit/s|[kMGT]?B|[×%])(?![\w/])")
"""A number and its unit, which must not be separated."""
_QUANTITY: Final = re.compile(rf"\S*{UNIT.pattern}|\S*\d\S*")


class Cell(NamedTuple):
    """A piece of a line, with the style that a terminal may give it."""

    text: str
    style: str = ""


Line = list[Cell]


class Column(NamedTuple):
    """A column: heading, kind, minimum width if there is room, and absolute minimum width."""

    head: Cell
    kind: str = LABEL
    least: int = 0
    floor: int = 0


def table_lines(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    width: int | None = None,
    *,
    indent: int = 0,
    gap: int = 2,
    rule: bool = False,
) -> list[Line]:
    """A table in lines of at most ``width`` cells (None: unlimited).

    ``rule`` draws a line below the headings.
    """
    widths = _widths(columns, rows, width, indent, gap)
    if gap > 1 and len(_bands(widths, width, indent, gap)) > 1:
        gap = 1
        widths = _widths(columns, rows, width, indent, gap)
    bands = _bands(widths, width, indent, gap)
    heads = _row_lines(columns, [column.head for column in columns], widths, bands, indent, gap)
    across = max(_band_width(widths, band, gap) for band in bands)
    ruled: list[Line] = [[Cell(" " * indent + "─" * across, "dim")]] if rule else []
    body = [line for row in rows for line in _row_lines(columns, row, widths, bands, indent, gap)]
    return [*heads, *ruled, *body]


def plain(lines: Sequence[Line]) -> list[str]:
    """Lines as text, without styles."""
    return ["".join(cell.text for cell in line).rstrip() for line in lines]


def shortened(name: str, width: int) -> str:
    """A name in at most ``width`` cells; a longer one is shortened in the middle."""
    if cell_len(name) <= width:
        return name
    keep = max(width - 1, 0)
    head = _fitting(name, (keep + 1) // 2)
    tail = _fitting(name[::-1], keep - cell_len(head))[::-1]
    return f"{head}{ELLIPSIS}{tail}" if width > 0 else ""


def spans(text: str, width: int, deeper: int = 0) -> list[tuple[int, int]]:
    """Where to break a text so that each part fits a width: between words, or within a word that is too long.

    Parts after the first have ``deeper`` cells less.  The result has at least one part.
    """
    found: list[tuple[int, int]] = []
    start = 0
    while True:
        room = max(1, width if not found else width - deeper)
        if cell_len(text[start:]) <= room:
            return [*found, (start, len(text))]
        end = start + max(1, len(_fitting(text[start:], room)))
        end = _between_words(text, start + _leading(text, start) + 1, end) or end
        found.append((start, end))
        start = end + _leading(text, end)
        if start >= len(text):
            return found


def _between_words(text: str, start: int, end: int) -> int:
    """The last space from ``start`` to ``end`` at which a line may end, not before a unit; 0 if there is none."""
    cut = text.rfind(" ", start, end + 1)
    while cut > 0 and UNIT.match(text, cut - 1):
        cut = text.rfind(" ", start, cut)
    return max(cut, 0)


def wrapped(text: str, width: int | None, deeper: int = DEEPER) -> list[str]:
    """Wrap a line; continuation lines are indented by ``deeper`` more cells than the first."""
    if width is None or cell_len(text) <= width:
        return [text]
    inset = min(_leading(text, 0) + deeper, width // 2)
    first, *others = spans(text, width, inset)
    return [text[slice(*first)].rstrip(), *(" " * inset + text[slice(*other)].rstrip() for other in others)]


def _leading(text: str, start: int) -> int:
    """The number of spaces at a position."""
    return len(text) - start - len(text[start:].lstrip(" "))


def _fitting(text: str, width: int) -> str:
    """The longest prefix that fits."""
    if len(text) <= width and cell_len(text) <= width:
        return text
    text = text[:width]
    while cell_len(text) > width:
        text = text[:-1]
    return text


def _widths(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int | None, indent: int, gap: int
) -> list[int]:
    widths = [
        max([column.least, cell_len(column.head.text), *(cell_len(row[place].text) for row in rows)])
        for place, column in enumerate(columns)
    ]
    if width is None:
        return widths
    over = indent + sum(widths) + gap * (len(widths) - 1) - width
    for kind, least in ((TEXT, MIN_TEXT), (NAME, MIN_NAME)):
        places = [place for place, column in enumerate(columns) if column.kind == kind]
        while over > 0 and places:
            widest = max(places, key=lambda place: widths[place])
            rigid = _longest_quantity(row[widest].text for row in rows) if kind == TEXT else columns[widest].floor
            min_here = max(least, rigid, cell_len(columns[widest].head.text))
            if widths[widest] <= min_here:
                break
            step = min(over, widths[widest] - min_here)
            widths[widest] -= step
            over -= step
    return widths


def _longest_quantity(texts: Iterable[str]) -> int:
    """The width of the widest number, or word with a digit."""
    return max((cell_len(found.group()) for text in texts for found in _QUANTITY.finditer(text)), default=0)


def _bands(widths: Sequence[int], width: int | None, indent: int, gap: int) -> list[list[int]]:
    """Which columns share a line."""
    bands: list[list[int]] = [[]]
    place = indent
    for column, wide in enumerate(widths):
        if width is not None and bands[-1] and place + wide > width:
            bands.append([])
            place = indent + DEEPER
        bands[-1].append(column)
        place += wide + gap
    return bands


def _band_width(widths: Sequence[int], band: Sequence[int], gap: int) -> int:
    return sum(widths[place] for place in band) + gap * (len(band) - 1)


def _row_lines(
    columns: Sequence[Column],
    row: Sequence[Cell],
    widths: Sequence[int],
    bands: Sequence[Sequence[int]],
    indent: int,
    gap: int,
) -> list[Line]:
    lines: list[Line] = []
    for number, band in enumerate(bands):
        parts = {place: _parts(columns[place].kind, row[place].text, widths[place]) for place in band}
        for below in range(max(len(found) for found in parts.values())):
            line = [Cell(" " * (indent + (DEEPER if number else 0)))]
            for place in band:
                found = parts[place]
                text = found[below] if below < len(found) else ""
                padding = " " * (widths[place] - cell_len(text))
                padded = padding + text if columns[place].kind == NUMBER else text + padding
                line.append(Cell(padded + " " * gap, row[place].style))
            while len(line) > 1 and not line[-1].text.strip():
                line.pop()
            lines.append([*line[:-1], Cell(line[-1].text.rstrip(), line[-1].style)])
    return [line for line in lines if any(cell.text.strip() for cell in line)] or lines[:1]


def _parts(kind: str, text: str, width: int) -> list[str]:
    """A cell's lines."""
    if kind == NAME:
        return [shortened(text, width)]
    if kind == TEXT:
        return [text[start:end].rstrip() for start, end in spans(text, width)]
    return [text]
