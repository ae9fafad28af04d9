"""Packets of a flow keep to one of several ways, and packets of none have what a packet has by default."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.network import addresses
from catenet.network.forwarding.destination_cache import flow_hash
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.packet import IpPacket, IpPayload, flow_ports


def number(text: str) -> int:
    return addresses.parse(text)[1]


def test_packets_leave_by_the_way_that_their_flow_s_hash_picks(net: Any) -> None:
    """Spread packet by packet, a connection's segments would overtake one another."""
    router = net.host("router", forwarding=True)
    ways, watches = [], []
    for place in range(3):
        interface = net.interface(router, f"10.0.{place}.1/24")
        watches.append(net.watch(net.wire(interface, net.interface(net.host(f"n{place}"), f"10.0.{place}.9/24"))))
        interface.add_neighbour(4, number(f"10.0.{place}.9"), 0x77 + place)
        ways.append(interface)
    net.route(router, "192.0.2.0/24", *[(way, f"10.0.{place}.9") for place, way in enumerate(ways)])
    net.kernel.run()
    destination = router.family4.destination(number("192.0.2.1"))
    assert destination.next_hop_count == 3
    expected = [0, 0, 0]
    for port in range(60):
        payload = Octets(port.to_bytes(2, "big") + b"\0\x50 data")
        packet = Ipv4Packet(number("10.9.9.9"), number("192.0.2.1"), 17, payload)
        expected[flow_hash(packet, destination.hash_seed) % 3] += 1
        destination.send(packet)
    net.kernel.run()
    sent = [sum(frame[12:14] == b"\x08\x00" for frame in watch.frames) for watch in watches]
    assert sent == expected
    assert min(sent) > 5


class Plain(IpPayload):
    """A payload without ports, as a protocol of its own may have."""

    def emit_over(self, pseudo_header_sum: int) -> bytes:
        return b"%d" % pseudo_header_sum


def test_a_payload_without_ports_has_none_and_is_its_own_copy() -> None:
    payload = Plain()
    assert payload.emit() == b"0"
    assert (payload.flow_ports(), payload.flow_flags(), payload.with_flow_ports(5)) == (0, 0, payload)


def test_a_bare_packet_is_whole_and_plain() -> None:
    packet = IpPacket(4, 1, 2, 17, 64, 0, Octets(b"\0\1\0\2"))
    assert (packet.is_fragment(), packet.is_plain()) == (False, True)


@pytest.mark.parametrize(
    ("protocol", "octets", "ports"),
    [(17, b"\0\1\0\2", 1 << 16 | 2), (6, b"\1\0\2\0more", 256 << 16 | 512), (17, b"\0\1\0", 0), (1, b"\0\1\0\2", 0)],
)
def test_ports_are_the_first_four_octets_of_tcp_and_udp_alone(protocol: int, octets: bytes, ports: int) -> None:
    packet = Ipv4Packet(1, 2, protocol, Octets(octets))
    assert flow_ports(packet) == ports
    packet.more_fragments = True
    assert flow_ports(packet) == 0
