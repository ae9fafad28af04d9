"""The numbers along an axis: round, evenly spaced, with the power of ten given once beside the unit."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from catenet.view.numbers import number_text
from catenet.view.pictures.svg import Scale, round_step
from catenet.view.pictures.svg_text import width_px

PLAIN_FROM: Final = 1e-3
PLAIN_UNTIL: Final = 1e6
"""Numbers in this range are written without a power of ten."""
LABEL_KIND: Final = "quiet small"
_GAP_PX: Final = 10
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_PREFIXES: Final = {-12: "p", -9: "n", -6: "µ", -3: "m", 3: "k", 6: "M", 9: "G", 12: "T"}
_SMALL_ONLY: Final = {"s"}
"""Units without prefixes such as kilo."""
_PREFIXED: Final = {"s", "bit/s", "B", "Hz", "W", "V"}


class Tick(NamedTuple):
    """A tick on an axis: its position in pixels and its label."""

    x: float
    label: str


def exponent_of(magnitude: float) -> int:
    """The power of ten, a multiple of three, for numbers up to ``magnitude``; 0 for most."""
    magnitude = abs(magnitude)
    if magnitude == 0 or PLAIN_FROM <= magnitude < PLAIN_UNTIL:
        return 0
    return 3 * math.floor(math.log10(magnitude) / 3)


def unit_text(unit: str, exponent: int) -> str:
    """The unit with its power of ten: ``"ns"``, ``"× 10⁻⁹"``, ``"× 10⁶ packets"``."""
    if exponent == 0:
        return unit
    prefixed = unit in _PREFIXED and exponent in _PREFIXES and not (unit in _SMALL_ONLY and exponent > 0)
    if prefixed:
        return _PREFIXES[exponent] + unit
    return f"× 10{str(exponent).translate(_SUPERSCRIPTS)} {unit}".rstrip()


def quantity_text(value: float, unit: str) -> str:
    """One number with its unit: ``"38.4 s"``, ``"0.2 ns"``, ``"3.87 × 10⁻⁶"``."""
    exponent = exponent_of(value)
    return f"{number_text(value / 10.0**exponent)} {unit_text(unit, exponent)}".strip()


def ticks(scale: Scale, unit: str, most: int = 8) -> tuple[list[Tick], str]:
    """The ticks of an axis, as many as fit side by side, and the text of its unit."""
    exponent = exponent_of(max(abs(scale.low), abs(scale.high)))
    for count in range(most, 0, -1):
        found = _ticks(scale, exponent, count)
        if _have_room(found):
            break
    return found, unit_text(unit, exponent)


def _ticks(scale: Scale, exponent: int, most: int) -> list[Tick]:
    unit = 10.0**exponent
    step = round_step((scale.high - scale.low) / unit / most)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    first = math.ceil(scale.low / unit / step - 1e-9)
    last = math.floor(scale.high / unit / step + 1e-9)
    return [Tick(scale.at(number * step * unit), f"{number * step:.{digits}f}") for number in range(first, last + 1)]


def _have_room(found: list[Tick]) -> bool:
    halves = [width_px(tick.label, LABEL_KIND) / 2 for tick in found]
    return all(
        found[place].x + halves[place] + _GAP_PX <= found[place + 1].x - halves[place + 1]
        for place in range(len(found) - 1)
    )
