"""Quotes any user input in an error message, short and on one line."""

from __future__ import annotations

from typing import Final

MAX_LETTERS: Final = 80
_KEPT: Final = 30


def quoted(value: object) -> str:
    """``repr`` of a value, its middle left out if it is long.  Never raises for values from a file or argv."""
    if isinstance(value, str) and len(value) > MAX_LETTERS:
        return f"{value[:_KEPT]!r}...{value[-_KEPT:]!r} ({len(value)} letters)"
    if isinstance(value, int) and value.bit_length() > 4 * MAX_LETTERS:
        return f"a number of {value.bit_length()} bits"  # CPython does not convert very long numbers to decimal
    try:
        text = repr(value)
    except (RecursionError, ValueError):
        return f"a {type(value).__name__} that is too large or too deep to be shown"
    return text if len(text) <= MAX_LETTERS else f"{text[:_KEPT]}...{text[-_KEPT:]}"
