"""The options of OSPF: for a router, for its areas, for a link, and for one end of a link.

Precedence: the options of a link's end, of the link, of the router, the defaults.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final, NamedTuple

from catenet.errors import LabError, did_you_mean, named
from catenet.host.routing.redistribution import Terms
from catenet.kernel.quantity import duration_ns, rate_bit_s, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.options.network_statements import NetworkStatements, parse_networks_of
from catenet.lab.options.option_tables import (
    Parsers,
    as_given,
    check_known,
    durations,
    flag,
    flags,
    link_names,
    one_of,
    parse_table,
)
from catenet.lab.options.redistribution import Limits, parse_redistribute
from catenet.lab.options.types import (
    AreaTable,
    OspfInterfaceTable,
    OspfKeyTable,
    OspfLinkTable,
    OspfTable,
    VirtualLinkTable,
    options_of,
)
from catenet.network.forwarding import route_selection as distances
from catenet.network.routing.ospf.lsa.lsa import LS_INFINITY
from catenet.network.routing.ospf.packets.authentication import MD5, Key
from catenet.network.routing.ospf.settings import (
    AREA_KINDS,
    NETWORK_KINDS,
    TRANSLATIONS,
    AreaSettings,
    InterfaceSettings,
    OspfSettings,
    virtual_link,
)

OSPF_TERMS: Final = Limits(metric=20, min_metric=0, max_metric=LS_INFINITY - 1, max_tag=0xFFFFFFFF, has_types=True)
"""The valid terms of redistribution, and its default metric, which is that of common routers."""
REFERENCE_BIT_S: Final = 100_000_000_000
"""The reference bandwidth: the rate of a link of cost 1, for links without an explicit cost."""

_KEY: Final = options_of(OspfKeyTable)
INTERFACE_OPTIONS: Final = options_of(OspfInterfaceTable)
"""The options of a router (for all its links) and of a link."""
LINK_OPTIONS: Final = options_of(OspfLinkTable)
_TIMES: Final = {"hello": "hello_ns", "dead": "dead_ns", "retransmit": "retransmit_ns", "poll": "poll_ns"}
_INTERFACE_FLAGS: Final = ("passive", "unnumbered", "mtu_ignore")
_INTERFACE_FIELDS: Final = {
    **_TIMES,
    **{name: name for name in ("cost", "priority", "network", *_INTERFACE_FLAGS)},
    "area": "area_id",
    "transmit_delay": "transmit_delay_s",
}
"""The name of each option in :class:`InterfaceSettings`."""
_DELAYS: Final = {
    "spf_hold_down": "spf_hold_down_ns",
    "spf_learn": "spf_learn_ns",
    "lsa_interval": "lsa_interval_ns",
    "lsa_max": "lsa_max_ns",
    "lsa_arrival": "min_ls_arrival_ns",
    "refresh_jitter": "refresh_jitter_ns",
    "flood_pacing": "flood_pacing_ns",
    "delayed_ack": "delayed_ack_ns",
}
_FLAGS: Final = {"rfc1583": "rfc1583_compatible", "helps_restarts": "helps_restarts"}
_COUNTS: Final = {"paths": "max_paths", "max_lsas": "max_lsas", "max_neighbours": "max_neighbours"}
_SPF_DELAYS: Final = ("spf_initial_ns", "spf_short_ns", "spf_long_ns")
ROUTER_OPTIONS: Final = options_of(OspfTable)
VIRTUAL_LINK_OPTIONS: Final = options_of(VirtualLinkTable)
AREA_OPTIONS: Final = options_of(AreaTable)


class VirtualLinkOptions(NamedTuple):
    """One end of a virtual link: the transit area, and the name or id of the router at the other end.

    ``interface`` are keyword arguments of :func:`~catenet.network.routing.ospf.settings.virtual_link`.
    """

    area_id: int
    router: str | int
    interface: dict[str, Any]


class OspfOptions(NamedTuple):
    """The options of one router's OSPF, parsed.

    ``settings`` and ``interface`` are keyword arguments of :class:`OspfSettings` and :class:`InterfaceSettings`.
    """

    router_id: int | None
    settings: dict[str, Any]
    interface: dict[str, Any]
    areas: dict[int, AreaSettings]
    passive: tuple[str, ...]
    reference_bit_s: int
    redistribute: dict[int, Terms]
    external_distance: int
    virtual_links: tuple[VirtualLinkOptions, ...]
    networks: NetworkStatements


class OspfLinkOptions(NamedTuple):
    """The options of one link: for both ends, and for single ends by the names of their nodes."""

    both: dict[str, Any]
    by_end: dict[str, dict[str, Any]]

    def of(self, name: str) -> dict[str, Any]:
        """The options of the end at a node."""
        return {**self.both, **self.by_end.get(name, {})}


def parse_ospf(given: Any, owner: str = "") -> dict[str, Any]:
    """Parse the options of a router, each by itself; see docs/ospf.md.  Raises :class:`LabError`."""
    return parse_table(given, ROUTER_PARSERS, owner)


def ospf_options(parsed: Mapping[str, Any], owner: str) -> OspfOptions:
    """The options of one router, from merged results of :func:`parse_ospf`.  Raises :class:`LabError`."""
    try:
        settings = _settings(parsed)
        OspfSettings(1, **settings)
        return OspfOptions(
            parsed.get("router_id"),
            settings,
            _interface({key: parsed[key] for key in INTERFACE_OPTIONS if key in parsed}),
            parsed.get("areas", {}),
            parsed.get("passive", ()),
            parsed.get("reference", REFERENCE_BIT_S),
            parsed.get("redistribute", {}),
            parsed.get("external_distance", distances.OSPF),
            parsed.get("virtual_links", ()),
            parsed.get("networks", NetworkStatements()),
        )
    except (ValueError, TypeError) as error:
        raise LabError(f"{owner}: {error}") from error


def parse_ospf_link(given: Any) -> OspfLinkOptions:
    """Parse a link's options, and tables of options for one end, by the name of its node."""
    if not isinstance(given, Mapping):
        raise LabError(f"{quoted(given)} is not a table of options, such as {{ area = 1, cost = 10 }}")
    tables = {key: value for key, value in given.items() if key not in LINK_OPTIONS and isinstance(value, Mapping)}
    both = {key: value for key, value in given.items() if key not in tables}
    return OspfLinkOptions(
        _interface(parse_table(both, LINK_PARSERS, "")),
        {name: _interface(parse_table(table, LINK_PARSERS, name)) for name, table in tables.items()},
    )


def check_ends(options: OspfLinkOptions | None, ends: Sequence[str], owner: str) -> None:
    """Raise :class:`LabError` for a table of a node that is at neither end of the link."""
    for name in () if options is None else options.by_end:
        if name not in ends:
            raise LabError(f"{owner}: ospf: {name!r} is neither an option nor at an end{did_you_mean(name, ends)}")


# -- an interface


def _interface(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments of :class:`InterfaceSettings`, validated."""
    found = {name: parsed[key] for key, name in _INTERFACE_FIELDS.items() if key in parsed}
    if "hello" in parsed and "dead" not in parsed:
        found["dead_ns"] = 4 * found["hello_ns"]
    if any(key in parsed for key in _KEY):
        found["key"] = _key(parsed)
    _try_interface(found)
    return found


def _try_interface(found: Mapping[str, Any]) -> None:
    trial = {"network": "point-to-point", **found} if found.get("unnumbered") else found
    if "dead_ns" in trial and "hello_ns" not in trial:
        trial = {**trial, "hello_ns": 1}
    InterfaceSettings(0, "of a link", 1, 32, **trial)


def _key(parsed: Mapping[str, Any]) -> Key | None:
    if parsed.get("authentication") == "none":
        return None
    secret = parsed.get("key")
    if not isinstance(secret, str):
        raise LabError('authentication needs a key, like key = "secret"; or say authentication = "none"')
    algorithm = str(parsed.get("authentication", MD5))
    return Key(algorithm, secret.encode(), parsed.get("key_id", 1), parsed.get("extended", False))


# -- a router


def _settings(parsed: Mapping[str, Any]) -> dict[str, Any]:
    names = {**_DELAYS, **_COUNTS, **_FLAGS}
    found: dict[str, Any] = {name: parsed[key] for key, name in names.items() if key in parsed}
    if "lsa_interval" in parsed and "lsa_max" not in parsed:
        found["lsa_max_ns"] = found["lsa_interval_ns"]
    found.update(zip(_SPF_DELAYS, parsed.get("spf", ()), strict=False))
    return found


def _spf(given: Any) -> tuple[int, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != len(_SPF_DELAYS):
        raise LabError(
            f'spf is three delays, initial, short and long, like ["50ms", "200ms", "5s"], not {quoted(given)}'
        )
    return tuple(named(duration_ns, delay, "spf") for delay in given)


def _virtual_links(given: Any) -> tuple[VirtualLinkOptions, ...]:
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise LabError(f'virtual_links is a list like [{{ area = 1, router = "paris" }}], not {quoted(given)}')
    found = []
    for link in given:
        if not isinstance(link, Mapping):
            raise LabError(
                f'virtual_links: a virtual link is a table like {{ area = 1, router = "paris" }}, not {quoted(link)}'
            )
        check_known(link, VIRTUAL_LINK_OPTIONS, "virtual_links")
        for key in ("area", "router"):
            if key not in link:
                raise LabError(f'virtual_links: a virtual link needs {key}, like {{ area = 1, router = "paris" }}')
        router = link["router"]
        if isinstance(router, bool) or not isinstance(router, str | int):
            raise LabError(f"virtual_links: router is a router's name or id, not {quoted(router)}")
        area_id = parse_id(link["area"], "virtual_links: area")
        rest = {key: value for key, value in link.items() if key not in ("area", "router")}
        options = _interface(parse_table(rest, LINK_PARSERS, "virtual_links"))
        virtual_link(0, area_id, 1)
        found.append(VirtualLinkOptions(area_id, router, options))
    return tuple(found)


def _areas(given: Any) -> dict[int, AreaSettings]:
    if not isinstance(given, Mapping):
        raise LabError(f'areas is a table by area, like {{ "1" = {{ kind = "stub" }} }}, not {quoted(given)}')
    found = {}
    for name, chosen in given.items():
        area_id = parse_id(name, "areas")
        if not isinstance(chosen, Mapping):
            raise LabError(f"area {name} is a table of {', '.join(AREA_OPTIONS)}, not {quoted(chosen)}")
        check_known(chosen, AREA_OPTIONS, f"area {name}")
        options = {key: value for key, value in chosen.items() if key not in ("ranges", "external_ranges")}
        if "kind" in options:
            one_of(options["kind"], AREA_KINDS, f"area {name}: kind")
        if "translate" in options:
            one_of(options["translate"], TRANSLATIONS, f"area {name}: translate")
        if "default_cost" in options:
            _integer(options["default_cost"], f"area {name}: default_cost")
        ranges = _ranges(chosen.get("ranges", ()), f"area {name}: ranges")
        external_ranges = _ranges(chosen.get("external_ranges", ()), f"area {name}: external_ranges")
        found[area_id] = AreaSettings(area_id, ranges=ranges, external_ranges=external_ranges, **options)
        if external_ranges and not found[area_id].is_nssa:
            raise LabError(
                f"area {name}: external_ranges: only a border router of an NSSA translates; its kind is "
                f"{found[area_id].kind}"
            )
    return found


def _ranges(given: Any, what: str) -> list[tuple[int, int, bool]]:
    """Parse ``["10.1.0.0/16"]``, or a table that says of each range whether it is advertised."""
    if isinstance(given, str) or not isinstance(given, Sequence | Mapping):
        raise LabError(f'{what} is a list of prefixes like ["10.1.0.0/16"], not {quoted(given)}')
    table = given if isinstance(given, Mapping) else dict.fromkeys(given, True)
    found = []
    for prefix, advertised in table.items():
        try:
            network = IPv4Network(prefix)
        except ValueError as error:
            raise LabError(f"{what}: {error}") from None
        told = flag(advertised, f"{what}: {prefix}")
        found.append((int(network.network_address), network.prefixlen, told))
    return found


def _distance(given: Any) -> int:
    distance = _integer(given, "external_distance")
    if not 1 < distance < 256 or distance in (distances.RIP, distances.AUTOMATIC):
        raise LabError(f"external_distance is 2 to 255 and nobody else's, such as 130, not {distance}")
    return distance


# -- single values


def parse_id(given: Any, what: str) -> int:
    """Parse a router id or an area id: ``1``, ``"1"`` or ``"0.0.0.1"``."""
    number = -1
    if isinstance(given, int) and not isinstance(given, bool):
        number = given
    elif isinstance(given, str) and given.isdecimal() and len(given) <= 10:
        number = int(given)
    elif isinstance(given, str):
        try:
            number = int(IPv4Address(given))
        except ValueError:
            number = -1
    if not 0 <= number <= 0xFFFFFFFF:
        raise LabError(f'{what}: {quoted(given)} is not a 32-bit number; write it like 1 or "0.0.0.1"')
    return number


def _integer(given: Any, what: str) -> int:
    """An integer of 32 bits, the widest field; the users of narrower fields check their own bounds."""
    return whole_number(given, what, 0, 0xFFFFFFFF)


def _whole_seconds(given: Any) -> int:
    delay_ns = named(duration_ns, given, "transmit_delay")
    if delay_ns % 1_000_000_000:
        raise LabError(f"transmit_delay is in whole seconds, not {quoted(given)}")
    return delay_ns // 1_000_000_000


def _areas_networks(given: Any) -> NetworkStatements:
    return parse_networks_of(given, partial(parse_id, what="networks"))


LINK_PARSERS: Final[Parsers] = {
    **durations(*_TIMES),
    **flags(*_INTERFACE_FLAGS, "extended"),
    "area": partial(parse_id, what="area"),
    "transmit_delay": _whole_seconds,
    "cost": partial(_integer, what="cost"),
    "priority": partial(_integer, what="priority"),
    "network": partial(one_of, known=NETWORK_KINDS, what="network"),
    "key": as_given,
    "authentication": as_given,
    "key_id": partial(_integer, what="key_id"),
}
"""The parser of each option of a link, or of one end of it."""
ROUTER_PARSERS: Final[Parsers] = {
    **{key: LINK_PARSERS[key] for key in INTERFACE_OPTIONS},
    **durations(*_DELAYS),
    **flags(*_FLAGS),
    **{key: partial(_integer, what=key) for key in _COUNTS},
    "router_id": partial(parse_id, what="router_id"),
    "areas": _areas,
    "passive": link_names,
    "reference": partial(named, rate_bit_s, key="reference"),
    "redistribute": partial(parse_redistribute, into="ospf", limits=OSPF_TERMS),
    "external_distance": _distance,
    "virtual_links": _virtual_links,
    "networks": _areas_networks,
    "spf": _spf,
}
"""The parser of each option of a router."""
