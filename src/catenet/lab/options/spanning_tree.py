"""The options of a spanning tree: those of a switch, and those of one of its ports.

Bounds and their relation are those of IEEE 802.1D-2004, 17.14 and table 17-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from catenet.errors import LabError
from catenet.kernel.quantity import duration_ns, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.options.option_tables import flag
from catenet.link.switching.bridge_tree import NO_TREE, STP
from catenet.link.switching.spanning_tree import settings as defaults
from catenet.link.switching.spanning_tree.settings import TreePortSettings, TreeSettings

MAX_PRIORITY: Final = 61_440
PRIORITY_STEP: Final = 4096
MAX_PORT_PRIORITY: Final = 240
PORT_PRIORITY_STEP: Final = 16


def parse_tree(given: Mapping[str, Any], protocol: str, owner: str) -> TreeSettings:
    """The settings of a switch: ``priority``, ``hello``, ``max_age``, ``forward_delay``.  Raises :class:`LabError`."""
    if given and protocol == NO_TREE:
        raise LabError(f'{owner}: {", ".join(given)}: these are for a spanning tree; give stp = "rstp", or leave out')
    priority = _stepped(given.get("priority", defaults.BRIDGE_PRIORITY), f"{owner}: priority", MAX_PRIORITY)
    hello = _seconds(given.get("hello", defaults.HELLO_TIME_S), f"{owner}: hello", 1, 10 if protocol == STP else 2)
    max_age = _seconds(given.get("max_age", defaults.MAX_AGE_S), f"{owner}: max_age", 6, 40)
    forward_delay = _seconds(given.get("forward_delay", defaults.FORWARD_DELAY_S), f"{owner}: forward_delay", 4, 30)
    if not 2 * (hello + 1) <= max_age <= 2 * (forward_delay - 1):
        raise LabError(
            f"{owner}: max_age {max_age} s must be from 2 x (hello + 1 s) = {2 * (hello + 1)} s to "
            f"2 x (forward_delay - 1 s) = {2 * (forward_delay - 1)} s; change one of the three"
        )
    return TreeSettings(priority, hello, max_age, forward_delay)


def parse_tree_port(given: Mapping[str, Any], owner: str) -> TreePortSettings:
    """The settings of a port: ``cost``, ``priority``, ``edge``, ``point_to_point``.  Raises :class:`LabError`."""
    cost = 0
    if "cost" in given:
        cost = _whole(given["cost"], f"{owner}: cost", 1, defaults.MAX_COST)
    priority = given.get("priority", defaults.PORT_PRIORITY)
    return TreePortSettings(
        cost,
        _stepped(priority, f"{owner}: priority", MAX_PORT_PRIORITY, PORT_PRIORITY_STEP),
        flag(given.get("edge", False), f"{owner}: edge"),
        flag(given.get("point_to_point", True), f"{owner}: point_to_point"),
    )


def _stepped(given: Any, what: str, most: int, step: int = PRIORITY_STEP) -> int:
    number = _whole(given, what, 0, most)
    if number % step:
        raise LabError(f"{what} is a multiple of {step}, such as {number // step * step}, not {quoted(given)}")
    return number


def _whole(given: Any, what: str, least: int, most: int) -> int:
    try:
        return whole_number(given, what, least, most)
    except ValueError as error:
        raise LabError(str(error)) from error


def _seconds(given: Any, what: str, least: int, most: int) -> int:
    try:
        seconds, rest = divmod(duration_ns(given), defaults.SECOND_NS)
    except ValueError as error:
        raise LabError(f"{what}: {error}") from error
    if rest or not least <= seconds <= most:
        raise LabError(f"{what} is a whole number of seconds from {least} to {most}, not {quoted(given)}")
    return seconds
