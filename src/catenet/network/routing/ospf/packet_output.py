"""Packet output: destinations, and LSAs per packet (RFC 2328 sections 8.1, 13.3 (5), 13.5)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.network.routing.ospf.adjacency.interface import BACKUP, DR, Interface
from catenet.network.routing.ospf.adjacency.neighbour import Neighbour
from catenet.network.routing.ospf.database.database import Entry
from catenet.network.routing.ospf.lsa.lsa import HEADER_OCTETS as LSA_HEADER_OCTETS
from catenet.network.routing.ospf.lsa.lsa import MAX_AGE_S, Lsa, LsaHeader
from catenet.network.routing.ospf.packets.header import ALL_D_ROUTERS, ALL_SPF_ROUTERS, HEADER_OCTETS
from catenet.network.routing.ospf.packets.ls_ack import Acknowledgement
from catenet.network.routing.ospf.packets.ls_update import COUNT_OCTETS, Update
from catenet.network.routing.ospf.router import Router
from catenet.network.routing.ospf.settings import InterfaceSettings

IP_OCTETS: Final[i64] = 20


def room(settings: InterfaceSettings) -> i64:
    """The maximum octets of a packet's body without IP fragmentation."""
    key = settings.key
    overhead: i64 = 0 if key is None else key.overhead_octets
    return settings.mtu - IP_OCTETS - HEADER_OCTETS - overhead


def to_one(router: Router, neighbour: Neighbour) -> int:
    """The destination of packets to one neighbour; on a point-to-point link the group (section 8.1)."""
    if neighbour.settings.is_virtual:
        return router.interface_of(neighbour).remote_address
    return ALL_SPF_ROUTERS if neighbour.settings.is_point_to_point else neighbour.address


def to_all(interface: Interface) -> list[int]:
    """The destinations of packets to all adjacent neighbours of an interface."""
    if interface.is_virtual:
        return [interface.remote_address]
    if interface.is_point_to_point:
        return [ALL_SPF_ROUTERS]
    if interface.is_broadcast:
        return [ALL_SPF_ROUTERS if interface.state in (DR, BACKUP) else ALL_D_ROUTERS]
    return [neighbour.address for neighbour in interface.neighbours.values() if neighbour.is_adjacent]


def send_updates(router: Router, interface: Interface, destinations: list[int], entries: list[Entry]) -> None:
    """Send LSAs, in as few packets as possible; each age is increased by InfTransDelay (section 13.3)."""
    most = room(interface.settings) - COUNT_OCTETS
    delay_s = interface.settings.transmit_delay_s
    lsas: list[Lsa] = []
    ages: list[int] = []
    size: i64 = 0
    for entry in entries:
        length: i64 = entry.lsa.length
        if lsas and size + length > most:
            _send_update(router, interface, destinations, lsas, ages)
            lsas, ages, size = [], [], 0
        lsas.append(entry.lsa)
        ages.append(min(entry.age(router.now_ns) + delay_s, MAX_AGE_S))
        size += length
    if lsas:
        _send_update(router, interface, destinations, lsas, ages)


def _send_update(
    router: Router, interface: Interface, destinations: list[int], lsas: list[Lsa], ages: list[int]
) -> None:
    packet = Update(router.router_id, interface.settings.area_id, lsas, ages)
    for destination in destinations:
        router.send(interface, destination, packet)


def send_acknowledgements(
    router: Router, interface: Interface, destinations: list[int], headers: list[LsaHeader]
) -> None:
    """Acknowledge LSAs, in as few packets as possible."""
    most = room(interface.settings) // LSA_HEADER_OCTETS
    place: i64 = 0
    while place < len(headers):
        packet = Acknowledgement(router.router_id, interface.settings.area_id, headers[place : place + most])
        for destination in destinations:
            router.send(interface, destination, packet)
        place += most
