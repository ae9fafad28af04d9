"""Databases of many packets over links that lose some, a router that crashes and comes back, and a farewell."""

from __future__ import annotations

from typing import Final

from .conftest import Neighbourhood
from .dialects import OURS, Wire, bird, frr
from .peers import Bird, Frr

COUNT: Final = 200
"""Networks outside that each of the three tells of."""
LOSS: Final = "5%"
WIRES: Final = [Wire("wire0")]
OURS_NUMBER, FRR_NUMBER, BIRD_NUMBER = 1, 2, 3
GATEWAYS: Final = {
    (OURS_NUMBER, FRR_NUMBER): "10.5.2.2",
    (OURS_NUMBER, BIRD_NUMBER): "10.5.3.2",
    (FRR_NUMBER, OURS_NUMBER): "10.5.2.1",
    (FRR_NUMBER, BIRD_NUMBER): "10.5.2.1",
    (BIRD_NUMBER, OURS_NUMBER): "10.5.3.1",
    (BIRD_NUMBER, FRR_NUMBER): "10.5.3.1",
}
"""By which address one of them reaches what another tells of: ours is between the two."""


def networks(owner: int) -> list[str]:
    """Those that one of them tells of."""
    return [f"172.{16 + owner}.{number >> 8}.{number & 0xFF}/32" for number in range(COUNT)]


def reached(table: dict[str, set[str]], owner: int, gateway: str) -> int:
    """How many networks of an owner a table leads to by a gateway."""
    return sum(hops == {gateway} for network, hops in table.items() if network.startswith(f"172.{16 + owner}."))


def test_many_networks_a_crash_and_a_farewell(neighbourhood: Neighbourhood) -> None:
    net = neighbourhood.net
    ours = net.router("ours", routing="ospf", ospf={**OURS, "redistribute": ["static"]})
    net.host("host", at=ours)
    for network in networks(OURS_NUMBER):
        net.route(ours, network, "host")
    frr_peer, bird_peer = neighbourhood.peer(Frr, "frr"), neighbourhood.peer(Bird, "bird")
    neighbourhood.plug(frr_peer, "wire0", ours, "10.5.2.2/24", "10.5.2.1/24", loss=LOSS)
    neighbourhood.plug(bird_peer, "wire0", ours, "10.5.3.2/24", "10.5.3.1/24", loss=LOSS)
    neighbourhood.open()
    ospfd = frr("1.1.1.1", WIRES, "redistribute static")
    frr_peer.start(ospfd=ospfd, static="".join(f"ip route {each} blackhole\n" for each in networks(FRR_NUMBER)))
    statics = " ".join(f"route {each} blackhole;" for each in networks(BIRD_NUMBER))
    outside = "filter { if source = RTS_STATIC then accept; reject; }"
    bird_peer.start(f"protocol static {{ ipv4; {statics} }}\n" + bird("2.2.2.2", WIRES, export=outside))

    def counts() -> list[int]:
        """How many are reached, in the order of the gateways."""
        tables = {
            OURS_NUMBER: neighbourhood.routes(ours),
            FRR_NUMBER: frr_peer.routes(),
            BIRD_NUMBER: bird_peer.routes(),
        }
        return [reached(tables[here], owner, gateway) for (here, owner), gateway in GATEWAYS.items()]

    def until(ours_theirs: list[int]) -> None:
        neighbourhood.until(lambda: counts() == [COUNT * each for each in ours_theirs], lambda: str(counts()), 60)

    until([1, 1, 1, 1, 1, 1])
    frr_peer.kill("ospfd")
    neighbourhood.until(lambda: counts()[:2] == [0, COUNT] and counts()[4:] == [COUNT, 0], lambda: str(counts()))
    frr_peer.start_daemon("ospfd", ospfd)
    until([1, 1, 1, 1, 1, 1])
    net._world.kernel.call_after(0, net.ospf.daemons["ours"].stop)
    until([0, 0, 0, 0, 0, 0])
