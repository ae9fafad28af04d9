"""Which virtual links there cannot be, and what their packets are taken for."""

from __future__ import annotations

import pytest

from catenet.kernel.pdu import Octets, Pdu
from catenet.network.routing.ospf.packet_input import recipient
from catenet.network.routing.ospf.packets.header import OspfPacket
from catenet.network.routing.ospf.packets.ls_ack import Acknowledgement
from catenet.network.routing.ospf.settings import virtual_link
from tests.unit.network.routing.ospf.tiny_network import Bench, Node


def border_router() -> tuple[Bench, Node]:
    """Router 1, with a link in the backbone, one in area 1, one in area 2 and a stub area 3."""
    bench = Bench()
    nodes = [bench.node() for _ in range(2)]
    for node in nodes:
        bench.area(node, 3, "stub")
    for area_id in (0, 1, 2, 3):
        bench.join(nodes, area_id=area_id)
    return bench, nodes[0]


def test_a_virtual_link_that_there_cannot_be_is_refused_with_the_reason() -> None:
    _, node = border_router()
    for area_id, peer_id, reason in (
        (4, 2, "the router has no link in area 4, the transit area of the virtual link"),
        (3, 2, "area 3 is stub, and the transit area of a virtual link must be a normal area"),
        (1, 1, "the peer of a virtual link must be another router, not the router itself"),
    ):
        with pytest.raises(ValueError, match=reason):
            node.ospf.add_virtual_link(virtual_link(0, area_id, peer_id))
    node.ospf.add_virtual_link(virtual_link(0, 1, 2))
    with pytest.raises(ValueError, match="a virtual link to that router through that area already exists"):
        node.ospf.add_virtual_link(virtual_link(1, 1, 2))
    node.ospf.add_virtual_link(virtual_link(1, 2, 2))
    node.ospf.add_virtual_link(virtual_link(2, 1, 9))
    assert [link.settings.number for link in node.ospf.virtual_links] == [0x8000, 0x8001, 0x8002]
    assert [interface.settings.number for interface in node.ospf.physical] == [0, 1, 2, 3]
    assert node.ospf.areas[0].interfaces[1:] == node.ospf.virtual_links


@pytest.mark.parametrize("as_octets", [False, True])
def test_a_packet_of_the_backbone_from_the_other_end_is_the_virtual_link_s_and_all_others_the_link_s(
    as_octets: bool,
) -> None:
    """Taken for the physical link's, it would be dropped as one of another area: the link would never come up."""
    _, node = border_router()
    first = node.ospf.add_virtual_link(virtual_link(0, 1, 2))
    second = node.ospf.add_virtual_link(virtual_link(1, 2, 2))

    def whose(interface_number: int, area_id: int, router_id: int) -> int:
        packet: OspfPacket = Acknowledgement(router_id, area_id, [])
        given: Pdu = Octets(packet.emit()) if as_octets else packet
        return recipient(node.ospf, node.ospf.physical[interface_number], given).settings.number

    assert whose(1, 0, 2) == first.settings.number
    assert whose(2, 0, 2) == second.settings.number
    assert whose(1, 1, 2) == 1
    assert whose(1, 0, 5) == 1
    assert whose(0, 0, 2) == 0
    assert whose(3, 0, 2) == 3
