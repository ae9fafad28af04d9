"""A measured rate beside the one of a closed form."""

from __future__ import annotations

import math
from typing import Final

from catenet.experiments.comparison import Comparison, Entry

STANDARD_ERRORS: Final = 4.0
"""The permitted deviation of the measured figure, in standard errors."""
MIN_ERRORS: Final = 100


def rate_text(rate: float) -> str:
    """A rate as tables write it: ``1.250e-2``; the exponent without zeros before it."""
    if not math.isfinite(rate):
        return "not measured"
    mantissa, _, exponent = f"{rate:.3e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def rate_comparison(what: str, expected: float, measured: float, standard_error: float, errors: int) -> Comparison:
    """The measured rate must be within four standard errors; fewer than 100 errors count as no measurement."""
    slack = STANDARD_ERRORS * standard_error
    told = f"{rate_text(expected)} (±{rate_text(slack)}: 4 standard errors, {errors:,} errors counted)"
    found = measured if errors >= MIN_ERRORS else float("nan")
    entries = entries_of(what, rate_text(expected), rate_text(found), rate_text(slack))
    return Comparison(what, told, expected - slack, expected + slack, found, "", entries=entries)


def decibel_comparison(what: str, expected: float, measured: float, slack: float) -> Comparison:
    """A measured figure in decibels, within ``slack``, which is four standard errors."""
    told = f"{expected:.2f} dB (±{slack:.2f}: 4 standard errors)"
    entries = entries_of(what, f"{expected:.2f} dB", f"{measured:.2f} dB", f"{slack:.2f} dB")
    return Comparison(what, told, expected - slack, expected + slack, measured, "dB", entries=entries)


def entries_of(what: str, expected: str, measured: str, slack: str) -> tuple[Entry, ...]:
    """The columns of the documents' table."""
    columns = (("closed form", expected), ("measured", measured), ("4 standard errors", slack))
    return tuple(Entry("", what, column, text) for column, text in columns)
