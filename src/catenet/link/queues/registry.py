"""Queue disciplines by the names of ``tc``: what makes each from its parameters, and their defaults, those of Linux.

A new discipline is added to :data:`DISCIPLINES`; :mod:`catenet.lab.options.queue_disciplines` parses its parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

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

Given = Mapping[str, Any]
"""Parameters, parsed: times in nanoseconds, sizes in octets, rates in bit/s, gains of PIE in sixteenths of a hertz."""


class RegisteredDiscipline(NamedTuple):
    """``make`` makes a queue from all parameters; it raises ValueError for an invalid combination."""

    make: Callable[[Given], Queue]
    defaults: Given


def make_queue(name: str, parameters: Given) -> Queue:
    """A fresh queue of a registered discipline."""
    return DISCIPLINES[name].make(parameters)


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


def _codel(given: Given) -> Queue:
    return CodelQueue(_codel_parameters(given), given["limit"])


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
            raise ValueError(f'{key} is needed, as in "tbf rate 1Mbit/s burst 10kB latency 50ms"')
    if ("limit" in given) == ("latency" in given):
        raise ValueError("either limit or latency is needed, and not both")
    if ("peakrate" in given) != ("mtu" in given):
        raise ValueError("peakrate and mtu go together; give both or neither")
    rate, burst, limit = given["rate"], given["burst"], given.get("limit")
    peak = Bucket(given["peakrate"], given["mtu"]) if "peakrate" in given else None
    if peak is not None and given["peakrate"] <= rate:
        raise ValueError("peakrate must be above rate")
    if limit is None:
        seconds = given["latency"] / 1e9
        limit = int(rate * seconds / 8) + burst
        if peak is not None:
            limit = min(limit, int(given["peakrate"] * seconds / 8) + given["mtu"])
    return TokenBucket(Bucket(rate, burst), limit, peak)


def _prio(given: Given) -> Queue:
    bands, priomap = given["bands"], given["priomap"]
    if max(priomap) >= bands:
        raise ValueError(f"priomap names band {max(priomap)}, and the last of {bands} bands is {bands - 1}")
    return Prio(bands, priomap, given["limit"])


def _drr(given: Given) -> Queue:
    classifier = Classifier(given.get("classes", ()), given["flows"])
    return Drr(classifier, given["quantum"], given["limit"])


def _wfq(given: Given) -> Queue:
    return Wfq(Classifier(given.get("classes", ()), given["flows"]), given["limit"])


DISCIPLINES: Final[Mapping[str, RegisteredDiscipline]] = {
    "pfifo": RegisteredDiscipline(lambda given: DropTail(given["limit"]), {"limit": 1000}),
    "bfifo": RegisteredDiscipline(lambda given: DropTail(NO_LIMIT, given["limit"]), {"limit": 1000 * (1500 + 18)}),
    "red": RegisteredDiscipline(_red, {"limit": 400_000, "avpkt": 1000, "probability": 0.02, "bandwidth": 10_000_000}),
    "codel": RegisteredDiscipline(_codel, {"limit": 1000, "target": 5_000_000, "interval": 100_000_000, "ecn": False}),
    "fq_codel": RegisteredDiscipline(
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
    "pie": RegisteredDiscipline(
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
    "tbf": RegisteredDiscipline(_tbf, {}),
    "drr": RegisteredDiscipline(_drr, {"quantum": 1514, "limit": 1000, "flows": 1024}),
    "prio": RegisteredDiscipline(_prio, {"bands": 3, "priomap": PRIOMAP, "limit": 1000}),
    "wfq": RegisteredDiscipline(_wfq, {"limit": 1000, "flows": 1024}),
}
"""By the name of ``tc``."""
