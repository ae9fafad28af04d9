"""The options of a switch: its VLANs, its spanning tree, and its ports.

``vlans`` is a table by VLAN identifier, ``ports`` one by the name of a link of the switch or of the neighbour on it.  A
switch that has either is VLAN-aware.  An invalid option raises :class:`~catenet.errors.LabError`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from catenet.errors import LabError
from catenet.kernel.quoting import quoted
from catenet.lab.model.address_plan import Network, parse_networks
from catenet.lab.options.lldp import LldpOptions, parse_lldp
from catenet.lab.options.option_tables import check_known, one_of
from catenet.lab.options.snooping import parse_snooping
from catenet.lab.options.spanning_tree import parse_tree, parse_tree_port
from catenet.lab.options.switch_types import (
    AggregateTable,
    LldpOption,
    MirrorTable,
    PauseOption,
    SnoopingTable,
    SpanningTree,
    StormTable,
    SwitchPortTable,
    SwitchVlanTable,
)
from catenet.lab.options.switching.aggregates import AggregateOptions, parse_aggregates
from catenet.lab.options.switching.mirrors import MirrorOptions, parse_mirrors
from catenet.lab.options.switching.pause_frames import parse_pause
from catenet.lab.options.switching.storm_control import parse_storm_control
from catenet.link.flow_control.settings import PauseSettings
from catenet.link.switching.bridge_tree import NO_TREE, STP
from catenet.link.switching.port_vlans import ALL_VLANS, PortVlans, access, trunk, tunnel
from catenet.link.switching.snooping.settings import SnoopingSettings
from catenet.link.switching.spanning_tree.settings import TreePortSettings, TreeSettings
from catenet.link.switching.storm_control import StormSettings
from catenet.link.vlan_tag import C_TAG, DEFAULT_VLAN, S_TAG, VLAN_MAX, VLAN_MIN

MODES: Final = ("access", "trunk", "tunnel")
TAGS: Final = {"802.1q": int(C_TAG), "802.1ad": int(S_TAG)}
VLAN_KEYS: Final = frozenset(("access", "trunk", "native", "tunnel", "tag"))
TREE_KEYS: Final = frozenset(("cost", "priority", "edge", "point_to_point"))


@dataclass(frozen=True, slots=True)
class PortOptions:
    """The options of one port."""

    vlans: PortVlans
    tree: TreePortSettings
    storm_control: StormSettings | None = None
    has_storm_control: bool = False
    pause: PauseSettings | None = None
    has_pause: bool = False


@dataclass(frozen=True, slots=True)
class SwitchOptions:
    """The options of one switch: the subnets of its VLANs, its ports by link or neighbour, its spanning tree.

    ``protocol`` is ``"none"``, ``"stp"`` or ``"rstp"``.
    """

    vlans: Mapping[int, Sequence[Network]]
    ports: Mapping[str, PortOptions]
    vlan_aware: bool
    protocol: str
    tree: TreeSettings
    lldp: LldpOptions | None = None
    aggregates: Mapping[str, AggregateOptions] = field(default_factory=dict)
    snooping: SnoopingSettings | None = None
    storm_control: StormSettings | None = None
    mirrors: Sequence[MirrorOptions] = ()
    pause: PauseSettings | None = None

    @property
    def has_tree(self) -> bool:
        """Whether it runs a spanning tree protocol."""
        return self.protocol != NO_TREE

    @property
    def plain(self) -> bool:
        """Whether a plain learning switch is sufficient."""
        storms = self.storm_control is not None or any(port.has_storm_control for port in self.ports.values())
        storms = storms or self.pause is not None or any(port.has_pause for port in self.ports.values())
        features = (
            self.has_tree,
            self.lldp is not None,
            self.aggregates,
            self.snooping is not None,
            self.mirrors,
            storms,
        )
        return not (self.vlan_aware or any(features))

    def pause_of(self, link: str, neighbour: str) -> PauseSettings | None:
        """Flow control of the port of a link, or of its aggregate: its own, or else the switch's."""
        port = self.port(link, neighbour)
        return port.pause if port is not None and port.has_pause else self.pause

    def storm_control_of(self, link: str, neighbour: str) -> StormSettings | None:
        """Storm control of the port of a link, or of its aggregate: its own, or else the switch's."""
        port = self.port(link, neighbour)
        return port.storm_control if port is not None and port.has_storm_control else self.storm_control

    def aggregate_of(self, link: str, neighbour: str) -> str | None:
        """The name of the aggregate that a link belongs to; None if it is a port by itself."""
        for name, aggregate in self.aggregates.items():
            if link in aggregate.ports or neighbour in aggregate.ports:
                return name
        return None

    def port(self, link: str, neighbour: str) -> PortOptions | None:
        """The options of the port of a link, or of its aggregate; None if it has none."""
        aggregate = self.aggregate_of(link, neighbour)
        names = (link, neighbour) if aggregate is None else (aggregate, link, neighbour)
        return next((self.ports[name] for name in names if name in self.ports), None)


def parse_switch(
    name: str,
    vlans: Mapping[Any, SwitchVlanTable] | None = None,
    ports: Mapping[str, SwitchPortTable] | None = None,
    stp: str = NO_TREE,
    tree: Mapping[str, Any] | None = None,
    lldp: LldpOption = False,
    aggregates: Mapping[str, AggregateTable] | None = None,
    snooping: bool | SnoopingTable | None = None,
    storm_control: StormTable | None = None,
    mirror: MirrorTable | Sequence[MirrorTable] | None = None,
    pause: PauseOption = False,
) -> SwitchOptions:
    """The options of a switch; ``tree`` are those of its spanning tree.  Raises :class:`LabError`."""
    owner = f"switch {name}"
    one_of(stp, get_args(SpanningTree), f"{owner}: stp")
    networks = {
        parse_vlan(vid, f"{owner}: vlans"): _subnets(table, f"{owner}: vlans: {vid}")
        for vid, table in _table(vlans or {}, f"{owner}: vlans").items()
    }
    parsed = {
        str(port): _port(table, f"{owner}: ports: {port}")
        for port, table in _table(ports or {}, f"{owner}: ports").items()
    }
    vlan_aware = bool(networks) or any(VLAN_KEYS & table.keys() for table in (ports or {}).values())
    for port, given in (ports or {}).items():
        _check_tree_keys(given, stp, f"{owner}: ports: {port}")
    mirrors = parse_mirrors(mirror, owner)
    return SwitchOptions(
        networks,
        parsed,
        vlan_aware or bool(mirrors),
        stp,
        parse_tree(tree or {}, stp, owner),
        lldp=parse_lldp(lldp, owner),
        aggregates=parse_aggregates(aggregates, owner),
        snooping=parse_snooping(snooping, tuple(networks), owner),
        storm_control=None if storm_control is None else parse_storm_control(storm_control, owner),
        mirrors=mirrors,
        pause=parse_pause(pause, owner),
    )


def parse_vlan(value: object, owner: str) -> int:
    """Parse a VLAN identifier; as a key in a file it is text."""
    vid = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    if not isinstance(vid, int) or isinstance(vid, bool) or not VLAN_MIN <= vid <= VLAN_MAX:
        raise LabError(f"{owner}: {quoted(value)} is not a VLAN; give a number from {VLAN_MIN} to {VLAN_MAX}")
    return vid


def _subnets(table: Mapping[str, Any], owner: str) -> list[Network]:
    check_known(table, list(SwitchVlanTable.__annotations__), owner)
    return parse_networks(table.get("subnets", ()), owner)


def _port(given: Mapping[str, Any], owner: str) -> PortOptions:
    check_known(given, list(SwitchPortTable.__annotations__), owner)
    storm = "storm_control" in given
    pause = parse_pause(given.get("pause", False), owner)
    settings = parse_storm_control(given["storm_control"], owner) if storm else None
    return PortOptions(_vlans(given, owner), parse_tree_port(given, owner), settings, storm, pause, "pause" in given)


def _check_tree_keys(given: Mapping[str, Any], protocol: str, owner: str) -> None:
    """Raise LabError for keys that have no effect without a spanning tree, or in STP."""
    for key in sorted(TREE_KEYS & given.keys()):
        if protocol == NO_TREE:
            raise LabError(f'{owner}: {key} is for a spanning tree; give the switch stp = "rstp", or leave it out')
        if protocol == STP and key in ("edge", "point_to_point"):
            raise LabError(f'{owner}: {key} is for RSTP; give the switch stp = "rstp", or leave it out')


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
