"""Link state requests: sending and answering (RFC 2328 sections 10.7 and 10.9)."""

from __future__ import annotations

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.neighbour import BAD_LS_REQUEST, EXCHANGE, LOADING, LOADING_DONE, Neighbour
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.database.retransmission import find
from catenet.network.routing.ospf.packet_output import room, send_updates, to_one
from catenet.network.routing.ospf.packets.ls_request import KEY_OCTETS, Request
from catenet.network.routing.ospf.router import Router


def ask(router: Router, neighbour: Neighbour) -> None:
    """Request LSAs, as many as one packet holds; the next packet follows when all are received."""
    if neighbour.asked or not neighbour.wanted:
        return
    most = room(neighbour.settings) // KEY_OCTETS
    for key in neighbour.wanted:
        if len(neighbour.asked) == most:
            break
        neighbour.asked[key] = key
    ask_again(router, neighbour)


def ask_again(router: Router, neighbour: Neighbour) -> None:
    """Send the request, also again after RxmtInterval."""
    assert neighbour.asked, "an empty request asks for nothing"
    interface = router.interface_of(neighbour)
    packet = Request(router.router_id, interface.settings.area_id, list(neighbour.asked))
    router.send(interface, to_one(router, neighbour), packet)
    neighbour.ask_again_at_ns = router.now_ns + interface.settings.retransmit_ns
    router.wake_at(neighbour.ask_again_at_ns)


def answered(router: Router, neighbour: Neighbour, key: int) -> None:
    """A requested LSA was received from any neighbour: remove it from the list."""
    assert EXCHANGE <= neighbour.state <= LOADING, "LSAs are requested in Exchange and Loading (section 10.9)"
    del neighbour.wanted[key]
    if key in neighbour.asked:
        del neighbour.asked[key]
    if not neighbour.asked:
        neighbour.ask_again_at_ns = NEVER
        ask(router, neighbour)
    if not neighbour.wanted and neighbour.state == LOADING:
        router.neighbour_event(neighbour, LOADING_DONE)


def want_nothing(neighbour: Neighbour) -> None:
    """Clear the list."""
    neighbour.wanted.clear()
    neighbour.asked.clear()
    neighbour.ask_again_at_ns = NEVER


def receive_request(router: Router, neighbour: Neighbour, packet: Request) -> None:
    """Section 10.7: send the LSAs at once.  A request for a missing LSA restarts the exchange."""
    interface = router.interface_of(neighbour)
    if neighbour.state < EXCHANGE:
        router.drop(interface, neighbour.address, drop_reasons.WRONG_STATE)
        return
    area = router.area_of(interface)
    entries: list[Entry] = []
    for key in packet.keys:
        entry = find(router, neighbour, key) if area.admits(key >> 64) else None
        if entry is None:
            router.drop(interface, neighbour.address, drop_reasons.BAD_REQUEST)
            router.neighbour_event(neighbour, BAD_LS_REQUEST)
            return
        entries.append(entry)
    send_updates(router, interface, [to_one(router, neighbour)], entries)
