"""``redistribute`` of RIP and OSPF: the routes of other sources that a protocol advertises.

``redistribute = ["static", "connected"]`` lists the sources; a table also contains the terms, as in
``redistribute = { static = { metric = 5, tag = 7 }, connected = {} }``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from catenet.errors import LabError, did_you_mean
from catenet.host.routing.redistribution import Terms
from catenet.kernel.quoting import quoted
from catenet.network.forwarding import route_selection as distances

SOURCES: Final = {
    "connected": distances.CONNECTED,
    "static": distances.STATIC,
    "ospf": distances.OSPF,
    "rip": distances.RIP,
}


class Limits(NamedTuple):
    """The valid terms of a protocol: ``metric`` is the default; ``has_types`` is true for OSPF."""

    metric: int
    min_metric: int
    max_metric: int
    max_tag: int
    has_types: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        """The names of the terms."""
        return ("metric", "type", "tag", "except_tags") if self.has_types else ("metric", "tag", "except_tags")


def parse_redistribute(given: Any, into: str, limits: Limits) -> dict[int, Terms]:
    """Parse the terms of each source, by its administrative distance; ``into`` is the advertising protocol."""
    sources = [name for name in SOURCES if name != into]
    if isinstance(given, str) or not isinstance(given, Sequence | Mapping):
        raise LabError(f'redistribute is a list like ["static", "connected"], or a table, not {quoted(given)}')
    table = given if isinstance(given, Mapping) else {str(name): {} for name in given}
    found = {}
    for name, chosen in table.items():
        if not isinstance(name, str) or name not in sources:
            raise LabError(f"redistribute: {_no_source(name, into, sources)}")
        if not isinstance(chosen, Mapping):
            raise LabError(f"redistribute: {name} is a table of {', '.join(limits.known)}, not {quoted(chosen)}")
        for key in chosen:
            if key not in limits.known:
                raise LabError(f"redistribute: {name}: there is no {key!r}{did_you_mean(str(key), limits.known)}")
        found[SOURCES[name]] = _terms(chosen, limits)
    return found


def _terms(chosen: Mapping[str, Any], limits: Limits) -> Terms:
    tag = _whole(chosen["tag"], "tag", 0, limits.max_tag) if "tag" in chosen else None
    metric = _whole(chosen.get("metric", limits.metric), "metric", limits.min_metric, limits.max_metric)
    except_tags = chosen.get("except_tags", ())
    if isinstance(except_tags, str) or not isinstance(except_tags, Sequence):
        raise LabError(f"redistribute: except_tags is a list of tags, like [7], not {quoted(except_tags)}")
    never = tuple(_whole(one, "except_tags", 0, 0xFFFFFFFF) for one in except_tags)
    return Terms(metric, tag, never, _whole(chosen.get("type", 2), "type", 1, 2) == 2)


def _no_source(name: object, into: str, sources: Sequence[str]) -> str:
    if name == into:
        return f"{into} advertises its own routes anyway; name other sources: {', '.join(sources)}"
    if name == "auto":
        return "automatic routes exist only on routers that run no protocol"
    return f"{name!r} is not one of {', '.join(sources)}{did_you_mean(str(name), sources)}"


def _whole(value: Any, what: str, low: int, high: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise LabError(f"redistribute: {what} is {low} to {high}, not {quoted(value)}")
    return value
