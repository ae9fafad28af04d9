"""Full adjacencies with FRR and BIRD, on every kind of link and with every authentication."""

from __future__ import annotations

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency import neighbour as states

from .conftest import Neighbourhood
from .dialects import OURS, Wire, bird, frr
from .peers import Bird, Frr, Peer

BROADCAST, POINT_TO_POINT = "broadcast", "point-to-point"
FRR_WIRES = [
    Wire("wire0", network=BROADCAST),
    Wire("wire1", network=POINT_TO_POINT),
    Wire("wire2", network=BROADCAST, algorithm="plain"),
    Wire("wire3", network=POINT_TO_POINT, algorithm="md5"),
    Wire("wire4", network=BROADCAST, algorithm="md5"),
]
BIRD_WIRES = [
    *FRR_WIRES,
    Wire("wire5", network=POINT_TO_POINT, algorithm="hmac-sha-1"),
    Wire("wire6", network=BROADCAST, algorithm="hmac-sha-256"),
    Wire("wire7", network=POINT_TO_POINT, algorithm="hmac-sha-384"),
    Wire("wire8", network=BROADCAST, algorithm="hmac-sha-512"),
]
LAN = Wire("lan0", passive=True)


def test_every_kind_of_link_and_authentication(neighbourhood: Neighbourhood) -> None:
    """All links cost the same, so each is one of the next hops, here and there, if it works both ways."""
    net = neighbourhood.net
    ours = net.router("ours", routing="ospf", ospf={**OURS, "router_id": "9.9.9.9"})
    host = net.host("host")
    net.link(ours, host, addresses={"ours": ["10.9.9.1/24"], "host": ["10.9.9.2/24"]})
    peers: list[tuple[Peer, int, list[Wire]]] = [
        (neighbourhood.peer(Frr, "frr"), 1, FRR_WIRES),
        (neighbourhood.peer(Bird, "bird"), 2, BIRD_WIRES),
    ]
    for peer, number, wires in peers:
        for place, wire in enumerate(wires):
            link = f"10.{number}.{place}"
            neighbourhood.plug(peer, wire.device, ours, f"{link}.2/24", f"{link}.1/24", ospf=wire.ours())
    neighbourhood.open()
    (frr_peer, _, _), (bird_peer, _, _) = peers
    for peer, number, _ in peers:
        peer.lan("lan0", f"192.168.{number}.1/24")
    assert isinstance(frr_peer, Frr)
    assert isinstance(bird_peer, Bird)
    frr_peer.start(ospfd=frr("1.1.1.1", [*FRR_WIRES, LAN]))
    bird_peer.start(bird("2.2.2.2", [*BIRD_WIRES, LAN]))

    def all_routes() -> bool:
        table = neighbourhood.routes(ours)
        return all(
            table.get(f"192.168.{number}.0/24") == {f"10.{number}.{place}.2" for place in range(len(wires))}
            and peer.routes().get("10.9.9.0/24") == {f"10.{number}.{place}.1" for place in range(len(wires))}
            for peer, number, wires in peers
        )

    neighbourhood.until(all_routes)
    machine = net.ospf.daemons["ours"].machine
    found = [
        (int(neighbour.router_id), int(neighbour.state))
        for interface in machine.interfaces
        for neighbour in interface.neighbours.values()
    ]
    assert found == [(0x01010101, states.FULL)] * len(FRR_WIRES) + [(0x02020202, states.FULL)] * len(BIRD_WIRES)
    dropped = {drop_reasons.REASONS[reason] for reason, count in enumerate(machine.drops) if count}
    # They may speak of what is new before we are ready, and what they send again may have become old.
    assert dropped <= {drop_reasons.REASONS[drop_reasons.WRONG_STATE], drop_reasons.REASONS[drop_reasons.LSA_OLDER]}
