"""A router's work: hop limits, equal paths, what is refused, and that octets and objects go the same way."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Octets
from catenet.network import addresses, tracing
from catenet.network.forwarding import route
from catenet.network.forwarding.destination_cache import flow_hash
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.packet import IpPacket, IpPayload, flow_ports

RIGHT = {4: "10.0.2.1", 6: "2001:db8:2::1"}
VERSIONS = [4, 6]


class Segment(IpPayload):
    """Ports and nothing else."""

    def __init__(self, src_port: int, dst_port: int) -> None:
        super().__init__()
        self.ports = (src_port, dst_port)

    def wire_length(self) -> int:
        return 4

    def emit_over(self, pseudo_header_sum: int) -> bytes:
        return struct.pack("!HH", *self.ports)

    def flow_ports(self) -> int:
        return self.ports[0] << 16 | self.ports[1]


def packet_of(version: int, src: int, dst: int, payload: IpPayload | Octets, protocol: int = 6) -> IpPacket:
    return (Ipv4Packet if version == 4 else Ipv6Packet)(src, dst, protocol, payload)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_packet_crosses_a_router_and_loses_one_hop(net: Any, version: int) -> None:
    line = net.line()
    got = net.recorder(line.right)
    assert net.send(line.left, RIGHT[version], b"hello") == 0
    net.kernel.run()
    (packet,) = got.packets
    assert (packet.hop_limit, packet.payload.emit()) == (63, b"hello")
    forwarded = "IpForwDatagrams" if version == 4 else "Ip6OutForwDatagrams"
    assert line.router.counters()[forwarded] == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_a_host_does_not_forward(net: Any, version: int) -> None:
    line = net.line()
    line.router.forwarding = False
    got = net.recorder(line.right)
    net.send(line.left, RIGHT[version], b"hello")
    net.kernel.run()
    assert got.packets == []
    assert net.drops(line.router) == [tracing.NOT_OURS]


def spread(net: Any) -> tuple[Any, list[Any]]:
    """A router with three equal ways out, and what came out of each."""
    router = net.host("router", forwarding=True)
    inner = net.interface(router, "10.0.0.254/24", "2001:db8::fe/64")
    net.wire(inner, net.interface(net.host("source")))
    hops4, hops6, ways = [], [], []
    for number in (1, 2, 3):
        out = net.interface(router, f"10.{number}.0.1/24", f"2001:db8:{number}::1/64")
        far = net.host(f"far{number}", forwarding=True)
        into = net.interface(far, f"10.{number}.0.2/24", f"2001:db8:{number}::2/64")
        net.wire(out, into)
        hops4.append((out, f"10.{number}.0.2"))
        hops6.append((out, f"2001:db8:{number}::2"))
        ways.append(out)
    net.route(router, "192.0.2.0/24", *hops4)
    net.route(router, "2001:db8:ffff::/48", *hops6)
    return router, ways


@pytest.mark.parametrize(
    ("version", "src", "dst"), [(4, "10.0.0.1", "192.0.2.1"), (6, "2001:db8::1", "2001:db8:ffff::1")]
)
def test_flows_are_spread_over_equal_ways_and_each_keeps_its_own(net: Any, version: int, src: str, dst: str) -> None:
    router, _ways = spread(net)
    source, target = addresses.parse(src)[1], addresses.parse(dst)[1]
    destination = router.family(version).destination(target)
    assert destination.next_hop_count == 3
    chosen: list[int] = []
    for port in range(600):
        seen = set()
        for payload in (Segment(port, 80), Octets(struct.pack("!HH", port, 80) + b"more")):
            packet = packet_of(version, source, target, payload)
            seen.add(flow_hash(packet, destination.hash_seed) % destination.next_hop_count)
        assert len(seen) == 1, "the object and its octets must take the same way"
        chosen.extend(seen)
    for way in range(3):
        assert 150 < chosen.count(way) < 250


def test_a_router_takes_a_dead_way_out_of_use_at_once(net: Any) -> None:
    router, ways = spread(net)
    ways[1].port.channel.cut()
    net.kernel.run()
    ways[1].carrier_changed(ways[1].port, False)
    destination = router.family(4).destination(addresses.parse("192.0.2.1")[1])
    assert destination.next_hop_count == 2
    assert [neighbour.port for neighbour in destination.neighbours] == [ways[0].port, ways[2].port]


@pytest.mark.slow
@given(st.integers(0, 2**32 - 1), st.integers(1, 2**32 - 1), st.integers(0, 65_535), st.integers(0, 2**32 - 1))
def test_the_hash_fits_32_bits_and_depends_on_the_seed_only(src: int, dst: int, port: int, seed: int) -> None:
    packet = packet_of(4, src, dst, Segment(port, 443))
    value = flow_hash(packet, seed)
    assert 0 <= value < 1 << 32
    assert value == flow_hash(packet_of(4, src, dst, Octets(struct.pack("!HH", port, 443))), seed)


def test_known_hashes_never_change() -> None:
    """The way that a flow takes is part of what a seed promises."""
    four = packet_of(4, 0x0A000001, 0xC0000201, Segment(1234, 80))
    six = packet_of(6, 0x20010DB8 << 96 | 1, 0x20010DB8 << 96 | 2, Segment(1234, 80))
    assert (flow_hash(four, 7), flow_hash(six, 7)) == (2359539440, 1221467552)


def test_fragments_of_a_flow_all_take_the_way_of_its_addresses() -> None:
    packet = Ipv4Packet(1, 2, 17, Octets(bytes(16)))
    packet.more_fragments = True
    assert flow_ports(packet) == 0
    assert flow_ports(packet_of(4, 1, 2, Octets(b"\1\2\3\4"), 1)) == 0, "ICMP has no ports"


@pytest.mark.parametrize(
    ("kind", "reason", "error4", "error6"),
    [
        (route.BLACKHOLE, tracing.BLACKHOLE, None, None),
        (route.UNREACHABLE, tracing.NO_ROUTE, (3, 1), (1, 3)),
        (route.PROHIBIT, tracing.PROHIBITED, (3, 13), (1, 1)),
    ],
)
def test_routes_that_say_no(net: Any, kind: int, reason: int, error4: Any, error6: Any) -> None:
    line = net.line()
    told = net.recorder(line.left)
    for prefix, target in (("192.0.2.0/24", "192.0.2.1"), ("2001:db8:bad::/48", "2001:db8:bad::1")):
        net.route(line.router, prefix, kind=kind)
        net.send(line.left, target, b"12345678")
    net.kernel.run()
    assert net.drops(line.router) == [reason, reason]
    expected = [error for error in (error4, error6) if error is not None]
    assert sorted((error.type, error.code) for error in told.errors) == sorted(expected)


def test_no_route_is_told(net: Any) -> None:
    line = net.line()
    told = net.recorder(line.left)
    net.send(line.left, "192.0.2.1", b"12345678")
    net.send(line.left, "2001:db8:bad::1", b"12345678")
    net.kernel.run()
    assert sorted((error.version, error.type, error.code) for error in told.errors) == [(4, 3, 0), (6, 1, 0)]
    assert net.drops(line.router) == [tracing.NO_ROUTE] * 2


@pytest.mark.parametrize(
    ("src", "dst"),
    [
        ("127.0.0.1", "10.0.2.1"),
        ("224.0.0.1", "10.0.2.1"),
        ("255.255.255.255", "10.0.2.1"),
        ("10.0.1.255", "10.0.2.1"),
        ("0.0.0.0", "10.0.2.1"),
        ("240.0.0.1", "10.0.2.1"),
        ("10.0.1.254", "10.0.2.1"),
        ("10.0.1.1", "127.0.0.1"),
        ("::1", "2001:db8:2::1"),
        ("::", "2001:db8:2::1"),
        ("ff02::1", "2001:db8:2::1"),
        ("2001:db8:1::1", "::1"),
    ],
)
def test_addresses_that_cannot_be_are_dropped(net: Any, src: str, dst: str) -> None:
    line = net.line()
    version, source = addresses.parse(src)
    packet = packet_of(version, source, addresses.parse(dst)[1], Octets(b""))
    line.router.input(packet, line.near_if, False)
    assert net.drops(line.router) == [tracing.MARTIAN_SOURCE]


@pytest.mark.parametrize(("src", "dst"), [("fe80::1", "2001:db8:2::1"), ("169.254.1.1", "10.0.2.1")])
def test_link_local_packets_stay_on_their_link(net: Any, src: str, dst: str) -> None:
    line = net.line()
    version, source = addresses.parse(src)
    line.router.input(packet_of(version, source, addresses.parse(dst)[1], Octets(b"")), line.near_if, False)
    assert net.drops(line.router) == [tracing.NOT_FORWARDED]


def test_a_unicast_packet_in_a_broadcast_frame_is_dropped(net: Any) -> None:
    line = net.line()
    packet = packet_of(4, addresses.parse("10.0.1.1")[1], addresses.parse("10.0.2.1")[1], Octets(b""))
    line.router.input(packet, line.near_if, True)
    assert net.drops(line.router) == [tracing.LINK_GROUP]


def test_a_directed_broadcast_is_not_forwarded(net: Any) -> None:
    line = net.line()
    got = net.recorder(line.right)
    net.send(line.left, "10.0.2.255", b"")
    net.kernel.run()
    assert got.packets == []


def test_octets_at_every_hop_give_the_same_run(make_net: Any) -> None:
    seen = []
    for bytes_fidelity in (False, True):
        net = make_net()
        line = net.line(mtu=1300, bytes_fidelity=bytes_fidelity)
        watches = [net.watch(line.left_wire), net.watch(line.right_wire)]
        pingers = [net.pinger(line.left, version) for version in VERSIONS]
        for pinger, target in zip(pingers, RIGHT.values(), strict=True):
            for sequence, size in enumerate((0, 56, 1272, 1400, 4000)):
                pinger.echo.send(addresses.parse(target)[1], sequence, bytes(size))
        net.kernel.run()
        assert all(len(pinger.replies) >= 2 for pinger in pingers)
        frames = [watch.frames for watch in watches]
        counters = [stack.counters() for stack in (line.left, line.router, line.right)]
        seen.append((net.kernel.now_ns, frames, counters, [pinger.replies for pinger in pingers]))
    assert seen[0] == seen[1]
