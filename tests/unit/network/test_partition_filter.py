"""A partition as a firewall makes it: who is barred is not heard here, and everything else goes on."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.network import addresses, tracing
from catenet.network.partition_filter import PartitionFilter
from catenet.network.stack import IpStack

LEFT = {4: "10.0.1.1", 6: "2001:db8:1::1"}
NEAR = {4: "10.0.1.254", 6: "2001:db8:1::fe"}
RIGHT = {4: "10.0.2.1", 6: "2001:db8:2::1"}


def number(text: str) -> int:
    return addresses.parse(text)[1]


def filter_of(stack: IpStack) -> PartitionFilter:
    stack.partition_filter = PartitionFilter()
    return stack.partition_filter


@pytest.mark.parametrize("version", [4, 6])
def test_who_is_barred_is_not_heard_until_the_bar_is_lifted(net: Any, version: int) -> None:
    line = net.line()
    heard = net.recorder(line.right)
    blocked = filter_of(line.right)
    assert blocked.dropped == 0
    for body in (b"before", b"while", b"again", b"after"):
        if body == b"while":
            blocked.bar(version, number(LEFT[version]))
        if body == b"after":
            blocked.clear()
        net.send(line.left, RIGHT[version], body)
        net.kernel.run()
    assert heard.bodies == [b"before", b"after"]
    assert blocked.dropped == 2
    assert net.drops(line.right) == [tracing.BARRED, tracing.BARRED]


@pytest.mark.parametrize("version", [4, 6])
def test_others_are_heard_and_what_only_passes_through_is_not_touched(net: Any, version: int) -> None:
    """A router that is cut off from a host still carries what that host sends to others."""
    line = net.line()
    at_right, at_router = net.recorder(line.right), net.recorder(line.router)
    for stack in (line.left, line.right):
        net.send(stack, NEAR[version], b"so that the neighbours know each other")
        net.kernel.run()
    at_router.packets.clear()
    here, beyond = filter_of(line.router), filter_of(line.right)
    here.bar(version, number(LEFT[version]))
    beyond.bar(10 - version, number(LEFT[10 - version]))
    net.send(line.left, RIGHT[version], b"through")
    net.send(line.left, NEAR[version], b"to the router")
    net.send(line.right, NEAR[version], b"from another")
    net.kernel.run()
    assert (at_right.bodies, at_router.bodies) == ([b"through"], [b"from another"])
    assert (here.dropped, beyond.dropped) == (1, 0)


def test_a_bar_of_one_version_says_nothing_of_an_equal_number_of_the_other(net: Any) -> None:
    line = net.line()
    heard = net.recorder(line.right)
    blocked = filter_of(line.right)
    blocked.bar(6, number(LEFT[4]))
    net.send(line.left, RIGHT[4], b"heard")
    net.kernel.run()
    assert (heard.bodies, blocked.dropped) == ([b"heard"], 0)
