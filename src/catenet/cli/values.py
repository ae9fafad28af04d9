"""Numbers and text as they are typed: what no option takes, in one place.

The limits of a number stand at its option (``min``, ``max``); what has no limits of its own is a seed.
"""

from __future__ import annotations

import math
from typing import Final

import typer

from catenet.cli.errors import mistake

LEAST_SEED: Final = -(1 << 63)
MOST_SEED: Final = (1 << 63) - 1


def seed(value: int | None) -> int | None:
    """A seed, or None.  Raises ``typer.BadParameter`` if it has more than 64 bits."""
    if value is not None and not LEAST_SEED <= value <= MOST_SEED:
        raise typer.BadParameter("a seed is a whole number of 64 bits, such as 7")
    return value


def finite(value: float | None) -> float | None:
    """A number, or None.  Raises ``typer.BadParameter`` for what is none (``nan``), which no limit keeps out."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is not a finite number")
    return value


def check_text(option: str, text: str) -> str:
    """Text that has a form in UTF-8.  Raises :class:`~catenet.cli.errors.Mistake`."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        mistake(f"{option}: {text!r} is not UTF-8 text: character {error.start + 1} is an invalid octet")
    return text
