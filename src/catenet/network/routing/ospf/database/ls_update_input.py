"""Received updates (RFC 2328 section 13): each LSA is checked, installed, flooded and acknowledged.

The steps are numbered as in the RFC; (1) and (2), which need only the LSA, are done by the parser.
"""

from __future__ import annotations

from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.graceful_restart_helper import consider
from catenet.network.routing.ospf.adjacency.neighbour import BAD_LS_REQUEST, EXCHANGE, Neighbour
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.database.flooding import compare_entry, flood, install
from catenet.network.routing.ospf.database.retransmission import acknowledge_again, acknowledge_new, acknowledge_now
from catenet.network.routing.ospf.database.scope import Scope
from catenet.network.routing.ospf.lsa.lsa import MAX_AGE_S, MAX_SEQUENCE, OPAQUE_LINK, Lsa, LsaHeader
from catenet.network.routing.ospf.origination.origination import is_self_originated, reclaim
from catenet.network.routing.ospf.packet_output import send_updates, to_one
from catenet.network.routing.ospf.packets.ls_update import Update
from catenet.network.routing.ospf.router import Router


def receive_update(router: Router, neighbour: Neighbour, packet: Update) -> None:
    """Process an update of a neighbour."""
    if neighbour.state < EXCHANGE:
        _drop(router, neighbour, drop_reasons.WRONG_STATE)
        return
    for reason in packet.faults:
        _drop(router, neighbour, reason)
    direct: list[LsaHeader] = []
    for place, lsa in enumerate(packet.lsas):
        # A bad request ends the exchange, and with it the packet.
        if neighbour.state >= EXCHANGE:
            _take(router, neighbour, lsa, packet.ages[place], direct)
    if direct:
        acknowledge_now(router, neighbour, direct)


def _take(router: Router, sender: Neighbour, lsa: Lsa, age: int, direct: list[LsaHeader]) -> None:
    interface = router.interface_of(sender)
    if not router.area_of(interface).admits(lsa.type):
        _drop(router, sender, drop_reasons.LSA_NOT_FOR_AREA)  # (3)
        return
    scope = router.scope_of(lsa.type, interface)
    entry = scope.database.get(lsa.key)
    if entry is None:
        if age == MAX_AGE_S and router.exchanging == 0:
            direct.append(lsa.describe(age))  # (4)
            return
        if len(scope.database) >= router.settings.max_lsas:
            _drop(router, sender, drop_reasons.TOO_MANY_LSAS)
            return
        _keep(router, scope, sender, lsa, age)  # (5)
        return
    order = compare_entry(lsa, age, entry, router.now_ns)
    if order > 0:
        if entry.flooded and router.now_ns - entry.installed_ns < router.settings.min_ls_arrival_ns:
            _drop(router, sender, drop_reasons.LSA_TOO_SOON)  # (5) (a)
            return
        _keep(router, scope, sender, lsa, age)
    elif lsa.key in sender.wanted:
        _drop(router, sender, drop_reasons.BAD_REQUEST)
        router.neighbour_event(sender, BAD_LS_REQUEST)  # (6)
    elif order == 0:
        acknowledge_again(router, sender, lsa.describe(age), direct)  # (7)
    else:
        _correct(router, sender, entry)  # (8)


def _keep(router: Router, scope: Scope, sender: Neighbour, lsa: Lsa, age: int) -> None:
    """Step (5): flood, install and acknowledge the new LSA."""
    entry = Entry(lsa, age, router.now_ns, sender.router_id, lsa.key not in sender.wanted)
    install(router, scope, entry)
    back = flood(router, scope, entry, sender)
    router.callbacks.lsa_installed(scope.area_id, entry)
    acknowledge_new(router, sender, lsa.describe(age), back)
    if lsa.type == OPAQUE_LINK:
        consider(router, router.interface_of(sender), entry)
    if is_self_originated(router, lsa):
        reclaim(router, scope, entry)


def _correct(router: Router, sender: Neighbour, entry: Entry) -> None:
    """Step (8): send the newer LSA to the sender, at a limited rate."""
    _drop(router, sender, drop_reasons.LSA_OLDER)
    if entry.is_flushed and entry.lsa.sequence == MAX_SEQUENCE:
        return
    if router.now_ns - entry.resent_ns >= router.settings.min_ls_arrival_ns:
        entry.resent_ns = router.now_ns
        send_updates(router, router.interface_of(sender), [to_one(router, sender)], [entry])


def _drop(router: Router, sender: Neighbour, reason: int) -> None:
    router.drop(router.interface_of(sender), sender.address, reason)
