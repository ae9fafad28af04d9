"""What may be chosen for RIP: for one router."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from catenet.errors import LabError, named
from catenet.host.routing.redistribution import Terms
from catenet.kernel.quantity import duration_ns, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.options.network_statements import NetworkStatements, parse_networks_of
from catenet.lab.options.redistribution import Limits, parse_redistribute
from catenet.lab.options.types import RipTable, options_of
from catenet.lab.options.values import check_known, flag, link_names
from catenet.network.routing.rip.authentication import MD5, Key
from catenet.network.routing.rip.message import INFINITY
from catenet.network.routing.rip.settings import RipSettings

RIP_OPTIONS: Final = options_of(RipTable)
RIP_TERMS: Final = Limits(metric=1, least_metric=1, most_metric=INFINITY - 1, most_tag=0xFFFF)
_FLAGS: Final = ("split_horizon", "poison_reverse", "triggered")
MOST_PATHS: Final = 1024
_DURATIONS: Final = ("update", "jitter", "timeout", "garbage")


class RipOptions(NamedTuple):
    """The options of one router's RIP, parsed."""

    settings: RipSettings
    key: Key | None
    passive: tuple[str, ...]
    redistribute: dict[int, Terms]
    """By the administrative distance of what is redistributed."""
    networks: NetworkStatements


def parse_rip_options(given: Mapping[str, Any], owner: str) -> RipOptions:
    """Options as people write them; raises :class:`LabError` with what is right.

    ``update`` (30 s), ``jitter`` (a sixth of it, earlier or later), ``timeout`` (180 s), ``garbage`` (120 s);
    ``split_horizon`` (yes), ``poison_reverse`` (no), ``triggered`` (yes), ``hold`` (two times between which the pause
    after a triggered update is drawn, 1 s and 5 s), ``paths`` (1: ways of equal cost that are kept);
    ``authentication`` (``"plain"``, ``"md5"``, ``"hmac-sha-256"`` ...; md5 if only the key is given), ``key``,
    ``key_id`` (1); ``passive`` (names of links or neighbours to which nothing is said); ``networks``
    (:mod:`~catenet.lab.options.network_statements`: those of the links that it is spoken on and told of);
    ``redistribute`` (:mod:`~catenet.lab.options.redistribution`; ``"connected"``, ``"static"``, ``"ospf"``; with
    ``metric``, 1, ``tag`` and ``except_tags``), ``tag`` of what is redistributed and has none of its own (0);
    ``redistribute_static`` is short for ``redistribute = ["static"]``.
    """
    check_known(given, RIP_OPTIONS, owner)
    try:
        return RipOptions(
            _settings(given),
            _key(given),
            link_names(given.get("passive", ())),
            _redistributed(given),
            parse_networks_of(given.get("networks")),
        )
    except ValueError as error:
        raise LabError(f"{owner}: {error}") from error


def _settings(given: Mapping[str, Any]) -> RipSettings:
    times: dict[str, Any] = {
        f"{name}_ns": named(duration_ns, given[name], name) for name in _DURATIONS if name in given
    }
    if "update" in given and "jitter" not in given:
        times["jitter_ns"] = times["update_ns"] // 6
    if "hold" in given:
        hold = given["hold"]
        if isinstance(hold, str) or not isinstance(hold, Sequence) or len(hold) != 2:
            raise LabError(f'hold is two times, the shorter first, like ["1s", "5s"], not {quoted(hold)}')
        times["hold_low_ns"], times["hold_high_ns"] = (named(duration_ns, time, "hold") for time in hold)
    flags = {name: flag(given[name], name) for name in _FLAGS if name in given}
    if flags.get("poison_reverse") and not flags.get("split_horizon", True):
        raise LabError("poison_reverse is a kind of split horizon; leave split_horizon on")
    paths = whole_number(given.get("paths", 1), "paths", 1, MOST_PATHS)
    return RipSettings(**times, **flags, most_paths=paths)


def _key(given: Mapping[str, Any]) -> Key | None:
    secret = given.get("key")
    if secret is None:
        if "authentication" in given or "key_id" in given:
            raise LabError('authentication needs a key, like key = "secret"')
        return None
    return Key(
        str(given.get("authentication", MD5)),
        str(secret).encode(),
        whole_number(given.get("key_id", 1), "key_id", 0, 0xFF),
    )


def _redistributed(given: Mapping[str, Any]) -> dict[int, Terms]:
    tag = whole_number(given.get("tag", 0), "tag", 0, RIP_TERMS.most_tag)
    tagged = tag if "tag" in given else None
    found = parse_redistribute(given.get("redistribute", ()), "rip", RIP_TERMS, tagged)
    if given.get("redistribute_static"):
        found = {**parse_redistribute(["static"], "rip", RIP_TERMS, tagged), **found}
    return found
