"""What a routing protocol sends stays on its link, counts as sent, and is cut to what the link carries."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.network import addresses
from catenet.network.stack import IpStack

from .conftest import PROTOCOL

GROUP = {4: "224.0.0.5", 6: "ff02::5"}


def sent(stack: IpStack, version: int) -> int:
    return int(stack.family(version).counters.out_requests)


@pytest.mark.parametrize("version", [4, 6])
def test_a_packet_to_a_link_goes_no_further_and_is_counted(net: Any, version: int) -> None:
    """With a higher hop limit a neighbour would forward it to routers that are no neighbours of the sender."""
    line = net.line()
    near, far = net.recorder(line.left), net.recorder(line.right)
    line.left_if.join(version, addresses.parse(GROUP[version])[1])
    group = addresses.parse(GROUP[version])[1]
    src = line.router.source_address(version, group, line.near_if)
    line.router.send_on_link(line.near_if, version, src, group, PROTOCOL, Octets(b"hello"), 0xC0)
    net.kernel.run()
    (packet,) = near.packets
    assert (packet.version, packet.hop_limit, packet.traffic_class) == (version, 1, 0xC0)
    assert (packet.src, packet.dst, near.bodies, far.bodies) == (src, group, [b"hello"], [])
    assert (sent(line.router, version), sent(line.router, 10 - version)) == (1, 0)


@pytest.mark.parametrize("version", [4, 6])
def test_one_that_is_longer_than_the_link_carries_comes_in_fragments(net: Any, version: int) -> None:
    """A database of OSPF that is told in packets of 4,000 octets arrives over a link of 1,500."""
    line = net.line()
    near = net.recorder(line.left)
    watch = net.watch(line.left_wire)
    dst = addresses.parse("10.0.1.1" if version == 4 else "2001:db8:1::1")[1]
    src = line.router.source_address(version, dst)
    body = bytes(range(250)) * 16
    line.router.send_on_link(line.near_if, version, src, dst, PROTOCOL, Octets(body))
    net.kernel.run()
    assert near.bodies == [body]
    assert max(len(frame) for frame in watch.frames) <= 1500 + 18
    counted = line.router.family(version).counters
    discovery = 1 if version == 6 else 0  # whose question is a packet of its own
    assert (counted.out_requests - discovery, counted.fragmented, counted.fragments_created) == (1, 1, 3)
    whole = line.near_if.mtu - (20 if version == 4 else 40)
    line.router.send_on_link(line.near_if, version, src, dst, PROTOCOL, Octets(body[:whole]))
    net.kernel.run()
    assert near.bodies[1:] == [body[:whole]]
    assert (counted.out_requests - discovery, counted.fragments_created) == (2, 3), "what just fits goes whole"
