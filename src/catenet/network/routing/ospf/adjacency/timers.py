"""The timers of interfaces and neighbours, among them the Inactivity Timer (RFC 2328 sections 9.1, 9.3, 10 and 10.3).

:meth:`~catenet.network.routing.ospf.process.Ospf.expired` passes each interface that has a timer due.  The state tables
(:mod:`.interface`, :mod:`.neighbour`) say what an expired timer leads to.
"""

from __future__ import annotations

from catenet.network.routing.ospf.adjacency import database_exchange, graceful_restart_helper, hello, ls_request
from catenet.network.routing.ospf.adjacency.interface import WAIT_TIMER, Interface
from catenet.network.routing.ospf.adjacency.neighbour import INACTIVE, Neighbour
from catenet.network.routing.ospf.database import retransmission
from catenet.network.routing.ospf.database.flooding import send_collected
from catenet.network.routing.ospf.router import Router


def interface_timers(router: Router, interface: Interface) -> None:
    """Process the timers of an interface and of its neighbours that are due."""
    now_ns = router.now_ns
    for neighbour in list(interface.neighbours.values()):
        if neighbour.deadline_ns() <= now_ns:
            _neighbour_timers(router, neighbour)
    if interface.wait_until_ns <= now_ns:
        router.interface_event(interface, WAIT_TIMER)
    if interface.hello_at_ns <= now_ns:
        hello.hello_timer_expired(router, interface)
    if interface.acknowledge_at_ns <= now_ns:
        retransmission.send_delayed(router, interface)
    if interface.flood_at_ns <= now_ns:
        send_collected(router, interface)


def _neighbour_timers(router: Router, neighbour: Neighbour) -> None:
    now_ns = router.now_ns
    if neighbour.is_helped and neighbour.helped_until_ns <= now_ns:
        graceful_restart_helper.give_up(router, neighbour)
    # The Inactivity Timer: no hello for RouterDeadInterval, unless the neighbour restarts (RFC 3623 section 3.1).
    if neighbour.inactive_at_ns <= now_ns and not neighbour.is_helped:
        router.neighbour_event(neighbour, INACTIVE)
        return
    if neighbour.poll_at_ns <= now_ns:
        hello.poll(router, neighbour)
    if neighbour.dd_resend_at_ns <= now_ns:
        database_exchange.send_again(router, neighbour)
    if neighbour.ask_again_at_ns <= now_ns:
        ls_request.ask_again(router, neighbour)
    if neighbour.resend_at_ns() <= now_ns:
        retransmission.send_again(router, neighbour)
