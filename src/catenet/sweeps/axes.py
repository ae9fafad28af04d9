"""The axes of a sweep: which value of a scenario takes which values.

``0:10:0.5%`` is a range from 0 % to 10 % in steps of 0.5 %, both ends included; ``1,10,50,200ms`` is a list, and a unit
at its end is the unit of each number without one.  A value is written as in TOML; what is not TOML is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Any, Final, NamedTuple

from catenet.errors import LabError
from catenet.kernel.quoting import quoted
from catenet.lab.files.value_paths import parse_value

MAX_VALUES: Final = 1_000_000
"""Of one axis, and cells of a sweep."""
_RANGE: Final = re.compile(r"([-+0-9.eE]+):([-+0-9.eE]+):([-+0-9.eE]+)([^0-9:,]*)")
_NUMBER: Final = re.compile(r"[-+]?[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_WITH_UNIT: Final = re.compile(rf"({_NUMBER.pattern})\s*([^\s0-9:,\"'][^:,\"']*)")
_SPLIT: Final = re.compile(r"""(?:[^,\[\]{}"']|"[^"]*"|'[^']*'|[\[{][^\]}]*[\]}])+""")

Cell = dict[str, Any]
"""The value of each axis, by its path."""


class Axis(NamedTuple):
    """A path in the scenario, and the values that it takes, in order."""

    path: str
    values: tuple[Any, ...]


def parse_axis(text: str) -> Axis:
    """An axis from ``PATH=VALUES``.  Raises :class:`~catenet.errors.LabError`."""
    path, equals, values = text.partition("=")
    if not equals or not path.strip() or not values.strip():
        raise LabError(f"{quoted(text)} is not PATH=VALUES, such as link.loss=0:10:0.5% or link.delay=1,10,50ms")
    return axis(path.strip(), values)


def axis(path: str, values: object) -> Axis:
    """An axis from the text of its values, from a sequence of them, or from a single one.  Raises LabError."""
    if isinstance(values, str):
        found: Sequence[Any] = _of_text(path, values)
    elif isinstance(values, Sequence):
        found = values
    else:
        found = (values,)
    if not found:
        raise LabError(f"{path}: there are no values; give at least one")
    written = [repr(value) for value in found]
    if len({*written}) < len(written):
        twice = next(value for value in written if written.count(value) > 1)
        raise LabError(f"{path}: the value {quoted(twice)} occurs twice")
    return Axis(path, tuple(found))


def axes_of(values: Mapping[str, object]) -> tuple[Axis, ...]:
    """The axes of ``{path: values}``.  Raises LabError."""
    return tuple(axis(path, each) for path, each in values.items())


def cells(axes: Sequence[Axis]) -> Iterator[Cell]:
    """All combinations; the last axis changes first.  Raises LabError for more than :data:`MAX_VALUES`."""
    count = 1
    for one in axes:
        count *= len(one.values)
        if count > MAX_VALUES:
            raise LabError(f"the axes make more than {MAX_VALUES:,} cells; give fewer values")
    for values in product(*(one.values for one in axes)):
        yield {one.path: value for one, value in zip(axes, values, strict=True)}


def _of_text(path: str, text: str) -> list[Any]:
    found = _RANGE.fullmatch(text.strip())
    if found is not None:
        return _range(path, found)
    written = _SPLIT.findall(text)
    parts = [part.strip() for part in written]
    if not all(parts) or ",".join(written) != text:
        raise LabError(f"{path}: {quoted(text)} is not a list of values; write a comma between each two")
    unit = _WITH_UNIT.fullmatch(parts[-1])
    if unit is not None:
        parts = [part + unit[2] if _NUMBER.fullmatch(part) else part for part in parts]
    return [parse_value(part) for part in parts]


def _range(path: str, found: re.Match[str]) -> list[Any]:
    try:
        start, stop, step = (Decimal(found[number]) for number in (1, 2, 3))
    except InvalidOperation:
        raise LabError(
            f"{path}: {quoted(found[0])} is not a range START:STOP:STEP of numbers, like 0:10:0.5%"
        ) from None
    if step <= 0 or stop < start:
        raise LabError(
            f"{path}: {quoted(found[0])} is empty; START:STOP:STEP needs a positive step and STOP at least START"
        )
    if (stop - start) / step >= MAX_VALUES:
        raise LabError(f"{path}: {quoted(found[0])} has more than {MAX_VALUES:,} values; give a larger step")
    steps = int((stop - start) / step)
    unit = found[4].strip()
    return [parse_value(f"{_plain(start + number * step)}{unit}") for number in range(steps + 1)]


def _plain(number: Decimal) -> str:
    """Without an exponent or zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
