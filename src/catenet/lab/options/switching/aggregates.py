"""The link aggregates of a switch: by name, the ports of each, and its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from catenet.errors import LabError
from catenet.kernel.quantity import whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.options.option_tables import check_known, one_of
from catenet.lab.options.switch_types import AggregateTable, HashPolicy, LacpMode, LacpTimeout
from catenet.link.aggregation.settings import ACTIVE, DEFAULT_PRIORITY, LAYER23, OFF, AggregateSettings

MAX_LINKS: Final = 64
MAX_PRIORITY: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class AggregateOptions:
    """One aggregate: the names of its links, or of the neighbours across, and its settings."""

    ports: tuple[str, ...]
    settings: AggregateSettings


def parse_aggregates(given: Mapping[str, AggregateTable] | None, owner: str) -> dict[str, AggregateOptions]:
    """The aggregates of a switch by name.  Raises :class:`LabError`."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise LabError(
            f'{owner}: aggregates: {quoted(given)} is not a table; write it like {{"bond": {{"ports": [...]}}}}'
        )
    found: dict[str, AggregateOptions] = {}
    owners: dict[str, str] = {}
    for name, table in given.items():
        found[str(name)] = _aggregate(table, f"{owner}: aggregates: {name}")
        for port in found[str(name)].ports:
            if port in owners:
                raise LabError(
                    f"{owner}: aggregates: {port} is in {owners[port]} and in {name}; give it to one of them"
                )
            owners[port] = str(name)
    return found


def _aggregate(given: Any, owner: str) -> AggregateOptions:
    if not isinstance(given, Mapping):
        raise LabError(f"{owner}: {quoted(given)} is not a table")
    check_known(given, list(AggregateTable.__annotations__), owner)
    ports = _ports(given.get("ports"), f"{owner}: ports")
    lacp = one_of(given.get("lacp", ACTIVE), get_args(LacpMode), f"{owner}: lacp")
    timeout = one_of(given.get("timeout", "long"), get_args(LacpTimeout), f"{owner}: timeout")
    for key in ("timeout", "priority"):
        if lacp == OFF and key in given:
            raise LabError(f'{owner}: {key} is for LACP; give lacp = "active", or leave it out')
    policy = one_of(given.get("hash", LAYER23), get_args(HashPolicy), f"{owner}: hash")
    least = _whole(given.get("min_links", 1), f"{owner}: min_links", 1, MAX_LINKS)
    priority = _whole(given.get("priority", DEFAULT_PRIORITY), f"{owner}: priority", 0, MAX_PRIORITY)
    return AggregateOptions(ports, AggregateSettings(lacp, timeout == "short", least, policy, priority))


def _ports(given: Any, owner: str) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        raise LabError(f'{owner} is a list of names of links or neighbours, like ["sw2"], not {quoted(given)}')
    return tuple(str(port) for port in given)


def _whole(given: Any, what: str, least: int, most: int) -> int:
    try:
        return whole_number(given, what, least, most)
    except ValueError as error:
        raise LabError(str(error)) from error
