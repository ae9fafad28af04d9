"""Routers that find their routes by RIPv2: what may be chosen for them, and making their daemons.

A router speaks RIP on all its links, or on those in its ``networks``.  A link's ``cost``, where it is given, is the
metric of its interfaces (1 to 15; otherwise 1).  On links that lead to a host only, it says nothing.  RIPv2 is a
protocol of IPv4: an IPv6 route is not made here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from catenet.errors import LabError, did_you_mean, named
from catenet.host.routing.redistribution import Redistribution, RouteGiver, Terms
from catenet.host.routing.rip import RipDaemon, RipTaker
from catenet.kernel.kernel import Kernel
from catenet.kernel.quantity import duration_ns, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.model.nodes import End, HostNode, Router
from catenet.lab.model.registry import Registry
from catenet.lab.options.network_statements import NetworkStatements, parse_networks_of
from catenet.lab.options.redistribution import Limits, parse_redistribute
from catenet.lab.options.types import RipTable, options_of
from catenet.lab.routing.protocols import check_links, check_used, is_spoken
from catenet.network.routing.rip.authentication import MD5, Key
from catenet.network.routing.rip.message import INFINITY
from catenet.network.routing.rip.settings import RipInterface, RipSettings

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
    for name in given:
        if name not in RIP_OPTIONS:
            raise LabError(f"{owner}: there is no option {name!r}{did_you_mean(name, RIP_OPTIONS)}")
    try:
        return RipOptions(_settings(given), _key(given), _names(given), _redistributed(given), _networks(given))
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
    flags = {name: _flag(given[name], name) for name in _FLAGS if name in given}
    if flags.get("poison_reverse") and not flags.get("split_horizon", True):
        raise LabError("poison_reverse is a kind of split horizon; leave split_horizon on")
    paths = whole_number(given.get("paths", 1), "paths", 1, MOST_PATHS)
    return RipSettings(**times, **flags, most_paths=paths)


def _flag(given: Any, what: str) -> bool:
    if not isinstance(given, bool):
        raise LabError(f"{what} is true or false, not {quoted(given)}")
    return given


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


def _names(given: Mapping[str, Any]) -> tuple[str, ...]:
    names = given.get("passive", ())
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise LabError(f'passive is a list of names of links or neighbours, like ["paris"], not {quoted(names)}')
    return tuple(str(name) for name in names)


def _networks(given: Mapping[str, Any]) -> NetworkStatements:
    return parse_networks_of(given.get("networks"))


def _redistributed(given: Mapping[str, Any]) -> dict[int, Terms]:
    tag = whole_number(given.get("tag", 0), "tag", 0, RIP_TERMS.most_tag)
    tagged = tag if "tag" in given else None
    found = parse_redistribute(given.get("redistribute", ()), "rip", RIP_TERMS, tagged)
    if given.get("redistribute_static"):
        found = {**parse_redistribute(["static"], "rip", RIP_TERMS, tagged), **found}
    return found


class RipRouting:
    """The RIP daemons of one internet; ``daemons`` are by router's name."""

    def __init__(self, kernel: Kernel, registry: Registry) -> None:
        self.daemons: Final[dict[str, RipDaemon]] = {}
        self.options: Final[dict[str, RipOptions]] = {}
        self.redistributions: Final[dict[str, Redistribution]] = {}
        self._kernel: Final = kernel
        self._registry: Final = registry

    def settle(self) -> None:
        """Give every RIP router its daemon, and the daemon each interface that it lacks."""
        for router in self._registry.routers():
            if router.speaks("rip"):
                self._settle(router)
        routers = [router for router in self._registry.routers() if router.speaks("rip")]
        check_used("rip", [(router, self.options[router.name].networks) for router in routers])

    def _settle(self, router: Router) -> None:
        options = self.options[router.name]
        daemon = self.daemons.get(router.name)
        fresh = daemon is None
        if daemon is None:
            daemon = self.daemons[router.name] = RipDaemon(router.host, options.settings)
        check_links(router, "rip: passive", options.passive)
        for end in router.ends:
            face = end.face(4)
            if end.interface is None or face is None or daemon.has(end.interface):
                continue
            if is_spoken("rip", router, end) and options.networks.holds(int(face.ip)):
                daemon.add_interface(end.interface, _configured(router, end, len(daemon.ports), options))
        if fresh:
            for face in router.own_faces:
                if face.version == 4 and options.networks.holds(int(face.ip)):
                    daemon.advertise(int(face.network.network_address), face.network.prefixlen)
            self._kernel.call_after(0, daemon.start)

    def redistribute(self, givers: Mapping[int, Mapping[str, RouteGiver]]) -> None:
        """Begin to tell what is to be told; ``givers`` are the other protocols, by distance and by router."""
        for name, daemon in self.daemons.items():
            terms = self.options[name].redistribute
            if terms and name not in self.redistributions:
                here = {origin: daemons[name] for origin, daemons in givers.items() if name in daemons}
                taker = RipTaker(daemon)
                self.redistributions[name] = Redistribution(daemon.host, terms, taker, daemon.own_prefixes, here)


def _configured(router: Router, end: End, number: int, options: RipOptions) -> RipInterface:
    assert end.link is not None
    assert end.interface is not None
    across = end.link.other(end).node
    networks = [(int(face.ip), face.network.prefixlen) for face in end.faces if face.version == 4]
    silent = isinstance(across, HostNode) or bool({end.link.name, across.name} & set(options.passive))
    given = end.link.given_cost(end)
    cost = 1 if given is None else given
    try:
        return RipInterface(number, end.interface.name, networks, cost, silent, options.key)
    except ValueError as error:
        raise LabError(f"router {router.name}: link {end.link.name}: {error}") from error
