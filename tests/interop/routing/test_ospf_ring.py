"""A ring of FRR, ours, BIRD and ours: the same tables everywhere, after any link was cut, and when it is mended."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final

import networkx as nx

from catenet.network.routing.ospf.lsa.lsa import RouterBody
from catenet.network.routing.ospf.lsa.router_lsa import POINT_TO_POINT

from .conftest import Neighbourhood
from .dialects import OURS, Wire, bird, frr
from .peers import Bird, Frr

P2P: Final = "point-to-point"
RING: Final = ["frr", "east", "bird", "west"]
LANS: Final = {"frr": "192.168.1.0/24", "east": "10.9.1.0/24", "bird": "192.168.2.0/24", "west": "10.9.2.0/24"}
IDS: Final = {"frr": "1.1.1.1", "east": "9.9.9.1", "bird": "2.2.2.2", "west": "9.9.9.2"}
WIRES: Final = [Wire("wire0", network=P2P), Wire("wire1", network=P2P), Wire("lan0", passive=True)]
Tables = dict[str, dict[str, set[str]]]


class Ring:
    """The four of them.  Link N joins the Nth to the next; on it, 10.4.N.1 is the former and 10.4.N.2 the latter."""

    def __init__(self, neighbourhood: Neighbourhood) -> None:
        net = neighbourhood.net
        self.neighbourhood = neighbourhood
        self.frr = neighbourhood.peer(Frr, "frr")
        self.bird = neighbourhood.peer(Bird, "bird")
        self.ours = [
            net.router(name, routing="ospf", ospf={**OURS, "router_id": IDS[name]}) for name in ("east", "west")
        ]
        east, west = self.ours
        for number, router in enumerate(self.ours, 1):
            host = net.host(f"host{number}")
            addresses = {router.name: [f"10.9.{number}.1/24"], host.name: [f"10.9.{number}.2/24"]}
            net.link(router, host, addresses=addresses)
        p2p = {"network": P2P}
        self.links = [
            neighbourhood.plug(self.frr, "wire0", east, "10.4.0.1/24", "10.4.0.2/24", ospf=p2p),
            neighbourhood.plug(self.bird, "wire0", east, "10.4.1.2/24", "10.4.1.1/24", ospf=p2p),
            neighbourhood.plug(self.bird, "wire1", west, "10.4.2.1/24", "10.4.2.2/24", ospf=p2p),
            neighbourhood.plug(self.frr, "wire1", west, "10.4.3.2/24", "10.4.3.1/24", ospf=p2p),
        ]
        neighbourhood.open()
        self.frr.lan("lan0", "192.168.1.1/24")
        self.bird.lan("lan0", "192.168.2.1/24")
        self.frr.start(ospfd=frr(IDS["frr"], WIRES))
        self.bird.start(bird(IDS["bird"], WIRES))

    def tables(self) -> Tables:
        """Who sends what where: the kernels' tables, and ours."""
        found = {router.name: self.neighbourhood.routes(router) for router in self.ours}
        found |= {"frr": self.frr.routes(), "bird": self.bird.routes()}
        return {
            name: {lan: table[lan] for owner, lan in LANS.items() if owner != name and lan in table}
            for name, table in found.items()
        }

    def wanted(self, cut: int | None) -> Tables:
        """What they should be without a link, from all shortest paths."""
        graph: nx.Graph[str] = nx.Graph()
        for place, name in enumerate(RING):
            if place != cut:
                graph.add_edge(name, RING[(place + 1) % 4], link=place)
        return {
            name: {
                LANS[owner]: {
                    self._gateway(path[0], path[1], graph) for path in nx.all_shortest_paths(graph, name, owner)
                }
                for owner in RING
                if owner != name
            }
            for name in RING
        }

    def _gateway(self, here: str, there: str, graph: nx.Graph[str]) -> str:
        link = graph.edges[here, there]["link"]
        return f"10.4.{link}.{1 if RING[link] == there else 2}"

    def drawn(self) -> set[tuple[int, int]]:
        """The links between routers that stand on the map that all share: from whom to whom."""
        database = self.neighbourhood.net.ospf.daemons["east"].machine.areas[0].scope.database
        return {
            (entry.lsa.advertising_router, link.id)
            for entry in database.entries.values()
            if isinstance(entry.lsa.body, RouterBody) and not entry.is_flushed
            for link in entry.lsa.body.links
            if link.kind == POINT_TO_POINT
        }

    def to_draw(self, cut: int | None) -> set[tuple[int, int]]:
        """The links that should."""
        ids = [int(IPv4Address(IDS[name])) for name in RING]
        pairs = [(ids[place], ids[(place + 1) % 4]) for place in range(4) if place != cut]
        return {*pairs, *((b, a) for a, b in pairs)}

    def converge(self, cut: int | None) -> None:
        """Go on until all tables are what they should be, and the map is.

        BIRD takes five seconds to tell that a link is gone.  If it comes back before, BIRD does not use it again.
        """
        wanted = self.wanted(cut)
        seen: Tables = {}

        def right() -> bool:
            seen.update(self.tables())
            return seen == wanted and self.drawn() == self.to_draw(cut)

        self.neighbourhood.until(right, lambda: f"link {cut} cut: wanted {wanted}")


def test_every_single_cut(neighbourhood: Neighbourhood) -> None:
    ring = Ring(neighbourhood)
    ring.converge(None)
    for place, link in enumerate(ring.links):
        neighbourhood.net._world.kernel.call_after(0, link.cut)
        ring.converge(place)
        neighbourhood.net._world.kernel.call_after(0, link.heal)
        ring.converge(None)
