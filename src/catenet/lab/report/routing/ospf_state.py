"""OSPF of a router: interfaces, neighbours, database, routes, border routers, and rejected packets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from catenet.host.routing.ospf import OspfDaemon
from catenet.kernel.kernel import NEVER
from catenet.lab.report.routing.names import chosen, owners
from catenet.lab.report.routing.ospf_lsa import TYPE_NAMES, lsa
from catenet.network.addresses import text
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency import interface as interfaces
from catenet.network.routing.ospf.adjacency import neighbour as neighbours
from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.adjacency.neighbour import Neighbour
from catenet.network.routing.ospf.calculation import spf_delay
from catenet.network.routing.ospf.calculation.routes import PATH_TYPES, Hop, OspfRoute, RouterRoute

if TYPE_CHECKING:
    from catenet.lab.world.world import World


class _DaemonView:
    """One daemon, with name lookups."""

    def __init__(self, net: World, daemon: OspfDaemon, names: dict[str, str]) -> None:
        self.net: Final = net
        self.daemon: Final = daemon
        self.machine: Final = daemon.machine
        self.names: Final = names
        self.now_ns: Final = int(net.kernel.now_ns)

    def router(self, router_id: int) -> str | None:
        """The name of the router of an id."""
        return self.net.ospf.name_of(router_id)

    def hop(self, hop: Hop) -> dict[str, Any]:
        """A next hop."""
        number, gateway = hop
        address = text(4, gateway) if gateway else None
        return {
            "gateway": address,
            "node": self.names.get(address) if address else None,
            "interface": self.daemon.ports[number].interface.name,
        }


def ospf(net: World, name: str | None = None, parts: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """OSPF of one router, or of all that run it: the ``parts`` of :data:`PARTS`, by default all.

    Raises LabError for a router that does not run OSPF.
    """
    names = owners(net)
    found = []
    for router, daemon in chosen(net, net.ospf.daemons, name, "ospf").items():
        view = _DaemonView(net, daemon, names)
        told = {part: tell(view) for part, tell in PARTS.items() if parts is None or part in parts}
        found.append({**_head(router, view), **told})
    return found


def _head(router: str, view: _DaemonView) -> dict[str, Any]:
    machine = view.machine
    return {
        "router": router,
        "router_id": text(4, machine.router_id),
        "border": bool(machine.calculation.is_border_router),
        "spf": spf_delay.STATES[int(machine.spf_delay.state(view.now_ns))],
        "areas": [
            {"area": text(4, area.area_id), "kind": area.settings.kind, "lsas": len(area.scope.database)}
            for area in machine.areas.values()
        ],
        "external_lsas": len(machine.externals.database),
    }


def _interfaces(view: _DaemonView) -> list[dict[str, Any]]:
    return [_interface(view, interface) for interface in _all_interfaces(view)]


def _all_interfaces(view: _DaemonView) -> list[Interface]:
    """The interfaces on links, then the ends of virtual links."""
    return [*view.machine.physical, *view.machine.virtual_links]


def _interface(view: _DaemonView, ospf: Interface) -> dict[str, Any]:
    configured = ospf.settings
    return {
        "name": configured.name,
        "address": _address(ospf),
        "transit_area": text(4, configured.transit_area_id) if ospf.is_virtual else None,
        "peer": text(4, configured.peer_id) if ospf.is_virtual else None,
        "peer_node": view.router(configured.peer_id) if ospf.is_virtual else None,
        "area": text(4, configured.area_id),
        "network": configured.network,
        "state": interfaces.STATES[int(ospf.state)],
        "cost": ospf.cost,
        "hello_s": int(configured.hello_ns) / 1e9,
        "dead_s": int(configured.dead_ns) / 1e9,
        "priority": configured.priority,
        "dr": text(4, ospf.dr) if ospf.dr else None,
        "dr_node": view.names.get(text(4, ospf.dr)) if ospf.dr else None,
        "bdr": text(4, ospf.bdr) if ospf.bdr else None,
        "bdr_node": view.names.get(text(4, ospf.bdr)) if ospf.bdr else None,
        "passive": configured.passive,
        "authentication": None if configured.key is None else configured.key.algorithm,
        "neighbours": len(ospf.neighbours),
        "full": sum(1 for other in ospf.neighbours.values() if other.state == neighbours.FULL),
    }


def _address(ospf: Interface) -> str | None:
    """The address with its prefix length; for a virtual link that of the path, while there is one."""
    configured = ospf.settings
    if ospf.is_virtual:
        return text(4, ospf.address) if ospf.is_up else None
    return None if configured.unnumbered else f"{text(4, configured.address)}/{configured.prefix_len}"


def _neighbours(view: _DaemonView) -> list[dict[str, Any]]:
    return [
        _neighbour(view, interface, other)
        for interface in _all_interfaces(view)
        for other in interface.neighbours.values()
    ]


def _neighbour(view: _DaemonView, interface: Interface, other: Neighbour) -> dict[str, Any]:
    dead_ns = int(other.inactive_at_ns)
    return {
        "router_id": text(4, other.router_id),
        "node": view.router(other.router_id),
        "address": text(4, other.address),
        "interface": interface.settings.name,
        "state": neighbours.STATES[int(other.state)],
        "role": _role(interface, other),
        "priority": other.priority,
        "restarting": bool(other.is_helped),
        "dead_in_s": None if dead_ns >= NEVER else (dead_ns - view.now_ns) / 1e9,
        "requested": len(other.wanted),
        "unacknowledged": len(other.unacknowledged),
        "retransmissions": int(other.retransmissions),
        "state_changes": int(other.events),
    }


def _role(interface: Interface, other: Neighbour) -> str | None:
    """DR, Backup or DR Other; None where none is elected."""
    if interface.is_point_to_point:
        return None
    if other.address == interface.dr:
        return "DR"
    return "Backup" if other.address == interface.bdr else "DR Other"


def _database(view: _DaemonView) -> list[dict[str, Any]]:
    found = []
    for scope in view.machine.scopes():
        entries = sorted(scope.database.entries.values(), key=lambda entry: entry.lsa.key)
        if not entries and scope is view.machine.externals:
            continue
        found.append(
            {
                "area": None if scope is view.machine.externals else text(4, scope.area_id),
                "counts": {
                    name: sum(1 for entry in entries if entry.lsa.type == kind)
                    for kind, name in TYPE_NAMES.items()
                    if any(entry.lsa.type == kind for entry in entries)
                },
                "lsas": [
                    lsa(
                        entry,
                        view.router(entry.lsa.advertising_router),
                        view.router(entry.received_from),
                        view.now_ns,
                    )
                    for entry in entries
                ],
            }
        )
    return found


def _routes(view: _DaemonView) -> list[dict[str, Any]]:
    return [_route(view, route) for _, route in sorted(view.machine.calculation.routes.items())]


def _route(view: _DaemonView, route: OspfRoute) -> dict[str, Any]:
    return {
        "prefix": f"{text(4, route.prefix)}/{route.prefix_len}",
        "path": PATH_TYPES[route.path_type],
        "cost": route.cost,
        "external_cost": route.cost2 if PATH_TYPES[route.path_type] == "external type 2" else None,
        "area": text(4, route.area_id) if route.is_internal else None,
        "tag": route.tag,
        "advertised_by": text(4, route.advertising_router),
        "node": view.router(route.advertising_router),
        "discard": bool(route.is_discard),
        "hops": [view.hop(hop) for hop in route.hops],
    }


def _borders(view: _DaemonView) -> list[dict[str, Any]]:
    return [_border(view, route) for route in view.machine.calculation.routers()]


def _border(view: _DaemonView, route: RouterRoute) -> dict[str, Any]:
    return {
        "router_id": text(4, route.router_id),
        "node": view.router(route.router_id),
        "area": text(4, route.area_id),
        "path": PATH_TYPES[route.path_type],
        "cost": route.cost,
        "border": route.is_border,
        "boundary": route.is_boundary,
        "hops": [view.hop(hop) for hop in route.hops],
    }


def _drops(view: _DaemonView) -> dict[str, int]:
    return {drop_reasons.REASONS[reason]: count for reason, count in enumerate(view.machine.drops) if count}


PARTS: Final[dict[str, Callable[[_DaemonView], Any]]] = {
    "interfaces": _interfaces,
    "neighbours": _neighbours,
    "database": _database,
    "routes": _routes,
    "borders": _borders,
    "drops": _drops,
}
"""The parts that can be requested separately."""
