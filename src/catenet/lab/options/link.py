"""Parses the options of links into the settings of channels and ports.

Each ``parse_`` function returns the parsed value of a text, number or table; it raises
:class:`~catenet.errors.LabError` or :class:`~catenet.kernel.quantity.QuantityError` (both are ValueErrors), which say
what would be right.  Scenario files and Python programs use the same functions.  Each option is parsed once: by the
schema of a file, or by the public methods in Python; internal code takes parsed values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quantity import (
    drift_ppm,
    duration_ns,
    length_m,
    rate_bit_s,
    ratio,
    size_bytes,
    snr_db,
    whole_number,
)
from catenet.kernel.quoting import quoted
from catenet.lab.model.geography import fibre_delay_ns
from catenet.lab.options.framing import parse_framing
from catenet.lab.options.ospf import parse_ospf_link
from catenet.lab.options.queue_disciplines import DisciplineChoice, is_discipline, parse_discipline
from catenet.link.queue import NO_LIMIT, DropTail, Queue
from catenet.physical.jitter import Jitter, Normal, Pareto, RecordedJitter, Uniform
from catenet.physical.loss import Bernoulli, GilbertElliott, Loss, RecordedLoss
from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.fading import Fading
from catenet.physical.phys.phy_base import Phy, ratio_of

LINK_RATE_BIT_S: Final = 1_000_000_000
LINK_DELAY_NS: Final = 1_000_000
ACCESS_RATE_BIT_S: Final = 1_000_000_000
ACCESS_DELAY_NS: Final = 100_000
LATE_NS: Final = 1_000_000
"""The default delay of reordered frames."""
FIDELITIES: Final = ("model", "signal")
QUEUE_FRAMES: Final = 1000
MTU: Final = 1500
MIN_MTU: Final = 1280
"""The minimum link MTU of IPv6 (RFC 8200 section 5)."""
MAX_MTU: Final = 65_535
MAX_COST: Final = (1 << 32) - 1
"""The maximum cost of a link: path costs stay within 64 bits."""
MAX_FRAMES: Final = 1_000_000_000
QUEUE_LIKE: Final = 'write its limit like "100 frames" or "64KiB", or the name of a discipline like "fq_codel"'
MIN_SHAPE: Final = 0.1
MAX_SHAPE: Final = 1000.0
"""The maximum shape of a Pareto distribution."""


@dataclass(frozen=True, slots=True)
class Reordering:
    """The ratio of reordered frames, and their additional delay."""

    share: float
    late_ns: int


@dataclass(frozen=True, slots=True)
class QueueLimit:
    """The limits of a drop-tail queue; 0 means no limit of that kind."""

    frames: int
    octets: int

    def make(self) -> Queue:
        """A new queue."""
        return DropTail(self.frames or NO_LIMIT, self.octets or NO_LIMIT)


def parse_rate(value: Any) -> int:
    """A rate, in bit/s."""
    return rate_bit_s(value)


def parse_delay(value: Any) -> int:
    """A delay, in nanoseconds."""
    return duration_ns(value)


def parse_length(value: Any) -> int:
    """A length, in metres."""
    return length_m(value)


def parse_ratio(value: Any) -> float:
    """A ratio from 0 to 1."""
    return ratio(value)


def parse_jitter(value: Any) -> Jitter | None:
    """Jitter: ``"2ms"`` (uniform, ± 2 ms), a model, or a table.

    Tables are ``{uniform = "2ms"}``, ``{normal = "1ms"}`` (standard deviation), ``{pareto = "1ms", shape = 2.5}``
    (scale; it only increases the delay) and ``{recorded = ["0.1ms", "3ms"]}`` (frame by frame, repeated).
    """
    if value is None or isinstance(value, Jitter):
        return value
    if isinstance(value, Mapping):
        kind = _one_of(value, {"uniform": (), "normal": (), "pareto": ("shape",), "recorded": ()}, "jitter")
        given = value[kind]
        if kind == "pareto":
            shape = _number(value.get("shape", 2.5), "the shape of the jitter", MIN_SHAPE, MAX_SHAPE)
            return Pareto(duration_ns(given), shape)
        if kind == "recorded":
            return RecordedJitter([duration_ns(entry) for entry in _series(given, "jitter")])
        return Normal(duration_ns(given)) if kind == "normal" else Uniform(duration_ns(given))
    spread_ns = duration_ns(value)
    return Uniform(spread_ns) if spread_ns else None


def parse_loss(value: Any) -> Loss | None:
    """Loss: ``"2%"`` (independent for each frame), a model, or a table.

    Tables are ``{random = "2%"}``, ``{burst = "1%", length = 10, loss = "100%", loss_between = "0%"}`` (the
    Gilbert-Elliott model: the probability that a burst begins after a frame, its mean length in frames, the loss ratios
    during and between bursts) and ``{recorded = [0, 0, 1]}`` (frame by frame, repeated; 1 is lost).
    """
    if value is None or isinstance(value, Loss):
        return value
    if isinstance(value, Mapping):
        kind = _one_of(value, {"random": (), "burst": ("length", "loss", "loss_between"), "recorded": ()}, "loss")
        if kind == "recorded":
            return RecordedLoss([_is_lost(entry) for entry in _series(value[kind], "loss")])
        if kind == "random":
            return Bernoulli(ratio(value[kind]))
        length = _number(value.get("length", 10), "the length of a burst, in frames,", 1, MAX_FRAMES)
        in_burst, between = ratio(value.get("loss", 1.0)), ratio(value.get("loss_between", 0.0))
        return GilbertElliott(ratio(value[kind]), 1.0 / length, in_burst, between)
    share = ratio(value)
    return Bernoulli(share) if share else None


def parse_reorder(value: Any) -> Reordering:
    """Reordering: ``"5%"`` (delayed by 1 ms), or ``{share = "5%", late = "4ms"}``."""
    if isinstance(value, Reordering):
        return value
    if isinstance(value, Mapping):
        _one_of(value, {"share": ("late",)}, "reorder")
        return Reordering(ratio(value["share"]), duration_ns(value["late"]) if "late" in value else LATE_NS)
    return Reordering(ratio(value), LATE_NS)


def parse_mtu(value: Any) -> int:
    """An MTU in octets, at least 1280."""
    mtu = size_bytes(value)
    if not MIN_MTU <= mtu <= MAX_MTU:
        raise LabError(
            f"an MTU of {quoted(value)} is out of range: it must lie between {MIN_MTU} (required by IPv6) and {MAX_MTU}"
        )
    return mtu


def parse_queue(value: Any) -> QueueLimit | DisciplineChoice:
    """A queue: its limit, or a discipline.

    Limits are ``100`` or ``"100 frames"``, ``"64KiB"``, or ``{frames = 100, octets = 65536}``: a queue is full when it
    reaches either.  Disciplines are names, ``{kind = "codel", target = "10ms"}``, or ``"codel target 10ms"``.
    """
    if isinstance(value, QueueLimit | DisciplineChoice):
        return value
    if (isinstance(value, str) and is_discipline(value)) or (isinstance(value, Mapping) and "kind" in value):
        return parse_discipline(value)
    if isinstance(value, Mapping):
        for key in value:
            if key not in ("frames", "octets"):
                raise LabError(f"unknown key {key!r} of a queue{did_you_mean(str(key), ('frames', 'octets'))}")
        limit = QueueLimit(_frames(value.get("frames", 0)), size_bytes(value.get("octets", 0)))
    elif isinstance(value, int) and not isinstance(value, bool):
        limit = QueueLimit(_frames(value), 0)
    elif isinstance(value, str) and (match := re.fullmatch(r"\s*([0-9]{1,10})\s*(?:frames?|packets?)\s*", value)):
        limit = QueueLimit(_frames(int(match[1])), 0)
    elif isinstance(value, str):
        try:
            limit = QueueLimit(0, size_bytes(value))
        except ValueError:
            raise LabError(f"{quoted(value)} is not a queue; {QUEUE_LIKE}") from None
    else:
        raise LabError(f"{quoted(value)} is not a queue; {QUEUE_LIKE}")
    if limit.frames < 1 and limit.octets < 1:
        raise LabError(f"a queue of {quoted(value)} holds nothing; give it at least one frame")
    return limit


def parse_cost(value: Any) -> int:
    """A whole number from 1 to ``MAX_COST``."""
    return whole_number(value, "a cost", 1, MAX_COST)


def parse_snr(value: Any) -> float:
    """A signal-to-noise ratio, in decibels."""
    return snr_db(value)


def parse_phy(value: Any) -> Phy:
    """The name of a PHY of :mod:`~catenet.physical.phys.catalogue`, such as ``"10gbase-r"``."""
    if isinstance(value, Phy):
        return value
    if not isinstance(value, str) or value not in PHYS:
        raise LabError(f"{quoted(value)} is no PHY{did_you_mean(str(value), PHYS)}; there are {', '.join(PHYS)}")
    return PHYS[value]


def parse_fading(value: Any) -> Fading | None:
    """``"none"``, ``"rayleigh"``, or ``{rician = "6dB"}`` with the K factor."""
    if isinstance(value, Fading) or value == "none":
        return value if isinstance(value, Fading) else None
    if value == "rayleigh":
        return Fading()
    if isinstance(value, Mapping):
        _one_of(value, {"rician": ()}, "fading")
        return Fading(ratio_of(snr_db(value["rician"])))
    raise LabError(
        f"{quoted(value)} is no fading of a link; write 'none', 'rayleigh', or a table with a K factor such as "
        '{ rician = "6dB" }'
    )


def parse_clock_drift(value: Any) -> float:
    """Parts per million."""
    return drift_ppm(value)


def parse_fidelity(value: Any) -> str:
    """``"model"`` or ``"signal"``."""
    if value not in FIDELITIES:
        raise LabError(f"{quoted(value)} is no fidelity of a link; write {' or '.join(map(repr, FIDELITIES))}")
    return str(value)


def parse_back(value: Any) -> dict[str, Any]:
    """A table of options that differ in the direction from the second end to the first."""
    if not isinstance(value, Mapping) or not value:
        raise LabError(
            f'{quoted(value)} is not a table of options for the reverse direction, such as {{ rate = "1Mbit/s" }}'
        )
    return parse_options(value, DIRECTION, "the way back")


def parse_link_back(value: Any) -> dict[str, Any]:
    """The same for a declaration, in which the reverse direction may also have its own length and cost."""
    if not isinstance(value, Mapping) or not value:
        raise LabError(
            f'{quoted(value)} is not a table of options for the reverse direction, such as {{ rate = "1Mbit/s" }}'
        )
    parsed = parse_options(value, LINK_DIRECTION, "the way back")
    if "length" in parsed:
        if "delay" in parsed:
            raise LabError("the reverse direction: delay and length are both given; remove one")
        parsed["delay"] = fibre_delay_ns(parsed.pop("length"))
    return parsed


DIRECTION: Final[dict[str, Callable[[Any], Any]]] = {
    "rate": parse_rate,
    "delay": parse_delay,
    "jitter": parse_jitter,
    "loss": parse_loss,
    "reorder": parse_reorder,
    "duplicate": parse_ratio,
    "bit_errors": parse_ratio,
    "snr": parse_snr,
    "fading": parse_fading,
    "clock_drift": parse_clock_drift,
    "queue": parse_queue,
}
"""The options of each direction."""

CHANGEABLE: Final[dict[str, Callable[[Any], Any]]] = {
    **DIRECTION,
    "mtu": parse_mtu,
    "fidelity": parse_fidelity,
    "back": parse_back,
}
"""The options that may change during a run."""

LINK_DIRECTION: Final[dict[str, Callable[[Any], Any]]] = {
    **DIRECTION,
    "length": parse_length,
    "cost": parse_cost,
}
"""The options of each direction in a declaration."""

LINK_OPTIONS: Final[dict[str, Callable[[Any], Any]]] = {
    **CHANGEABLE,
    "back": parse_link_back,
    "phy": parse_phy,
    "length": parse_length,
    "cost": parse_cost,
    "framing": parse_framing,
    "ospf": parse_ospf_link,
}
"""All options of a link."""


def parse_options(given: Mapping[str, Any], known: Mapping[str, Callable[[Any], Any]], owner: str) -> dict[str, Any]:
    """The parsed options by name; None means that an option is absent.  Errors name the link and the option."""
    parsed: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known:
            raise LabError(f"{owner}: unknown option {key!r}{did_you_mean(key, known)}")
        if value is None:
            continue
        try:
            parsed[key] = known[key](value)
        except (ValueError, TypeError) as error:
            raise LabError(f"{owner}: {key}: {error}") from error
    return parsed


def _one_of(table: Mapping[str, Any], kinds: Mapping[str, Sequence[str]], what: str) -> str:
    """The kind that a table names; raises for several kinds, and for keys of another kind."""
    named = [kind for kind in kinds if kind in table]
    if not named:
        known = (*kinds, *(key for keys in kinds.values() for key in keys))
        for key in table:
            if key not in known:
                raise LabError(f"unknown key {key!r} of {what}{did_you_mean(str(key), known)}")
    if len(named) != 1:
        raise LabError(
            f"a {what} table needs exactly one of {', '.join(kinds)}; it has {', '.join(table) or 'nothing'}"
        )
    for key in table:
        if key != named[0] and key not in kinds[named[0]]:
            raise LabError(f"unknown key {key!r} of {what}{did_you_mean(str(key), (named[0], *kinds[named[0]]))}")
    return named[0]


def _series(value: Any, what: str) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        raise LabError(f"recorded {what} is a list with at least one entry, not {quoted(value)}")
    return value


def _number(value: Any, what: str, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise LabError(f"{what} is a number from {least:g} to {most:g}, not {quoted(value)}")
    return float(value)


def _frames(value: Any) -> int:
    return whole_number(value, "the limit of a queue in frames", 0, MAX_FRAMES)


def _is_lost(entry: Any) -> bool:
    if entry not in (0, 1) or not isinstance(entry, int):
        raise LabError(f"recorded loss is a list of 0 and 1, where 1 is lost; {quoted(entry)} is neither")
    return bool(entry)
