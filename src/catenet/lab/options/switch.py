"""The options of a switch: its VLANs, and what each of its ports does with them.

``vlans`` is a table by VLAN identifier, ``ports`` one by the name of a link of the switch or of the neighbour across.
A switch that has either is VLAN-aware.  A mistake raises :class:`~catenet.errors.LabError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quoting import quoted
from catenet.lab.model.address_plan import Network, parse_networks
from catenet.lab.options.types import SwitchPortTable, SwitchVlanTable
from catenet.link.switching.port_vlans import ALL_VLANS, PortVlans, access, trunk, tunnel
from catenet.link.vlan_tag import C_TAG, DEFAULT_VLAN, S_TAG, VLAN_MAX, VLAN_MIN

MODES: Final = ("access", "trunk", "tunnel")
TAGS: Final = {"802.1q": int(C_TAG), "802.1ad": int(S_TAG)}
VLAN_KEYS: Final = frozenset(("access", "trunk", "native", "tunnel", "tag"))


@dataclass(frozen=True, slots=True)
class PortOptions:
    """What is said of one port."""

    vlans: PortVlans


@dataclass(frozen=True, slots=True)
class SwitchOptions:
    """What is said of one switch: the subnets of its VLANs, and its ports by link or neighbour."""

    vlans: Mapping[int, Sequence[Network]]
    ports: Mapping[str, PortOptions]
    vlan_aware: bool

    @property
    def plain(self) -> bool:
        """Whether a learning switch without more is enough."""
        return not self.vlan_aware


def parse_switch(
    name: str,
    vlans: Mapping[Any, SwitchVlanTable] | None,
    ports: Mapping[str, SwitchPortTable] | None,
) -> SwitchOptions:
    """The options of a switch.  Raises :class:`LabError`."""
    owner = f"switch {name}"
    networks = {
        parse_vlan(vid, f"{owner}: vlans"): _subnets(table, f"{owner}: vlans: {vid}")
        for vid, table in _table(vlans or {}, f"{owner}: vlans").items()
    }
    parsed = {
        str(port): _port(table, f"{owner}: ports: {port}")
        for port, table in _table(ports or {}, f"{owner}: ports").items()
    }
    vlan_aware = bool(networks) or any(VLAN_KEYS & table.keys() for table in (ports or {}).values())
    return SwitchOptions(networks, parsed, vlan_aware)


def parse_vlan(value: object, owner: str) -> int:
    """A VLAN identifier; a file has it as text where it is a key."""
    vid = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    if not isinstance(vid, int) or isinstance(vid, bool) or not VLAN_MIN <= vid <= VLAN_MAX:
        raise LabError(f"{owner}: {quoted(value)} is not a VLAN; give a number from {VLAN_MIN} to {VLAN_MAX}")
    return vid


def _subnets(table: Mapping[str, Any], owner: str) -> list[Network]:
    given = _known(table, SwitchVlanTable.__annotations__, owner)
    return parse_networks(given.get("subnets", ()), owner)


def _port(table: Mapping[str, Any], owner: str) -> PortOptions:
    given = _known(table, SwitchPortTable.__annotations__, owner)
    return PortOptions(_vlans(given, owner))


def _vlans(given: Mapping[str, Any], owner: str) -> PortVlans:
    modes = [mode for mode in MODES if mode in given]
    if len(modes) > 1:
        raise LabError(f"{owner}: {' and '.join(modes)} exclude each other; give one of them")
    if "trunk" not in given:
        for key in ("native", "tag"):
            if key in given:
                raise LabError(f"{owner}: {key} is for trunks; give trunk = [...] too, or leave it out")
    if "trunk" in given:
        return _trunk(given, owner)
    if "tunnel" in given:
        return tunnel(parse_vlan(given["tunnel"], f"{owner}: tunnel"))
    return access(parse_vlan(given.get("access", DEFAULT_VLAN), f"{owner}: access"))


def _trunk(given: Mapping[str, Any], owner: str) -> PortVlans:
    allowed = _allowed(given["trunk"], f"{owner}: trunk")
    native = parse_vlan(given["native"], f"{owner}: native") if "native" in given else 0
    if native and native not in allowed:
        raise LabError(f"{owner}: the native VLAN {native} is not among those that the trunk carries; add it to them")
    tag = given.get("tag", "802.1q")
    if tag not in TAGS:
        raise LabError(f"{owner}: tag: {quoted(tag)} is not one of {', '.join(TAGS)}")
    return trunk(allowed, native, TAGS[tag])


def _allowed(given: object, owner: str) -> frozenset[int]:
    if given == "all":
        return ALL_VLANS
    if not isinstance(given, list | tuple) or not given:
        raise LabError(f'{owner}: {quoted(given)} is not a list of VLANs; write it like [10, 20], or "all"')
    allowed = [parse_vlan(vid, owner) for vid in given]
    twice = [vid for vid in allowed if allowed.count(vid) > 1]
    if twice:
        raise LabError(f"{owner}: VLAN {twice[0]} is there twice; give each once")
    return frozenset(allowed)


def _table(given: object, owner: str) -> Mapping[Any, Any]:
    if not isinstance(given, Mapping):
        raise LabError(f"{owner}: {quoted(given)} is not a table")
    for key, value in given.items():
        if not isinstance(value, Mapping):
            raise LabError(f"{owner}: {key}: {quoted(value)} is not a table")
    return given


def _known(given: Mapping[str, Any], keys: Mapping[str, object], owner: str) -> Mapping[str, Any]:
    for key in given:
        if key not in keys:
            raise LabError(f"{owner}: there is no key {key!r}{did_you_mean(str(key), list(keys))}")
    return given
