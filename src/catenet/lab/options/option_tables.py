"""Parsers of values for several protocols (flags, choices, names of links), and of tables of options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from catenet.errors import LabError, did_you_mean, named
from catenet.kernel.quantity import duration_ns
from catenet.kernel.quoting import quoted

Parsers = Mapping[str, Callable[[Any], Any]]
"""The parser of each option of a table; its error names the option."""


def parse_table(given: Any, parsers: Parsers, owner: str) -> dict[str, Any]:
    """Parse a table of options, each value by itself.  Raises :class:`LabError`.

    Dependencies between options are checked later, after tables were merged.
    """
    if not isinstance(given, Mapping):
        raise LabError(f"{owner}: {quoted(given)} is not a table" if owner else f"{quoted(given)} is not a table")
    check_known(given, tuple(parsers), owner)
    try:
        return {key: parsers[key](value) for key, value in given.items()}
    except (ValueError, TypeError) as error:
        raise LabError(f"{owner}: {error}" if owner else str(error)) from error


def durations(*keys: str) -> dict[str, Callable[[Any], Any]]:
    """Parsers of options that are times, in nanoseconds."""
    return {key: partial(_duration, key=key) for key in keys}


def flags(*keys: str) -> dict[str, Callable[[Any], Any]]:
    """Parsers of options that are true or false."""
    return {key: partial(flag, what=key) for key in keys}


def as_given(value: Any) -> Any:
    """A value whose meaning depends on another option, unchanged."""
    return value


def check_known(given: Mapping[str, Any], known: Sequence[str], owner: str = "") -> None:
    """Raise :class:`~catenet.errors.LabError` for an unknown option of ``owner``."""
    for name in given:
        if name not in known:
            where = f"{owner}: " if owner else ""
            raise LabError(f"{where}there is no option {name!r}{did_you_mean(str(name), known)}")


def flag(given: Any, what: str) -> bool:
    """True or false; other values are rejected, even if they are truthy or falsy."""
    if not isinstance(given, bool):
        raise LabError(f"{what} is true or false, not {quoted(given)}")
    return given


def one_of(given: Any, known: Sequence[str], what: str) -> str:
    """A name from a closed set."""
    if given not in known:
        raise LabError(f"{what} {quoted(given)} is not one of {', '.join(known)}{did_you_mean(str(given), known)}")
    return str(given)


def link_names(given: Any) -> tuple[str, ...]:
    """``passive`` of a routing protocol: names of links or neighbours."""
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise LabError(f'passive is a list of names of links or neighbours, like ["paris"], not {quoted(given)}')
    return tuple(str(name) for name in given)


def _duration(given: Any, key: str) -> int:
    return named(duration_ns, given, key)
