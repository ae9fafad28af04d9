"""The options of flow control by pause frames: true, or a table of its thresholds."""

from __future__ import annotations

from collections.abc import Mapping

from catenet.errors import LabError, named
from catenet.kernel.quantity import ratio, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.options.option_tables import parse_table
from catenet.lab.options.switch_types import PauseOption
from catenet.link.flow_control.settings import MAX_QUANTA, XOFF_SHARE, XON_SHARE, PauseSettings


def parse_pause(given: PauseOption, owner: str) -> PauseSettings | None:
    """The settings of a port; None if it has no flow control.  Raises :class:`LabError`."""
    if given is False:
        return None
    if given is True:
        return PauseSettings()
    if not isinstance(given, Mapping):
        raise LabError(f'{owner}: pause is true, false or a table like {{"xoff": "50%"}}, not {quoted(given)}')
    said = parse_table(
        given,
        {
            "xoff": lambda value: named(ratio, value, "xoff"),
            "xon": lambda value: named(ratio, value, "xon"),
            "quanta": lambda value: whole_number(value, "quanta", 1, MAX_QUANTA),
        },
        f"{owner}: pause",
    )
    xoff, xon = said.get("xoff", XOFF_SHARE), said.get("xon", min(XON_SHARE, said.get("xoff", XOFF_SHARE) / 2))
    if not 0 <= xon < xoff < 1:
        raise LabError(f"{owner}: pause: xon ({xon:.0%}) must be below xoff ({xoff:.0%}), and xoff below 100%")
    return PauseSettings(xoff, xon, said.get("quanta", MAX_QUANTA))
