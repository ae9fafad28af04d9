"""The database exchange between two neighbours (RFC 2328 sections 10.6 and 10.8).

One of them, the master, numbers the descriptions and retransmits unanswered ones; the other, the slave, answers each
with one of its own with the same number.  The router with the higher id is the master.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.ls_request import ask
from catenet.network.routing.ospf.adjacency.neighbour import (
    EX_START,
    EXCHANGE,
    EXCHANGE_DONE,
    INIT,
    NEGOTIATION_DONE,
    SEQUENCE_MISMATCH,
    TWO_WAY_RECEIVED,
    DescriptionMark,
    Neighbour,
)
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.database.flooding import compare
from catenet.network.routing.ospf.database.retransmission import expect, find
from catenet.network.routing.ospf.lsa.lsa import HEADER_OCTETS, MAX_AGE_S, O_BIT, LsaHeader, header_fault
from catenet.network.routing.ospf.packet_output import room, to_one
from catenet.network.routing.ospf.packets.database_description import FIXED_OCTETS, FLAG_I, FLAG_M, FLAG_MS, Description
from catenet.network.routing.ospf.router import Router

FIRST: Final = FLAG_I | FLAG_M | FLAG_MS
SEQUENCE_BITS: Final = 31


def negotiate(router: Router, neighbour: Neighbour) -> None:
    """Claim to be the master, until the neighbour answers (section 10.3, entering ExStart)."""
    assert neighbour.state == EX_START, "master and slave are negotiated in ExStart (section 10.3)"
    if neighbour.dd_sequence == 0:
        neighbour.dd_sequence = router.stream.bits(SEQUENCE_BITS)
    neighbour.dd_sequence = neighbour.dd_sequence + 1 & 0xFFFFFFFF
    neighbour.is_master = True
    neighbour.dd_heard = None
    _send(router, neighbour, FIRST, [])


def list_database(router: Router, neighbour: Neighbour) -> None:
    """List the LSAs to describe: all except those at MaxAge, which are flooded to the neighbour.

    AS-external-LSAs are not described over a virtual link, since they are flooded in the transit area.
    """
    assert neighbour.state == EXCHANGE, "the list is that of the database when the exchange begins"
    interface = router.interface_of(neighbour)
    area = router.area_of(interface)
    takes_externals = area.settings.takes_externals and not interface.is_virtual
    scopes = [area.scope, router.externals] if takes_externals else [area.scope]
    neighbour.summary = []
    neighbour.summary_place = 0
    if interface.link_scope is not None:
        scopes.append(interface.link_scope)
    for scope in scopes:
        for entry in scope.database.entries.values():
            if not neighbour.takes(entry.lsa.type):
                continue
            if entry.age(router.now_ns) < MAX_AGE_S:
                neighbour.summary.append(entry)
            else:
                expect(router, neighbour, entry)


def stop(neighbour: Neighbour) -> None:
    """Stop descriptions and retransmissions."""
    neighbour.summary = []
    neighbour.summary_place = 0
    neighbour.dd_sent = None
    neighbour.dd_resend_at_ns = NEVER


def finish(router: Router, neighbour: Neighbour) -> None:
    """End the exchange; a slave keeps its last answer, since the master may not have received it."""
    assert neighbour.summary_place == len(neighbour.summary), "all LSAs were described (section 10.8)"
    neighbour.summary = []
    neighbour.summary_place = 0
    neighbour.dd_resend_at_ns = NEVER
    neighbour.dd_forget_at_ns = router.now_ns + neighbour.settings.dead_ns
    if neighbour.is_master:
        neighbour.dd_sent = None


def send_again(router: Router, neighbour: Neighbour) -> None:
    """Retransmit the last description."""
    packet = neighbour.dd_sent
    if packet is not None:
        router.send(router.interface_of(neighbour), to_one(router, neighbour), packet)
    if neighbour.is_master and neighbour.state in (EX_START, EXCHANGE):
        neighbour.dd_resend_at_ns = router.now_ns + neighbour.settings.retransmit_ns
        router.wake_at(neighbour.dd_resend_at_ns)


def receive_description(router: Router, neighbour: Neighbour, packet: Description) -> None:
    """A description from a neighbour (section 10.6)."""
    interface = router.interface_of(neighbour)
    if packet.mtu > interface.settings.mtu and not (interface.settings.mtu_ignore or interface.is_virtual):
        router.drop(interface, neighbour.address, drop_reasons.MTU_TOO_BIG)
        return
    if neighbour.state == INIT:
        router.neighbour_event(neighbour, TWO_WAY_RECEIVED)
    if neighbour.state < EX_START:
        router.drop(interface, neighbour.address, drop_reasons.WRONG_STATE)
    elif neighbour.state == EX_START:
        _take_first(router, neighbour, packet)
    else:
        _take_next(router, neighbour, packet)


def _take_first(router: Router, neighbour: Neighbour, packet: Description) -> None:
    """Negotiate the master; other descriptions are ignored."""
    if packet.flags == FIRST and not packet.headers and neighbour.router_id > router.router_id:
        neighbour.is_master = False
        neighbour.dd_sequence = packet.sequence
    elif (
        packet.flags & (FLAG_I | FLAG_MS) != 0
        or packet.sequence != neighbour.dd_sequence
        or neighbour.router_id > router.router_id
    ):
        return
    neighbour.dd_resend_at_ns = NEVER
    neighbour.reads_opaque = packet.options & O_BIT != 0
    router.neighbour_event(neighbour, NEGOTIATION_DONE)
    _accept(router, neighbour, packet)


def _take_next(router: Router, neighbour: Neighbour, packet: Description) -> None:
    mark = DescriptionMark(packet.flags, packet.options, packet.sequence)
    if mark.is_same(neighbour.dd_heard):
        _take_duplicate(router, neighbour)
    elif neighbour.state == EXCHANGE and _is_next(neighbour, packet):
        _accept(router, neighbour, packet)
    else:
        _mismatch(router, neighbour)


def _take_duplicate(router: Router, neighbour: Neighbour) -> None:
    """A master ignores a duplicate; a slave answers it again."""
    if neighbour.is_master:
        return
    if neighbour.state != EXCHANGE and router.now_ns >= neighbour.dd_forget_at_ns:
        _mismatch(router, neighbour)
    else:
        send_again(router, neighbour)


def _is_next(neighbour: Neighbour, packet: Description) -> bool:
    """Whether a description is the next in sequence."""
    heard = neighbour.dd_heard
    if packet.flags & FLAG_I != 0 or (packet.flags & FLAG_MS == 0) != neighbour.is_master:
        return False
    if heard is not None and heard.options != packet.options:
        return False
    awaited = neighbour.dd_sequence if neighbour.is_master else neighbour.dd_sequence + 1 & 0xFFFFFFFF
    return packet.sequence == awaited


def _mismatch(router: Router, neighbour: Neighbour) -> None:
    router.drop(router.interface_of(neighbour), neighbour.address, drop_reasons.DESCRIPTION_SEQUENCE)
    router.neighbour_event(neighbour, SEQUENCE_MISMATCH)


def _accept(router: Router, neighbour: Neighbour, packet: Description) -> None:
    """Process the next in sequence: request newer LSAs, and continue the exchange."""
    assert neighbour.state == EXCHANGE, "descriptions are accepted in Exchange (section 10.6)"
    interface = router.interface_of(neighbour)
    area = router.area_of(interface)
    for header in packet.headers:
        fault = header_fault(header)
        if fault == 0 and not area.admits(header.type):
            fault = drop_reasons.LSA_NOT_FOR_AREA
        if fault != 0:
            router.drop(interface, neighbour.address, fault)
            router.neighbour_event(neighbour, SEQUENCE_MISMATCH)
            return
        if _is_newer(router, neighbour, header):
            neighbour.wanted[header.key] = header
    neighbour.dd_heard = DescriptionMark(packet.flags, packet.options, packet.sequence)
    more = packet.flags & FLAG_M != 0
    if neighbour.is_master:
        neighbour.dd_sequence = neighbour.dd_sequence + 1 & 0xFFFFFFFF
        if not more and not neighbour.dd_sent_more:
            router.neighbour_event(neighbour, EXCHANGE_DONE)
        else:
            _describe(router, neighbour)
    else:
        neighbour.dd_sequence = packet.sequence
        _describe(router, neighbour)
        if not more and not neighbour.dd_sent_more:
            router.neighbour_event(neighbour, EXCHANGE_DONE)
    ask(router, neighbour)


def _is_newer(router: Router, neighbour: Neighbour, header: LsaHeader) -> bool:
    entry = find(router, neighbour, header.key)
    if entry is None:
        return True
    age = entry.age(router.now_ns)
    return compare(entry.lsa, age, header.sequence, header.checksum, header.age) < 0


def _describe(router: Router, neighbour: Neighbour) -> None:
    """The next part of the list."""
    most = (room(neighbour.settings) - FIXED_OCTETS) // HEADER_OCTETS
    place: i64 = neighbour.summary_place
    entries: list[Entry] = neighbour.summary[place : place + most]
    neighbour.summary_place = place + len(entries)
    flags = FLAG_MS if neighbour.is_master else 0
    if neighbour.summary_place < len(neighbour.summary):
        flags |= FLAG_M
    _send(router, neighbour, flags, [entry.describe(router.now_ns) for entry in entries])


def _send(router: Router, neighbour: Neighbour, flags: int, headers: list[LsaHeader]) -> None:
    interface = router.interface_of(neighbour)
    mtu = 0 if interface.is_virtual else interface.settings.mtu
    options = router.area_of(interface).settings.options | O_BIT
    sequence = neighbour.dd_sequence
    neighbour.dd_sent_more = flags & FLAG_M != 0
    neighbour.dd_sent = Description(
        router.router_id, interface.settings.area_id, mtu, options, flags, sequence, headers
    )
    send_again(router, neighbour)
