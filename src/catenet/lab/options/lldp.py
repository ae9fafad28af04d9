"""The options of LLDP on a node: true, or a table of its times (IEEE 802.1AB-2016, 9.2.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from catenet.errors import LabError
from catenet.kernel.quantity import duration_ns, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.options.option_tables import parse_table
from catenet.lab.options.switch_types import LldpOption
from catenet.link.lldp.settings import (
    CREDIT_MAX,
    FAST_COUNT,
    FAST_INTERVAL_S,
    HOLD,
    INTERVAL_S,
    SECOND_NS,
    LldpSettings,
)

LONGEST_INTERVAL_S: Final = 3600
LARGEST_HOLD: Final = 100
LARGEST_FAST_COUNT: Final = 8
LARGEST_CREDIT: Final = 10


class LldpOptions(NamedTuple):
    """LLDP's settings on a node, and the ports that run it, by the names of links or neighbours; None for all."""

    settings: LldpSettings
    ports: tuple[str, ...] | None = None

    def speaks_at(self, link: str, neighbour: str) -> bool:
        """Whether the port of a link runs it."""
        return self.ports is None or link in self.ports or neighbour in self.ports


def parse_lldp(given: LldpOption, owner: str) -> LldpOptions | None:
    """The options of LLDP; None if the node does not run it.  Raises :class:`LabError`."""
    if given is False:
        return None
    if given is True:
        return LldpOptions(LldpSettings())
    if not isinstance(given, Mapping):
        raise LabError(f'{owner}: lldp is true, false or a table like {{"interval": "10s"}}, not {quoted(given)}')
    said = parse_table(
        given,
        {
            "interval": partial(_seconds, what="interval"),
            "hold": lambda value: whole_number(value, "hold", 1, LARGEST_HOLD),
            "fast_interval": partial(_seconds, what="fast_interval"),
            "fast_count": lambda value: whole_number(value, "fast_count", 1, LARGEST_FAST_COUNT),
            "credit": lambda value: whole_number(value, "credit", 1, LARGEST_CREDIT),
            "ports": _ports,
        },
        f"{owner}: lldp",
    )
    settings = LldpSettings(
        said.get("interval", INTERVAL_S),
        said.get("hold", HOLD),
        said.get("fast_interval", FAST_INTERVAL_S),
        said.get("fast_count", FAST_COUNT),
        said.get("credit", CREDIT_MAX),
    )
    return LldpOptions(settings, said.get("ports"))


def _ports(given: Any) -> tuple[str, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        raise LabError(f'ports is a list of names of links or neighbours, like ["sw2"], not {quoted(given)}')
    return tuple(str(name) for name in given)


def _seconds(given: Any, what: str) -> int:
    seconds, rest = divmod(duration_ns(given), int(SECOND_NS))
    if rest or not 1 <= seconds <= LONGEST_INTERVAL_S:
        raise LabError(f"{what} is a whole number of seconds from 1 to {LONGEST_INTERVAL_S}, not {quoted(given)}")
    return int(seconds)
