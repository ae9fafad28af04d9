"""Each packet is counted as what became of it, by the names of ``nstat``, and as nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.network import addresses, tracing
from catenet.network.forwarding import route
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.packet import IpPacket

PROTOCOL = 253
LEFT, RIGHT = "10.0.1.1", "10.0.2.1"


def packet(src: str, dst: str, octets: int = 8, **chosen: Any) -> IpPacket:
    version, source = addresses.parse(src)
    target = addresses.parse(dst)[1]
    chosen = {"protocol": PROTOCOL, **chosen}
    protocol = chosen.pop("protocol")
    if version == 6:
        return Ipv6Packet(source, target, protocol, Octets(bytes(octets)), **chosen)
    return Ipv4Packet(source, target, protocol, Octets(bytes(octets)), **chosen)


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """The counters of IP that have grown; those of ICMP belong to what is told of it."""
    found = {name: after[name] - before.get(name, 0) for name in after if not name.startswith("Icmp")}
    return {name: count for name, count in found.items() if count}


COMES_IN: list[tuple[str, IpPacket, bool, dict[str, int], list[int]]] = [
    ("for this host", packet(LEFT, "10.0.1.254"), False, {"InDelivers": 1}, []),
    (
        "of no protocol",
        packet(LEFT, "10.0.1.254", protocol=99),
        False,
        {"InUnknownProtos": 1, "OutRequests": 1},
        [tracing.NO_PROTOCOL],
    ),
    ("to pass", packet(LEFT, RIGHT), False, {"ForwDatagrams": 1}, []),
    (
        "at its last hop",
        packet(LEFT, RIGHT, hop_limit=1),
        False,
        {"InHdrErrors": 1, "OutRequests": 1},
        [tracing.HOP_LIMIT],
    ),
    ("at no hop", packet(LEFT, RIGHT, hop_limit=0), False, {"InHdrErrors": 1, "OutRequests": 1}, [tracing.HOP_LIMIT]),
    ("with one hop left", packet(LEFT, RIGHT, hop_limit=2), False, {"ForwDatagrams": 1}, []),
    (
        "too big",
        packet(LEFT, RIGHT, 1300, dont_fragment=True),
        False,
        {"FragFails": 1, "OutRequests": 1},
        [tracing.TOO_BIG],
    ),
    ("just as big as may be", packet(LEFT, RIGHT, 1260, dont_fragment=True), False, {"ForwDatagrams": 1}, []),
    (
        "one octet bigger",
        packet(LEFT, RIGHT, 1261, dont_fragment=True),
        False,
        {"FragFails": 1, "OutRequests": 1},
        [tracing.TOO_BIG],
    ),
    (
        "big, and may be cut",
        packet(LEFT, RIGHT, 1300, dont_fragment=False),
        False,
        {"ForwDatagrams": 1, "FragOKs": 1, "FragCreates": 2},
        [],
    ),
    ("without a way", packet(LEFT, "192.0.2.1"), False, {"OutNoRoutes": 1, "OutRequests": 1}, [tracing.NO_ROUTE]),
    ("into a black hole", packet(LEFT, "203.0.113.1"), False, {"OutNoRoutes": 1}, [tracing.BLACKHOLE]),
    ("from nowhere", packet("127.0.0.1", RIGHT), False, {"InAddrErrors": 1}, [tracing.MARTIAN_SOURCE]),
    ("to the loopback", packet(LEFT, "127.0.0.1"), False, {"InAddrErrors": 1}, [tracing.MARTIAN_SOURCE]),
    ("from its link", packet("169.254.1.1", RIGHT), False, {"InAddrErrors": 1}, [tracing.NOT_FORWARDED]),
    ("to its link", packet(LEFT, "169.254.1.1"), False, {"InAddrErrors": 1}, [tracing.NOT_FORWARDED]),
    ("to all, for one", packet(LEFT, RIGHT), True, {"InDiscards": 1}, [tracing.LINK_GROUP]),
    ("to all", packet(LEFT, "10.0.1.255"), True, {"InDelivers": 1}, []),
    ("to a group of ours", packet(LEFT, "224.0.0.1"), True, {"InDelivers": 1}, []),
    ("to another group", packet(LEFT, "224.0.0.9"), True, {}, [tracing.NOT_MEMBER]),
    ("to a group, from nobody", packet("0.0.0.0", "224.0.0.1"), True, {"InDelivers": 1}, []),
]


@pytest.mark.parametrize(("what", "comes", "group", "counted", "drops"), COMES_IN, ids=[case[0] for case in COMES_IN])
def test_what_comes_in_at_a_router(
    net: Any, what: str, comes: IpPacket, group: bool, counted: dict[str, int], drops: list[int]
) -> None:
    line = net.line(mtu=1280)
    net.recorder(line.router)
    net.route(line.router, "203.0.113.0/24", (line.far_if, RIGHT), kind=route.BLACKHOLE)
    net.route(line.router, "169.254.0.0/16", (line.far_if, "0.0.0.0"))
    before = line.router.counters()
    copy = comes.clone()
    line.router.input(copy, line.near_if, group)
    after = line.router.counters()
    assert grown(before, after) == {f"Ip{name}": count for name, count in {"InReceives": 1, **counted}.items()}
    assert net.drops(line.router) == drops
    if "ForwDatagrams" in counted:
        assert isinstance(copy, IpPacket)
        assert copy.hop_limit == comes.hop_limit - 1


AT_A_HOST: list[tuple[str, IpPacket, dict[str, int], list[int]]] = [
    ("for another", packet(RIGHT, "10.0.9.9"), {"InAddrErrors": 1}, [tracing.NOT_OURS]),
    ("for a neighbour", packet(RIGHT, "10.0.1.77"), {"InAddrErrors": 1}, [tracing.NOT_OURS]),
    ("for it", packet(RIGHT, LEFT), {"InDelivers": 1}, []),
    ("source-routed", packet(RIGHT, LEFT, options=bytes([131, 4, 4, 0])), {"InHdrErrors": 1}, [tracing.OPTIONS]),
]


@pytest.mark.parametrize(("what", "comes", "counted", "drops"), AT_A_HOST, ids=[case[0] for case in AT_A_HOST])
def test_what_comes_in_at_a_host(
    net: Any, what: str, comes: IpPacket, counted: dict[str, int], drops: list[int]
) -> None:
    line = net.line()
    net.recorder(line.left)
    before = line.left.counters()
    line.left.input(comes, line.left_if, False)
    assert grown(before, line.left.counters()) == {
        f"Ip{name}": count for name, count in {"InReceives": 1, **counted}.items()
    }
    assert net.drops(line.left) == drops


def test_versions_are_counted_apart(net: Any) -> None:
    line = net.line()
    net.recorder(line.router)
    before = line.router.counters()
    line.router.input(packet("2001:db8:1::1", "2001:db8:1::fe"), line.near_if, False)
    assert grown(before, line.router.counters()) == {"Ip6InReceives": 1, "Ip6InDelivers": 1}
    before = line.router.counters()
    line.router.input(packet("2001:db8:1::1", "2001:db8:2::1"), line.near_if, False)
    asked = {"Ip6OutRequests": 1}  # for the neighbour
    assert grown(before, line.router.counters()) == {"Ip6InReceives": 1, "Ip6OutForwDatagrams": 1, **asked}


def test_what_waits_for_a_neighbour_that_does_not_answer_is_discarded(net: Any) -> None:
    line = net.line()
    told = net.recorder(line.left)
    before = line.router.counters()
    for _ in range(2):
        line.router.input(packet(LEFT, "10.0.2.77"), line.near_if, False)
    net.kernel.run()
    assert grown(before, line.router.counters()) == {
        "IpInReceives": 2, "IpForwDatagrams": 2, "IpOutDiscards": 2, "IpOutRequests": 2,
    }  # fmt: skip
    assert net.drops(line.router) == [tracing.UNRESOLVED] * 2
    assert [(error.type, error.code) for error in told.errors] == [(3, 1)] * 2


def test_a_fragment_is_counted_and_its_packet_when_it_is_whole(net: Any) -> None:
    line = net.line()
    net.recorder(line.left)
    first, last = packet(RIGHT, LEFT), packet(RIGHT, LEFT)
    assert isinstance(first, Ipv4Packet)
    assert isinstance(last, Ipv4Packet)
    first.more_fragments, last.fragment_offset_octets = True, 8
    before = line.left.counters()
    line.left.input(first, line.left_if, False)
    assert grown(before, line.left.counters()) == {"IpInReceives": 1, "IpReasmReqds": 1}
    line.left.input(last, line.left_if, False)
    assert grown(before, line.left.counters()) == {
        "IpInReceives": 2, "IpReasmReqds": 2, "IpReasmOKs": 1, "IpInDelivers": 1,
    }  # fmt: skip


def test_what_a_host_sends_to_itself_comes_in(net: Any) -> None:
    line = net.line()
    net.recorder(line.left)
    before = line.left.counters()
    net.send(line.left, LEFT, b"x")
    net.kernel.run()
    assert grown(before, line.left.counters()) == {"IpOutRequests": 1, "IpInReceives": 1, "IpInDelivers": 1}
