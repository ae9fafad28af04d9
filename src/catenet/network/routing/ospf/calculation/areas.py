"""The area data structures that the calculation uses: the topology of each area, and its LSAs of types 3, 4 and 7."""

from __future__ import annotations

from typing import Final

from catenet.network.routing.graph import UNREACHED
from catenet.network.routing.ospf.calculation.inter_area_lsas import InterAreaLsas
from catenet.network.routing.ospf.calculation.next_hop_sets import NextHopResolver, NextHopSets, TransitPaths
from catenet.network.routing.ospf.calculation.routes import Hop
from catenet.network.routing.ospf.calculation.topology import ROOT, AreaTopology
from catenet.network.routing.ospf.lsa.prefixes import pack_prefix
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E
from catenet.network.routing.ospf.settings import AreaSettings

BACKBONE: Final = 0


class Range:
    """An address range of an area, advertised into other areas as one network, or not at all (section 3.5)."""

    def __init__(self, prefix: int, prefix_len: int, advertised: bool) -> None:
        hosts = (1 << (32 - prefix_len)) - 1
        self.key: Final = pack_prefix(prefix & ~hosts, prefix_len)
        self.advertised: Final = advertised
        self.is_active = False
        """Whether a network of the range is reached within the area; kept by the calculation."""
        self._first: Final = pack_prefix(prefix & ~hosts, prefix_len)
        self._last: Final = pack_prefix(prefix | hosts, 32)

    def holds(self, key: int) -> bool:
        """Whether a network is within the range, or is the range."""
        return self._first <= key <= self._last and key & 63 >= self.key & 63


def _most_specific(ranges: list[Range], key: int) -> Range | None:
    found: Range | None = None
    for candidate in ranges:
        if candidate.holds(key) and (found is None or candidate.key & 63 > found.key & 63):
            found = candidate
    return found


class AreaData:
    """One area's data structure (section 6) for the calculation: its graph, and its LSAs of types 3, 4 and 7.

    ``attached``: an interface of the router is up in it; otherwise the area is ignored.
    """

    def __init__(self, number: int, settings: AreaSettings, topology: AreaTopology) -> None:
        self.number: Final = number
        self.settings: Final = settings
        self.area_id: Final = settings.area_id
        self.topology: Final = topology
        self.summaries: Final = InterAreaLsas(topology)
        self.boundary_routers: Final = InterAreaLsas(topology)
        self.externals: Final = InterAreaLsas(topology)
        self.ranges: Final = [Range(prefix, length, told) for prefix, length, told in settings.ranges]
        self.external_ranges: Final = [Range(prefix, length, told) for prefix, length, told in settings.external_ranges]
        self.attached = True
        self.virtual_ends: Final[dict[int, None]] = {}
        """The vertices whose router-LSAs have the V bit."""
        self.is_transit = False
        """TransitCapability (16.1 (2)): whether it carries packets of the backbone for a virtual link of any router.

        Set by the calculation."""

    def carries_transit(self) -> bool:
        """The new value of :attr:`is_transit`."""
        # 3.6, 15: no virtual link leads through the backbone, a stub area or an NSSA.
        if not self.attached or self.area_id == BACKBONE or not self.settings.takes_externals:
            return False
        return any(self.topology.distance(vertex) != UNREACHED for vertex in self.virtual_ends)

    def range_of(self, key: int) -> Range | None:
        """The most specific configured range that contains a network of the area."""
        return _most_specific(self.ranges, key)

    def external_range_of(self, key: int) -> Range | None:
        """The most specific configured range that contains an external network, advertised in the area as type 7."""
        return _most_specific(self.external_ranges, key)


class Areas(TransitPaths):
    """All areas of a router, in the order in which they were added."""

    def __init__(self, router_id: int, hop_sets: NextHopSets, resolver: NextHopResolver) -> None:
        super().__init__()
        self.router_id: Final = router_id
        self.hop_sets: Final = hop_sets
        self.all: Final[list[AreaData]] = []
        self.transit = False
        """Whether section 16.3 applies: one of them is a transit area, and this router is a border router."""
        self._by_id: Final[dict[int, AreaData]] = {}
        self._resolver: Final = resolver

    def add(self, settings: AreaSettings) -> AreaData:
        """Add an area.  Raises ValueError if it exists already."""
        if settings.area_id in self._by_id:
            raise ValueError(f"area {settings.area_id} already exists")
        topology = AreaTopology(settings.area_id, self.router_id, self.hop_sets, self._resolver, self)
        area = AreaData(len(self.all), settings, topology)
        self.all.append(area)
        self._by_id[settings.area_id] = area
        return area

    def get(self, area_id: int) -> AreaData | None:
        """The area with this id; None if there is none."""
        return self._by_id.get(area_id)

    def __getitem__(self, area_id: int) -> AreaData:
        return self._by_id[area_id]

    @property
    def is_border_router(self) -> bool:
        """Whether the router is attached to the backbone and to another area (section 3.3; RFC 3509 section 2)."""
        # RFC 3509 2: without an interface in the backbone it cannot advertise the other areas.
        backbone = self._by_id.get(BACKBONE)
        if backbone is None or not backbone.attached:
            return False
        return any(area.attached for area in self.all if area is not backbone)

    def uses_summaries(self, topology: AreaTopology) -> bool:
        """Whether the summaries in an area are used: a border router uses only those of the backbone (16.2)."""
        if topology.area_id == BACKBONE:
            return self[BACKBONE].attached
        return self[topology.area_id].attached and not self.is_border_router

    def hops_through(self, area_id: int, router_id: int) -> int:
        area = self._by_id.get(area_id)
        vertex = -1 if area is None else area.topology.vertex(router_id)
        return 0 if area is None or vertex < 0 or not area.attached else area.topology.hops(vertex)

    def leads_into(self, hops: tuple[Hop, ...], area_id: int) -> bool:
        """Whether packets leave by an interface in an area."""
        return any(self._resolver.area_of(number) == area_id for number, _ in hops)

    def on_link(self, area_id: int, address: int) -> Hop | None:
        """The next hop to an address on a directly attached network of the area."""
        return self._resolver.on_link(area_id, address)

    def is_own_address(self, address: int) -> bool:
        """Whether one of the router's own router-LSAs contains the address as its own."""
        return any(area.attached and area.topology.is_own_address(address) for area in self.all)

    def border_distance(self, topology: AreaTopology, router_id: int) -> int:
        """The distance to an area border router within an area; UNREACHED if it is none, or this router itself."""
        return self._distance(topology, router_id, FLAG_B)

    def boundary_distance(self, topology: AreaTopology, router_id: int) -> int:
        """The distance to an AS boundary router within an area; UNREACHED if it is none, or this router itself."""
        return self._distance(topology, router_id, FLAG_E)

    def _distance(self, topology: AreaTopology, router_id: int, flag: int) -> int:
        # 16.2 (4), 16.4 (3): a router has a routing table entry if it is reachable and its LSA has bit B or E.
        vertex = topology.vertex(router_id)
        assert flag in (FLAG_B, FLAG_E)
        if vertex <= ROOT or not self[topology.area_id].attached or topology.flags(vertex) & flag == 0:
            return UNREACHED
        return topology.distance(vertex)
