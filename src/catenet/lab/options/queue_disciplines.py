"""The queue disciplines of the link option ``queue``, with the parameters, units and defaults of Linux.

A discipline is written as a name (``"codel"``), as a table with its parameters
(``{kind = "codel", target = "10ms"}``), or in the syntax of ``tc`` (``"codel target 10ms ecn"``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from catenet.errors import LabError, did_you_mean, named
from catenet.kernel.quantity import duration_ns, rate_bit_s, ratio, size_bytes, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.options.queue_classes import parse_classes
from catenet.link.queue import Queue
from catenet.link.queues.registry import DISCIPLINES, make_queue

MAX_FRAMES: Final = 1_000_000_000
MIN_QUANTUM: Final = 64
MAX_FLOWS: Final = 65_536
PRIORITIES: Final = 16

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DisciplineChoice:
    """A discipline and its parameters, parsed.  Each port needs a queue of its own."""

    kind: str
    parameters: tuple[tuple[str, Any], ...]

    def make(self) -> Queue:
        """A fresh queue."""
        return make_queue(self.kind, dict(self.parameters))


def parse_discipline(value: str | Mapping[str, Any]) -> DisciplineChoice:
    """Parse a discipline: a name, the syntax of ``tc``, or a table with ``kind``.

    Raises LabError for an unknown name or parameter, and for an invalid combination of parameters.
    """
    given = _words(value) if isinstance(value, str) else dict(value)
    kind = given.pop("kind")
    if not isinstance(kind, str) or kind not in PARSERS:
        raise LabError(
            f"unknown queue discipline {quoted(kind)} (of a drop-tail queue, write its limit like "
            f'"100 frames" or "64KiB"){did_you_mean(str(kind), PARSERS)}'
        )
    parsers = PARSERS[kind]
    parsed = dict(DISCIPLINES[kind].defaults)
    for key, one in given.items():
        if key not in parsers:
            raise LabError(f"unknown parameter {key!r} of {kind}{did_you_mean(str(key), parsers)}")
        parsed[key] = named(parsers[key], one, f"{kind} {key}")
    choice = DisciplineChoice(kind, tuple(parsed.items()))
    named(lambda _: choice.make(), None, kind)
    return choice


def is_discipline(text: str) -> bool:
    """Whether a text begins like the name of a discipline, with a letter."""
    return text.lstrip()[:1].isalpha()


def _words(text: str) -> Given:
    """Parse the syntax of ``tc``: a name, then flags, and parameters with their values."""
    kind, *words = text.split()
    given: Given = {"kind": kind}
    parsers = PARSERS.get(kind, {})
    while words:
        word = words.pop(0)
        on = word.removeprefix("no") if word not in parsers else word
        if parsers.get(on) is _flag:
            given[on] = on == word
        elif not words:
            raise LabError(f"{kind} {word} needs a value" if word in parsers else _unknown(kind, word, parsers))
        else:
            given[word] = _number(words.pop(0))
    return given


def _unknown(kind: str, word: str, parsers: Mapping[str, Any]) -> str:
    return f"unknown parameter {word!r} of {kind}{did_you_mean(word, parsers)}"


def _number(word: str) -> int | float | str:
    """A word of ``tc``, converted to a number if it is one."""
    if word.isdecimal() and len(word) < 20:
        return int(word)
    try:
        return float(word) if len(word) < 40 and word.replace(".", "").isdecimal() else word
    except ValueError:
        return word


# -- parsers of single parameters


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise LabError(f"true or false is needed, not {quoted(value)}")
    return value


def _whole(what: str, least: int, most: int) -> Callable[[Any], int]:
    return lambda value: whole_number(value, what, least, most)


def _frames(value: Any) -> int:
    return whole_number(value, "a limit in frames", 1, MAX_FRAMES)


def _bytes(value: Any) -> int:
    size = size_bytes(value)
    if size < 1:
        raise LabError(f"{quoted(value)} is no size; it must be above 0 bytes")
    return size


def _quantum(value: Any) -> int:
    size = size_bytes(value)
    if size < MIN_QUANTUM:
        raise LabError(f"a quantum of {quoted(value)} is too small; it must be at least {MIN_QUANTUM} bytes")
    return size


def _time(value: Any) -> int:
    time_ns = duration_ns(value)
    if time_ns < 1:
        raise LabError(f"{quoted(value)} is no duration here; it must be above 0")
    return time_ns


def _gain(value: Any) -> float:
    """PIE's alpha and beta, in sixteenths of a hertz."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 32:
        raise LabError(f"a number from 0 to 32 is needed, not {quoted(value)}")
    return float(value)


def _probability(value: Any) -> float:
    share = ratio(value)
    if share <= 0.0:
        raise LabError("it must be above 0")
    return share


def _priomap(value: Any) -> tuple[int, ...]:
    if isinstance(value, str) or not isinstance(value, list | tuple) or len(value) != PRIORITIES:
        raise LabError(f"a list of {PRIORITIES} bands is needed, one for each priority, not {quoted(value)}")
    return tuple(whole_number(band, "a band", 0, PRIORITIES - 1) for band in value)


_FLOWS: Final = _whole("a number of flows", 1, MAX_FLOWS)
_CODEL: Final[dict[str, Callable[[Any], Any]]] = {
    "limit": _frames,
    "target": _time,
    "interval": _time,
    "ecn": _flag,
    "ce_threshold": duration_ns,
}
PARSERS: Final[Mapping[str, Mapping[str, Callable[[Any], Any]]]] = {
    "pfifo": {"limit": _frames},
    "bfifo": {"limit": _bytes},
    "red": {
        **dict.fromkeys(("limit", "min", "max", "avpkt"), _bytes),
        "burst": _whole("a burst in frames", 1, MAX_FRAMES),
        "probability": _probability,
        "bandwidth": rate_bit_s,
        **dict.fromkeys(("ecn", "harddrop", "nodrop", "adaptive", "gentle"), _flag),
    },
    "codel": _CODEL,
    "fq_codel": {**_CODEL, "flows": _FLOWS, "quantum": _quantum, "memory_limit": _bytes, "drop_batch": _frames},
    "pie": {
        "limit": _frames,
        "target": _time,
        "tupdate": _time,
        "alpha": _gain,
        "beta": _gain,
        "ecn": _flag,
        "bytemode": _flag,
    },
    "tbf": {
        "rate": rate_bit_s,
        "burst": _bytes,
        "limit": _bytes,
        "latency": duration_ns,
        "peakrate": rate_bit_s,
        "mtu": _bytes,
    },
    "drr": {
        "quantum": _quantum,
        "limit": _frames,
        "flows": _FLOWS,
        "classes": parse_classes("quantum", _quantum, 1514),
    },
    "prio": {"bands": _whole("a number of bands", 2, PRIORITIES), "priomap": _priomap, "limit": _frames},
    "wfq": {"limit": _frames, "flows": _FLOWS, "classes": parse_classes("weight", _whole("a weight", 1, 1_000_000), 1)},
}
"""The parsers of the parameters of each discipline in :data:`~catenet.link.queues.registry.DISCIPLINES`."""
