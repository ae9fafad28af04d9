"""A daemon restarts gracefully (RFC 3623): ours helps it, and nobody's routes change."""

from __future__ import annotations

import pytest

from .conftest import Neighbourhood
from .dialects import DEAD_S, OURS, Wire, frr
from .peers import Frr

GRACE_S = 60


@pytest.mark.parametrize("network", ["point-to-point", "broadcast"])
def test_frr_restarts_and_its_routes_stay(neighbourhood: Neighbourhood, network: str) -> None:
    net = neighbourhood.net
    # FRR comes back with a router-LSA that lacks its LAN, and corrects it at once: that is not to be acted on.
    patient = {**OURS, "spf": ["50ms", "50ms", "200ms"]}
    ours = net.router("ours", routing="ospf", ospf=patient)
    far = net.router("far", routing="ospf", ospf=patient)
    net.link(ours, far)
    wires = [Wire("wire0", network=network, priority=9), Wire("lan0", passive=True)]
    peer = neighbourhood.peer(Frr, "frr")
    neighbourhood.plug(peer, "wire0", ours, "10.7.1.2/24", "10.7.1.1/24", ospf=wires[0].ours())
    neighbourhood.open()
    peer.lan("lan0", "192.168.7.1/24")
    ospfd = frr("1.1.1.1", wires, "capability opaque", f"graceful-restart grace-period {GRACE_S}")
    peer.start(ospfd=ospfd)
    machine = net.ospf.daemons["ours"].machine

    def has_route() -> bool:
        return "192.168.7.0/24" in neighbourhood.routes(far)

    def state() -> list[tuple[int, bool]]:
        """The neighbour's state, and whether it is helped."""
        return [(int(one.state), one.is_helped) for one in machine.interfaces[1].neighbours.values()]

    neighbourhood.until(lambda: has_route() and state() == [(7, False)])
    # Who has not acknowledged the last change cannot be helped (section 3.1 (2)).
    neighbourhood.go_on(3)
    peer.ask("graceful-restart prepare ip ospf")
    neighbourhood.until(lambda: state() == [(7, True)])
    peer.kill("ospfd")
    for _ in range(4 * DEAD_S):
        neighbourhood.go_on(0.5)
        assert has_route(), "the helper keeps it in the map"
        assert state() == [(7, True)]
    peer.start_daemon("ospfd", ospfd)
    lost: list[int] = []

    def is_through() -> bool:
        if not has_route():
            lost.append(1)
        return state() == [(7, False)]

    neighbourhood.until(is_through)
    assert not lost
    assert peer.routes()
