"""The timers of interfaces (RFC 2328 sections 9.1 and 9.3), and through :mod:`.inactivity_timer` those of neighbours.

:meth:`~catenet.network.routing.ospf.process.Ospf.expired` passes each interface that has a timer due.  The state tables
(:mod:`.interface`, :mod:`.neighbour`) say what an expired timer leads to.
"""

from __future__ import annotations

from catenet.network.routing.ospf.adjacency import hello
from catenet.network.routing.ospf.adjacency.inactivity_timer import neighbour_timers
from catenet.network.routing.ospf.adjacency.interface import WAIT_TIMER, Interface
from catenet.network.routing.ospf.database import retransmission
from catenet.network.routing.ospf.database.flooding import send_collected
from catenet.network.routing.ospf.router import Router


def interface_timers(router: Router, interface: Interface) -> None:
    """Process the timers of an interface and of its neighbours that are due."""
    now_ns = router.now_ns
    for neighbour in list(interface.neighbours.values()):
        if neighbour.deadline_ns() <= now_ns:
            neighbour_timers(router, neighbour)
    if interface.wait_until_ns <= now_ns:
        router.interface_event(interface, WAIT_TIMER)
    if interface.hello_at_ns <= now_ns:
        hello.hello_timer_expired(router, interface)
    if interface.acknowledge_at_ns <= now_ns:
        retransmission.send_delayed(router, interface)
    if interface.flood_at_ns <= now_ns:
        send_collected(router, interface)
