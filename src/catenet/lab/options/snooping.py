"""The options of multicast: of a switch that snoops, ``true`` or a table; and of a host, as in Linux's sysctl.

Bounds are those of the fields of IGMPv3 and MLDv2 (RFC 3376 sections 4.1 and 8, RFC 3810 section 9).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from catenet.errors import LabError
from catenet.kernel.quantity import NS_PER_S, duration_ns, duration_text, whole_number
from catenet.kernel.quoting import quoted
from catenet.lab.options.option_tables import check_known, flag, parse_table
from catenet.lab.options.switch_types import SnoopingTable
from catenet.link.switching.snooping import settings as defaults
from catenet.link.switching.snooping.settings import SnoopingSettings
from catenet.network.multicast.settings import LATEST_IGMP, LATEST_MLD, ROBUSTNESS, MulticastSettings

QUERIER_KEYS: Final = ("robustness", "query_interval", "response_interval", "last_member_interval")
MAX_ROBUSTNESS: Final = 7
MAX_INTERVAL_S: Final = 31_744
MAX_RESPONSE_NS: Final = 3174 * NS_PER_S
MIN_RESPONSE_NS: Final = NS_PER_S // 10
MAX_LAST_MEMBER_NS: Final = 25 * NS_PER_S


def parse_snooping(given: Any, vlans: tuple[int, ...], owner: str) -> SnoopingSettings | None:
    """The settings; None without snooping.  ``vlans`` are those declared.  Raises :class:`LabError`."""
    if given is None or given is False:
        return None
    owner = f"{owner}: snooping"
    if given is True:
        given = {}
    if not isinstance(given, Mapping):
        raise LabError(f"{owner} is true, false or a table of options, not {quoted(given)}")
    check_known(given, list(SnoopingTable.__annotations__), owner)
    querier, address = _querier(given.get("querier", False), f"{owner}: querier")
    useless = [key for key in QUERIER_KEYS if key in given]
    if useless and not querier:
        raise LabError(f"{owner}: {', '.join(useless)}: for a querier; give querier = true too, or leave it out")
    interval_ns = _time(given, "query_interval", defaults.QUERY_INTERVAL_NS, owner, MAX_INTERVAL_S * NS_PER_S)
    response_ns = _time(given, "response_interval", defaults.RESPONSE_NS, owner, MAX_RESPONSE_NS)
    last_ns = _time(given, "last_member_interval", defaults.LAST_MEMBER_NS, owner, MAX_LAST_MEMBER_NS)
    if interval_ns % NS_PER_S or interval_ns <= response_ns:
        raise LabError(
            f"{owner}: query_interval is a whole number of seconds above response_interval "
            f"({duration_text(response_ns)}), not {duration_text(interval_ns)}"
        )
    return SnoopingSettings(
        querier,
        address,
        flag(given.get("fast_leave", False), f"{owner}: fast_leave"),
        flag(given.get("flood_unregistered", False), f"{owner}: flood_unregistered"),
        _robustness(given, owner),
        interval_ns,
        response_ns,
        last_ns,
        vlans,
    )


def _querier(given: object, owner: str) -> tuple[bool, int]:
    if isinstance(given, bool):
        return given, 0
    try:
        address = ipaddress.IPv4Address(given) if isinstance(given, str) else None
    except ValueError:
        address = None
    if address is None or address.is_multicast or address.is_unspecified or int(address) == 0xFFFFFFFF:
        raise LabError(f"{owner} is true, false or an IPv4 address of a host, not {quoted(given)}")
    return True, int(address)


def _robustness(given: Mapping[str, Any], owner: str) -> int:
    try:
        return whole_number(given.get("robustness", defaults.ROBUSTNESS), f"{owner}: robustness", 1, MAX_ROBUSTNESS)
    except ValueError as error:
        raise LabError(str(error)) from error


def _time(given: Mapping[str, Any], key: str, default: int, owner: str, max_ns: int) -> int:
    if key not in given:
        return default
    try:
        found = duration_ns(given[key])
    except ValueError as error:
        raise LabError(f"{owner}: {key}: {error}") from error
    if not MIN_RESPONSE_NS <= found <= max_ns or found % MIN_RESPONSE_NS:
        raise LabError(
            f"{owner}: {key} is a multiple of {duration_text(MIN_RESPONSE_NS)} up to {duration_text(max_ns)}, "
            f"not {quoted(given[key])}"
        )
    return found


def parse_multicast(given: Any, owner: str) -> MulticastSettings:
    """The settings.  Raises :class:`~catenet.errors.LabError`."""
    said = parse_table(
        given,
        {
            "igmp": lambda value: whole_number(value, "igmp", 1, LATEST_IGMP),
            "mld": lambda value: whole_number(value, "mld", 1, LATEST_MLD),
            "robustness": lambda value: whole_number(value, "robustness", 1, MAX_ROBUSTNESS),
            "link_scope_reports": lambda value: flag(value, "link_scope_reports"),
        },
        f"{owner}: multicast",
    )
    return MulticastSettings(
        said.get("igmp", LATEST_IGMP),
        said.get("mld", LATEST_MLD),
        said.get("robustness", ROBUSTNESS),
        said.get("link_scope_reports", False),
    )
