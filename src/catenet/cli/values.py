"""Validation of numbers and text on the command line that all options share.

Each option declares its own limits (``min``, ``max``), seeds excepted.
"""

from __future__ import annotations

import math
from typing import Final

import typer

from catenet.cli.errors import mistake

MIN_SEED: Final = -(1 << 63)
MAX_SEED: Final = (1 << 63) - 1


def seed(value: int | None) -> int | None:
    """A seed, or None.  Raises ``typer.BadParameter`` if it has more than 64 bits."""
    if value is not None and not MIN_SEED <= value <= MAX_SEED:
        raise typer.BadParameter("a seed is a whole number of 64 bits, such as 7")
    return value


def finite(value: float | None) -> float | None:
    """A number, or None.  Raises ``typer.BadParameter`` for ``nan`` and infinities, which pass every limit."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a finite number")
    return value


def check_text(option: str, text: str) -> str:
    """Check that text can be encoded in UTF-8.  Raises :class:`~catenet.cli.errors.Mistake`."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        mistake(f"{option}: {text!r} is not UTF-8 text: character {error.start + 1} is an invalid octet")
    return text
