"""Explains an OSPF route: its LSA, the path to the advertising router, and the alternatives."""

from __future__ import annotations

from typing import Any, Final

from catenet.host.routing.ospf import OspfDaemon
from catenet.lab.model.nodes import IpNode
from catenet.lab.probe.explain.explanation import Other
from catenet.lab.probe.explain.network import Network
from catenet.lab.probe.explain.ospf_paths import Path, Paths
from catenet.lab.report.routing.ospf_lsa import TYPE_NAMES
from catenet.lab.report.routing.ospf_lsa import lsa as lsa_told
from catenet.network.addresses import text
from catenet.network.forwarding.route_selection import ORIGINS
from catenet.network.routing.dijkstra import distances_to
from catenet.network.routing.explain import weigh
from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.ospf.calculation.routes import EXTERNAL_2, INTRA, PATH_TYPES, OspfRoute
from catenet.network.routing.ospf.calculation.topology import ROOT, AreaTopology
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.lsa.lsa import NETWORK, ExternalBody, Lsa, NetworkBody
from catenet.network.routing.ospf.lsa.prefixes import network_key, pack_prefix


class OspfReasons:
    """Explains one router's OSPF route to a prefix; ``route`` is None if it has none to exactly this prefix."""

    def __init__(self, net: Network, node: IpNode, prefix: int, prefix_len: int) -> None:
        self._net: Final = net
        self._daemon: Final[OspfDaemon] = net.ospf.daemons[node.name]
        self._machine: Final = self._daemon.machine
        self._now_ns: Final = int(net.kernel.now_ns)
        self._prefix: Final = (prefix, prefix_len)
        calculation = self._machine.calculation
        self.paths: Final = Paths(calculation, pack_prefix(prefix, prefix_len), net.ospf.name_of)
        self.route: Final[OspfRoute | None] = calculation.route(prefix, prefix_len)
        self._chosen: Final[Path | None] = None if self.route is None else self.paths.chosen(self.route)

    def because(self) -> dict[str, Any]:
        """The route's type and cost, its LSA, and the paths to the advertising router."""
        route, path = self.route, self._chosen
        if route is None:
            return {"protocol": "ospf", "path": None}
        told: dict[str, Any] = {
            "protocol": "ospf",
            "path": PATH_TYPES[route.path_type],
            "cost": route.cost,
            "external_cost": route.cost2 if route.path_type == EXTERNAL_2 else None,
            "area": text(4, route.area_id),
            "discard": bool(route.is_discard),
            "lsa": self._lsa(route.origin),
        }
        if path is None:
            return told
        topology, vertex = self._advertiser(path)
        told["cost_to_router"] = path.near
        told["cost_told"] = path.advertised
        told["redistributed_from"] = self._source(path.lsa)
        told["tree"] = [] if topology is None else self._tree(topology, vertex)
        told["links"] = [] if topology is None or vertex == ROOT else self._link_costs(topology, vertex)
        return told

    def rule(self) -> str:
        """The rule that decided among this router's own paths to the network."""
        path = self._chosen
        usable = [other for other in self.paths.all if other.rank is not None]
        if path is None or len(usable) < 2:
            return ""
        if any(other.path_type != path.path_type for other in usable):
            return f"{PATH_TYPES[path.path_type]} before all other path types"
        ties = sum(1 for other in usable if other.rank == path.rank)
        return f"least cost of {len(usable)} LSAs" + (f", {ties} alike" if ties > 1 else "")

    def others(self) -> list[Other]:
        """The LSAs whose paths lost, and the other links out of this router."""
        path = self._chosen
        found = []
        for other in self.paths.all:
            if other is not path:
                why = other.fault or (self.paths.why_not(other, path) if path is not None else "not calculated yet")
                found.append(Other(f"ospf {PATH_TYPES[other.path_type]}, {self._named(other.lsa)}", why))
        return found

    # -- LSAs

    def _named(self, lsa: Lsa) -> str:
        return f"{TYPE_NAMES[lsa.type]}-LSA {text(4, lsa.link_state_id)} of {self.paths.name(lsa.advertising_router)}"

    def _entry(self, key: int) -> tuple[Entry, int | None] | None:
        for scope in self._machine.scopes():
            entry = scope.database.get(key)
            if entry is not None:
                return entry, None if scope is self._machine.externals else scope.area_id
        return None

    def _lsa(self, key: int) -> dict[str, Any] | None:
        """An LSA in the database, the advertising router, and the neighbour that sent it."""
        found = self._entry(key)
        if found is None:
            return None
        entry, area_id = found
        name_of = self._net.ospf.name_of
        told = lsa_told(entry, name_of(entry.lsa.advertising_router), name_of(entry.received_from), self._now_ns)
        return {**told, "area": None if area_id is None else text(4, area_id)}

    def _source(self, lsa: Lsa) -> str | None:
        """The source of the route at the router that advertises an external LSA."""
        body = lsa.body
        name = self._net.ospf.name_of(lsa.advertising_router)
        redistribution = None if name is None else self._net.ospf.redistributions.get(name)
        if redistribution is None or not isinstance(body, ExternalBody):
            return None
        taken = redistribution.taken.get(self._prefix)
        return None if taken is None else ORIGINS.get(taken[0].metric, "other")

    # -- the tree

    def _advertiser(self, path: Path) -> tuple[AreaTopology | None, int]:
        """The topology and the vertex of the advertising router or network; None if no topology contains it."""
        area = self._machine.calculation.areas.get(path.area_id)
        if area is None:
            return None, ROOT
        topology, lsa = area.topology, path.lsa
        if path.path_type == INTRA:
            return topology, next(vertex for vertex, other in enumerate(topology.lsas) if other is lsa)
        vertex = topology.vertex(lsa.advertising_router)
        return (None, ROOT) if vertex < 0 or topology.distance(vertex) == UNREACHED else (topology, vertex)

    def _tree(self, topology: AreaTopology, vertex: int) -> list[dict[str, Any]]:
        """One shortest path to a vertex: each vertex with its distance and its LSA."""
        return [
            {
                "vertex": self._vertex_name(topology, each),
                "cost": topology.distance(each),
                "lsa": None if lsa is None else self._lsa(lsa.key),
            }
            for each in topology.path_to(vertex)
            for lsa in [topology.lsas[each]]
        ]

    def _link_costs(self, topology: AreaTopology, vertex: int) -> list[dict[str, Any]]:
        """The path cost over each of the router's own links in the area, the best first."""
        graph = topology.graph
        found = []
        for candidate in weigh(graph, ROOT, vertex, distances_to(graph, vertex)):
            known = candidate.total != UNREACHED
            found.append(
                {
                    "to": self._vertex_name(topology, candidate.head),
                    "cost": candidate.cost,
                    "total": candidate.total if known else None,
                    "extra": candidate.extra if known else None,
                    "taken": bool(candidate.taken),
                    "loop_free": bool(candidate.loop_free),
                }
            )
        return found

    def _vertex_name(self, topology: AreaTopology, vertex: int) -> str:
        """A router's name, or a transit network's prefix."""
        lsa = topology.lsas[vertex]
        if lsa is None:
            return "?"
        if lsa.type != NETWORK:
            return self.paths.name(lsa.advertising_router)
        body = lsa.body
        assert isinstance(body, NetworkBody)
        key = network_key(lsa.link_state_id, body.mask)
        return f"{text(4, key >> 6)}/{key & 63}"
