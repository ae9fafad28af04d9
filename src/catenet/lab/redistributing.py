"""What a protocol tells of others' routes: how that is written, for RIP and OSPF alike.

``redistribute = ["static", "connected"]`` names whose routes; a table says on what terms, as in
``redistribute = { static = { metric = 5, tag = 7 }, connected = {} }``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from catenet.host import distances
from catenet.lab.errors import LabError, did_you_mean

SOURCES: Final = {
    "connected": distances.CONNECTED,
    "static": distances.STATIC,
    "ospf": distances.OSPF,
    "rip": distances.RIP,
}

Terms = TypeVar("Terms")


def parse_redistribute(
    given: Any, into: str, known: Sequence[str], terms: Callable[[Mapping[str, Any]], Terms]
) -> dict[int, Terms]:
    """The terms of each source, by its administrative distance.

    ``into`` is the protocol that tells; ``known`` are the terms that there are, and ``terms`` makes them.
    """
    sources = [name for name in SOURCES if name != into]
    if isinstance(given, str) or not isinstance(given, Sequence | Mapping):
        raise LabError(f'redistribute is a list like ["static", "connected"], or a table, not {given!r}')
    table = given if isinstance(given, Mapping) else {name: {} for name in given}
    found = {}
    for name, chosen in table.items():
        if name not in sources:
            raise LabError(f"redistribute: {_no_source(name, into, sources)}")
        if not isinstance(chosen, Mapping):
            raise LabError(f"redistribute: {name} is a table of {', '.join(known)}, not {chosen!r}")
        for key in chosen:
            if key not in known:
                raise LabError(f"redistribute: {name}: there is no {key!r}{did_you_mean(str(key), known)}")
        found[SOURCES[name]] = terms(chosen)
    return found


def _no_source(name: object, into: str, sources: Sequence[str]) -> str:
    if name == into:
        return f"{into} tells its own routes anyway; name others: {', '.join(sources)}"
    if name == "auto":
        return "automatic routes are computed by no protocol, and only for routers that run none"
    return f"{name!r} is not one of {', '.join(sources)}{did_you_mean(str(name), sources)}"


def whole(given: Mapping[str, Any], key: str, default: int, low: int, high: int) -> int:
    """A whole number of the terms, between ``low`` and ``high``."""
    value = given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise LabError(f"redistribute: {key} is {low} to {high}, not {value!r}")
    return value
