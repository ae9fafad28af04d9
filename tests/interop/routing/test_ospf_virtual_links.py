"""Virtual links with FRR and BIRD: their areas joined to our backbone, and ours to theirs, with keys, over a router."""

from __future__ import annotations

import json
from typing import Any

from catenet.network.routing.ospf.adjacency.neighbour import FULL
from catenet.network.routing.ospf.lsa.router_lsa import FLAG_E, VIRTUAL, RouterBody

from .conftest import Neighbourhood
from .dialects import COST, DEAD_S, HELLO_S, KEY_ID, OURS, SECRET, Wire, bird, frr
from .peers import Bird, Frr

P2P = "point-to-point"
FRR_ID, BIRD_ID, OUR_ID = "1.1.1.1", "2.2.2.2", "9.9.9.9"


def frr_link(area: int) -> list[str]:
    """FRR's end of a virtual link to us, with a key."""
    start = f"area {area} virtual-link {OUR_ID}"
    return [
        f"{start} hello-interval {HELLO_S} retransmit-interval 3 transmit-delay 1 dead-interval {DEAD_S}",
        f"{start} authentication message-digest message-digest-key {KEY_ID} md5 {SECRET}",
    ]


def bird_link() -> str:
    """BIRD's, which stands in the area that it leads through."""
    key = f'authentication cryptographic; password "{SECRET}" {{ id {KEY_ID}; algorithm hmac sha256; }};'
    return f"virtual link {OUR_ID} {{ hello {HELLO_S}; dead {DEAD_S}; wait {DEAD_S}; retransmit 2; {key} }};"


def our_links() -> list[dict[str, Any]]:
    """Ours to both."""
    key = {"key": SECRET, "key_id": KEY_ID}
    return [
        {"area": 1, "router": FRR_ID, "authentication": "md5", **key},
        {"area": 2, "router": BIRD_ID, "authentication": "hmac-sha-256", **key},
    ]


class Joined:
    """Our border router, and FRR and BIRD behind a router of ours each, in areas 1 and 2.

    ``our_area`` is that of a host beside our border router, ``their_area`` that of the networks behind them.
    """

    def __init__(self, neighbourhood: Neighbourhood, our_area: int, their_areas: tuple[int, int]) -> None:
        self.neighbourhood = neighbourhood
        net = self.net = neighbourhood.net
        options = {**OURS, "router_id": OUR_ID, "area": our_area, "virtual_links": our_links()}
        border = self.border = net.router("border", routing="ospf", ospf=options)
        net.host("host")
        net.link(border, "host", addresses={"border": ["10.9.9.1/24"], "host": ["10.9.9.2/24"]})
        self.frr, self.bird = neighbourhood.peer(Frr, "frr"), neighbourhood.peer(Bird, "bird")
        for area, peer in ((1, self.frr), (2, self.bird)):
            between = net.router(f"between-{area}", routing="ospf", ospf={**OURS, "area": area})
            # BIRD finds the address of the other end on a transit network alone, not on a point-to-point link.
            lan = {"area": area, "network": "broadcast"}
            net.link(border, between, subnets=[f"10.{area}.0.0/30"], ospf=lan)
            wire = Wire("wire0", area=area, network=P2P)
            neighbourhood.plug(peer, "wire0", between, f"10.{area}.1.2/24", f"10.{area}.1.1/24", ospf=wire.ours())
        neighbourhood.open()
        self.frr.lan("lan0", "192.168.1.1/24")
        self.bird.lan("lan0", "192.168.2.1/24")
        lans = [Wire("lan0", area=area, passive=True) for area in their_areas]
        wires = [Wire("wire0", area=area, network=P2P) for area in (1, 2)]
        self.frr.start(ospfd=frr(FRR_ID, [wires[0], lans[0]], *frr_link(1)))
        self.bird.start(bird(BIRD_ID, [wires[1], lans[1]], {2: bird_link()}))

    def is_joined(self) -> bool:
        """Whether all three know the networks of the others, and our neighbours are full."""
        theirs = {"192.168.1.0/24": {"10.1.0.2"}, "192.168.2.0/24": {"10.2.0.2"}}
        routes = self.neighbourhood.routes(self.border)
        return (
            theirs.items() <= routes.items()
            and {"10.9.9.0/24", "192.168.2.0/24", "10.2.0.0/30"} <= self.frr.routes().keys()
            and {"10.9.9.0/24", "192.168.1.0/24", "10.1.0.0/30"} <= self.bird.routes().keys()
            and self.states() == [FULL, FULL]
        )

    def states(self) -> list[int]:
        """Of the other ends of our virtual links."""
        links = self.net.ospf.daemons["border"].machine.virtual_links
        return [int(one.state) for link in links for one in link.neighbours.values()]

    def said_in_the_backbone(self) -> list[RouterBody]:
        """The router-LSAs of FRR and of BIRD there, in this order."""
        entries = self.net.ospf.daemons["border"].machine.areas[0].scope.database.entries.values()
        lsas = sorted((entry.lsa for entry in entries), key=lambda lsa: lsa.advertising_router)
        theirs = [lsa.body for lsa in lsas if lsa.advertising_router in (0x01010101, 0x02020202)]
        return [body for body in theirs if isinstance(body, RouterBody)]

    def costs(self) -> dict[str, int]:
        """What our border router's routes to their networks cost."""
        calculation = self.net.ospf.daemons["border"].machine.calculation
        routes = {one: calculation.route(192 << 24 | 168 << 16 | one << 8, 24) for one in (1, 2)}
        return {f"192.168.{one}.0/24": -1 if route is None else route.cost for one, route in routes.items()}


def frr_says(peer: Frr, command: str) -> Any:
    return json.loads(peer.output("vtysh", "--vty_socket", str(peer.folder), "-c", f"{command} json"))


def test_their_areas_are_joined_to_our_backbone(neighbourhood: Neighbourhood) -> None:
    """FRR and BIRD have no link in the backbone: area 3 is behind FRR, area 4 behind BIRD."""
    joined = Joined(neighbourhood, 0, (3, 4))
    neighbourhood.until(joined.is_joined, lambda: f"{joined.states()}", 60)
    assert joined.costs() == {"192.168.1.0/24": 3 * COST, "192.168.2.0/24": 3 * COST}
    links = frr_says(joined.frr, "show ip ospf neighbor")["neighbors"]
    assert any(
        one["ifaceName"].startswith("VLINK") and one["state"].startswith("Full") for one in links.get(OUR_ID, [])
    )
    assert "Full" in next(line for line in joined.bird.story().splitlines() if "vlink" in line and OUR_ID in line)
    # A router-LSA of FRR's and one of BIRD's in the backbone, each with its end of the link.
    bodies = joined.said_in_the_backbone()
    assert [link.kind for body in bodies for link in body.links] == [VIRTUAL, VIRTUAL]
    assert [body.flags & FLAG_E for body in bodies] == [0, 0]
    # One that is to redistribute, and has nothing to, is a boundary router, as ours would be.
    joined.frr.tell("router ospf", "redistribute static")
    neighbourhood.until(lambda: [body.flags & FLAG_E for body in joined.said_in_the_backbone()] == [FLAG_E, 0])
    # The path is cut, and mended.
    net = neighbourhood.net
    net._world.registry.links["border-between-1"].cut()
    neighbourhood.until(lambda: joined.states() == [FULL] and "10.9.9.0/24" not in joined.frr.routes(), seconds=30)
    net._world.registry.links["border-between-1"].heal()
    neighbourhood.until(joined.is_joined, lambda: f"{joined.states()}", 60)


def test_our_area_is_joined_to_their_backbone(neighbourhood: Neighbourhood) -> None:
    """Ours has no link in the backbone, theirs have one each: it is the backbone's only connection."""
    joined = Joined(neighbourhood, 5, (0, 0))
    neighbourhood.until(joined.is_joined, lambda: f"{joined.states()}", 60)
    assert joined.costs() == {"192.168.1.0/24": 3 * COST, "192.168.2.0/24": 3 * COST}
