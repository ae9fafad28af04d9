"""Which connection or listener a segment is for."""

from __future__ import annotations

from itertools import permutations

import pytest

from catenet.kernel import Kernel
from catenet.transport.tcp.connection.connection import Connection
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.demux import ConnectionTable
from catenet.transport.tcp.isn import KeyedHash
from catenet.transport.tcp.listener import Acceptor, Listener
from catenet.transport.tcp.ports import Ports, Reservation
from catenet.transport.tcp.sender.segment_output import Carrier
from catenet.transport.tcp.settings import TcpOptions, TcpSettings

Ends = tuple[int, int, int, int, int]
"""IP version, local address and port, remote address and port."""


class Host:
    """The table of one host, without a network."""

    def __init__(self) -> None:
        self.kernel = Kernel(seed=3)
        stream = self.kernel.streams.stream("tcp")
        self.settings = TcpSettings()
        self.counters = TcpCounters()
        self.ports = Ports(self.settings, KeyedHash(stream), stream)
        self.table = ConnectionTable(self.kernel, self.settings, self.counters, KeyedHash(stream))

    def listener(self, version: int, address: int, dual_stack: bool = False, port: int = 80) -> Listener:
        reservation = Reservation(version, address, port, dual_stack, False, True)
        found = Listener(self.table.forget_listener, self.ports, Acceptor(), reservation, False, 1, TcpOptions())
        self.table.add_listener(found)
        return found

    def connection(self, ends: Ends) -> Connection:
        found = Connection(self.kernel, self.table, self.settings, self.counters, TcpOptions(), Carrier(), *ends)
        self.table.add(found)
        return found


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.mark.parametrize(
    ("version", "address", "right"),
    [(4, 5, "own"), (4, 6, "any"), (6, 5, "own6"), (6, 6, "any6")],
)
def test_the_listener_of_the_address_comes_before_the_one_of_any(
    host: Host, version: int, address: int, right: str
) -> None:
    listeners = {
        "any": host.listener(4, 0),
        "dual": host.listener(6, 0, dual_stack=True),
        "own": host.listener(4, 5),
        "own6": host.listener(6, 5),
        "other": host.listener(4, 7),
    }
    right = "dual" if right == "any6" else right
    assert host.table.listener_for(version, address, 80, 9, 1000) is listeners[right]
    assert host.table.listener_for(version, address, 81, 9, 1000) is None


@pytest.mark.parametrize(
    ("listens", "hears"),
    [
        ((4, 0, False), [(4, 5), (4, 6)]),
        ((4, 5, False), [(4, 5)]),
        ((6, 0, False), [(6, 5), (6, 6)]),
        ((6, 0, True), [(4, 5), (4, 6), (6, 5), (6, 6)]),
        ((6, 5, True), [(6, 5)]),
        ((6, 5, False), [(6, 5)]),
    ],
)
def test_whom_a_listener_hears(host: Host, listens: tuple[int, int, bool], hears: list[tuple[int, int]]) -> None:
    """Only one of IPv6 that is bound to any address, and not to IPv6 alone, hears IPv4 (RFC 3493 section 3.7)."""
    listener = host.listener(*listens)
    for ends in ((4, 5), (4, 6), (6, 5), (6, 6)):
        found = host.table.listener_for(*ends, 80, 9, 1000)
        assert found is (listener if ends in hears else None), ends


def test_ipv4_goes_to_its_own_listener_before_one_of_both(host: Host) -> None:
    both, own = host.listener(6, 0, dual_stack=True), host.listener(4, 0)
    assert host.table.listener_for(4, 5, 80, 9, 1000) is own
    assert host.table.listener_for(6, 5, 80, 9, 1000) is both
    own.close()
    assert host.table.listener_for(4, 5, 80, 9, 1000) is both
    both.close()
    assert host.table.listener_for(4, 5, 80, 9, 1000) is None


def test_listeners_that_share_a_port_share_the_work_and_each_peer_stays_with_one(host: Host) -> None:
    """SO_REUSEPORT: the SYN that is sent again must find the listener that answered the first."""
    shared = [host.listener(4, 0) for _ in range(3)]
    host.listener(4, 7)
    found = [host.table.listener_for(4, 5, 80, 9, port) for port in range(1000, 1090)]
    assert [host.table.listener_for(4, 5, 80, 9, port) for port in range(1000, 1090)] == found
    assert all(15 <= found.count(each) <= 45 for each in shared)
    assert found != [host.table.listener_for(4, 5, 80, 8, port) for port in range(1000, 1090)]


SAME_PORTS: list[Ends] = [(4, 5, 80, 9, 1000), (4, 5, 80, 8, 1000), (4, 6, 80, 9, 1000), (6, 5, 80, 9, 1000)]
OTHER_PORTS: list[Ends] = [(4, 5, 80, 9, 1001), (4, 5, 81, 9, 1000)]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_a_segment_finds_its_connection_and_no_other_that_differs_in_one_thing(
    host: Host, order: tuple[int, ...]
) -> None:
    """While others begin and end: whichever of those in a chain leaves, the rest are still found."""
    ends = [*SAME_PORTS, *OTHER_PORTS]
    connections = {each: host.connection(each) for each in ends}
    for each in [*ends, *reversed(ends)]:
        assert host.table.find(*each) is connections[each]
        assert host.table.is_taken(*each)
    assert set(host.table.all()) == set(connections.values())
    gone = []
    for place in order:
        assert host.table.find(*SAME_PORTS[place]) is not None
        host.table.left(connections[SAME_PORTS[place]])
        gone.append(SAME_PORTS[place])
        for each in ends:
            assert host.table.find(*each) is (None if each in gone else connections[each])
        assert host.table.count == len(ends) - len(gone) == len(host.table.all())
    assert host.table.port_is_used(80)
    host.table.left(connections[OTHER_PORTS[0]])
    assert (host.table.port_is_used(80), host.table.port_is_used(81)) == (False, True)


def test_nobody_is_found_where_nobody_is(host: Host) -> None:
    assert host.table.find(4, 5, 80, 9, 1000) is None
    assert not host.table.is_taken(4, 5, 80, 9, 1000)
    assert (host.table.all(), host.table.count, host.table.port_is_used(80)) == ([], 0, False)
    host.connection((4, 5, 80, 9, 1000))
    for each in (
        (4, 5, 80, 9, 1001),
        (4, 5, 81, 9, 1000),
        (4, 6, 80, 9, 1000),
        (4, 5, 80, 8, 1000),
        (6, 5, 80, 9, 1000),
    ):
        assert host.table.find(*each) is None
        host.table.find(4, 5, 80, 9, 1000)
        assert host.table.find(*each) is None, "nor after the connection itself was found"
