"""Packet input: verification, and selection of the interface (RFC 2328 sections 8.2 and D.5)."""

from __future__ import annotations

from catenet.kernel.pdu import Pdu
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.database_exchange import receive_description
from catenet.network.routing.ospf.adjacency.hello import receive_hello
from catenet.network.routing.ospf.adjacency.interface import BACKUP, DR, Interface
from catenet.network.routing.ospf.adjacency.ls_request import receive_request
from catenet.network.routing.ospf.calculation.areas import BACKBONE
from catenet.network.routing.ospf.database.ls_update_input import receive_update
from catenet.network.routing.ospf.database.retransmission import receive_acknowledgement
from catenet.network.routing.ospf.packets.authentication import Key
from catenet.network.routing.ospf.packets.database_description import Description
from catenet.network.routing.ospf.packets.header import ALL_D_ROUTERS, ALL_SPF_ROUTERS, OspfPacket, parse_header
from catenet.network.routing.ospf.packets.hello import Hello
from catenet.network.routing.ospf.packets.ls_ack import Acknowledgement
from catenet.network.routing.ospf.packets.ls_request import Request
from catenet.network.routing.ospf.packets.ls_update import Update
from catenet.network.routing.ospf.packets.parse import parse_packet
from catenet.network.routing.ospf.router import Router


def recipient(router: Router, interface: Interface, packet: Pdu) -> Interface:
    """The interface of a packet: the receiving one, or a virtual link through its area (8.2 (2)).

    The latter is for a packet of the backbone received in another area, from the other end of such a link.
    """
    if not router.virtual_links or interface.settings.area_id == BACKBONE:
        return interface
    if isinstance(packet, OspfPacket):
        area_id, router_id = packet.area_id, packet.router_id
    else:
        header = parse_header(packet.emit())
        area_id, router_id = header.area_id, header.router_id
    if area_id == BACKBONE:
        for link in router.virtual_links:
            if link.settings.peer_id == router_id and link.settings.transit_area_id == interface.settings.area_id:
                return link
    return interface


def verify_packet(router: Router, interface: Interface, source: int, destination: int, packet: Pdu) -> OspfPacket | int:
    """The contents of a packet, or the reason to reject it."""
    chosen = interface.settings
    if chosen.passive:
        return drop_reasons.PASSIVE_HERE
    if not interface.is_up:
        return drop_reasons.WRONG_STATE
    if router.is_own_address(source):
        return drop_reasons.OWN_PACKET
    if not interface.is_point_to_point and not chosen.is_on_link(source):
        return drop_reasons.NOT_ON_LINK
    if interface.is_virtual and destination in (ALL_SPF_ROUTERS, ALL_D_ROUTERS):
        return drop_reasons.AREA_MISMATCH
    if destination == ALL_D_ROUTERS and interface.state not in (DR, BACKUP):
        return drop_reasons.WRONG_DESTINATION
    if chosen.key is not None:
        return _authenticate(router, interface, source, packet)
    verified = packet if isinstance(packet, OspfPacket) else parse_packet(packet.emit())
    if isinstance(verified, int):
        return verified
    return _check_sender(router, interface, verified)


def _check_sender(router: Router, interface: Interface, packet: OspfPacket) -> OspfPacket | int:
    if packet.area_id != interface.settings.area_id:
        return drop_reasons.AREA_MISMATCH
    return drop_reasons.OWN_ROUTER_ID if packet.router_id == router.router_id else packet


def _authenticate(router: Router, interface: Interface, source: int, packet: Pdu) -> OspfPacket | int:
    """Verify authentication; replayed packets are rejected (D.5.3, RFC 7474 section 3)."""
    key = interface.settings.key
    assert key is not None
    if isinstance(packet, OspfPacket):
        return drop_reasons.AUTHENTICATION_TYPE
    verified = key.verify(packet.emit(), source)
    if verified.packet is None:
        return verified.reason
    accepted = _check_sender(router, interface, verified.packet)
    if isinstance(accepted, int) or verified.sequence < 0:
        return accepted
    return accepted if _is_fresh(interface, key, source, accepted, verified.sequence) else drop_reasons.OLD_SEQUENCE


def _is_fresh(interface: Interface, key: Key, source: int, packet: OspfPacket, sequence: int) -> bool:
    """Whether a sequence number is at least the sender's last, or, with 64 bits, above it; if so, records it."""
    neighbour = interface.neighbour_of(packet.router_id, source)
    if neighbour is not None:
        sequences = neighbour.sequences
    else:
        number = packet.router_id if interface.is_point_to_point else source
        known = interface.remembered.get(number)
        if known is None:
            return True
        sequences = known
    kind = packet.type if key.extended else 0
    if sequence < sequences[kind] or (key.extended and sequence == sequences[kind]):
        return False
    sequences[kind] = sequence
    return True


def dispatch(router: Router, interface: Interface, source: int, packet: OspfPacket) -> None:
    """Dispatch a packet by its type."""
    if isinstance(packet, Hello):
        receive_hello(router, interface, source, packet)
        return
    neighbour = interface.neighbour_of(packet.router_id, source)
    if neighbour is None:
        router.drop(interface, source, drop_reasons.NOT_A_NEIGHBOUR)
    elif isinstance(packet, Update):
        receive_update(router, neighbour, packet)
    elif isinstance(packet, Acknowledgement):
        receive_acknowledgement(router, neighbour, packet)
    elif isinstance(packet, Description):
        receive_description(router, neighbour, packet)
    elif isinstance(packet, Request):
        receive_request(router, neighbour, packet)
