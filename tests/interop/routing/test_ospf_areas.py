"""Areas with FRR and BIRD: ours between them and theirs between ours, stubs and NSSAs, externals of both types."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Any, Final

from catenet.network.routing.ospf.calculation.routes import PATH_TYPES

from .conftest import Neighbourhood
from .dialects import OURS, Wire, bird, frr
from .peers import Bird, Frr, Peer

P2P: Final = "point-to-point"
STATIC_1 = "redistribute static metric 33 metric-type 1"
STATIC_2 = "redistribute static metric 77 metric-type 2"

# Who is in which area:
#
#   frr-stub (1)  frr-tstub (2)  frr-nssa (3)  bird-nssa (4)
#             \         \         /          /
#              +--------- ours (border) ----+
#                        /  (0)  \
#             frr-core (border)   bird-core (border)
#              / (5)    \ (6)       / (7)     \ (8)
#           our-stub  our-nssa   our-stub2  our-nssa2
#
# Each has the network 192.168.N.0/24 behind it (ours: 10.9.N.0/24), which tells who is reached.

CORE_LANS = {"frr-core": 10, "bird-core": 11}


def wire(area: int, place: int = 0) -> Wire:
    """A point-to-point link of an area."""
    return Wire(f"wire{place}", area=area, network=P2P)


def lan(area: int) -> Wire:
    """What is behind a peer."""
    return Wire("lan0", area=area, passive=True)


class Areas:
    """All routers of the drawing."""

    def __init__(self, neighbourhood: Neighbourhood) -> None:
        self.neighbourhood = neighbourhood
        self.net = neighbourhood.net
        kinds = {"1": "stub", "2": "totally-stubby", "3": "nssa", "4": "totally-nssa"}
        self.border = self._ours("border", 20, areas={area: {"kind": kind} for area, kind in kinds.items()})
        self.stub = self._ours("our-stub", 5, areas={"5": {"kind": "stub"}}, area=5)
        redistribute = {"static": {"metric": 5, "type": 1, "tag": 7}}
        self.nssa = self._ours("our-nssa", 6, areas={"6": {"kind": "nssa"}}, area=6, redistribute=redistribute)
        self.stub2 = self._ours("our-stub2", 7, areas={"7": {"kind": "stub"}}, area=7)
        redistribute = {"static": {"metric": 8, "type": 2, "tag": 9}}
        self.nssa2 = self._ours("our-nssa2", 8, areas={"8": {"kind": "nssa"}}, area=8, redistribute=redistribute)
        self.net.route(self.nssa, "172.16.6.0/24", "h6")
        self.net.route(self.nssa2, "172.16.8.0/24", "h8")
        self.frr = {name: neighbourhood.peer(Frr, name) for name in ("frr-core", "frr-stub", "frr-tstub", "frr-nssa")}
        self.bird = {name: neighbourhood.peer(Bird, name) for name in ("bird-core", "bird-nssa")}
        self._plug()
        neighbourhood.open()
        self._start()

    def _ours(self, name: str, number: int, **options: Any) -> Any:
        made = self.net.router(name, routing="ospf", ospf={**OURS, "router_id": f"9.9.9.{number}", **options})
        host = self.net.host(f"h{number}")
        addresses = {name: [f"10.9.{number}.1/24"], host.name: [f"10.9.{number}.2/24"]}
        self.net.link(made, host, addresses=addresses)
        return made

    def _join(self, peer: Peer, place: int, at: Any, area: int, net: int) -> None:
        self.neighbourhood.plug(
            peer, f"wire{place}", at, f"10.7.{net}.2/24", f"10.7.{net}.1/24", ospf=wire(area).ours()
        )

    def _plug(self) -> None:
        self._join(self.frr["frr-core"], 0, self.border, 0, 10)
        self._join(self.bird["bird-core"], 0, self.border, 0, 11)
        self._join(self.frr["frr-stub"], 0, self.border, 1, 1)
        self._join(self.frr["frr-tstub"], 0, self.border, 2, 2)
        self._join(self.frr["frr-nssa"], 0, self.border, 3, 3)
        self._join(self.bird["bird-nssa"], 0, self.border, 4, 4)
        self._join(self.frr["frr-core"], 1, self.stub, 5, 5)
        self._join(self.frr["frr-core"], 2, self.nssa, 6, 6)
        self._join(self.bird["bird-core"], 1, self.stub2, 7, 7)
        self._join(self.bird["bird-core"], 2, self.nssa2, 8, 8)

    def _start(self) -> None:
        lans = {"frr-stub": 1, "frr-tstub": 2, "frr-nssa": 3, "bird-nssa": 4, **CORE_LANS}
        for name, number in lans.items():
            {**self.frr, **self.bird}[name].lan("lan0", f"192.168.{number}.1/24")
        core = frr("1.1.1.10", [wire(0), wire(5, 1), wire(6, 2), lan(0)], "area 5 stub", "area 6 nssa", STATIC_2)
        self.frr["frr-core"].start(ospfd=core, static="ip route 203.0.113.0/24 blackhole\n")
        self.frr["frr-stub"].start(ospfd=frr("1.1.1.1", [wire(1), lan(1)], "area 1 stub"))
        self.frr["frr-tstub"].start(ospfd=frr("1.1.1.2", [wire(2), lan(2)], "area 2 stub"))
        nssa = frr("1.1.1.3", [wire(3), lan(3)], "area 3 nssa", STATIC_1)
        self.frr["frr-nssa"].start(ospfd=nssa, static="ip route 172.16.3.0/24 blackhole\n")
        wires = [wire(0), wire(7, 1), wire(8, 2), lan(0)]
        statics = "protocol static { ipv4; route 198.51.100.0/24 blackhole; }\n"
        export = "filter { if source != RTS_STATIC then reject; ospf_metric1 = 44; ospf_tag = 12; accept; }"
        self.bird["bird-core"].start(
            statics + bird("2.2.2.11", wires, {7: "stub yes;", 8: "nssa; summary yes; default nssa yes;"}, export)
        )
        statics = "protocol static { ipv4; route 172.16.4.0/24 blackhole; }\n"
        export = "filter { if source != RTS_STATIC then reject; ospf_metric2 = 55; ospf_tag = 13; accept; }"
        self.bird["bird-nssa"].start(statics + bird("2.2.2.4", [wire(4), lan(4)], {4: "nssa;"}, export))

    def ours(self, router: Any) -> dict[str, tuple[str, int, int, int]]:
        """Our table: type, cost, cost of the second kind and tag."""
        table = self.net.ospf.daemons[router.name].machine.calculation.routes
        return {
            str(ip_network((route.prefix, route.prefix_len))): (
                PATH_TYPES[route.path_type],
                route.cost,
                route.cost2,
                route.tag,
            )
            for route in table.values()
        }

    def of_frr(self, name: str) -> dict[str, tuple[str, int]]:
        """FRR's table of networks: type, and the cost, that of the second kind if it has one."""
        table = self.frr[name].ask_json("show ip ospf route")
        networks = {prefix: route for prefix, route in table.items() if route["routeType"].startswith("N")}
        return {
            prefix: (route["routeType"], route["type2cost"] if route["routeType"] == "N E2" else route["cost"])
            for prefix, route in networks.items()
        }

    def of_bird(self, name: str) -> dict[str, tuple[str, str]]:
        """BIRD's table: type, and preference and costs."""
        text = self.bird[name].ask("show route protocol ours")
        found = re.findall(r"^(\S+)\s+unicast \[[^]]*\] (?:\* )?(\S+) \((\S+)\)", text, re.MULTILINE)
        return {prefix: (kind, costs) for prefix, kind, costs in found}

    def everybody(self) -> dict[str, dict[str, Any]]:
        """All tables, by name."""
        tables: dict[str, dict[str, Any]] = {}
        for router in (self.border, self.stub, self.nssa, self.stub2, self.nssa2):
            tables[router.name] = self.ours(router)
        tables.update({name: self.of_frr(name) for name in self.frr})
        tables.update({name: self.of_bird(name) for name in self.bird})
        return tables


def missing(tables: dict[str, dict[str, Any]], wanted: dict[str, dict[str, Any]]) -> list[str]:
    """What is not as it should be."""
    return [
        f"{name} has {prefix} as {tables[name].get(prefix)}, not as {route}"
        for name, routes in wanted.items()
        for prefix, route in routes.items()
        if tables[name].get(prefix) != route
    ]


INTRA, INTER, EXTERNAL_1, EXTERNAL_2 = PATH_TYPES[1:]
DEFAULT = "0.0.0.0/0"
WANTED: Final[dict[str, dict[str, Any]]] = {
    "border": {
        "192.168.1.0/24": (INTRA, 20, 0, 0),
        "192.168.11.0/24": (INTRA, 20, 0, 0),
        "10.9.5.0/24": (INTER, 30, 0, 0),
        "10.9.8.0/24": (INTER, 30, 0, 0),
        "203.0.113.0/24": (EXTERNAL_2, 10, 77, 0),
        "198.51.100.0/24": (EXTERNAL_1, 54, 0, 12),
        "172.16.3.0/24": (EXTERNAL_1, 53, 0, 0),
        "172.16.4.0/24": (EXTERNAL_2, 20, 55, 13),
        # FRR gives what it translates a metric of its own, 20.
        "172.16.6.0/24": (EXTERNAL_1, 40, 0, 7),
        "172.16.8.0/24": (EXTERNAL_2, 20, 8, 9),
    },
    "our-stub": {DEFAULT: (INTER, 11, 0, 0), "192.168.4.0/24": (INTER, 40, 0, 0), "10.9.8.0/24": (INTER, 50, 0, 0)},
    "our-nssa": {
        DEFAULT: (INTER, 11, 0, 0),
        "192.168.4.0/24": (INTER, 40, 0, 0),
        "203.0.113.0/24": (EXTERNAL_2, 10, 77, 0),
    },
    "our-stub2": {DEFAULT: (INTER, 1010, 0, 0), "192.168.11.0/24": None, "10.9.20.0/24": None},
    "our-nssa2": {DEFAULT: (EXTERNAL_1, 1010, 0, 0), "10.9.5.0/24": (INTER, 50, 0, 0)},
    "frr-core": {
        "192.168.1.0/24": ("N IA", 30),
        "192.168.11.0/24": ("N", 30),
        "10.9.7.0/24": ("N IA", 40),
        "198.51.100.0/24": ("N E1", 64),
        "172.16.3.0/24": ("N E1", 63),
        "172.16.4.0/24": ("N E2", 55),
        "172.16.6.0/24": ("N E1", 15),
        "172.16.8.0/24": ("N E2", 8),
    },
    "frr-stub": {DEFAULT: ("N IA", 11), "192.168.11.0/24": ("N IA", 30), "10.9.5.0/24": ("N IA", 40)},
    "frr-nssa": {DEFAULT: ("N E1", 11), "192.168.11.0/24": ("N IA", 30), "10.9.5.0/24": ("N IA", 40)},
    "bird-core": {
        "192.168.1.0/24": ("IA", "150/30"),
        "192.168.10.0/24": ("I", "150/30"),
        "203.0.113.0/24": ("E2", "150/20/77"),
        "172.16.3.0/24": ("E1", "150/63"),
        "172.16.4.0/24": ("E2", "150/30/55"),
        "172.16.6.0/24": ("E1", "150/50"),
        "172.16.8.0/24": ("E2", "150/10/8"),
    },
    "bird-nssa": {DEFAULT: ("IA", "150/11")},
}
"""Of each table, what tells that the areas work."""
OUTSIDE = ("203.0.113.0/24", "198.51.100.0/24", *(f"172.16.{number}.0/24" for number in (3, 4, 6, 8)))


def test_areas(neighbourhood: Neighbourhood) -> None:
    areas = Areas(neighbourhood)
    tables: dict[str, dict[str, Any]] = {}

    def as_wanted() -> bool:
        tables.update(areas.everybody())
        return not missing(tables, WANTED)

    neighbourhood.until(as_wanted, lambda: "\n".join(missing(tables, WANTED)))
    seen = {name: {prefix for prefix in OUTSIDE if prefix in table} for name, table in tables.items()}
    assert seen["our-stub"] == seen["our-stub2"] == seen["frr-stub"] == seen["frr-tstub"] == set()
    assert seen["our-nssa"] == {"203.0.113.0/24"}
    assert seen["our-nssa2"] <= {"198.51.100.0/24"}
    assert seen["frr-nssa"] == seen["bird-nssa"] == set()
    assert tables["frr-tstub"].keys() == {DEFAULT, "10.7.2.0/24", "192.168.2.0/24"}
    assert tables["bird-nssa"].keys() == {DEFAULT, "10.7.4.0/24", "192.168.4.0/24"}

    ours, core = neighbourhood.routes(areas.border), areas.frr["frr-core"].routes()
    assert ours["172.16.3.0/24"] == {"10.7.3.2"}
    assert ours["10.9.8.0/24"] == {"10.7.11.2"}
    assert core["172.16.8.0/24"] == core["192.168.1.0/24"] == {"10.7.10.1"}
    assert areas.frr["frr-tstub"].routes() == {"default": {"10.7.2.1"}}
    assert areas.bird["bird-nssa"].routes()["default"] == {"10.7.4.1"}
