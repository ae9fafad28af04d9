"""``framing`` of a link between two IP nodes: the frames used instead of Ethernet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, get_args

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quantity import duration_ns
from catenet.kernel.quoting import quoted
from catenet.lab.options.option_tables import flags, parse_table
from catenet.lab.options.types import FramingKind
from catenet.link.ppp.lcp import LcpSettings
from catenet.link.ppp.session import PppSettings

FRAMINGS: Final = get_args(FramingKind)
MAX_ACCM: Final = 0xFFFF_FFFF


class FramingChoice(NamedTuple):
    """A framing; ``ppp`` are the settings of both ends, None for other framings."""

    kind: str
    ppp: PppSettings


def parse_framing(value: Any) -> FramingChoice:
    """``"ppp"``, ``"hdlc"``, ``"slip"``, ``"cobs"``, or a table such as ``{kind = "ppp", echo = "10s"}``.

    PPP's keys are ``accm`` (a bit map of escaped control characters; 0), ``pfc``, ``acfc``, ``magic`` (the options that
    LCP requests; true) and ``echo`` (the interval of Echo-Requests; none).
    """
    if isinstance(value, FramingChoice):
        return value
    if not isinstance(value, Mapping):
        return FramingChoice(_kind(value), PppSettings())
    if "kind" not in value:
        raise LabError('a framing table needs a kind, such as { kind = "ppp", echo = "10s" }')
    kind = _kind(value["kind"])
    options = {key: option for key, option in value.items() if key != "kind"}
    if options and kind != "ppp":
        raise LabError(f"{', '.join(options)}: framing {kind!r} has no options; leave them out")
    found = parse_table(options, _PPP, "")
    lcp = LcpSettings(found.get("accm", 0), found.get("pfc", True), found.get("acfc", True), found.get("magic", True))
    return FramingChoice(kind, PppSettings(lcp, found.get("echo", 0)))


def _kind(value: Any) -> str:
    if not isinstance(value, str) or value not in FRAMINGS:
        raise LabError(f"{quoted(value)} is no framing{did_you_mean(str(value), FRAMINGS)}")
    return value


def _accm(value: Any) -> int:
    """A map of 32 bits, such as ``"0x000a0000"``."""
    try:
        number = int(value, 0) if isinstance(value, str) else value
    except ValueError:
        number = None
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= MAX_ACCM:
        raise LabError(f'accm is a number of 32 bits, such as "0x000a0000", not {quoted(value)}')
    return number


def _echo(value: Any) -> int:
    interval_ns = duration_ns(value)
    if interval_ns <= 0:
        raise LabError(f"echo is the time between Echo-Requests, above 0, not {quoted(value)}; leave it out for none")
    return interval_ns


_PPP: Final = {"accm": _accm, "echo": _echo, **flags("pfc", "acfc", "magic")}
