"""Frames of a flow have one hash, whatever they are made of; flows differ."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.pdu import Octets
from catenet.link import Frame
from catenet.link.aggregation.flow_hash import flow_hash
from catenet.link.vlan_tag import VlanTag

POLICIES = ("layer2", "layer2+3", "layer3+4")


def udp(src_port: int, host: int = 1, size: int = 8) -> Octets:
    head = struct.pack("!BBHHHBBHII", 0x45, 0, 28 + size, 0, 0, 64, 17, 0, 0x0A000000 + host, 0x0A000009)
    return Octets(head + struct.pack("!HHHH", src_port, 53, 8 + size, 0) + bytes(size))


@pytest.mark.slow
@given(st.integers(0, 65_535), st.integers(0, 1000), st.sampled_from(POLICIES))
def test_a_flow_has_one_hash(src_port: int, size: int, policy: str) -> None:
    hashes = {
        flow_hash(Frame(2, 1, 0x0800, udp(src_port, size=size)), policy),
        flow_hash(Frame(2, 1, 0x0800, udp(src_port, size=4)), policy),
    }
    assert len(hashes) == 1


def test_what_each_policy_tells_apart() -> None:
    for policy, by_port, by_host, by_mac in (
        ("layer2", False, False, True),
        ("layer2+3", False, True, True),
        ("layer3+4", True, True, False),
    ):
        one = flow_hash(Frame(2, 1, 0x0800, udp(1000)), policy)
        assert (flow_hash(Frame(2, 1, 0x0800, udp(1001)), policy) != one) == by_port
        assert (flow_hash(Frame(2, 1, 0x0800, udp(1000, host=2)), policy) != one) == by_host
        assert (flow_hash(Frame(2, 3, 0x0800, udp(1000)), policy) != one) == by_mac
    tagged = Frame(2, 1, 0x8100, VlanTag(10, 0x0800, udp(1000)))
    assert flow_hash(tagged, "layer3+4") == flow_hash(Frame(2, 1, 0x0800, udp(1000)), "layer3+4")


def test_flows_spread_evenly() -> None:
    for members in (2, 3, 4):
        places = [flow_hash(Frame(2, 1, 0x0800, udp(number)), "layer3+4") % members for number in range(3000)]
        counts = [places.count(place) for place in range(members)]
        assert max(counts) - min(counts) < 3000 * 0.1
