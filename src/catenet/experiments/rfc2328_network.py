"""RFC 2328's sample network: Figure 2, and Figure 6, where it is split into areas.

Every router runs OSPF with real packets.  One difference from the RFC: the addresses Ia and Ib of the line between RT6
and RT10 are separate networks here, since both ends advertise the line's own network (option 2 of section 12.4.1.1),
while in the figures each end advertises the other's address (option 1).
"""

from __future__ import annotations

from typing import Any, Final

from catenet.internet import Internet
from catenet.lab.options.types import OspfTable

NAMES: Final = {
    "N1": "10.1.1.0/24", "N2": "10.1.2.0/24", "N3": "10.1.3.0/24", "N4": "10.1.4.0/24",
    "N6": "10.2.6.0/24", "N7": "10.2.7.0/24", "N8": "10.2.8.0/24",
    "N9": "10.3.9.0/24", "N10": "10.3.10.0/24", "N11": "10.3.11.0/24", "H1": "10.3.1.0/30",
    "Ia": "172.16.0.0/30", "Ib": "172.16.0.4/30",
    "N12": "12.0.0.0/8", "N13": "13.0.0.0/8", "N14": "14.0.0.0/8", "N15": "15.0.0.0/8",
    "Ia,Ib": "172.16.0.0/24", "N9-N11,H1": "10.3.0.0/16",
}  # fmt: skip
"""Networks by their names in the figures; the last two are ranges."""
AREA_OF: Final = {
    "N1": 1, "N2": 1, "N3": 1, "N4": 1, "N6": 2, "N7": 2, "N8": 2, "N9": 3, "N10": 3, "N11": 3, "H1": 3,
    "Ia": 0, "Ib": 0,
}  # fmt: skip
LANS: Final = {
    "N3": {1: 1, 2: 1, 3: 1, 4: 1},
    "N6": {7: 1, 8: 1, 10: 1},
    "N8": {10: 3, 11: 2},
    "N9": {9: 1, 11: 1, 12: 1},
}
"""The routers on each network, with their costs."""
STUBS: Final = {
    "N1": (1, 3), "N2": (2, 3), "N4": (3, 2), "N7": (8, 4), "N11": (9, 3), "N10": (12, 2), "H1": (12, 10),
    "Ib": (6, 7), "Ia": (10, 5),
}  # fmt: skip
"""The router of each network, with its cost."""
LINES: Final = ((3, 6, 8, 6), (4, 5, 8, 8), (5, 6, 7, 6), (5, 7, 6, 6), (6, 10, 7, 5))
"""Two routers, and the line's cost from the first and from the second."""
CONVERGED: Final = "90s"
ROUTERS: Final = range(1, 13)

Lines = tuple[tuple[int, int, int], ...]
"""Virtual links: two routers, and the transit area."""
FIGURE_6: Final[Lines] = ((10, 11, 2),)
TABLE_14: Final[Lines] = ((10, 11, 2), (3, 4, 1))


def figure(seed: int, areas: bool, virtual_links: Lines = ()) -> Internet:
    """Figure 2, or with ``areas`` Figure 6, after it has converged."""
    net = Internet(seed=seed)
    for number in ROUTERS:
        _router(net, number, areas, virtual_links)
    for name, members in LANS.items():
        lan = net.switch(name.lower(), subnets=[NAMES[name]])
        for number, cost in members.items():
            net.link(f"rt{number}", lan, ospf=_area(areas, AREA_OF[name]) | {"cost": cost})
    for name, (number, cost) in STUBS.items():
        _stub(net, name, number, _area(areas, AREA_OF[name]) | {"cost": cost})
    for one, other, there, back in LINES:
        ends = {f"rt{one}": {"cost": there}, f"rt{other}": {"cost": back}}
        net.link(f"rt{one}", f"rt{other}", ospf={"unnumbered": True, **_area(areas, 0), **ends})
    _outside(net)
    net.run(until=CONVERGED)
    return net


def _area(areas: bool, number: int) -> dict[str, Any]:
    return {"area": number} if areas else {}


def _router(net: Internet, number: int, areas: bool, virtual_links: Lines) -> None:
    own = f"192.168.0.{number}/32"
    options: OspfTable = {"hello": "1s", "router_id": number}
    if areas:
        options["areas"] = {"0": {"ranges": [NAMES["Ia,Ib"]]}, "3": {"ranges": [NAMES["N9-N11,H1"]]}}
    ends = [(one, other, area) for one, other, area in virtual_links if number in (one, other)]
    if ends:
        options["virtual_links"] = [{"area": area, "router": f"rt{one + other - number}"} for one, other, area in ends]
    if number in (5, 7):
        # External links do not run OSPF, and are advertised with type 1 metrics.
        options["networks"] = [own, NAMES["N6"]] if number == 7 else [own]
        metrics = {"static": 8} if number == 5 else {"static": 2, "connected": 9}
        options["redistribute"] = {origin: {"metric": metric, "type": 1} for origin, metric in metrics.items()}
    net.router(f"rt{number}", routing="ospf", ospf=options, addresses=[own])


def _stub(net: Internet, name: str, number: int, ospf: dict[str, Any]) -> None:
    host = f"at-{name.lower()}"
    net.host(host)
    net.link(f"rt{number}", host, subnets=[NAMES[name]], ospf=ospf)


def _outside(net: Internet) -> None:
    """RT5 and RT7 lead to external networks, all behind one neighbour, except N15, to which RT7 is attached."""
    for number, subnet, beyond in ((5, "192.0.2.0/24", ("N12", "N13", "N14")), (7, NAMES["N15"], ("N12",))):
        host = f"outside-{number}"
        net.host(host)
        net.link(f"rt{number}", host, subnets=[subnet])
        for name in beyond:
            net.route(f"rt{number}", NAMES[name], host)
