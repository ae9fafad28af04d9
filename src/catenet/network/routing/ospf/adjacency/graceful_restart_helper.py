"""Helper mode of graceful restart (RFC 3623 section 3).

A router that is about to restart OSPF announces that in a grace-LSA, while its forwarding continues.  Its neighbours
help it: they advertise it as fully adjacent during the grace period, regardless of its neighbour state, and keep the
link's DR and BDR.  Help ends when the grace-LSA is flushed, when the period ends, or when the topology changes, which
the restarting router could not process.
"""

from __future__ import annotations

from catenet.network.routing.ospf.adjacency import interface as interfaces
from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.adjacency.neighbour import FULL, Neighbour
from catenet.network.routing.ospf.database.database import SECOND_NS, Entry
from catenet.network.routing.ospf.database.retransmission import find
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.lsa.lsa import NSSA
from catenet.network.routing.ospf.lsa.opaque_lsa import GRACE, MAX_GRACE_S, Grace, OpaqueBody, read_grace
from catenet.network.routing.ospf.router import Router


def consider(router: Router, interface: Interface, entry: Entry) -> None:
    """Process a link-local opaque LSA: a neighbour's grace-LSA starts, extends or ends help."""
    lsa = entry.lsa
    body = lsa.body
    if lsa.link_state_id >> 24 != GRACE or not isinstance(body, OpaqueBody):
        return
    grace = read_grace(body.octets)
    neighbour = _asking(interface, lsa.advertising_router, grace)
    if neighbour is None:
        return
    if entry.is_flushed:
        if neighbour.is_helped:
            give_up(router, neighbour)
    elif grace is not None and router.settings.helps_restarts:
        _help(router, neighbour, grace, entry)


def _asking(interface: Interface, router_id: int, grace: Grace | None) -> Neighbour | None:
    """The requesting neighbour: by its router id, and on a multi-access network by the address in the grace-LSA."""
    for neighbour in interface.neighbours.values():
        if neighbour.router_id == router_id:
            if interface.is_point_to_point or grace is None or neighbour.address == grace.address:
                return neighbour
    return None


def _help(router: Router, neighbour: Neighbour, grace: Grace, entry: Entry) -> None:
    """Section 3.1: the neighbour must be fully adjacent, up to date, and within its grace period."""
    left_s = min(grace.period_s, MAX_GRACE_S) - entry.age(router.now_ns)
    if left_s <= 0:
        return
    if not neighbour.is_helped:
        if neighbour.state != FULL or _lacks_change(router, neighbour):
            return
        router.helps += 1
    neighbour.helped_until_ns = router.now_ns + left_s * SECOND_NS
    router.wake_at(neighbour.helped_until_ns)


def _lacks_change(router: Router, neighbour: Neighbour) -> bool:
    """Whether a change of the topology has not been acknowledged yet (section 3.1 (2))."""
    for key in neighbour.unacknowledged:
        entry = find(router, neighbour, key)
        if entry is not None and key >> 64 <= NSSA and (entry.is_change or entry.is_flushed):
            return True
    return False


def topology_changed(router: Router, scope: Scope, entry: Entry) -> None:
    """Section 3.2 (3): the contents of an LSA that would be flooded to a helped neighbour have changed."""
    for interface in router.interfaces_of(scope):
        for neighbour in interface.neighbours.values():
            if neighbour.is_helped and entry.lsa.advertising_router != neighbour.router_id:
                give_up(router, neighbour)


def give_up(router: Router, neighbour: Neighbour) -> None:
    """End help, and advertise the real state (section 3.2)."""
    interface = router.interface_of(neighbour)
    neighbour.helped_until_ns = 0
    router.helps -= 1
    assert router.helps >= 0, "help of a restart ends once"
    router.links_changed(interface)
    router.wake_at(neighbour.inactive_at_ns)
    router.interface_event(interface, interfaces.NEIGHBOUR_CHANGE)
