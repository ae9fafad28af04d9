"""A picture as LSAs, and some of its routers that calculate: no packets, and so networks of any size."""

from __future__ import annotations

import random
from typing import Final

import numpy as np

from catenet.network.routing.ospf.calculation.calculation import Calculation
from catenet.network.routing.ospf.calculation.next_hop_sets import NextHopResolver
from catenet.network.routing.ospf.calculation.routes import Hop
from catenet.network.routing.ospf.lsa.lsa import INITIAL_SEQUENCE, ROUTER, Lsa, RouterBody, RouterLink
from catenet.network.routing.ospf.lsa.prefixes import pack_prefix
from catenet.network.routing.ospf.lsa.router_lsa import POINT_TO_POINT, STUB
from catenet.network.routing.ospf.settings import AreaSettings

from .networks import EVENTS, Picture, Weather, distances_near, first_lines

ADDRESSES: Final = 10 << 24
HOST: Final = 0xFFFFFFFF


class Lines(NextHopResolver):
    """An interface has the number of its line, a neighbour the address of its id."""

    def resolve(self, area_id: int, link: RouterLink) -> Hop | None:
        return None if link.kind == STUB else (link.data, link.id)


class Map:
    """The LSAs of a picture's routers, while its lines are cut and healed."""

    def __init__(self, picture: Picture) -> None:
        self.picture: Final = picture
        self.costs: Final = picture.costs()
        self.weather: Final = Weather(picture)
        self._lines: Final[list[list[int]]] = [[] for _ in range(picture.nodes)]
        for place, (a, b) in enumerate(picture.lines):
            self._lines[a].append(place)
            self._lines[b].append(place)
        self.lsas: Final = [self._lsa(node) for node in range(picture.nodes)]

    def _lsa(self, node: int) -> Lsa:
        links = [RouterLink(STUB, ADDRESSES + node, HOST, 0)]
        for place in self._lines[node]:
            if self.weather.up[place]:
                across = sum(self.picture.lines[place]) - node
                links.append(RouterLink(POINT_TO_POINT, across + 1, place, self.costs[place]))
        return Lsa(ROUTER, node + 1, node + 1, 2, INITIAL_SEQUENCE, RouterBody(0, links))

    def turn(self) -> list[tuple[Lsa, Lsa]]:
        """Cut a line, or heal one; the LSAs of its ends, before and after."""
        changed = []
        for node in self.picture.lines[self.weather.turn()]:
            before, self.lsas[node] = self.lsas[node], self._lsa(node)
            changed.append((before, self.lsas[node]))
        return changed


def check(known: Map, here: int, calculation: Calculation) -> None:
    """A router's table against SciPy: the cost to each other router, and all next hops."""
    picture, up = known.picture, known.weather.up
    distances = distances_near(picture, known.costs, up, here)
    lines = first_lines(picture, known.costs, up, distances, here)
    routes = calculation.routes
    for there in range(picture.nodes):
        route = routes.get(pack_prefix(ADDRESSES + there, 32))
        what = f"{picture.name}: r{here} to r{there}"
        if not np.isfinite(distances[here][there]):
            assert route is None, what
        else:
            assert route is not None, what
            assert route.cost == distances[here][there], what
            hops = {(line, sum(picture.lines[line]) - here + 1) for line in lines[there]}
            assert set(route.hops) == hops, what


def calculate_through(picture: Picture, routers: int, events: int = EVENTS) -> None:
    """Some routers, drawn at random, from cold and through cuts and heals; after each their tables are right."""
    known = Map(picture)
    drawn = random.Random(f"routers of {picture.name}").sample(range(picture.nodes), min(routers, picture.nodes))
    calculations = {here: Calculation(here + 1, Lines()) for here in drawn}
    for calculation in calculations.values():
        calculation.add_area(AreaSettings(0))
        for lsa in known.lsas:
            calculation.change(0, None, lsa)
    for event in range(events + 1):
        changed = known.turn() if event else []
        for here, calculation in calculations.items():
            for before, after in changed:
                calculation.change(0, before, after)
            calculation.run()
            check(known, here, calculation)
