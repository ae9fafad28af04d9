"""All paths to a network in an OSPF router's databases, and why each other path lost (RFC 2328 section 16)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from catenet.network.addresses import text
from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.ospf.calculation.areas import Areas
from catenet.network.routing.ospf.calculation.calculation import Calculation
from catenet.network.routing.ospf.calculation.destinations import Destination
from catenet.network.routing.ospf.calculation.external import path_of, rank_of
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsa
from catenet.network.routing.ospf.calculation.internal import VERTEX, VERTEX_BITS
from catenet.network.routing.ospf.calculation.routes import EXTERNAL_1, EXTERNAL_2, INTER, INTRA, PATH_TYPES, OspfRoute
from catenet.network.routing.ospf.lsa.contents import network_cost
from catenet.network.routing.ospf.lsa.lsa import LS_INFINITY, ExternalBody, Lsa, SummaryBody

Rank = tuple[int, ...]


class Path(NamedTuple):
    """A path that an LSA offers.

    ``rank`` sorts paths of all types, the best first: the type, the cost of type 2, the preference of 16.4.1, the
    cost.  It is None for an unusable path, with the reason in ``fault``.  ``near`` is the cost of the path to the
    advertising router, ``advertised`` the cost in the LSA.
    """

    path_type: int
    rank: Rank | None
    area_id: int
    near: int
    advertised: int
    lsa: Lsa
    fault: str

    @property
    def cost(self) -> int:
        """The total cost; for an external path of type 2 without the cost inside the AS, which does not count."""
        return self.advertised if self.path_type == EXTERNAL_2 else self.near + self.advertised


class Paths:
    """The paths of one router to one network, ``name_of`` a router's name by its id."""

    def __init__(self, calculation: Calculation, key: int, name_of: Callable[[int], str | None]) -> None:
        self._calculation: Final = calculation
        self._areas: Final[Areas] = calculation.areas
        self._name_of: Final = name_of
        destination = calculation.destinations.by_key.get(key)
        self.all: Final[list[Path]] = [] if destination is None else self._paths(destination)

    def name(self, router_id: int) -> str:
        """A router's name, or its id."""
        return self._name_of(router_id) or text(4, router_id)

    def _paths(self, destination: Destination) -> list[Path]:
        found = [path for holder in destination.holders() for path in self._within(destination.key, holder)]
        found += [self._from_summary(summary) for summary in destination.summaries or []]
        found += [self._from_external(external) for external in destination.externals or []]
        return sorted(found, key=lambda path: (path.rank is None, path.rank or (), path.lsa.key))

    def _within(self, key: int, holder: int) -> list[Path]:
        area = self._areas.all[holder >> VERTEX_BITS]
        vertex = holder & VERTEX
        lsa, distance = area.topology.lsas[vertex], area.topology.distance(vertex)
        if lsa is None:
            return []
        cost = network_cost(lsa, key)
        if distance == UNREACHED or not area.attached:
            fault = f"{self.name(lsa.advertising_router)} is not reached within area {text(4, area.area_id)}"
            return [Path(INTRA, None, area.area_id, 0, cost, lsa, fault)]
        return [Path(INTRA, (INTRA, 0, 0, distance + cost), area.area_id, distance, cost, lsa, "")]

    def _from_summary(self, summary: InterAreaLsa) -> Path:
        lsa, topology = summary.lsa, summary.area
        body = lsa.body
        assert topology is not None
        assert isinstance(body, SummaryBody)
        distance, fault = self._areas.border_distance(topology, lsa.advertising_router), ""
        if body.cost >= LS_INFINITY:
            fault = "its cost means unreachable"
        elif not self._areas.uses_summaries(topology):
            fault = "a border router uses the summaries of the backbone alone (RFC 2328 16.2)"
        elif distance == UNREACHED:
            name = self.name(lsa.advertising_router)
            fault = f"border router {name} is not reached within area {text(4, topology.area_id)}"
        rank = None if fault else (INTER, 0, 0, distance + body.cost)
        return Path(INTER, rank, topology.area_id, max(distance, 0), body.cost, lsa, fault)

    def _from_external(self, external: InterAreaLsa) -> Path:
        lsa = external.lsa
        body = lsa.body
        assert isinstance(body, ExternalBody)
        kind = EXTERNAL_2 if body.type2 else EXTERNAL_1
        asbr_paths = self._calculation.asbr_paths
        path = path_of(self._areas, asbr_paths, self._calculation.destinations, external)
        if path is None:
            return Path(kind, None, 0, 0, body.cost, lsa, self._external_fault(external, body))
        _, outside, preference, inside = rank_of(lsa, path, asbr_paths.rfc1583_compatible)
        rank = (kind, outside, preference, inside)
        return Path(kind, rank, path.area_id, path.cost, body.cost, lsa, "")

    def _external_fault(self, external: InterAreaLsa, body: ExternalBody) -> str:
        name = self.name(external.lsa.advertising_router)
        asbr_paths = self._calculation.asbr_paths
        if body.cost >= LS_INFINITY:
            return "its cost means unreachable"
        topology, router_id = external.area, external.lsa.advertising_router
        path = asbr_paths.to(router_id) if topology is None else asbr_paths.within(topology, router_id)
        if path is None:
            return f"boundary router {name} is not reached"
        if body.forwarding:
            return f"no route inside the AS leads to its forwarding address {text(4, body.forwarding)}"
        return "border routers do not follow an NSSA's default route (RFC 3101 2.5 (3))"

    # -- comparing

    def chosen(self, route: OspfRoute) -> Path | None:
        """The path of a route."""
        return next((path for path in self.all if path.rank is not None and path.lsa.key == route.origin), None)

    def why_not(self, path: Path, chosen: Path) -> str:
        """Why a path was not chosen: the first rule that decides (sections 11, 16.2 to 16.4)."""
        if path.rank is None or chosen.rank is None:
            return path.fault
        if path.path_type != chosen.path_type:
            return f"{PATH_TYPES[path.path_type]} comes after {PATH_TYPES[chosen.path_type]} (RFC 2328 11)"
        places = [place for place, (one, other) in enumerate(zip(path.rank, chosen.rank, strict=True)) if one != other]
        if not places:
            same_area = path.area_id == chosen.area_id
            return "as good: its next hops are used, too" if same_area else "as good, in an area that comes after"
        if places[0] == 1:
            return f"type 2 metric {path.advertised}, {path.advertised - chosen.advertised} more"
        if places[0] == 2:
            return "its boundary router is not reached within one area beside the backbone (RFC 2328 16.4.1)"
        if path.path_type == EXTERNAL_2:
            more = path.near - chosen.near
            return f"type 2 metric {path.advertised}, too, but {path.near} from here to it, {more} more"
        return f"cost {path.cost}, {path.cost - chosen.cost} more"
