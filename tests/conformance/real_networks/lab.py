"""A picture as an internet of routers that find their ways by a protocol, and what their tables say."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from catenet import Internet
from catenet.lab.model.link import Link
from catenet.lab.model.nodes import Router
from catenet.network.forwarding import route_selection as administrative

from .networks import EVENTS, Picture, Weather, all_distances, first_lines

OSPF_SETTLES_S: Final = 30
"""A hello comes after 10 s at the latest; an LSA that came too soon after the last (MinLSArrival) again after 5 s; and
when much has changed, the calculation waits for 5 s."""
RIP_SETTLES_S: Final = 40
RIP: Final = {
    "update": "5s", "timeout": "30s", "garbage": "20s", "hold": ("0.2s", "1s"), "poison_reverse": True, "paths": 64,
}  # fmt: skip
FARTHEST: Final = 14
"""Hops to a router whose own address has metric 15 in RIP here: 1 where it is, and 1 for each hop."""


class Standing:
    """A picture's routers, joined by links."""

    def __init__(self, picture: Picture, protocol: str) -> None:
        self.picture: Final = picture
        self.protocol: Final = protocol
        self.costs: Final = picture.costs() if protocol == "ospf" else [1] * len(picture.lines)
        self.weather: Final = Weather(picture)
        self.net: Final = Internet(seed=1)
        options: Any = {"rip": RIP} if protocol == "rip" else {}
        self.routers: Final[list[Router]] = [
            self.net.router(f"r{number}", routing=protocol, **options) for number in range(picture.nodes)
        ]
        self.links: Final[list[Link]] = [
            self.net.link(self.routers[a], self.routers[b], cost=cost, delay="2ms", name=f"line-{place}")
            for place, ((a, b), cost) in enumerate(zip(picture.lines, self.costs, strict=True))
        ]
        self._settles_s = OSPF_SETTLES_S if protocol == "ospf" else RIP_SETTLES_S
        self._now_s = 0

    def compute(self) -> None:
        """Let the protocol find its ways."""
        # From cold there is an adjacency to form first, and in RIP a whole table to learn from each update.
        self._now_s += self._settles_s if self._now_s else self._settles_s + 40
        self.net.run(until=f"{self._now_s}s")

    def turn(self) -> None:
        """Cut one link, or heal one."""
        place = self.weather.turn()
        if self.weather.up[place]:
            self.links[place].heal()
        else:
            self.links[place].cut()

    def check(self) -> None:
        """All tables against SciPy: the cost to each other router's own address, and all next hops."""
        distances = all_distances(self.picture, self.costs, self.weather.up)
        for here, router in enumerate(self.routers):
            lines = first_lines(self.picture, self.costs, self.weather.up, distances, here)
            gateways = self._gateways(router)
            for there, other in enumerate(self.routers):
                if here != there:
                    self._check_route(router, other, distances[here][there], {gateways[line] for line in lines[there]})

    def _gateways(self, router: Router) -> dict[int, int]:
        """The addresses across, by line."""
        found: dict[int, int] = {}
        for end in router.ends:
            assert end.link is not None
            face = end.link.other(end).face(4)
            assert face is not None
            found[int(end.link.name.removeprefix("line-"))] = int(face.ip)
        return found

    def _check_route(self, router: Router, other: Router, distance: Any, gateways: set[int]) -> None:
        address = int(other.own_faces[0].ip)
        what = f"{self.picture.name}, {self.protocol} at {self._now_s} s: {router.name} to {other.name}"
        known = self._known(router, address)
        if not np.isfinite(distance) or (self.protocol == "rip" and distance > FARTHEST):
            assert known is None, what
            assert router.stack.fib4.lookup(address, True) is None, what
            return
        assert known == distance, what
        used = router.stack.fib4.lookup(address, True)
        assert used is not None, what
        assert used.metric == (administrative.OSPF if self.protocol == "ospf" else administrative.RIP), what
        assert {hop.gateway for hop in used.hops} == gateways, what

    def _known(self, router: Router, address: int) -> int | None:
        """The distance in the protocol's own table."""
        if self.protocol == "ospf":
            route = self.net.ospf.daemons[router.name].machine.calculation.route(address, 32)
            return None if route is None else route.cost
        line = self.net.rip.daemons[router.name].machine.table.find(address, 32)
        return None if line is None or line.dead else line.metric - 1


def live_through(picture: Picture, protocol: str, events: int = EVENTS) -> None:
    """From cold, then through cuts and heals: after each, all tables are right."""
    standing = Standing(picture, protocol)
    standing.compute()
    standing.check()
    for _ in range(events):
        standing.turn()
        standing.compute()
        standing.check()
