"""The options of RIP, for one router."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from catenet.errors import LabError, named
from catenet.host.routing.redistribution import Terms
from catenet.kernel.quantity import duration_ns, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.options.network_statements import NetworkStatements, parse_networks_of
from catenet.lab.options.option_tables import Parsers, as_given, durations, flags, link_names, parse_table
from catenet.lab.options.redistribution import Limits, parse_redistribute
from catenet.network.forwarding import route_selection as distances
from catenet.network.routing.rip.authentication import MD5, Key
from catenet.network.routing.rip.message import INFINITY
from catenet.network.routing.rip.settings import RipSettings

RIP_TERMS: Final = Limits(metric=1, min_metric=1, max_metric=INFINITY - 1, max_tag=0xFFFF)
MAX_PATHS: Final = 1024
_DURATIONS: Final = ("update", "jitter", "timeout", "garbage")
_FLAGS: Final = ("split_horizon", "poison_reverse", "triggered")


class RipOptions(NamedTuple):
    """The options of one router's RIP, parsed."""

    settings: RipSettings
    key: Key | None
    passive: tuple[str, ...]
    redistribute: dict[int, Terms]
    """By the administrative distance of the redistributed source."""
    networks: NetworkStatements


def parse_rip(given: Any, owner: str) -> dict[str, Any]:
    """Parse the options of a router, each by itself.  Raises :class:`LabError`.

    ``update`` (30 s), ``jitter`` (± a sixth of it), ``timeout`` (180 s), ``garbage`` (120 s); ``split_horizon`` (true),
    ``poison_reverse`` (false), ``triggered`` (true), ``hold`` (the bounds of the random hold-off after a triggered
    update, 1 s and 5 s), ``paths`` (the maximum number of equal-cost paths, 1); ``authentication`` (``"plain"``,
    ``"md5"``, ``"hmac-sha-256"`` ...; md5 if only the key is given), ``key``, ``key_id`` (1); ``passive`` (names of
    links or neighbours to which nothing is sent); ``networks`` (:mod:`~catenet.lab.options.network_statements`: the
    networks of the links on which it runs); ``redistribute`` (:mod:`~catenet.lab.options.redistribution`:
    ``"connected"``, ``"static"``, ``"ospf"``, with ``metric``, 1, ``tag`` and ``except_tags``), ``tag`` of
    redistributed routes without a tag of their own (0); ``redistribute_static`` is short for
    ``redistribute = ["static"]``.
    """
    return parse_table(given, RIP_PARSERS, owner)


def rip_options(parsed: Mapping[str, Any], owner: str) -> RipOptions:
    """The options of one router, from merged results of :func:`parse_rip`.  Raises :class:`LabError`."""
    try:
        return RipOptions(
            _settings(parsed),
            _key(parsed),
            parsed.get("passive", ()),
            _redistributed(parsed),
            parsed.get("networks", NetworkStatements()),
        )
    except ValueError as error:
        raise LabError(f"{owner}: {error}") from error


def _settings(parsed: Mapping[str, Any]) -> RipSettings:
    times: dict[str, Any] = {f"{name}_ns": parsed[name] for name in _DURATIONS if name in parsed}
    if "update" in parsed and "jitter" not in parsed:
        times["jitter_ns"] = times["update_ns"] // 6
    if "hold" in parsed:
        times["hold_low_ns"], times["hold_high_ns"] = parsed["hold"]
    chosen = {name: parsed[name] for name in _FLAGS if name in parsed}
    if chosen.get("poison_reverse") and not chosen.get("split_horizon", True):
        raise LabError("poison_reverse is a kind of split horizon; leave split_horizon on")
    return RipSettings(**times, **chosen, max_paths=parsed.get("paths", 1))


def _key(parsed: Mapping[str, Any]) -> Key | None:
    secret = parsed.get("key")
    if secret is None:
        if "authentication" in parsed or "key_id" in parsed:
            raise LabError('authentication needs a key, like key = "secret"')
        return None
    return Key(str(parsed.get("authentication", MD5)), str(secret).encode(), parsed.get("key_id", 1))


def _redistributed(parsed: Mapping[str, Any]) -> dict[int, Terms]:
    """The terms by source; ``tag`` is the default for sources without one of their own."""
    stated: dict[int, Terms] = parsed.get("redistribute", {})
    if parsed.get("redistribute_static"):
        stated = {distances.STATIC: Terms(RIP_TERMS.metric), **stated}
    tag = parsed.get("tag")
    return {source: terms if terms.tag is not None else terms._replace(tag=tag) for source, terms in stated.items()}


def _hold(given: Any) -> tuple[int, int]:
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != 2:
        raise LabError(f'hold is two times, the shorter first, like ["1s", "5s"], not {quoted(given)}')
    low_ns, high_ns = (named(duration_ns, time, "hold") for time in given)
    return low_ns, high_ns


RIP_PARSERS: Final[Parsers] = {
    **durations(*_DURATIONS),
    **flags(*_FLAGS, "redistribute_static"),
    "hold": _hold,
    "paths": partial(whole_number, what="paths", least=1, most=MAX_PATHS),
    "authentication": as_given,
    "key": as_given,
    "key_id": partial(whole_number, what="key_id", least=0, most=0xFF),
    "passive": link_names,
    "networks": parse_networks_of,
    "redistribute": partial(parse_redistribute, into="rip", limits=RIP_TERMS),
    "tag": partial(whole_number, what="tag", least=0, most=RIP_TERMS.max_tag),
}
"""The parser of each option of RIP."""
