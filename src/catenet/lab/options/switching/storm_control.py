"""The options of storm control: limits in percent, bit/s or frames a second."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from catenet.errors import LabError
from catenet.kernel.quantity import rate_bit_s, ratio
from catenet.kernel.quoting import quoted
from catenet.lab.options.option_tables import durations, parse_table
from catenet.link.switching.storm_control import BITS, DEFAULT_BURST_NS, FRAMES, SHARE, StormLimit, StormSettings

KINDS: Final = ("broadcast", "multicast", "unknown_unicast")
MAX_FRAMES: Final = 10**12
_FRAMES: Final = re.compile(r"\s*(\d+)\s*(pps|frames/s)\s*")


def parse_storm_control(given: Any, owner: str) -> StormSettings | None:
    """The settings of a port, None without limits.  Raises :class:`LabError`."""
    limits = {kind: partial(_limit, what=kind) for kind in KINDS}
    said = parse_table(given, {**limits, **durations("burst")}, f"{owner}: storm_control")
    if not said:
        return None
    if not any(kind in said for kind in KINDS):
        raise LabError(
            f"{owner}: storm_control: burst alone limits nothing; give {', '.join(KINDS[:-1])} or {KINDS[-1]}"
        )
    burst_ns = said.get("burst", DEFAULT_BURST_NS)
    if burst_ns <= 0:
        raise LabError(f"{owner}: storm_control: burst must be above 0, not {quoted(given['burst'])}")
    return StormSettings(said.get("broadcast"), said.get("multicast"), said.get("unknown_unicast"), burst_ns)


def _limit(given: Any, what: str) -> StormLimit:
    form = f'{what} is a rate like "1%", "10Mbit/s" or "1000pps", not {quoted(given)}'
    if isinstance(given, Mapping | bool) or given is None:
        raise LabError(form)
    try:
        if isinstance(given, str) and given.rstrip().endswith("%"):
            return StormLimit(SHARE, ratio(given))
        frames = _FRAMES.fullmatch(given) if isinstance(given, str) else None
        if frames is None:
            return StormLimit(BITS, float(rate_bit_s(given)))
    except ValueError as error:
        raise LabError(form) from error
    if not 0 < int(frames[1]) <= MAX_FRAMES:
        raise LabError(form)
    return StormLimit(FRAMES, float(frames[1]))
