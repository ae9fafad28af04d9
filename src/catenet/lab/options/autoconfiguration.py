"""Options of hosts that configure themselves, and of routers and servers that let them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from typing import Any, Final, Literal, NamedTuple, TypedDict, get_args

from catenet.application.dhcp.subnet import LEASE_S
from catenet.errors import LabError, named
from catenet.kernel.quantity import duration_ns, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.options.option_tables import flag, one_of, parse_table
from catenet.lab.options.types import Duration
from catenet.network.router_discovery.nd_options import HIGH, LOW, MEDIUM, NameServers, RouteInformation, SearchList
from catenet.network.router_discovery.router_settings import (
    DEFAULT_LIFETIME_INTERVALS,
    HOP_LIMIT,
    MAX_LIFETIME_S,
    PREFERRED_S,
    VALID_S,
    AdvertiserSettings,
)

S: Final = 1_000_000_000
MS: Final = 1_000_000
MIN_INTERVAL_NS: Final = 4 * S
MAX_INTERVAL_NS: Final = 1800 * S
MIN_OF_MIN_INTERVAL_NS: Final = 3 * S
"""The limits of RFC 4861 6.2.1."""
MAX_LIFETIME32_S: Final = 0xFFFF_FFFE

Ipv6Configuration = Literal["auto", "slaac", "slaac-eui64"]
"""Whether a host has automatic IPv6 addresses, or forms its own from router advertisements, with stable identifiers
(RFC 7217) or from its MAC."""
Preference = Literal["low", "medium", "high"]
PREFERENCES: Final = {"low": LOW, "medium": MEDIUM, "high": HIGH}


class AdvertiseTable(TypedDict, total=False):
    """What a router advertises to the hosts of its links (RFC 4861 6.2.1, RFC 4191, RFC 8106)."""

    interval: Duration
    min_interval: Duration
    lifetime: Duration
    preference: Preference
    hop_limit: int
    reachable: Duration
    retransmit: Duration
    mtu: int
    valid: Duration
    preferred: Duration
    dns: Sequence[str]
    search: Sequence[str]
    routes: Sequence[str]
    managed: bool
    other: bool
    links: Sequence[str]


AdvertiseOption = bool | AdvertiseTable
"""Whether a router advertises itself, or how."""


class DhcpSubnetTable(TypedDict, total=False):
    """What a DHCP server gives in one subnet."""

    pools: Sequence[str]
    reservations: Mapping[str, str]
    routers: Sequence[str]
    dns: Sequence[str]
    domain: str
    search: Sequence[str]
    routes: Mapping[str, str]
    mtu: int
    lease: Duration
    max_lease: Duration
    renew: Duration
    rebind: Duration


class AdvertiseOptions(NamedTuple):
    """Parsed options; ``links`` are names of links or neighbours, None for all where hosts are."""

    settings: AdvertiserSettings
    links: tuple[str, ...] | None


def parse_advertise(given: Any, owner: str) -> AdvertiseOptions | None:
    """What a router advertises; None for nothing.  Raises :class:`LabError`."""
    if given is False:
        return None
    owner = f"{owner}: advertise"
    if given is True:
        given = {}
    if not isinstance(given, Mapping):
        raise LabError(f'{owner} is true, false or a table like {{"interval": "10s"}}, not {quoted(given)}')
    said = parse_table(given, _ADVERTISE, owner)
    interval_ns = said.get("interval", 600 * S)
    least_ns = said.get("min_interval", max(MIN_OF_MIN_INTERVAL_NS, interval_ns * 33 // 100))
    if not MIN_OF_MIN_INTERVAL_NS <= least_ns <= interval_ns * 3 // 4:
        raise LabError(f"{owner}: min_interval is 3 s to three quarters of interval")
    lifetime_s = said.get("lifetime", min(MAX_LIFETIME_S, interval_ns * DEFAULT_LIFETIME_INTERVALS // S))
    if lifetime_s and lifetime_s * S < interval_ns:
        raise LabError(f"{owner}: lifetime is 0, or at least interval, so that hosts do not lose the router in between")
    valid_s, preferred_s = (
        said.get("valid", VALID_S),
        said.get("preferred", min(PREFERRED_S, said.get("valid", VALID_S))),
    )
    if preferred_s > valid_s:
        raise LabError(f"{owner}: preferred is at most valid")
    # name servers last three intervals, so that a lost advertisement does not end them (RFC 8106 5.1)
    dns_s = max(1, interval_ns * DEFAULT_LIFETIME_INTERVALS // S)
    settings = AdvertiserSettings(
        interval_ns,
        least_ns,
        lifetime_s,
        managed=said.get("managed", False),
        other=said.get("other", False),
        preference=PREFERENCES[said.get("preference", "medium")],
        hop_limit=said.get("hop_limit", HOP_LIMIT),
        reachable_ms=said.get("reachable", 0) // MS,
        retransmit_ms=said.get("retransmit", 0) // MS,
        mtu=said.get("mtu", 0),
        valid_s=valid_s,
        preferred_s=preferred_s,
        routes=[
            RouteInformation(int(network.network_address), network.prefixlen, lifetime_s)
            for network in said.get("routes", ())
        ],
        name_servers=NameServers([int(each) for each in said["dns"]], dns_s) if said.get("dns") else None,
        search_list=SearchList(list(said["search"]), dns_s) if said.get("search") else None,
    )
    return AdvertiseOptions(settings, said.get("links"))


def parse_ipv6(given: Any, owner: str) -> str:
    """How a host gets its IPv6 addresses.  Raises :class:`LabError`."""
    return one_of(given, get_args(Ipv6Configuration), f"{owner}: ipv6")


def check_learned(owner: str, dhcp: bool, ipv6: str, faces: Sequence[IPv4Interface | IPv6Interface]) -> None:
    """Refuse addresses of a version that a host gets from the network."""
    for face in faces:
        if (dhcp and face.version == 4) or (ipv6 != "auto" and face.version == 6):
            option = "dhcp" if face.version == 4 else "ipv6"
            raise LabError(f"{owner}: {face} was given, and {option} gets it others from the network; leave one out")


def parse_dhcp_subnet(given: Any, owner: str) -> dict[str, Any]:
    """The options of one subnet of a DHCP server, or those of all, parsed, by name."""
    said = parse_table(given, _SUBNET, owner)
    renew_s, rebind_s, lease_s = said.get("renew", 0), said.get("rebind", 0), said.get("lease", LEASE_S)
    if (renew_s or rebind_s) and not 0 < renew_s < rebind_s < lease_s:
        raise LabError(f"{owner}: renew is less than rebind, and rebind is less than lease; give both or none")
    return said


def _interval(given: Any) -> int:
    interval_ns = named(duration_ns, given, "interval")
    if not MIN_INTERVAL_NS <= interval_ns <= MAX_INTERVAL_NS:
        raise LabError(f"interval is 4 s to 30 min, not {quoted(given)}")
    return interval_ns


def _seconds(given: Any, what: str, least: int, most: int) -> int:
    seconds, rest = divmod(named(duration_ns, given, what), S)
    if rest or not least <= seconds <= most:
        raise LabError(f"{what} is a whole number of seconds from {least} to {most}, not {quoted(given)}")
    return seconds


def _milliseconds(given: Any, what: str, max_s: int) -> int:
    time_ns = named(duration_ns, given, what)
    if time_ns % MS or time_ns > max_s * S:
        raise LabError(f"{what} is a whole number of milliseconds, at most {max_s} s, not {quoted(given)}")
    return time_ns


def _list(given: Any, what: str) -> list[Any]:
    if isinstance(given, str) or not isinstance(given, Sequence) or not given:
        raise LabError(f"{what} is a list, not {quoted(given)}")
    return list(given)


def _addresses(given: Any, what: str, kind: type[IPv4Address | IPv6Address]) -> tuple[Any, ...]:
    try:
        return tuple(kind(str(each)) for each in _list(given, what))
    except ValueError as error:
        raise LabError(f"{what}: {error}") from None


def _domains(given: Any, what: str) -> tuple[str, ...]:
    return tuple(_domain(each, what) for each in _list(given, what))


def _domain(given: Any, what: str) -> str:
    text = str(given).removesuffix(".")
    labels = text.split(".")
    if not isinstance(given, str) or not text.isascii() or not all(0 < len(label) < 64 for label in labels):
        raise LabError(f'{what}: {quoted(given)} is not a domain; write it like "lab.example"')
    return text


def _prefixes6(given: Any) -> tuple[IPv6Network, ...]:
    try:
        return tuple(IPv6Network(str(each)) for each in _list(given, "routes"))
    except ValueError as error:
        raise LabError(f"routes: {error}") from None


def _links(given: Any) -> tuple[str, ...]:
    return tuple(str(name) for name in _list(given, "links"))


def _pools(given: Any) -> tuple[tuple[IPv4Address, IPv4Address], ...]:
    pools = []
    for text in _list(given, "pools"):
        first, _, last = str(text).partition("-")
        try:
            pool = IPv4Address(first.strip()), IPv4Address((last or first).strip())
        except ValueError:
            raise LabError(f'pools: {quoted(text)} is not a range; write it like "10.0.1.100-10.0.1.199"') from None
        if pool[0] > pool[1]:
            raise LabError(f"pools: {quoted(text)} ends before it begins")
        pools.append(pool)
    return tuple(pools)


def _reservations(given: Any) -> tuple[tuple[str, IPv4Address], ...]:
    if not isinstance(given, Mapping):
        raise LabError(f'reservations is a table like {{ h1 = "10.0.1.7" }}, not {quoted(given)}')
    try:
        return tuple((str(name), IPv4Address(str(address))) for name, address in given.items())
    except ValueError as error:
        raise LabError(f"reservations: {error}") from None


def _routes4(given: Any) -> tuple[tuple[IPv4Network, IPv4Address], ...]:
    if not isinstance(given, Mapping):
        raise LabError(f'routes is a table like {{ "10.9.0.0/16" = "10.0.1.2" }}, not {quoted(given)}')
    try:
        return tuple((IPv4Network(str(prefix)), IPv4Address(str(via))) for prefix, via in given.items())
    except ValueError as error:
        raise LabError(f"routes: {error}") from None


_ADVERTISE: Final[dict[str, Callable[[Any], Any]]] = {
    "interval": _interval,
    "min_interval": lambda value: named(duration_ns, value, "min_interval"),
    "lifetime": partial(_seconds, what="lifetime", least=0, most=MAX_LIFETIME_S),
    "preference": partial(one_of, known=tuple(PREFERENCES), what="preference"),
    "hop_limit": lambda value: whole_number(value, "hop_limit", 0, 255),
    "reachable": partial(_milliseconds, what="reachable", max_s=3600),
    "retransmit": partial(_milliseconds, what="retransmit", max_s=3600),
    "mtu": lambda value: whole_number(value, "mtu", 1280, 65_535),
    "valid": partial(_seconds, what="valid", least=0, most=MAX_LIFETIME32_S),
    "preferred": partial(_seconds, what="preferred", least=0, most=MAX_LIFETIME32_S),
    "dns": partial(_addresses, what="dns", kind=IPv6Address),
    "search": partial(_domains, what="search"),
    "routes": _prefixes6,
    "managed": partial(flag, what="managed"),
    "other": partial(flag, what="other"),
    "links": _links,
}
_SUBNET: Final[dict[str, Callable[[Any], Any]]] = {
    "pools": _pools,
    "reservations": _reservations,
    "routers": partial(_addresses, what="routers", kind=IPv4Address),
    "dns": partial(_addresses, what="dns", kind=IPv4Address),
    "domain": partial(_domain, what="domain"),
    "search": partial(_domains, what="search"),
    "routes": _routes4,
    "mtu": lambda value: whole_number(value, "mtu", 576, 65_535),
    "lease": partial(_seconds, what="lease", least=10, most=MAX_LIFETIME32_S),
    "max_lease": partial(_seconds, what="max_lease", least=10, most=MAX_LIFETIME32_S),
    "renew": partial(_seconds, what="renew", least=1, most=MAX_LIFETIME32_S),
    "rebind": partial(_seconds, what="rebind", least=1, most=MAX_LIFETIME32_S),
}
