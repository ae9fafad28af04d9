"""The actions of the interface and neighbour state machines (RFC 2328 sections 9.3, 9.4, 10.3, 10.4).

The tables are in :mod:`~catenet.network.routing.ospf.adjacency.interface` and
:mod:`~catenet.network.routing.ospf.adjacency.neighbour`; this file implements their actions, and the consequences of
state changes.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.adjacency import database_exchange as exchange
from catenet.network.routing.ospf.adjacency import hello as hello_packets
from catenet.network.routing.ospf.adjacency import interface as interfaces
from catenet.network.routing.ospf.adjacency import neighbour as neighbours
from catenet.network.routing.ospf.adjacency.designated_router import NOBODY, Candidate, elect
from catenet.network.routing.ospf.adjacency.interface import INTERFACE_TABLE, Interface
from catenet.network.routing.ospf.adjacency.ls_request import ask, want_nothing
from catenet.network.routing.ospf.adjacency.neighbour import (
    EX_START,
    EXCHANGE,
    FULL,
    NEIGHBOUR_TABLE,
    SEQUENCES,
    TWO_WAY,
    Neighbour,
)
from catenet.network.routing.ospf.database.retransmission import forget_all
from catenet.network.routing.ospf.router import Router
from catenet.network.routing.ospf.state_table import DECIDED, Row

_NEIGHBOUR_ROWS: Final[dict[int, Row]] = {row.state << 8 | row.event: row for row in NEIGHBOUR_TABLE}
_INTERFACE_ROWS: Final[dict[int, Row]] = {row.state << 8 | row.event: row for row in INTERFACE_TABLE}


# -- neighbours


def neighbour_event(router: Router, neighbour: Neighbour, event: int) -> None:
    """Look it up, and do it."""
    row = _NEIGHBOUR_ROWS.get(int(neighbour.state) << 8 | event)
    if row is None:
        return
    action = row.action
    old = int(neighbour.state)
    state = row.next_state
    if state == DECIDED:
        state = _decide(router, neighbour, action)
    if action == neighbours.REPEAT_INACTIVITY:
        _restart_inactivity(router, neighbour)
    elif state != old:
        _leave(router, neighbour, state)
    if state == old:
        return
    assert state != DECIDED, "the table, or the rule that it names, says the next state"
    neighbour.events += 1
    router.set_neighbour_state(neighbour, state)
    router.callbacks.neighbour_changed(neighbour, old, event)
    _enter(router, neighbour, state, action)
    _update_dependents(router, neighbour, old)


def _decide(router: Router, neighbour: Neighbour, action: str) -> int:
    if action == neighbours.REQUEST_OR_FULL:
        return neighbours.LOADING if neighbour.wanted else FULL
    if action == neighbours.MAYBE_ADJACENT:
        return EX_START if _should_be_adjacent(router, neighbour) else TWO_WAY
    return int(neighbour.state) if _should_be_adjacent(router, neighbour) else TWO_WAY


def _should_be_adjacent(router: Router, neighbour: Neighbour) -> bool:
    """Section 10.4."""
    interface = router.interface_of(neighbour)
    if interface.is_point_to_point or interface.state in (interfaces.DR, interfaces.BACKUP):
        return True
    return neighbour.address in (interface.dr, interface.bdr)


def _restart_inactivity(router: Router, neighbour: Neighbour) -> None:
    neighbour.inactive_at_ns = router.now_ns + neighbour.settings.dead_ns
    router.wake_at(neighbour.inactive_at_ns)


def _leave(router: Router, neighbour: Neighbour, state: int) -> None:
    """Clear the exchange's state after it has ended."""
    if state <= EX_START and neighbour.state >= EX_START:
        exchange.stop(neighbour)
        want_nothing(neighbour)
        forget_all(router, neighbour)
    assert state != FULL or not neighbour.wanted, "a full adjacency lacks nothing (section 10.3, LoadingDone)"


def _enter(router: Router, neighbour: Neighbour, state: int, action: str) -> None:
    if state == EX_START:
        exchange.negotiate(router, neighbour)
    elif action == neighbours.BEGIN_EXCHANGE:
        exchange.list_database(router, neighbour)
    elif action == neighbours.REQUEST_OR_FULL:
        exchange.finish(router, neighbour)
        ask(router, neighbour)
    elif action == neighbours.POLL:
        _restart_inactivity(router, neighbour)
        hello_packets.send_hello_to(router, neighbour)
    elif state == neighbours.DOWN:
        _forget(router, neighbour)


def _forget(router: Router, neighbour: Neighbour) -> None:
    """Delete a discovered neighbour; a configured one is polled later."""
    interface = router.interface_of(neighbour)
    assert not neighbour.unacknowledged, "an LSA would count a retransmission list that is gone"
    if neighbour.is_helped:
        neighbour.helped_until_ns = 0
        router.helps -= 1
        assert router.helps >= 0, "a restart is helped once"
    neighbour.inactive_at_ns = NEVER
    neighbour.dr = neighbour.bdr = NOBODY
    key = interface.settings.key
    if key is not None and key.extended and len(interface.remembered) < router.settings.max_neighbours:
        # RFC 7474 section 3: these numbers never decrease, so that replayed packets do not revive a neighbour.
        interface.remembered[neighbour.number] = neighbour.sequences
    if not neighbour.configured:
        del interface.neighbours[neighbour.number]
        return
    neighbour.sequences = [-1] * SEQUENCES
    if interface.is_up:
        neighbour.poll_at_ns = router.now_ns + interface.settings.poll_ns
        router.wake_at(neighbour.poll_at_ns)


def _update_dependents(router: Router, neighbour: Neighbour, old: int) -> None:
    """Update everything that depends on a neighbour's state."""
    interface, state = router.interface_of(neighbour), int(neighbour.state)
    if (old == FULL) != (state == FULL):
        router.links_changed(interface)
        if interface.is_virtual:
            # Advertise bit V in the transit area; the role as border router may have changed.
            for area in router.areas.values():
                area.router_lsa_is_stale = True
    if old >= EXCHANGE > state or state == FULL:
        router.review_flushed = True
    if (old >= TWO_WAY) != (state >= TWO_WAY) and not interface.is_point_to_point:
        router.interface_event(interface, interfaces.NEIGHBOUR_CHANGE)


# -- interfaces


def interface_event(router: Router, interface: Interface, event: int) -> None:
    """Look it up, and do it."""
    row = _INTERFACE_ROWS.get(int(interface.state) << 8 | event)
    if row is None:
        return
    old = int(interface.state)
    if row.action == interfaces.BEGIN:
        _begin(router, interface)
    elif row.action == interfaces.ELECT:
        if interface.is_helping and old != interfaces.WAITING:
            return
        _elect(router, interface)
    elif row.action == interfaces.RESET:
        _reset(router, interface)
    if row.next_state != DECIDED:
        interface.state = row.next_state
    if interface.state != old:
        _interface_changed(router, interface, old, event)


def _interface_changed(router: Router, interface: Interface, old: int, event: int) -> None:
    router.callbacks.interface_changed(interface, old, event)
    interface.network_lsa_is_stale = router.area_of(interface).links_changed = True
    router.stale = router.databases_changed = True
    for area in router.areas.values():
        # Whether this is a border router may have changed with it.
        area.router_lsa_is_stale = True


def _begin(router: Router, interface: Interface) -> None:
    chosen = interface.settings
    if interface.is_point_to_point:
        interface.state = interfaces.POINT_TO_POINT
    elif chosen.priority == 0:
        interface.state = interfaces.DR_OTHER
    else:
        interface.state = interfaces.WAITING
        interface.wait_until_ns = router.now_ns + chosen.dead_ns
        router.wake_at(interface.wait_until_ns)
    if chosen.passive:
        return
    for address, priority in chosen.neighbours:
        neighbour = Neighbour(chosen, 0, address, priority)
        neighbour.configured = True
        interface.neighbours[address] = neighbour
    _start_eligible(router, interface, chosen.priority > 0)
    hello_packets.send_hello(router, interface)
    # Desynchronizes routers that were started together.
    interface.hello_at_ns = router.now_ns + 1 + router.stream.below(int(chosen.hello_ns))
    router.wake_at(interface.hello_at_ns)


def _start_eligible(router: Router, interface: Interface, all_eligible: bool) -> None:
    """Section 9.3, NBMA: start the eligible neighbours; as DR or backup, all of them."""
    is_designated = interface.state in (interfaces.DR, interfaces.BACKUP)
    for neighbour in list(interface.neighbours.values()):
        if neighbour.configured and (is_designated or (all_eligible and neighbour.priority > 0)):
            router.neighbour_event(neighbour, neighbours.START)


def _reset(router: Router, interface: Interface) -> None:
    interface.state = interfaces.DOWN
    for neighbour in list(interface.neighbours.values()):
        router.neighbour_event(neighbour, neighbours.KILL)
    interface.neighbours.clear()
    interface.dr = interface.bdr = NOBODY
    interface.hello_at_ns = interface.wait_until_ns = interface.acknowledge_at_ns = interface.flood_at_ns = NEVER
    interface.to_flood.clear()
    interface.to_acknowledge.clear()


def _elect(router: Router, interface: Interface) -> None:
    """Section 9.4."""
    interface.wait_until_ns = NEVER
    own = Candidate(router.router_id, interface.address, interface.settings.priority, interface.dr, interface.bdr)
    others = [
        Candidate(one.router_id, one.address, one.priority, one.dr, one.bdr)
        for one in interface.neighbours.values()
        if one.state >= TWO_WAY
    ]
    dr, bdr = elect(own, others)
    assert dr != interface.address or bdr != dr, "a router does not make itself both DR and backup (9.4 (4))"
    was_designated = interface.state in (interfaces.DR, interfaces.BACKUP)
    old_dr, old_bdr = interface.dr, interface.bdr
    interface.dr, interface.bdr = dr, bdr
    interface.state = _office(interface)
    if not was_designated and not interface.is_broadcast:
        _start_eligible(router, interface, False)
    if (dr, bdr) == (old_dr, old_bdr):
        return
    router.links_changed(interface)
    for neighbour in list(interface.neighbours.values()):
        if neighbour.state >= TWO_WAY:
            router.neighbour_event(neighbour, neighbours.ADJACENCY_OK)


def _office(interface: Interface) -> i64:
    if interface.dr == interface.address:
        return interfaces.DR
    return interfaces.BACKUP if interface.bdr == interface.address else interfaces.DR_OTHER
