"""A host that has heard and said nothing has counted nothing."""

from __future__ import annotations

from catenet.kernel import Kernel
from catenet.network.counters import IpCounters
from catenet.network.stack import IpStack
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.udp import UdpLayer


def test_all_counters_begin_at_nothing() -> None:
    stack = IpStack(Kernel(1), "host")
    ip = IpCounters()
    assert {value for name in dir(ip) if isinstance(value := getattr(ip, name), int)} == {0}
    assert set(UdpLayer(Kernel(1), stack, "host").counters().values()) == {0}
    tcp = TcpCounters()
    assert set(tcp.mib().values()) | set(tcp.extended().values()) == {0}
