"""A daemon restarts gracefully (RFC 3623): ours helps it, and nobody's routes change."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .conftest import Neighbourhood
from .dialects import DEAD_S, OURS, Wire, bird, frr
from .peers import Bird, Frr, Peer

GRACE_S = 60
POINT_TO_POINT, BROADCAST = "point-to-point", "broadcast"
"""A share: FRR at one, BIRD at the other."""
# They come back with a router-LSA that lacks their LAN, and correct it at once: that is not to be acted on.
PATIENT = {**OURS, "spf": ["50ms", "50ms", "200ms"]}


class Restart:
    """A peer with a LAN, our router that helps it, and another beyond that to see whether it can be seen."""

    def __init__(self, neighbourhood: Neighbourhood, peer: Peer, network: str, priority: int) -> None:
        self.neighbourhood = neighbourhood
        self.wires = [Wire("wire0", network=network, priority=priority), Wire("lan0", passive=True)]
        net = neighbourhood.net
        ours = net.router("ours", routing="ospf", ospf=PATIENT)
        self.far = net.router("far", routing="ospf", ospf=PATIENT)
        net.link(ours, self.far)
        neighbourhood.plug(peer, "wire0", ours, "10.7.1.2/24", "10.7.1.1/24", ospf=self.wires[0].ours())
        neighbourhood.open()
        peer.lan("lan0", "192.168.7.1/24")
        self.machine = net.ospf.daemons["ours"].machine

    def has_route(self) -> bool:
        return "192.168.7.0/24" in self.neighbourhood.routes(self.far)

    def state(self) -> list[tuple[int, bool]]:
        """The peer's state, and whether it is helped."""
        return [(int(one.state), one.is_helped) for one in self.machine.interfaces[1].neighbours.values()]

    def until_full(self) -> None:
        self.neighbourhood.until(lambda: self.has_route() and self.state() == [(7, False)])
        # Who has not acknowledged the last change cannot be helped (section 3.1 (2)).
        self.neighbourhood.go_on(3)

    def check(self, leave: Callable[[], None], come_back: Callable[[], None]) -> int:
        """It asks for grace, is away for longer than the dead interval, comes back, and gives thanks.

        Returns how often the route was found missing since it came back.
        """
        self.neighbourhood.until(lambda: self.state() == [(7, True)])
        leave()
        for _ in range(4 * DEAD_S):
            self.neighbourhood.go_on(0.5)
            assert self.has_route(), "the helper keeps it in the map"
            assert self.state() == [(7, True)]
        come_back()
        missed: list[bool] = []

        def is_through() -> bool:
            missed.append(not self.has_route())
            return self.state() == [(7, False)]

        self.neighbourhood.until(is_through)
        self.neighbourhood.go_on(3)
        assert is_through()
        assert self.has_route()
        return sum(missed)


@pytest.mark.parametrize("network", [pytest.param(POINT_TO_POINT, marks=pytest.mark.long), BROADCAST])
def test_frr_restarts_and_its_routes_stay(neighbourhood: Neighbourhood, network: str) -> None:
    peer = neighbourhood.peer(Frr, "frr")
    restart = Restart(neighbourhood, peer, network, 9)
    ospfd = frr("1.1.1.1", restart.wires, "capability opaque", f"graceful-restart grace-period {GRACE_S}")
    peer.start(ospfd=ospfd)
    restart.until_full()
    peer.ask("graceful-restart prepare ip ospf")
    assert restart.check(lambda: peer.kill("ospfd"), lambda: peer.start_daemon("ospfd", ospfd)) == 0


@pytest.mark.parametrize("network", [POINT_TO_POINT, pytest.param(BROADCAST, marks=pytest.mark.long)])
def test_bird_restarts_and_its_routes_stay(neighbourhood: Neighbourhood, network: str) -> None:
    """Until it is back: then BIRD takes its own router-LSA away for a second, and it takes up no office again."""
    peer = neighbourhood.peer(Bird, "bird")
    restart = Restart(neighbourhood, peer, network, 0)
    graceful = f"graceful restart on; graceful restart time {GRACE_S};"
    peer.start(bird("2.2.2.2", restart.wires).replace("ours {", f"ours {{ {graceful}"))
    restart.until_full()
    peer.ask("graceful restart")

    def come_back() -> None:
        socket = peer.folder / "bird.ctl"
        words = ["bird", "-R", "-f", "-c", str(peer.folder / "bird.conf"), "-s", str(socket)]
        peer.start_process("bird", words, socket)

    restart.check(lambda: None, come_back)
