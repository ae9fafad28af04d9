"""Single values that the options of several protocols have: flags, choices, names of links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quoting import quoted


def check_known(given: Mapping[str, Any], known: Sequence[str], owner: str = "") -> None:
    """Raise :class:`~catenet.errors.LabError` for an option that there is not; ``owner`` has the options."""
    for name in given:
        if name not in known:
            where = f"{owner}: " if owner else ""
            raise LabError(f"{where}there is no option {name!r}{did_you_mean(str(name), known)}")


def flag(given: Any, what: str) -> bool:
    """True or false, and not what Python takes for it."""
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
