"""The two networks that RFC 2328 explains everything with: Figure 2, and Figure 6 where it is split into areas.

Router RT6 has the id 6.  A network's name and address: N3 is 10.1.3.0/24, where RT4 has 10.1.3.4 and is the DR.
"""

from __future__ import annotations

from typing import Final

from catenet.network.routing.ospf.calculation.calculation import AS_SCOPE, Calculation
from catenet.network.routing.ospf.calculation.next_hop_sets import NextHopResolver
from catenet.network.routing.ospf.calculation.routes import Hop
from catenet.network.routing.ospf.lsa.lsa import ASBR_SUMMARY, EXTERNAL, SUMMARY, Lsa, RouterLink
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_B, FLAG_E, STUB, TRANSIT, VIRTUAL
from catenet.network.routing.ospf.origination.summaries import wanted_summaries
from catenet.network.routing.ospf.settings import AreaSettings
from tests.unit.network.routing.ospf.link_state_maps import (
    Say,
    external,
    ip,
    key_of,
    line,
    lsa,
    net,
    network,
    router,
    stub,
    transit,
)

NAMES: Final = {
    "N1": "10.1.1.0/24", "N2": "10.1.2.0/24", "N3": "10.1.3.0/24", "N4": "10.1.4.0/24",
    "N6": "10.2.6.0/24", "N7": "10.2.7.0/24", "N8": "10.2.8.0/24",
    "N9": "10.3.9.0/24", "N10": "10.3.10.0/24", "N11": "10.3.11.0/24", "H1": "10.3.1.1/32",
    "Ia": "10.0.0.1/32", "Ib": "10.0.0.2/32",
    "N12": "12.0.0.0/8", "N13": "13.0.0.0/8", "N14": "14.0.0.0/8", "N15": "15.0.0.0/8",
    "Ia,Ib": "10.0.0.0/24", "N9-N11,H1": "10.3.0.0/16",
}  # fmt: skip
KEYS: Final = {key_of(prefix): name for name, prefix in NAMES.items()}

LANS: Final = {
    "N3": {1: 1, 2: 1, 3: 1, 4: 1},
    "N6": {7: 1, 8: 1, 10: 1},
    "N8": {10: 3, 11: 2},
    "N9": {9: 1, 11: 1, 12: 1},
}
STUBS: Final = {
    "N1": (1, 3), "N2": (2, 3), "N4": (3, 2), "N7": (8, 4), "N11": (9, 3), "N10": (12, 2), "H1": (12, 10),
    "Ib": (6, 7), "Ia": (10, 5),
}  # fmt: skip
LINES: Final = ((3, 6, 8, 6), (4, 5, 8, 8), (5, 6, 7, 6), (5, 7, 6, 6), (6, 10, 7, 5))
"""Two routers, what it costs to go there, and back."""
OUTSIDE: Final = ((5, "N12", 8), (5, "N13", 8), (5, "N14", 8), (7, "N12", 2), (7, "N15", 9))
AREA_OF: Final = {
    "N1": 1, "N2": 1, "N3": 1, "N4": 1, "N6": 2, "N7": 2, "N8": 2, "N9": 3, "N10": 3, "N11": 3, "H1": 3,
    "Ia": 0, "Ib": 0,
}  # fmt: skip
BORDER: Final = {3: (1, 0), 4: (1, 0), 7: (2, 0), 10: (2, 0), 11: (2, 3, 0)}
"""Figure 6: the area border routers, and the areas that each is attached to; RT11 by a virtual link through area 2."""
SETTINGS: Final = {
    0: AreaSettings(0, ranges=[(ip("10.0.0.0"), 24, True)]),
    1: AreaSettings(1),
    2: AreaSettings(2),
    3: AreaSettings(3, ranges=[(ip("10.3.0.0"), 16, True)]),
}


class Neighbours(NextHopResolver):
    """The interface and the address of a neighbour are its id; a link to a LAN has the interface of its last octets."""

    def resolve(self, area_id: int, link: RouterLink) -> Hop | None:
        if link.kind == STUB:
            return None
        return (link.data >> 8 & 0xFF, 0) if link.kind == TRANSIT else (link.id, link.id)

    def transit_area(self, link: RouterLink) -> int:
        """The two virtual links that the RFC speaks of lead over N8 and over N3."""
        return AREA_OF[next(name for name in ("N3", "N8") if link.data >> 8 == net(NAMES[name])[0] >> 8)]


def address_on(lan: str, router_id: int) -> int:
    return net(NAMES[lan])[0] + router_id


def links_of(router_id: int, area_id: int | None) -> list[RouterLink]:
    """A router's links in an area; None: in all."""
    links: list[RouterLink] = []
    for a, b, there, back in LINES:
        if router_id in (a, b) and area_id in (None, 0):
            links.append(line(b, there, router_id) if router_id == a else line(a, back, router_id))
    for lan, members in LANS.items():
        if router_id in members and area_id in (None, AREA_OF[lan]):
            links.append(transit(address_on(lan, max(members)), address_on(lan, router_id), members[router_id]))
    for name, (holder, cost) in STUBS.items():
        if holder == router_id and area_id in (None, AREA_OF[name]):
            links.append(stub(NAMES[name], cost))
    if area_id == 0 and router_id in (10, 11):
        far, cost = (11, 3) if router_id == 10 else (10, 2)
        links.append(RouterLink(VIRTUAL, far, address_on("N8", router_id), cost))
    return links


def flags_of(router_id: int, areas: bool) -> int:
    return (FLAG_E if router_id in (5, 7) else 0) | (FLAG_B if areas and router_id in BORDER else 0)


def networks(area_id: int | None) -> list[Lsa]:
    found: list[Lsa] = []
    for lan, members in LANS.items():
        if area_id in (None, AREA_OF[lan]):
            designated_first = sorted(members, reverse=True)
            mask = net(NAMES[lan])[1]
            found.append(network(address_on(lan, designated_first[0]), mask, designated_first))
    return found


def outside() -> list[Say]:
    return [(AS_SCOPE, external(router_id, NAMES[name], cost)) for router_id, name, cost in OUTSIDE]


def figure_2() -> list[Say]:
    """All LSAs of Figure 2, in one area."""
    said: list[Say] = [
        (0, router(number, *links_of(number, None), flags=flags_of(number, False))) for number in range(1, 13)
    ]
    said += [(0, one) for one in networks(None)]
    return said + outside()


def figure_6_links() -> list[Say]:
    """The router- and network-LSAs of Figure 6."""
    said: list[Say] = []
    for area_id in SETTINGS:
        for number in range(1, 13):
            links = links_of(number, area_id)
            if links:
                said.append((area_id, router(number, *links, flags=flags_of(number, True))))
        said += [(area_id, one) for one in networks(area_id)]
    return said


class Areas:
    """Figure 6 at work: border routers tell each other what they find until nothing changes any more."""

    def __init__(self) -> None:
        self.database: dict[tuple[int, int], Lsa] = {}
        self.routers = {number: self._calculation(number, areas) for number, areas in self._areas()}
        for say in [*figure_6_links(), *outside()]:
            self.tell(say)
        self._converge()

    @staticmethod
    def _areas() -> list[tuple[int, tuple[int, ...]]]:
        inside = {1: (1,), 2: (1,), 8: (2,), 9: (3,), 12: (3,), 5: (0,), 6: (0,)}
        return sorted([*BORDER.items(), *inside.items()])

    @staticmethod
    def _calculation(number: int, areas: tuple[int, ...]) -> Calculation:
        found = Calculation(number, Neighbours())
        for area_id in areas:
            found.add_area(SETTINGS[area_id])
        return found

    def tell(self, say: Say) -> None:
        """An LSA floods through its area."""
        area_id, one = say
        old = self.database.get((area_id, one.key))
        self.database[area_id, one.key] = one
        for calculation in self.routers.values():
            if one.type == EXTERNAL or calculation.areas.get(area_id) is not None:
                calculation.change(area_id, old, one)

    def _converge(self) -> None:
        """Calculate and originate in turn."""
        for _ in range(10):
            for calculation in self.routers.values():
                calculation.run()
            news = [say for number in BORDER for say in self._wanted(number)]
            if not news:
                return
            for say in news:
                self.tell(say)
        raise AssertionError("border routers never come to an end")

    def _wanted(self, number: int) -> list[Say]:
        found: list[Say] = []
        for area_id in BORDER[number]:
            for key, body in wanted_summaries(self.routers[number], area_id).items():
                one = lsa(key >> 64, key >> 32 & 0xFFFFFFFF, number, body)
                if (area_id, key) not in self.database or not self.database[area_id, key].has_same_contents(one):
                    found.append((area_id, one))
        return found

    def told(self, number: int, area_id: int) -> dict[str, int]:
        """What a border router tells an area: networks and boundary routers by name, with their costs."""
        found: dict[str, int] = {}
        for key, body in wanted_summaries(self.routers[number], area_id).items():
            link_state_id = key >> 32 & 0xFFFFFFFF
            assert key >> 64 in (SUMMARY, ASBR_SUMMARY)
            if key >> 64 == ASBR_SUMMARY:
                found[f"RT{link_state_id}"] = body.cost
            else:
                found[KEYS[link_state_id << 6 | body.mask.bit_count()]] = body.cost
        return found
