"""Path MTU discovery."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.network import addresses
from catenet.network.icmp import icmpv6
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.ip.pmtu import next_plateau

S = 1_000_000_000
RIGHT = {4: "10.0.2.1", 6: "2001:db8:2::1"}


@pytest.mark.parametrize("version", [4, 6])
def test_the_path_mtu_is_learned_and_forgotten_after_ten_minutes(net: Any, version: int) -> None:
    line = net.line(mtu=1300)
    target = addresses.parse(RIGHT[version])[1]
    told, got = net.recorder(line.left), net.recorder(line.right)
    overhead = 20 if version == 4 else 40
    assert line.left.path_mtu(version, target) == 1500
    assert net.send(line.left, RIGHT[version], bytes(1500 - overhead)) == 0
    net.kernel.run()
    assert [(error.errno, error.mtu) for error in told.errors] == [(errno.EMSGSIZE, 1300)]
    assert line.left.path_mtu(version, target) == 1300
    assert net.send(line.left, RIGHT[version], bytes(1301 - overhead)) == errno.EMSGSIZE
    assert net.send(line.left, RIGHT[version], bytes(1300 - overhead)) == 0
    assert net.send(line.left, RIGHT[version], bytes(3000), dont_fragment=False) == 0
    net.kernel.run()
    assert [len(body) for body in got.bodies] == [1300 - overhead, 3000]
    line.left.forget_destinations()
    assert line.left.path_mtu(version, target) == 1300, "a changed route forgets no MTU"
    net.kernel.advance_to(net.kernel.now_ns + 601 * S)
    assert line.left.path_mtu(version, target) == 1500
    line.left.forget_destinations()
    assert line.left.path_mtu(version, target) == 1500


def test_a_router_fragments_ipv4_if_it_may(net: Any) -> None:
    line = net.line(mtu=600)
    got = net.recorder(line.right)
    net.send(line.left, RIGHT[4], bytes(1400), dont_fragment=False)
    net.kernel.run()
    assert [len(body) for body in got.bodies] == [1400]
    counters = line.router.counters()
    assert (counters["IpFragOKs"], counters["IpFragCreates"]) == (1, 3)
    assert line.left.path_mtu(4, addresses.parse(RIGHT[4])[1]) == 1500


def test_a_report_below_ipv6s_least_is_not_believed(net: Any) -> None:
    line = net.line()
    target = addresses.parse(RIGHT[6])[1]
    left = addresses.parse("2001:db8:1::1")[1]
    for mtu, expected in ((1279, 1500), (1280, 1280), (1400, 1280)):
        quoted = Ipv6Packet(left, target, 253, IcmpMessage(6, 1, 1, 1, bytes(100))).emit()
        message = IcmpMessage(6, icmpv6.PACKET_TOO_BIG, 0, mtu, quoted)
        line.left.input(Ipv6Packet(target, left, 58, message), line.left_if, False)
        assert line.left.path_mtu(6, target) == expected


def test_a_router_that_does_not_tell_the_mtu_makes_us_guess() -> None:
    assert [next_plateau(length) for length in (1500, 1492, 600, 70, 68)] == [1492, 1006, 508, 68, 68]


def test_a_new_mtu_of_the_link_is_seen_at_once(net: Any) -> None:
    line = net.line()
    target = addresses.parse(RIGHT[4])[1]
    assert line.left.path_mtu(4, target) == 1500
    line.left_if.port.mtu = 1000
    assert line.left.path_mtu(4, target) == 1000
    assert net.send(line.left, RIGHT[4], bytes(981)) == errno.EMSGSIZE


def test_no_packet_is_longer_than_its_length_field(net: Any) -> None:
    line = net.line()
    assert net.send(line.left, RIGHT[4], bytes(65_516), dont_fragment=False) == errno.EMSGSIZE
    assert net.send(line.left, RIGHT[6], bytes(65_536), dont_fragment=False) == errno.EMSGSIZE
    assert net.send(line.left, "127.0.0.1", bytes(65_516)) == errno.EMSGSIZE
    assert net.send(line.left, RIGHT[4], bytes(65_515), dont_fragment=False) == 0
