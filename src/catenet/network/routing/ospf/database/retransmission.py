"""Acknowledgements and retransmissions (RFC 2328 sections 13.5 to 13.7)."""

from __future__ import annotations

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.interface import BACKUP, Interface
from catenet.network.routing.ospf.adjacency.neighbour import EXCHANGE, Neighbour
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.lsa.lsa import LsaHeader, newer
from catenet.network.routing.ospf.packet_output import send_acknowledgements, send_updates, to_all, to_one
from catenet.network.routing.ospf.packets.ls_ack import Acknowledgement
from catenet.network.routing.ospf.router import Router


def acknowledge_later(router: Router, interface: Interface, header: LsaHeader) -> None:
    """Queue a delayed acknowledgement: one packet for many LSAs and all neighbours (section 13.5).

    The delay must be shorter than the neighbour's retransmission interval.
    """
    interface.to_acknowledge[header.key] = header
    if interface.acknowledge_at_ns == NEVER:
        delay_ns = min(router.settings.delayed_ack_ns, interface.settings.retransmit_ns // 2)
        interface.acknowledge_at_ns = router.now_ns + delay_ns
        router.wake_at(interface.acknowledge_at_ns)


def acknowledge_new(router: Router, sender: Neighbour, header: LsaHeader, flooded_back: bool) -> None:
    """The first two lines of table 19: a newly installed LSA.

    An LSA flooded back is an implied acknowledgement; a backup acknowledges only LSAs of the designated router.
    """
    interface = router.interface_of(sender)
    if flooded_back:
        return
    if interface.state != BACKUP or sender.address == interface.dr:
        acknowledge_later(router, interface, header)


def acknowledge_again(router: Router, sender: Neighbour, header: LsaHeader, direct: list[LsaHeader]) -> None:
    """Table 19's duplicates: an implied acknowledgement, or a repeated transmission."""
    interface = router.interface_of(sender)
    if not forget(router, sender, header.key):
        direct.append(header)
    elif interface.state == BACKUP and sender.address == interface.dr:
        acknowledge_later(router, interface, header)


def acknowledge_now(router: Router, neighbour: Neighbour, headers: list[LsaHeader]) -> None:
    """Acknowledge to one neighbour at once (section 13.5, direct)."""
    send_acknowledgements(router, router.interface_of(neighbour), [to_one(router, neighbour)], headers)


def send_delayed(router: Router, interface: Interface) -> None:
    """Send the delayed acknowledgements."""
    interface.acknowledge_at_ns = NEVER
    headers = list(interface.to_acknowledge.values())
    interface.to_acknowledge.clear()
    send_acknowledgements(router, interface, to_all(interface), headers)


def receive_acknowledgement(router: Router, neighbour: Neighbour, packet: Acknowledgement) -> None:
    """Section 13.7: remove acknowledged LSAs from the retransmission list, if the instance is the same."""
    if neighbour.state < EXCHANGE:
        router.drop(router.interface_of(neighbour), neighbour.address, drop_reasons.WRONG_STATE)
        return
    for header in packet.headers:
        key = header.key
        if key in neighbour.unacknowledged:
            entry = find(router, neighbour, key)
            if entry is not None and _is_same(router, header, entry):
                forget(router, neighbour, key)


def _is_same(router: Router, header: LsaHeader, entry: Entry) -> bool:
    lsa = entry.lsa
    if header.sequence != lsa.sequence:
        return False
    age = entry.age(router.now_ns)
    return newer(header.sequence, header.checksum, header.age, lsa.sequence, lsa.checksum, age) == 0


def find(router: Router, neighbour: Neighbour, key: int) -> Entry | None:
    """The LSA with this key, in the scopes of a neighbour; None if there is none."""
    return router.scope_of(key >> 64, router.interface_of(neighbour)).database.get(key)


def expect(router: Router, neighbour: Neighbour, entry: Entry) -> None:
    """Add an LSA to a neighbour's retransmission list."""
    assert neighbour.state >= EXCHANGE, "an LSA is flooded to adjacent neighbours alone (section 13.3 (1) (a))"
    unacknowledged = neighbour.unacknowledged
    key = entry.lsa.key
    if not unacknowledged:
        router.wake_at(router.now_ns + neighbour.settings.retransmit_ns)
    if key in unacknowledged:
        del unacknowledged[key]
    else:
        entry.waiting += 1
    unacknowledged[key] = int(router.now_ns)
    assert entry.waiting > 0, "an instance counts the retransmission lists that it is on"


def forget(router: Router, neighbour: Neighbour, key: int) -> bool:
    """Remove an LSA from a neighbour's retransmission list; returns whether it was there."""
    if key not in neighbour.unacknowledged:
        return False
    del neighbour.unacknowledged[key]
    entry = find(router, neighbour, key)
    if entry is not None:
        assert entry.waiting > 0, "it was on a retransmission list"
        entry.waiting -= 1
        if entry.waiting == 0 and entry.is_flushed:
            router.review_flushed = True
    return True


def forget_everywhere(router: Router, scope: Scope, entry: Entry) -> None:
    """Remove a replaced instance from all retransmission lists (section 13 (5) (c))."""
    if entry.waiting == 0:
        return
    key = entry.lsa.key
    for interface in router.interfaces_of(scope):
        for neighbour in interface.neighbours.values():
            if key in neighbour.unacknowledged:
                del neighbour.unacknowledged[key]
                entry.waiting -= 1
    assert entry.waiting == 0, "an instance counts the retransmission lists that it is on"


def forget_all(router: Router, neighbour: Neighbour) -> None:
    """Clear a neighbour's retransmission list."""
    for key in list(neighbour.unacknowledged):
        forget(router, neighbour, key)


def send_again(router: Router, neighbour: Neighbour) -> None:
    """Section 13.6: retransmit LSAs not acknowledged within RxmtInterval."""
    latest_ns = router.now_ns - neighbour.settings.retransmit_ns
    entries: list[Entry] = []
    for key, sent_ns in list(neighbour.unacknowledged.items()):
        if sent_ns > latest_ns:
            break
        entry = find(router, neighbour, key)
        assert entry is not None
        entries.append(entry)
        expect(router, neighbour, entry)
    neighbour.retransmissions += len(entries)
    send_updates(router, router.interface_of(neighbour), [to_one(router, neighbour)], entries)
