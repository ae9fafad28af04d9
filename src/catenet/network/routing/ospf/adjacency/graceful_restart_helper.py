"""A neighbour restarts, and the network is not to see it (RFC 3623 section 3).

A router that is about to restart its OSPF says so in a grace-LSA, while its forwarding goes on.  Its neighbours help
it: they advertise it as fully adjacent for as long as it asked, whatever their state machines say of it meanwhile, and
leave the offices of the link as they are.  Help ends when the grace-LSA is flushed, when the time is over, or when
the topology changes, for the restarting router could not follow that.
"""

from __future__ import annotations

from catenet.network.routing.ospf.adjacency import interface as interfaces
from catenet.network.routing.ospf.adjacency.interface import Interface
from catenet.network.routing.ospf.adjacency.neighbour import FULL, Neighbour
from catenet.network.routing.ospf.database.database import SECOND_NS, Entry
from catenet.network.routing.ospf.database.retransmission import find
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.lsa.lsa import NSSA
from catenet.network.routing.ospf.lsa.opaque_lsa import GRACE, MOST_GRACE_S, Grace, OpaqueBody, read_grace
from catenet.network.routing.ospf.router import Router


def consider(router: Router, interface: Interface, entry: Entry) -> None:
    """A link's opaque LSA came: if it is a neighbour's grace-LSA, begin to help, go on for longer, or end it."""
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
    """The neighbour that asks: by its router id, and where there may be many by the address that it names."""
    for neighbour in interface.neighbours.values():
        if neighbour.router_id == router_id:
            if interface.is_point_to_point or grace is None or neighbour.address == grace.address:
                return neighbour
    return None


def _help(router: Router, neighbour: Neighbour, grace: Grace, entry: Entry) -> None:
    """Section 3.1: one that is fully adjacent, has all that is new, and has time left."""
    left_s = min(grace.period_s, MOST_GRACE_S) - entry.age(router.now_ns)
    if left_s <= 0:
        return
    if not neighbour.is_helped:
        if neighbour.state != FULL or _lacks_news(router, neighbour):
            return
        router.helps += 1
    neighbour.helped_until_ns = router.now_ns + left_s * SECOND_NS
    router.wake_at(neighbour.helped_until_ns)


def _lacks_news(router: Router, neighbour: Neighbour) -> bool:
    """Whether a change of the topology has not been acknowledged yet (section 3.1 (2))."""
    for key in neighbour.unacknowledged:
        entry = find(router, neighbour, key)
        if entry is not None and key >> 64 <= NSSA and (entry.is_news or entry.is_flushed):
            return True
    return False


def topology_changed(router: Router, scope: Scope, entry: Entry) -> None:
    """Section 3.2 (3): what an LSA says has changed that would be flooded to a neighbour that is helped."""
    for interface in router.interfaces_of(scope):
        for neighbour in interface.neighbours.values():
            if neighbour.is_helped and entry.lsa.advertising_router != neighbour.router_id:
                give_up(router, neighbour)


def give_up(router: Router, neighbour: Neighbour) -> None:
    """End the help, and say what is the case (section 3.2)."""
    interface = router.interface_of(neighbour)
    neighbour.helped_until_ns = 0
    router.helps -= 1
    router.links_changed(interface)
    router.wake_at(neighbour.inactive_at_ns)
    router.interface_event(interface, interfaces.NEIGHBOUR_CHANGE)
