"""The mirror sessions of a switch: one table, or a list of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from catenet.errors import LabError
from catenet.kernel.quoting import quoted
from catenet.lab.options.option_tables import check_known, one_of
from catenet.lab.options.switch_types import MirrorDirection, MirrorTable


@dataclass(frozen=True, slots=True)
class MirrorOptions:
    """One session: the mirrored links or neighbours (None for all), and the destination of the copies."""

    ports: tuple[str, ...] | None
    to: str
    direction: str

    def copies(self, link: str, neighbour: str) -> bool:
        """Whether the port of a link is mirrored."""
        if self.is_destination(link, neighbour):
            return False
        return self.ports is None or link in self.ports or neighbour in self.ports

    def is_destination(self, link: str, neighbour: str) -> bool:
        """Whether the port of a link is the destination."""
        return self.to in (link, neighbour)


def parse_mirrors(given: MirrorTable | Sequence[MirrorTable] | None, owner: str) -> tuple[MirrorOptions, ...]:
    """The sessions of a switch.  Raises :class:`LabError`."""
    if given is None:
        return ()
    tables = [given] if isinstance(given, Mapping) else given
    if isinstance(tables, str) or not isinstance(tables, Sequence):
        raise LabError(f'{owner}: mirror is a table like {{"ports": ["a"], "to": "monitor"}}, not {quoted(given)}')
    return tuple(_mirror(table, f"{owner}: mirror") for table in tables)


def _mirror(given: Any, owner: str) -> MirrorOptions:
    if not isinstance(given, Mapping):
        raise LabError(f"{owner}: {quoted(given)} is not a table")
    check_known(given, list(MirrorTable.__annotations__), owner)
    to, ports = given.get("to"), given.get("ports")
    if not isinstance(to, str):
        raise LabError(f'{owner}: to is the link or neighbour that gets the copies, like "monitor", not {quoted(to)}')
    direction = one_of(given.get("direction", "both"), get_args(MirrorDirection), f"{owner}: direction")
    if ports == "all":
        return MirrorOptions(None, to, direction)
    if isinstance(ports, str) or not isinstance(ports, Sequence) or not ports:
        raise LabError(f'{owner}: ports is a list of links or neighbours like ["a"], or "all", not {quoted(ports)}')
    names = tuple(str(port) for port in ports)
    if to in names:
        raise LabError(f"{owner}: {to} gets the copies and cannot be mirrored too; leave it out of ports")
    return MirrorOptions(names, to, direction)
