"""UDP sockets on one host: who gets a datagram, what is refused, and what comes back as an error."""

from __future__ import annotations

import errno

import pytest

from catenet.kernel import Kernel, Octets
from catenet.kernel.checksum import pseudo_header_sum
from catenet.kernel.streams import Stream
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.multicast.source_filter import SourceFilter
from catenet.network.protocol import IcmpError
from catenet.network.stack import IpStack
from catenet.transport import udp as udp_module
from catenet.transport.datagram import UdpDatagram
from catenet.transport.udp import GroupMember, UdpLayer, UdpSocket, UdpUser

LOOPBACK4 = 0x7F000001
LOOPBACK6 = 1

interpreted_only = pytest.mark.skipif(
    not str(udp_module.__file__).endswith(".py"), reason="compiled attributes cannot be replaced"
)


class Ears(UdpUser):
    """Counts what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.readable_calls = 0
        self.errors: list[int] = []

    def readable(self) -> None:
        self.readable_calls += 1

    def failed(self, errno: int) -> None:
        self.errors.append(errno)


@pytest.fixture
def kernel() -> Kernel:
    return Kernel(seed=3)


@pytest.fixture
def udp(kernel: Kernel) -> UdpLayer:
    return UdpLayer(kernel, IpStack(kernel, "host"), "host")


def bound(udp: UdpLayer, port: int, version: int = 4, address: int = 0, *, dual_stack: bool = False) -> UdpSocket:
    """An open socket on a port."""
    socket = udp.open(Ears(), version, dual_stack=dual_stack)
    assert udp.bind(socket, address, port) == 0
    return socket


def received(socket: UdpSocket) -> list[bytes]:
    """All that waits in a socket."""
    arrivals = iter(socket.receive, None)
    return [arrival.data for arrival in arrivals]


@pytest.mark.parametrize(("version", "address"), [(4, LOOPBACK4), (6, LOOPBACK6)])
def test_a_datagram_arrives_with_its_source(kernel: Kernel, udp: UdpLayer, version: int, address: int) -> None:
    server, client = bound(udp, 53, version), udp.open(Ears(), version)
    assert client.send_to(b"who?", version, address, 53) == 0
    kernel.run()
    arrival = server.receive()
    assert arrival is not None
    assert (arrival.data, arrival.src, arrival.src_port) == (b"who?", address, client.local_port)
    assert server.send_to(b"me", version, arrival.src, arrival.src_port) == 0
    kernel.run()
    assert received(client) == [b"me"]


def test_the_closest_socket_gets_it(kernel: Kernel, udp: UdpLayer) -> None:
    anyone, sender = udp.open(Ears(), 4), bound(udp, 4000)
    anyone.reuse = True
    assert udp.bind(anyone, 0, 53) == 0
    picky = udp.open(Ears(), 4)
    picky.reuse = True
    assert udp.bind(picky, LOOPBACK4, 53) == 0
    friend = udp.open(Ears(), 4)
    friend.reuse = True
    assert udp.bind(friend, LOOPBACK4, 53) == 0
    assert friend.connect(4, LOOPBACK4, 4000) == 0
    sender.send_to(b"1", 4, LOOPBACK4, 53)
    bound(udp, 4001).send_to(b"2", 4, LOOPBACK4, 53)
    kernel.run()
    assert (received(friend), received(picky), received(anyone)) == ([b"1"], [b"2"], [])


def test_readable_is_told_once_until_the_queue_is_empty(kernel: Kernel, udp: UdpLayer) -> None:
    server, client = bound(udp, 53), bound(udp, 54)
    for _ in range(3):
        client.send_to(b"x", 4, LOOPBACK4, 53)
    kernel.run()
    assert isinstance(server.user, Ears)
    assert server.user.readable_calls == 1
    assert len(received(server)) == 3
    client.send_to(b"x", 4, LOOPBACK4, 53)
    kernel.run()
    assert server.user.readable_calls == 2


def test_a_full_queue_drops_and_counts(kernel: Kernel, udp: UdpLayer) -> None:
    server, client = bound(udp, 53), bound(udp, 54)
    server.receive_buffer_octets = 2_500
    for _ in range(5):
        client.send_to(bytes(1_000), 4, LOOPBACK4, 53)
    kernel.run()
    assert len(received(server)) == 2
    assert server.drops == 3
    assert (udp.counters()["RcvbufErrors"], udp.counters()["InErrors"]) == (3, 3)
    assert udp.counters()["InDatagrams"] == 2


@pytest.mark.parametrize(("buffer", "fit"), [(3_000, 3), (2_999, 2), (2_000, 2), (1_999, 1), (1_000, 1), (10, 1)])
def test_as_many_datagrams_wait_as_fit_the_buffer_and_one_in_any_case(
    kernel: Kernel, udp: UdpLayer, buffer: int, fit: int
) -> None:
    """A buffer that is smaller than one datagram would else receive nothing for ever, as Linux's does not either."""
    server, client = bound(udp, 53), bound(udp, 54)
    server.receive_buffer_octets = buffer
    for _ in range(2):
        for _ in range(4):
            client.send_to(bytes(1_000), 4, LOOPBACK4, 53)
        kernel.run()
        assert server.queued_octets == 1_000 * fit
        assert len(received(server)) == fit
        assert server.queued_octets == 0, "what is read makes room"
    assert server.drops == 2 * (4 - fit)


def test_what_is_no_datagram_is_dropped_and_counted(kernel: Kernel, udp: UdpLayer) -> None:
    """A link that damages octets is found by these counters; each such packet is counted once in each of the two."""
    server = bound(udp, 53)
    whole = UdpDatagram(54, 53, b"who?")
    octets = bytearray(whole.emit_over(pseudo_header_sum(4, LOOPBACK4, LOOPBACK4, 17, 12)))
    octets[-1] ^= 1
    for damaged in (bytes(octets), bytes(octets[:7])):
        udp.receive(Ipv4Packet(LOOPBACK4, LOOPBACK4, 17, Octets(damaged)), udp.ip.interfaces[0])
    counted = {name: count for name, count in udp.counters().items() if count}
    assert (received(server), counted) == ([], {"InErrors": 2, "InCsumErrors": 2})


def test_nobody_listens_and_a_connected_socket_hears_of_it(kernel: Kernel, udp: UdpLayer) -> None:
    client = udp.open(Ears(), 4)
    assert client.connect(4, LOOPBACK4, 53) == 0
    assert client.send(b"anyone?") == 0
    kernel.run()
    assert isinstance(client.user, Ears)
    assert client.user.errors == [errno.ECONNREFUSED]
    assert client.send(b"again?") == errno.ECONNREFUSED
    assert client.error == 0
    assert udp.counters()["NoPorts"] == 1


def test_an_unconnected_socket_does_not_hear_of_it(kernel: Kernel, udp: UdpLayer) -> None:
    client = bound(udp, 54)
    client.send_to(b"anyone?", 4, LOOPBACK4, 53)
    kernel.run()
    assert isinstance(client.user, Ears)
    assert client.user.errors == []
    assert client.error == 0


def test_a_connected_socket_takes_only_its_peer(kernel: Kernel, udp: UdpLayer) -> None:
    server, stranger, friend = bound(udp, 53), bound(udp, 54), bound(udp, 55)
    assert server.connect(4, LOOPBACK4, 55) == 0
    stranger.send_to(b"no", 4, LOOPBACK4, 53)
    friend.send_to(b"yes", 4, LOOPBACK4, 53)
    kernel.run()
    assert received(server) == [b"yes"]


def test_a_dual_stack_socket_takes_both(kernel: Kernel, udp: UdpLayer) -> None:
    server = bound(udp, 53, 6, dual_stack=True)
    udp.open(Ears(), 4).send_to(b"four", 4, LOOPBACK4, 53)
    udp.open(Ears(), 6).send_to(b"six", 6, LOOPBACK6, 53)
    kernel.run()
    assert sorted(received(server)) == [b"four", b"six"]


def test_ports_conflict_unless_both_agree_to_share(udp: UdpLayer) -> None:
    first = bound(udp, 53)
    second = udp.open(Ears(), 4)
    assert udp.bind(second, 0, 53) == errno.EADDRINUSE
    second.reuse = True
    assert udp.bind(second, 0, 53) == errno.EADDRINUSE
    first.reuse = True
    assert udp.bind(second, 0, 53) == 0
    assert udp.bind(second, 0, 99) == errno.EINVAL


def test_versions_do_not_conflict_unless_one_is_dual(udp: UdpLayer) -> None:
    bound(udp, 53, 4)
    bound(udp, 53, 6)
    assert udp.bind(udp.open(Ears(), 6, dual_stack=True), 0, 53) == errno.EADDRINUSE


def test_a_foreign_address_cannot_be_bound(udp: UdpLayer) -> None:
    assert udp.bind(udp.open(Ears(), 4), 0x0A000001, 53) == errno.EADDRNOTAVAIL


def test_a_closed_port_is_free_again(kernel: Kernel, udp: UdpLayer) -> None:
    bound(udp, 53).close()
    server = bound(udp, 53)
    bound(udp, 54).send_to(b"x", 4, LOOPBACK4, 53)
    kernel.run()
    assert received(server) == [b"x"]


def test_what_cannot_be_sent_is_refused(udp: UdpLayer) -> None:
    client = udp.open(Ears(), 4)
    assert client.send(b"x") == errno.EDESTADDRREQ
    assert client.send_to(bytes(65_508), 4, LOOPBACK4, 53) == errno.EMSGSIZE
    assert client.send_to(b"x", 4, 0xFFFFFFFF, 53) == errno.EACCES
    assert client.send_to(b"x", 4, 0x08080808, 53) == errno.ENETUNREACH


def test_ephemeral_ports_are_in_range_and_different(udp: UdpLayer) -> None:
    ports = [bound(udp, 0).local_port for _ in range(200)]
    assert len(set(ports)) == 200
    assert all(32_768 <= port <= 60_999 for port in ports)


def test_sockets_of_two_interfaces_share_a_port(kernel: Kernel, udp: UdpLayer) -> None:
    one, other = (udp.ip.add_interface(name, number) for number, name in enumerate(("eth0", "eth1"), 1))
    sockets = [udp.open(Ears(), 4), udp.open(Ears(), 4)]
    for socket, interface in zip(sockets, (one, other), strict=True):
        socket.interface = interface
        assert udp.bind(socket, 0, 520) == 0
    assert udp.bind(udp.open(Ears(), 4), 0, 520) == errno.EADDRINUSE
    third = udp.open(Ears(), 4)
    third.interface = one
    assert udp.bind(third, 0, 520) == errno.EADDRINUSE
    for interface in (one, other):
        packet = Ipv4Packet(0x0A000001, LOOPBACK4, 17, UdpDatagram(520, 520, interface.name.encode()))
        udp.receive(packet, interface)
        udp.receive(Ipv4Packet(0x0A000001, 0xE0000009, 17, UdpDatagram(520, 520, b"group")), interface)
    assert [received(socket) for socket in sockets] == [[b"eth0", b"group"], [b"eth1", b"group"]]


def test_a_socket_of_ipv6_alone_does_not_hear_ipv4(kernel: Kernel, udp: UdpLayer) -> None:
    """Who asks by IPv4 is told that nobody listens, and the server does not get a datagram that it cannot answer."""
    server = bound(udp, 53, 6)
    client = udp.open(Ears(), 4)
    assert client.connect(4, LOOPBACK4, 53) == 0
    assert client.send(b"anyone?") == 0
    kernel.run()
    assert received(server) == []
    assert isinstance(client.user, Ears)
    assert client.user.errors == [errno.ECONNREFUSED]


def test_a_socket_of_both_versions_hears_both(kernel: Kernel, udp: UdpLayer) -> None:
    server = bound(udp, 53, 6, dual_stack=True)
    udp.open(Ears(), 4).send_to(b"four", 4, LOOPBACK4, 53)
    udp.open(Ears(), 6).send_to(b"six", 6, LOOPBACK6, 53)
    kernel.run()
    assert received(server) == [b"four", b"six"]


@pytest.mark.parametrize(
    ("version", "address", "result"),
    [
        (4, 0xE0000001, 0),
        (4, 0xEFFFFFFF, 0),
        (4, 0xFFFFFFFF, 0),
        (4, 0xDFFFFFFF, errno.EADDRNOTAVAIL),
        (4, 0xF0000001, errno.EADDRNOTAVAIL),
        (4, LOOPBACK4, 0),
        (6, 0xFF << 120 | 1, 0),
        (6, 0xFE << 120 | 1, errno.EADDRNOTAVAIL),
        (6, LOOPBACK6, 0),
    ],
)
def test_what_a_receiver_may_bind_to(udp: UdpLayer, version: int, address: int, result: int) -> None:
    """Its own addresses, and those of groups: 224.0.0.0/4, the limited broadcast, ff00::/8 (RFC 5771, RFC 4291)."""
    assert udp.bind(udp.open(Ears(), version), address, 5000) == result


def test_a_look_at_the_queue_shows_the_oldest_and_leaves_it(kernel: Kernel, udp: UdpLayer) -> None:
    server, client = bound(udp, 53), bound(udp, 54)
    assert server.peek() is None
    for data in (b"first", b"second"):
        client.send_to(data, 4, LOOPBACK4, 53)
    kernel.run()
    for _ in range(2):
        arrival = server.peek()
        assert arrival is not None
        assert arrival.data == b"first"
    assert received(server) == [b"first", b"second"]


def test_a_bound_socket_sends_from_its_own_address(kernel: Kernel, udp: UdpLayer) -> None:
    """The peer's answer would go to another address of the host, and a connected socket not take it."""
    eth0 = udp.ip.add_interface("eth0", 1)
    for address in (0x0A000001, 0x0A000002):
        udp.ip.add_address(eth0, 4, address, 24)
    server = bound(udp, 53)
    bound(udp, 54, address=0x0A000002).send_to(b"second", 4, 0x0A000001, 53)
    bound(udp, 55, address=0x0A000001).send_to(b"first", 4, 0x0A000002, 53)
    bound(udp, 56).send_to(b"any", 4, 0x0A000002, 53)
    kernel.run()
    arrivals = iter(server.receive, None)
    assert [(arrival.data, arrival.src) for arrival in arrivals] == [
        (b"second", 0x0A000002),
        (b"first", 0x0A000001),
        (b"any", 0x0A000002),
    ]


@interpreted_only
def test_a_port_that_is_taken_is_followed_by_the_next_higher_one(kernel: Kernel, udp: UdpLayer) -> None:
    """RFC 6056 section 3.3.1; after the last comes the first."""
    start = kernel_start(udp, 0)
    assert [bound(udp, 0).local_port for _ in range(3)] == [start, start + 1, start + 2]
    kernel_start(udp, 60_999 - 32_768)
    assert [bound(udp, 0).local_port for _ in range(2)] == [60_999, start + 3]


def kernel_start(udp: UdpLayer, place: int) -> int:
    """Let the search for a port begin at that place of the range; returns the port there."""

    class Chosen(Stream):
        def below(self, bound: int) -> int:
            return place

    udp._stream = Chosen(1, "ports")  # type: ignore[misc]
    return 32_768 + place


def test_a_socket_of_ipv6_hears_no_ipv4_unless_it_is_told_to(udp: UdpLayer) -> None:
    """Two servers, one for each version, would not get their port."""
    assert udp.bind(udp.open(Ears(), 6), 0, 53) == 0
    assert udp.bind(udp.open(Ears(), 4), 0, 53) == 0


def test_a_socket_that_is_disconnected_hears_anyone_again(kernel: Kernel, udp: UdpLayer) -> None:
    server, stranger = bound(udp, 53), bound(udp, 54)
    assert server.connect(4, LOOPBACK4, 55) == 0
    assert server.connected
    server.disconnect()
    assert (server.connected, server.remote_address, server.remote_version) == (False, 0, 0)
    stranger.send_to(b"hello", 4, LOOPBACK4, 53)
    kernel.run()
    assert received(server) == [b"hello"]


def test_a_peer_to_whom_there_is_no_way_is_refused(udp: UdpLayer) -> None:
    udp.ip.add_address(udp.ip.add_interface("eth0", 1), 4, 0x0A000001, 24)
    assert udp.open(Ears(), 4).connect(4, 0x08080808, 53) == errno.ENETUNREACH
    local = bound(udp, 54, address=LOOPBACK4)
    assert local.connect(4, 0x0A000002, 53) == errno.EINVAL
    assert not local.connected


def test_octets_from_the_wire_are_read_and_told(udp: UdpLayer) -> None:
    server = bound(udp, 53)
    octets = UdpDatagram(54, 53, b"who?").emit_over(pseudo_header_sum(4, LOOPBACK4, LOOPBACK4, 17, 12))
    udp.receive(Ipv4Packet(LOOPBACK4, LOOPBACK4, 17, Octets(octets)), udp.ip.interfaces[0])
    arrival = server.receive()
    assert arrival is not None
    assert (arrival.data, arrival.src, arrival.src_port, arrival.dst) == (b"who?", LOOPBACK4, 54, LOOPBACK4)


def test_a_host_that_loses_power_has_no_socket_left(udp: UdpLayer) -> None:
    for port in (53, 54):
        bound(udp, port)
    udp.lose_power()
    assert udp._ports == {}
    assert bound(udp, 53).local_port == 53


@interpreted_only
def test_a_group_hears_by_its_own_interface_and_hop_limit(kernel: Kernel, udp: UdpLayer) -> None:
    """Told by the other, a router would take the neighbours of one network for those of another."""
    one, other = (udp.ip.add_interface(name, number) for number, name in enumerate(("eth0", "eth1"), 1))
    for interface, address in ((one, 0x0A000001), (other, 0x0A000101)):
        udp.ip.add_address(interface, 4, address, 24)
    sent: list[tuple[int, int, int, object]] = []

    class Below:
        def __getattr__(self, name: str) -> object:
            return getattr(ip, name)

        def send(self, version: int, src: int, dst: int, protocol: int, payload: object, *rest: object) -> int:
            sent.append((src, dst, int(str(rest[1])), rest[3]))
            return 0

    ip, udp.ip = udp.ip, Below()  # type: ignore[assignment, misc]
    socket = bound(udp, 520)
    socket.hop_limit, socket.group_hop_limit, socket.group_interface, socket.interface = 64, 1, other, one
    socket.send_to(b"all", 4, 0xE0000009, 520)
    socket.send_to(b"one", 4, 0x0A000002, 520)
    assert sent == [(0, 0xE0000009, 1, other), (0x0A000001, 0x0A000002, 64, one)]


@interpreted_only
def test_a_new_socket_leaves_hop_limit_class_and_interface_to_ip(udp: UdpLayer) -> None:
    """IP takes 1 hop for a group and 64 else; with less than none nothing would arrive."""
    interface = udp.ip.add_interface("eth0", 1)
    udp.ip.add_address(interface, 4, 0x0A000001, 24)
    asked: list[tuple[object, ...]] = []

    class Below:
        def __getattr__(self, name: str) -> object:
            return getattr(ip, name)

        def send(self, version: int, src: int, dst: int, protocol: int, payload: object, *rest: object) -> int:
            asked.append((version, dst, protocol, *rest))
            return 0

    ip, udp.ip = udp.ip, Below()  # type: ignore[assignment, misc]
    socket = bound(udp, 520, address=0x0A000001)
    for dst in (0xE0000009, 0x0A000002):
        assert socket.send_to(b"x", 4, dst, 520) == 0
    assert asked == [(4, 0xE0000009, 17, 0, 0, False, None), (4, 0x0A000002, 17, 0, 0, False, None)]
    assert socket.send_to(b"x", 4, 0xFFFFFFFF, 520) == errno.EACCES, "a broadcast has to be asked for"


GROUP, OTHER_GROUP, ALL = 0xE8010203, 0xE8010204, 0xFFFFFFFF
FRIEND, STRANGER = 0x0A000009, 0x0A000008


@pytest.mark.parametrize(
    ("sources", "dst", "src", "port", "hears"),
    [
        (SourceFilter(True), GROUP, STRANGER, 0, True),
        (SourceFilter(True, [STRANGER]), GROUP, STRANGER, 0, False),
        (SourceFilter(True, [STRANGER]), GROUP, FRIEND, 0, True),
        (SourceFilter(False, [FRIEND]), GROUP, FRIEND, 0, True),
        (SourceFilter(False, [FRIEND]), GROUP, STRANGER, 0, False),
        (SourceFilter(False, [FRIEND]), GROUP, FRIEND, 1, False),
        (SourceFilter(False, [FRIEND]), OTHER_GROUP, FRIEND, 0, False),
        (SourceFilter(False, [FRIEND]), ALL, STRANGER, 0, True),
    ],
)
def test_a_member_of_a_group_hears_the_sources_it_asked_for_on_the_interface_it_joined_on(
    udp: UdpLayer, sources: SourceFilter, dst: int, src: int, port: int, hears: bool
) -> None:
    """RFC 3376 section 3.1; without IP_MULTICAST_ALL nothing of groups that only others joined, but broadcasts."""
    interfaces = [udp.ip.add_interface(name, number) for number, name in enumerate(("eth0", "eth1"), 1)]
    socket = bound(udp, 53)
    socket.all_groups = False
    socket.memberships.append(GroupMember(interfaces[0], 4, GROUP, sources))
    packet = Ipv4Packet(src, dst, 17, UdpDatagram(54, 53, b"news"))
    udp.receive(packet, interfaces[port])
    assert received(socket) == ([b"news"] if hears else [])
    assert udp.counters()["InDatagrams"] == int(hears)
    assert udp.counters()["NoPorts"] == 0, "a group is told of no missing port"


def test_a_member_hears_what_its_own_host_sends_whichever_interface_it_joined_on(udp: UdpLayer) -> None:
    socket = bound(udp, 53)
    socket.memberships.append(GroupMember(udp.ip.add_interface("eth0", 1), 4, GROUP, SourceFilter(False, [FRIEND])))
    for src in (FRIEND, STRANGER):
        udp.receive(Ipv4Packet(src, GROUP, 17, UdpDatagram(54, 53, b"%d" % src)), udp.ip.loopback_interface)
    assert received(socket) == [b"%d" % FRIEND]


def test_a_socket_hears_groups_that_others_joined_unless_it_is_told_not_to(udp: UdpLayer) -> None:
    """IP_MULTICAST_ALL, on by default as in Linux; a port that does not match hears nothing in any case."""
    interface = udp.ip.add_interface("eth0", 1)
    everything, nothing, elsewhere = bound(udp, 53, address=GROUP), udp.open(Ears(), 4), bound(udp, 54)
    everything.reuse = nothing.reuse = True
    assert udp.bind(nothing, 0, 53) == 0
    nothing.all_groups = False
    udp.receive(Ipv4Packet(STRANGER, GROUP, 17, UdpDatagram(9, 53, b"a")), interface)
    udp.receive(Ipv4Packet(STRANGER, OTHER_GROUP, 17, UdpDatagram(9, 53, b"b")), interface)
    assert (received(everything), received(nothing), received(elsewhere)) == ([b"a"], [], [])


def test_an_error_without_the_ports_is_told_to_nobody(udp: UdpLayer) -> None:
    socket = bound(udp, 53, address=LOOPBACK4)
    assert socket.connect(4, LOOPBACK4, 54) == 0
    head = bytes([0, 53, 0, 54, 0, 8, 0, 0])
    for short in (b"", head[:4], head[:7]):
        udp.icmp_error(IcmpError(4, LOOPBACK4, LOOPBACK4, 17, errno.EHOSTUNREACH, True, 0, short))
        assert socket.error == 0
    for other in (bytes([0, 52, 0, 54]), bytes([0, 53, 0, 55])):
        udp.icmp_error(IcmpError(4, LOOPBACK4, LOOPBACK4, 17, errno.EHOSTUNREACH, True, 0, other + head[4:]))
        assert socket.error == 0
    udp.icmp_error(IcmpError(4, LOOPBACK4, LOOPBACK4, 17, errno.EHOSTUNREACH, True, 0, head))
    assert socket.error == errno.EHOSTUNREACH


def test_which_of_several_a_datagram_is_for(udp: UdpLayer) -> None:
    """Each thing that is fixed must match, and counts: the interface most, then the peer, then the address."""
    eth0, eth1 = (udp.ip.add_interface(name, number) for number, name in enumerate(("eth0", "eth1"), 1))
    socket = udp.open(Ears(), 4)

    def score(version: int = 4, dst: int = 2, src: int = 3, port: int = 4, interface: object = None) -> int:
        return int(socket.score(version, dst, src, port, interface))  # type: ignore[arg-type]

    assert (score(), score(version=6)) == (0, -1)
    socket.local_address = 2
    assert (score(), score(dst=1)) == (1, -1)
    socket.remote_version, socket.remote_address, socket.remote_port = 4, 3, 4
    assert (score(), score(src=1), score(port=5)) == (3, -1, -1)
    socket.interface = eth0
    assert (score(), score(interface=eth0), score(interface=eth1)) == (7, 7, -1)
    dual = udp.open(Ears(), 6, dual_stack=True)
    assert (dual.score(4, 2, 3, 4), dual.score(6, 2, 3, 4)) == (0, 0)


@pytest.mark.slow
def test_where_every_port_is_taken_none_is_given(udp: UdpLayer) -> None:
    holder = bound(udp, 53)
    for port in range(32_768, 61_000):
        udp._ports[port] = [holder]
    socket = udp.open(Ears(), 4)
    assert udp.bind(socket, 0, 0) == errno.EADDRINUSE
    del udp._ports[32_768]
    assert (udp.bind(socket, 0, 0), socket.local_port) == (0, 32_768)
