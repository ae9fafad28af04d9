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
from catenet.link.queue import NO_LIMIT, DropTail, Queue
from catenet.link.queues.classes import Classifier
from catenet.link.queues.codel import CodelQueue
from catenet.link.queues.control.codel import NEVER_NS, CodelParameters
from catenet.link.queues.control.pie import PieControl
from catenet.link.queues.drr import Drr
from catenet.link.queues.fq_codel import FqCodel
from catenet.link.queues.pie import Pie
from catenet.link.queues.prio import PRIOMAP, Prio
from catenet.link.queues.red import Red, RedParameters
from catenet.link.queues.token_bucket import Bucket, TokenBucket
from catenet.link.queues.wfq import Wfq

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
        return _DISCIPLINES[self.kind].make(dict(self.parameters))


@dataclass(frozen=True, slots=True)
class _Discipline:
    """The parsers of the parameters, their defaults, and the function that makes the queue."""

    parsers: Mapping[str, Callable[[Any], Any]]
    make: Callable[[Given], Queue]
    defaults: Mapping[str, Any]


def parse_discipline(value: str | Mapping[str, Any]) -> DisciplineChoice:
    """Parse a discipline: a name, the syntax of ``tc``, or a table with ``kind``.

    Raises LabError for an unknown name or parameter, and for an invalid combination of parameters.
    """
    given = _words(value) if isinstance(value, str) else dict(value)
    kind = given.pop("kind")
    if not isinstance(kind, str) or kind not in _DISCIPLINES:
        raise LabError(
            f"unknown queue discipline {quoted(kind)} (of a drop-tail queue, write its limit like "
            f'"100 frames" or "64KiB"){did_you_mean(str(kind), _DISCIPLINES)}'
        )
    discipline = _DISCIPLINES[kind]
    parsed = dict(discipline.defaults)
    for key, one in given.items():
        if key not in discipline.parsers:
            raise LabError(f"unknown parameter {key!r} of {kind}{did_you_mean(str(key), discipline.parsers)}")
        parsed[key] = named(discipline.parsers[key], one, f"{kind} {key}")
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
    parsers = _DISCIPLINES[kind].parsers if kind in _DISCIPLINES else {}
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


# -- disciplines


def _red(given: Given) -> Queue:
    """Missing parameters are derived from the others, as in ``tc``."""
    limit, avpkt = given["limit"], given["avpkt"]
    least, most = given.get("min"), given.get("max")
    most = most or (3 * least if least else limit // 4)
    least = least or most // 3
    burst = given.get("burst") or max(1, -(-(2 * least + most) // (3 * avpkt)))
    flags = {key: given[key] for key in ("ecn", "harddrop", "nodrop", "adaptive", "gentle") if key in given}
    return Red(
        RedParameters(limit, least, most, avpkt, burst, given["probability"], given["bandwidth"], **flags),
    )


def _codel_parameters(given: Given) -> CodelParameters:
    return CodelParameters(given["target"], given["interval"], given["ecn"], given.get("ce_threshold", NEVER_NS))


def _fq_codel(given: Given) -> Queue:
    return FqCodel(
        _codel_parameters(given),
        given["limit"],
        given["flows"],
        given["quantum"],
        given["memory_limit"],
        given["drop_batch"],
    )


def _pie(given: Given) -> Queue:
    control = PieControl(given["target"], given["tupdate"], given["alpha"] / 16, given["beta"] / 16)
    return Pie(control, given["limit"], given["ecn"], given["bytemode"])


def _tbf(given: Given) -> Queue:
    for key in ("rate", "burst"):
        if key not in given:
            raise LabError(f'{key} is needed, as in "tbf rate 1Mbit/s burst 10kB latency 50ms"')
    if ("limit" in given) == ("latency" in given):
        raise LabError("either limit or latency is needed, and not both")
    if ("peakrate" in given) != ("mtu" in given):
        raise LabError("peakrate and mtu go together; give both or neither")
    rate, burst, limit = given["rate"], given["burst"], given.get("limit")
    peak = Bucket(given["peakrate"], given["mtu"]) if "peakrate" in given else None
    if peak is not None and given["peakrate"] <= rate:
        raise LabError("peakrate must be above rate")
    if limit is None:
        seconds = given["latency"] / 1e9
        limit = int(rate * seconds / 8) + burst
        if peak is not None:
            limit = min(limit, int(given["peakrate"] * seconds / 8) + given["mtu"])
    return TokenBucket(Bucket(rate, burst), limit, peak)


def _prio(given: Given) -> Queue:
    bands, priomap = given["bands"], given["priomap"]
    if max(priomap) >= bands:
        raise LabError(f"priomap names band {max(priomap)}, and the last of {bands} bands is {bands - 1}")
    return Prio(bands, priomap, given["limit"])


def _drr(given: Given) -> Queue:
    classifier = Classifier(given.get("classes", ()), given["flows"])
    return Drr(classifier, given["quantum"], given["limit"])


def _wfq(given: Given) -> Queue:
    return Wfq(Classifier(given.get("classes", ()), given["flows"]), given["limit"])


_FLOWS: Final = _whole("a number of flows", 1, MAX_FLOWS)
_CODEL: Final[dict[str, Callable[[Any], Any]]] = {
    "limit": _frames,
    "target": _time,
    "interval": _time,
    "ecn": _flag,
    "ce_threshold": duration_ns,
}
_DISCIPLINES: Final[dict[str, _Discipline]] = {
    "pfifo": _Discipline({"limit": _frames}, lambda given: DropTail(given["limit"]), {"limit": 1000}),
    "bfifo": _Discipline(
        {"limit": _bytes}, lambda given: DropTail(NO_LIMIT, given["limit"]), {"limit": 1000 * (1500 + 18)}
    ),
    "red": _Discipline(
        {
            **dict.fromkeys(("limit", "min", "max", "avpkt"), _bytes),
            "burst": _whole("a burst in frames", 1, MAX_FRAMES),
            "probability": _probability,
            "bandwidth": rate_bit_s,
            **dict.fromkeys(("ecn", "harddrop", "nodrop", "adaptive", "gentle"), _flag),
        },
        _red,
        {"limit": 400_000, "avpkt": 1000, "probability": 0.02, "bandwidth": 10_000_000},
    ),
    "codel": _Discipline(
        _CODEL,
        lambda given: CodelQueue(_codel_parameters(given), given["limit"]),
        {"limit": 1000, "target": 5_000_000, "interval": 100_000_000, "ecn": False},
    ),
    "fq_codel": _Discipline(
        {**_CODEL, "flows": _FLOWS, "quantum": _quantum, "memory_limit": _bytes, "drop_batch": _frames},
        _fq_codel,
        {
            "limit": 10_240,
            "flows": 1024,
            "target": 5_000_000,
            "interval": 100_000_000,
            "quantum": 1514,
            "ecn": True,
            "memory_limit": 32 << 20,
            "drop_batch": 64,
        },
    ),
    "pie": _Discipline(
        {
            "limit": _frames,
            "target": _time,
            "tupdate": _time,
            "alpha": _gain,
            "beta": _gain,
            "ecn": _flag,
            "bytemode": _flag,
        },
        _pie,
        {
            "limit": 1000,
            "target": 15_000_000,
            "tupdate": 15_000_000,
            "alpha": 2.0,
            "beta": 20.0,
            "ecn": False,
            "bytemode": False,
        },
    ),
    "tbf": _Discipline(
        {
            "rate": rate_bit_s,
            "burst": _bytes,
            "limit": _bytes,
            "latency": duration_ns,
            "peakrate": rate_bit_s,
            "mtu": _bytes,
        },
        _tbf,
        {},
    ),
    "drr": _Discipline(
        {"quantum": _quantum, "limit": _frames, "flows": _FLOWS, "classes": parse_classes("quantum", _quantum, 1514)},
        _drr,
        {"quantum": 1514, "limit": 1000, "flows": 1024},
    ),
    "prio": _Discipline(
        {"bands": _whole("a number of bands", 2, PRIORITIES), "priomap": _priomap, "limit": _frames},
        _prio,
        {"bands": 3, "priomap": PRIOMAP, "limit": 1000},
    ),
    "wfq": _Discipline(
        {
            "limit": _frames,
            "flows": _FLOWS,
            "classes": parse_classes("weight", _whole("a weight", 1, 1_000_000), 1),
        },
        _wfq,
        {"limit": 1000, "flows": 1024},
    ),
}
