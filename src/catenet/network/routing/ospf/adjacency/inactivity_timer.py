"""The timers of a neighbour, first of all the Inactivity Timer: a neighbour that is not heard is dead.

RFC 2328 sections 10 and 10.3.  The state table (:mod:`.neighbour`) says what the event leads to.
"""

from __future__ import annotations

from catenet.network.routing.ospf.adjacency import database_exchange, graceful_restart_helper, hello, ls_request
from catenet.network.routing.ospf.adjacency.neighbour import INACTIVE, Neighbour
from catenet.network.routing.ospf.database import retransmission
from catenet.network.routing.ospf.router import Router


def neighbour_timers(router: Router, neighbour: Neighbour) -> None:
    """Process the timers of a neighbour that are due; one that is no longer heard is dead."""
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
