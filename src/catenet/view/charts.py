"""Text charts: bars with a resolution of an eighth of a cell, and sparklines.

A chart is first computed as data (heights, cells) and then drawn, so that tests can check the data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from catenet.view import numbers

BLOCKS: Final = "▁▂▃▄▅▆▇█"
_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


def bar(part: float, width: int) -> str:
    """A horizontal bar that fills ``part`` (0 to 1) of ``width`` cells.  Any value above 0 is visible."""
    part = min(1.0, max(0.0, part))
    eighths = round(part * width * 8)
    if part > 0 and eighths == 0:
        eighths = 1
    full, rest = divmod(eighths, 8)
    drawn = _EIGHTHS[8] * full + (_EIGHTHS[rest] if rest else "")
    return drawn.ljust(width)


class Scale(NamedTuple):
    """A logarithmic scale: doubling a value always raises it by the same number of levels."""

    low: float
    high: float

    def level(self, value: float, levels: int = len(BLOCKS)) -> int:
        """The level of a value, from 0 to ``levels - 1``; values outside the scale are clamped."""
        if value <= self.low:
            return 0
        if value >= self.high:
            return levels - 1
        place = math.log(value / self.low) / math.log(self.high / self.low)
        return min(levels - 1, int(place * levels))


def scale_of(values: Sequence[float], min_ratio: float = 4.0) -> Scale:
    """A scale that covers all positive values.

    It spans at least ``min_ratio`` from bottom to top, so that noise of a few percent stays flat.
    """
    positive = [value for value in values if value > 0]
    if not positive:
        return Scale(1.0, min_ratio)
    low = min(positive)
    return Scale(low, max(*positive, low * min_ratio))


class Column(NamedTuple):
    """The samples in one column of a chart over time: values in ascending order, and the number of failures."""

    values: tuple[float, ...]
    failures: int


def columns(samples: Sequence[tuple[float, float, bool]], start: float, end: float, width: int) -> list[Column]:
    """Group samples ``(time, value, failed)`` into ``width`` columns of equal duration between start and end."""
    values: list[list[float]] = [[] for _ in range(width)]
    failures = [0] * width
    for time, value, failed in samples:
        place = column_of(time, start, end, width)
        if failed:
            failures[place] += 1
        else:
            values[place].append(value)
    return [Column(tuple(sorted(found)), lost) for found, lost in zip(values, failures, strict=True)]


def column_of(time: float, start: float, end: float, width: int) -> int:
    """The column that a time falls into."""
    if end <= start:
        return 0
    return max(0, min(width - 1, int((time - start) / (end - start) * width)))


def ruler(start: float, end: float, width: int) -> str:
    """A ruler under a chart whose axis is in seconds: ticks at round numbers, the last one with its unit."""
    span = end - start
    step = _round_step(span / max(1, width // 10))
    cells = [" "] * (width + 4)
    tick, free = math.ceil(start / step) * step, 0
    while tick <= end + 1e-9:
        place = round((tick - start) / span * width)
        label = numbers.plain(tick)
        if free <= place and place + len(label) <= len(cells):
            cells[place : place + len(label)] = list(label)
            free = place + len(label) + 1
        tick += step
    return "".join(cells).rstrip() + " s"


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
    for factor in (1, 2, 5, 10):
        if power * factor >= least - 1e-12:
            return power * factor
    return power * 10
