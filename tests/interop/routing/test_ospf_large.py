"""Databases of many packets, a router that crashes and comes back, and one that says farewell."""

from __future__ import annotations

from typing import Final

from .conftest import Neighbourhood
from .dialects import OURS, Wire, bird, frr
from .peers import Bird, Frr

COUNT: Final = 500
"""Networks outside that each of the three tells of."""
WIRES: Final = [Wire("wire0")]
OUR_HOST, FRR_HOST, BIRD_HOST = 1, 2, 3


def networks(owner: int) -> list[str]:
    """Those that one of them tells of."""
    return [f"172.{16 + owner}.{number >> 8}.{number & 0xFF}/32" for number in range(COUNT)]


def through(table: dict[str, set[str]], owner: int) -> int:
    """How many networks of one of them stand in a table of another, by the right gateway."""
    return sum(
        gateways == {f"10.5.0.{owner}"} for dst, gateways in table.items() if dst.startswith(f"172.{16 + owner}.")
    )


def test_many_networks_a_crash_and_a_farewell(neighbourhood: Neighbourhood) -> None:
    net = neighbourhood.net
    ours = net.router("ours", routing="ospf", ospf={**OURS, "redistribute": ["static"]})
    net.host("host", at=ours)
    for network in networks(OUR_HOST):
        net.route(ours, network, "host")
    switch = net.switch("lan")
    net.link(ours, switch, addresses={"ours": [f"10.5.0.{OUR_HOST}/24"]})
    frr_peer, bird_peer = neighbourhood.peer(Frr, "frr"), neighbourhood.peer(Bird, "bird")
    neighbourhood.plug(frr_peer, "wire0", switch, f"10.5.0.{FRR_HOST}/24")
    neighbourhood.plug(bird_peer, "wire0", switch, f"10.5.0.{BIRD_HOST}/24")
    neighbourhood.open()
    ospfd = frr("1.1.1.1", WIRES, "redistribute static")
    frr_peer.start(ospfd=ospfd, static="".join(f"ip route {each} blackhole\n" for each in networks(FRR_HOST)))
    statics = " ".join(f"route {each} blackhole;" for each in networks(BIRD_HOST))
    outside = "filter { if source = RTS_STATIC then accept; reject; }"
    bird_peer.start(f"protocol static {{ ipv4; {statics} }}\n" + bird("2.2.2.2", WIRES, export=outside))

    def counts() -> list[tuple[int, int]]:
        """In our table, FRR's and BIRD's: how many of each of the others' two."""
        tables = {OUR_HOST: neighbourhood.routes(ours), FRR_HOST: frr_peer.routes(), BIRD_HOST: bird_peer.routes()}
        found = []
        for host, table in tables.items():
            first, second = (owner for owner in tables if owner != host)
            found.append((through(table, first), through(table, second)))
        return found

    neighbourhood.until(lambda: counts() == [(COUNT, COUNT)] * 3, lambda: str(counts()))
    frr_peer.kill("ospfd")
    neighbourhood.until(lambda: counts()[0] == (0, COUNT) and counts()[2] == (COUNT, 0), lambda: str(counts()))
    frr_peer.start_daemon("ospfd", ospfd)
    neighbourhood.until(lambda: counts() == [(COUNT, COUNT)] * 3, lambda: str(counts()))
    net.kernel.call_after(0, net.ospf.daemons["ours"].stop)
    neighbourhood.until(lambda: counts() == [(0, 0), (0, COUNT), (0, COUNT)], lambda: str(counts()))
