"""Flooding (RFC 2328 section 13.3): an LSA is installed, and sent to neighbours that may lack it.

LSAs for an interface are collected during an event, so that LSAs received together are sent together.
"""

from __future__ import annotations

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.adjacency.graceful_restart_helper import topology_changed
from catenet.network.routing.ospf.adjacency.interface import BACKUP, Interface
from catenet.network.routing.ospf.adjacency.ls_request import answered
from catenet.network.routing.ospf.adjacency.neighbour import EXCHANGE, FULL, Neighbour
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.database.retransmission import expect, forget_everywhere
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.lsa.lsa import NSSA, Lsa, newer
from catenet.network.routing.ospf.packet_output import send_updates, to_all
from catenet.network.routing.ospf.router import Router


def compare(lsa: Lsa, age: int, sequence: int, checksum: int, other_age: int) -> int:
    """Whether an LSA is newer (1) than an instance, the same (0), or older (-1): section 13.1."""
    if lsa.sequence != sequence:
        return 1 if lsa.sequence > sequence else -1
    return newer(lsa.sequence, lsa.checksum, age, sequence, checksum, other_age)


def compare_entry(lsa: Lsa, age: int, entry: Entry, now_ns: int) -> int:
    """The same for an entry of the database; in most cases both are one object, or differ in sequence."""
    held = entry.lsa
    if lsa.sequence != held.sequence:
        return 1 if lsa.sequence > held.sequence else -1
    checksum = held.checksum
    return newer(
        lsa.sequence, checksum if lsa is held else lsa.checksum, age, held.sequence, checksum, entry.age(now_ns)
    )


def install(router: Router, scope: Scope, entry: Entry) -> None:
    """Put an instance into the database (section 13.2)."""
    database = scope.database
    key = entry.lsa.key
    old = database.get(key)
    if old is not None:
        forget_everywhere(router, scope, old)
    if database.install(entry) and entry.lsa.type <= NSSA:
        router.databases_changed = True
        if router.helps:
            topology_changed(router, scope, entry)
    if entry.is_flushed:
        scope.flushing[key] = entry
        router.review_flushed = True
    else:
        if key in scope.flushing:
            del scope.flushing[key]
        router.wake_at(database.next_expiry_ns)


def expire(router: Router, scope: Scope, entry: Entry) -> None:
    """Set an LSA to MaxAge and flood it (section 14; premature ageing, section 14.1)."""
    assert scope.database.get(entry.lsa.key) is entry, "only the instance in the database is flushed"
    forget_everywhere(router, scope, entry)
    scope.database.expire(entry)
    scope.flushing[entry.lsa.key] = entry
    if entry.lsa.type <= NSSA:
        router.databases_changed = True
        if router.helps:
            topology_changed(router, scope, entry)
    router.review_flushed = True
    flood(router, scope, entry, None)


def flood(router: Router, scope: Scope, entry: Entry, sender: Neighbour | None) -> bool:
    """Flood an LSA; returns whether it is sent on the interface on which it was received."""
    back = False
    for interface in router.interfaces_of(scope):
        if interface.neighbours and _expect_all(router, interface, entry, sender):
            _leave_by(router, interface, entry)
            if sender is not None and sender.settings is interface.settings:
                back = True
    return back


def _expect_all(router: Router, interface: Interface, entry: Entry, sender: Neighbour | None) -> bool:
    """Steps (1) to (4): the neighbours that lack it, and whether this router must send it."""
    lacking = False
    for neighbour in interface.neighbours.values():
        if neighbour.state < EXCHANGE or not neighbour.takes(entry.lsa.type):
            continue
        if neighbour.state < FULL and _has_it(router, neighbour, entry):
            continue
        if neighbour is not sender:
            expect(router, neighbour, entry)
            lacking = True
    if not lacking or sender is None or sender.settings is not interface.settings:
        return lacking
    if interface.is_point_to_point:
        return True
    return sender.address not in (interface.dr, interface.bdr) and interface.state != BACKUP


def _has_it(router: Router, neighbour: Neighbour, entry: Entry) -> bool:
    """Step (1) (b): the request list of a neighbour in exchange shows what it has."""
    key = entry.lsa.key
    header = neighbour.wanted.get(key)
    if header is None:
        return False
    order = compare(entry.lsa, entry.age(router.now_ns), header.sequence, header.checksum, header.age)
    if order >= 0:
        answered(router, neighbour, key)
    return order <= 0


def _leave_by(router: Router, interface: Interface, entry: Entry) -> None:
    """Step (5): queue it for the end of this event, or for the pacing delay."""
    interface.to_flood[entry.lsa.key] = entry
    if interface.flood_at_ns == NEVER:
        interface.flood_at_ns = router.now_ns + router.settings.flood_pacing_ns
        if router.settings.flood_pacing_ns == 0:
            router.flood_now.append(interface)
        else:
            router.wake_at(interface.flood_at_ns)


def send_collected(router: Router, interface: Interface) -> None:
    """Send the LSAs collected for an interface."""
    interface.flood_at_ns = NEVER
    entries = list(interface.to_flood.values())
    interface.to_flood.clear()
    if interface.is_up:
        send_updates(router, interface, to_all(interface), entries)
