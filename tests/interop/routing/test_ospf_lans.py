"""Ours, FRR and BIRD on one broadcast network: who is designated, and who is when that one falls silent."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

from catenet.network.routing.ospf.adjacency import interface as states
from catenet.network.routing.ospf.adjacency.neighbour import FULL

from .conftest import Neighbourhood
from .dialects import OURS, Wire, bird, frr
from .peers import Bird, Frr

OUR_HOST, FRR_HOST, BIRD_HOST = 1, 2, 3
PRIORITIES = [
    {OUR_HOST: 3, FRR_HOST: 2, BIRD_HOST: 1},
    {OUR_HOST: 2, FRR_HOST: 1, BIRD_HOST: 3},
    {OUR_HOST: 1, FRR_HOST: 3, BIRD_HOST: 2},
]
"""On three networks: who has which."""
LAN = Wire("lan0", passive=True)


def wires(host: int) -> list[Wire]:
    """The three interfaces of a peer, and the network behind it."""
    return [*(Wire(f"wire{place}", priority=each[host]) for place, each in enumerate(PRIORITIES)), LAN]


class Roles:
    """What ours knows of the designated routers of a network, by their hosts' numbers."""

    def __init__(self, neighbourhood: Neighbourhood) -> None:
        self.machine = neighbourhood.net.ospf.daemons["ours"].machine

    def seen(self, place: int) -> tuple[int, int, int, int]:
        """Our state, the DR, the backup, and with how many we are fully adjacent."""
        network = int(IPv4Address(f"10.5.{place}.0"))
        (port,) = (each for each in self.machine.interfaces if each.settings.address & 0xFFFFFF00 == network)
        full = sum(neighbour.state == FULL for neighbour in port.neighbours.values())
        return (int(port.state), port.dr & 0xFF, port.bdr & 0xFF, full)


def frr_states(peer: Frr) -> dict[str, str]:
    """What FRR says that it is on each network; one whose link is cut is left out."""
    seen = peer.ask_json("show ip ospf interface")["interfaces"]
    return {name: each["state"] for name, each in seen.items() if name.startswith("wire")}


def bird_states(peer: Bird) -> dict[str, str]:
    """What BIRD says that it is on each network."""
    roles: dict[str, str] = {}
    name = ""
    for line in peer.ask("show ospf interface").splitlines():
        if line.startswith("Interface "):
            name = line.split()[1]
        elif "State:" in line and name.startswith("wire"):
            roles[name] = line.split()[1]
    return roles


def test_designated_backup_and_neither(neighbourhood: Neighbourhood) -> None:
    net = neighbourhood.net
    ours = net.router("ours", routing="ospf", ospf={**OURS, "router_id": "9.9.9.9"})
    host = net.host("host")
    net.link(ours, host, addresses={"ours": ["10.9.9.1/24"], "host": ["10.9.9.2/24"]})
    frr_peer, bird_peer = neighbourhood.peer(Frr, "frr"), neighbourhood.peer(Bird, "bird")
    links: dict[tuple[int, int], Any] = {}
    for place, priorities in enumerate(PRIORITIES):
        switch = net.switch(f"lan{place}")
        address = f"10.5.{place}.{{}}/24".format
        links[place, OUR_HOST] = net.link(
            ours,
            switch,
            addresses={"ours": [address(OUR_HOST)]},
            ospf={"priority": priorities[OUR_HOST]},
        )
        for peer, number in ((frr_peer, FRR_HOST), (bird_peer, BIRD_HOST)):
            links[place, number] = neighbourhood.plug(peer, f"wire{place}", switch, address(number))
    neighbourhood.open()
    frr_peer.lan("lan0", "192.168.2.1/24")
    bird_peer.lan("lan0", "192.168.3.1/24")
    frr_peer.start(ospfd=frr("1.1.1.1", wires(FRR_HOST)))
    bird_peer.start(bird("2.2.2.2", wires(BIRD_HOST)))
    roles = Roles(neighbourhood)

    def all_in_place() -> bool:
        return (
            roles.seen(0) == (states.DR, OUR_HOST, FRR_HOST, 2)
            and roles.seen(1) == (states.BACKUP, BIRD_HOST, OUR_HOST, 2)
            and roles.seen(2) == (states.DR_OTHER, FRR_HOST, BIRD_HOST, 2)
        )

    def ways(host: int) -> set[str]:
        return {f"10.5.{place}.{host}" for place in range(3)}

    def all_routes() -> bool:
        table = neighbourhood.routes(ours)
        theirs, birds = frr_peer.routes(), bird_peer.routes()
        return (
            table.get("192.168.2.0/24") == ways(FRR_HOST) == birds.get("192.168.2.0/24")
            and table.get("192.168.3.0/24") == ways(BIRD_HOST) == theirs.get("192.168.3.0/24")
            and theirs.get("10.9.9.0/24") == ways(OUR_HOST) == birds.get("10.9.9.0/24")
        )

    neighbourhood.until(lambda: all_in_place() and all_routes())
    assert frr_states(frr_peer) == {"wire0": "Backup", "wire1": "DROther", "wire2": "DR"}
    assert bird_states(bird_peer) == {"wire0": "DROther", "wire1": "DR", "wire2": "Backup"}
    # Designated routers fall silent, and the backups take over.  Each router that is left must say so itself before
    # the silent ones come back: one that comes back is elected where nobody claims to be the backup.
    net._world.kernel.call_after(0, links[0, OUR_HOST].cut)
    net._world.kernel.call_after(0, links[1, BIRD_HOST].cut)
    net._world.kernel.call_after(0, links[2, FRR_HOST].cut)
    neighbourhood.until(
        lambda: (
            roles.seen(1) == (states.DR, OUR_HOST, FRR_HOST, 1)
            and roles.seen(2) == (states.BACKUP, BIRD_HOST, OUR_HOST, 1)
            and frr_states(frr_peer) == {"wire0": "DR", "wire1": "Backup"}
            and bird_states(bird_peer).items() >= {"wire0": "Backup", "wire2": "DR"}.items()
        )
    )
    # Ours and FRR come back as neither.  BIRD comes back designated, as if it had never been away.
    for place, number in ((0, OUR_HOST), (1, BIRD_HOST), (2, FRR_HOST)):
        net._world.kernel.call_after(0, links[place, number].heal)
    neighbourhood.until(
        lambda: (
            roles.seen(0) == (states.DR_OTHER, FRR_HOST, BIRD_HOST, 2)
            and roles.seen(1) == (states.DR_OTHER, BIRD_HOST, FRR_HOST, 2)
            and roles.seen(2) == (states.BACKUP, BIRD_HOST, OUR_HOST, 2)
            and all_routes()
        )
    )
