"""Latency over time: one row of blocks for each client, below marks for changes to the network.

The height of a block is the maximum latency of the requests sent in its interval, on a logarithmic scale; each row has
its own scale.  The colour compares the latency with the row's 25th percentile.  A cross marks an interval with a
failed request, a dot one without requests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len
from rich.text import Text

from catenet.view import charts, numbers
from catenet.view.layout import shortened

MARKS: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
STEADY, SLOW, VERY_SLOW, FAILED = "green", "yellow", "bright_red", "bold white on red"
REQUESTS_A_SLICE: Final = 2
"""Requests of the busiest client per interval, so that few intervals are empty."""
MIN_NAME: Final = 10
MAX_NAME: Final = 24
MIN_CHART: Final = 10
AFTER_CHART: Final = 19
"""Cells to the right of the chart, for the range of latencies, the last number of the ruler, and displaced marks."""
SLOW_RATIO: Final = 1.3
VERY_SLOW_RATIO: Final = 3.0


class Sample(NamedTuple):
    """One request: when it was sent, its latency, and whether it failed."""

    sent_s: float
    latency_s: float
    failed: bool


class Series(NamedTuple):
    """The requests of one client."""

    name: str
    samples: Sequence[Sample]


def mark(number: int) -> str:
    """The symbol of the event with this number, counted from 0."""
    return MARKS[number] if number < len(MARKS) else "•"


def latency_chart(series: Sequence[Series], marks_s: Sequence[float], end_s: float, width: int) -> list[Text]:
    """The chart's lines, each at most ``width`` cells wide."""
    max_name = max(MIN_NAME, min(MAX_NAME, width // 4))
    name_width = min(max_name, max((cell_len(one.name) for one in series), default=0))
    spans = [_span(one) for one in series]
    chart_width = max(MIN_CHART, width - name_width - 2 - max([AFTER_CHART, *(len(span) + 1 for span in spans)]))
    cells = _slice_cells(series, chart_width)
    slices = chart_width // cells
    chart_width = slices * cells
    margin = " " * (name_width + 2)
    lines = [Text(margin) + _marks(marks_s, end_s, chart_width)] if marks_s else []
    for one, span in zip(series, spans, strict=True):
        lines += _row(one, span, name_width, end_s, slices, cells, width)
    lines.append(Text(margin + charts.ruler(0.0, end_s, chart_width), style="dim"))
    return lines


def _slice_cells(series: Sequence[Series], width: int) -> int:
    """The width of an interval in cells, such that each holds enough requests."""
    most = max((len(one.samples) for one in series), default=0)
    return min(width, -(-REQUESTS_A_SLICE * width // max(1, most)))


def _marks(marks_s: Sequence[float], end_s: float, width: int) -> Text:
    """A line of marks; a mark that would overlap earlier ones moves right, or is omitted if there is no room."""
    cells = [" "] * (width + AFTER_CHART)
    for number, time_s in enumerate(marks_s):
        place = charts.column_of(time_s, 0.0, end_s, width)
        while place < len(cells) and cells[place] != " ":
            place += 1
        if place < len(cells):
            cells[place] = mark(number)
    return Text("".join(cells).rstrip(), style="bold magenta")


def _row(one: Series, span: str, name_width: int, end_s: float, slices: int, cells: int, width: int) -> list[Text]:
    """A client's line; the range of latencies goes to a second line if there is no room."""
    name = shortened(one.name, name_width)
    line = Text(name + " " * (name_width - cell_len(name) + 2), style="bold")
    found = charts.columns([(s.sent_s, s.latency_s, s.failed) for s in one.samples], 0.0, end_s, slices)
    answered = sorted(s.latency_s for s in one.samples if not s.failed)
    scale = charts.scale_of(answered)
    usual = numbers.percentile(answered, 25) if answered else 0.0
    for column in found:
        block, style = _block(column, scale, usual)
        line.append(block * cells, style)
    if not span:
        return [line]
    if line.cell_len + 1 + len(span) > width:
        return [line, Text(" " * (name_width + 2) + span, style="dim")]
    line.append(f" {span}", style="not bold dim")
    return [line]


def _block(column: charts.Column, scale: charts.Scale, usual: float) -> tuple[str, str]:
    if column.failures:
        return "✗", FAILED
    if not column.values:
        return "·", "dim not bold"
    slowest = column.values[-1]
    return charts.BLOCKS[scale.level(slowest)], f"not bold {colour_of(slowest, usual) or STEADY}"


def colour_of(latency_s: float, usual_s: float) -> str:
    """The colour of a latency relative to the baseline; empty if it is not slow."""
    slower = latency_s / usual_s if usual_s else 1.0
    return "" if slower < SLOW_RATIO else SLOW if slower < VERY_SLOW_RATIO else VERY_SLOW


def _span(one: Series) -> str:
    """``"34.2–412 ms"``: minimum and maximum latency; the unit appears once if both have the same."""
    answered = [sample.latency_s for sample in one.samples if not sample.failed]
    if not answered:
        return ""
    low, high = numbers.duration(min(answered) * 1e9), numbers.duration(max(answered) * 1e9)
    value, unit = low.split(" ", 1)
    return f"{value}–{high}" if high.endswith(f" {unit}") else f"{low}–{high}"
