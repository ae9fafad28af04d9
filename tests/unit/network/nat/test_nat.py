"""Address translation between two hosts inside and two outside, by the requirements of RFC 4787, 5382 and 5508."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.kernel.checksum import internet_checksum, pseudo_header_sum
from catenet.network import addresses, tracing
from catenet.network.icmp import icmpv4
from catenet.network.icmp.icmp import IcmpListener
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.nat import table as nat_table
from catenet.network.nat.nat import Nat
from catenet.network.packet import IpPacket
from catenet.network.protocol import IcmpError
from catenet.network.stack import IpStack
from catenet.transport.datagram import UdpDatagram
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.tcp.listener import Acceptor, Listener
from catenet.transport.tcp.segment.segment import RST, SYN, TcpSegment
from catenet.transport.udp import UdpLayer, UdpSocket, UdpUser

S = 1_000_000_000
OUTSIDE = "203.0.113.1"
FIDELITIES = [False, True]


def ip(text: str) -> int:
    return addresses.parse(text)[1]


class Ears(UdpUser):
    """Keeps the errors it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.errors: list[int] = []

    def failed(self, errno: int) -> None:
        self.errors.append(errno)


class Client(TcpUser):
    """Sends what it has once the connection stands, and keeps what comes."""

    def __init__(self, data: bytes = b"") -> None:
        super().__init__()
        self.data = data
        self.got = b""
        self.errno = -1
        self.connection: Any = None

    def established(self) -> None:
        self.connection.send(self.data)

    def readable(self) -> None:
        while self.connection.available:
            self.got += self.connection.recv(65_536)
        if self.connection.at_eof:
            self.connection.close()

    def closed(self, errno: int) -> None:
        self.errno = errno


class Server(Acceptor):
    """Answers every connection with the address that it sees."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, int]] = []

    def accepted(self, listener: Listener) -> None:
        connection = listener.accept()
        assert connection is not None
        self.seen.append((addresses.text(4, connection.remote_address), connection.remote_port))
        connection.send(b"welcome")
        connection.close()


class Listening(IcmpListener):
    """Keeps every ICMP message."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[IcmpMessage] = []

    def icmp_received(self, packet: IpPacket, message: IcmpMessage, error: IcmpError | None) -> None:
        self.heard.append(message)


class Home:
    """``a`` and ``b`` inside, each on a link of its own; ``x`` and ``y`` outside, behind ``isp``."""

    def __init__(self, net: Any, bytes_fidelity: bool = False, mtu: int = 1500, **options: Any) -> None:
        self.net = net
        self.router = net.host("home", forwarding=True)
        self.isp = net.host("isp", forwarding=True)
        self.stacks: dict[str, IpStack] = {}
        self.udps: dict[str, UdpLayer] = {}
        self.tcps: dict[str, TcpLayer] = {}
        self.outside = net.interface(self.router, f"{OUTSIDE}/24", mtu=mtu)
        isp = net.interface(self.isp, "203.0.113.254/24", mtu=mtu)
        net.wire(self.outside, isp)
        net.route(self.router, "0.0.0.0/0", (self.outside, "203.0.113.254"))
        self.inside = [self._host("a", self.router, "192.168.1"), self._host("b", self.router, "192.168.2")]
        self._host("x", self.isp, "198.51.100")
        self._host("y", self.isp, "198.51.101")
        for stack in (self.router, self.isp, *self.stacks.values()):
            for interface in stack.interfaces:
                interface.port.bytes_fidelity = bytes_fidelity
        self.nat = Nat(self.router, ip(OUTSIDE), self.outside, self.inside, **options)
        self.router.translator = self.nat
        self.router_udp = UdpLayer(net.kernel, self.router, "home")
        self.router_tcp = TcpLayer(net.kernel, self.router, "home")

    def _host(self, name: str, router: IpStack, net24: str) -> Any:
        stack = self.net.host(name)
        mine, theirs = self.net.interface(stack, f"{net24}.2/24"), self.net.interface(router, f"{net24}.1/24")
        self.net.wire(mine, theirs)
        self.net.route(stack, "0.0.0.0/0", (mine, f"{net24}.1"))
        self.stacks[name] = stack
        self.udps[name] = UdpLayer(self.net.kernel, stack, name)
        self.tcps[name] = TcpLayer(self.net.kernel, stack, name)
        return theirs

    def socket(self, name: str, port: int = 0) -> UdpSocket:
        socket = self.udps[name].open(Ears(), 4)
        assert self.udps[name].bind(socket, 0, port) == 0
        return socket

    def send_alone(self, socket: UdpSocket, to: str, port: int, data: bytes = b"?") -> None:
        """Send, and let no time pass."""
        assert socket.send_to(data, 4, ip(to), port) == 0

    def send(self, socket: UdpSocket, to: str, port: int, data: bytes = b"?") -> None:
        self.send_alone(socket, to, port, data)
        self.net.kernel.run(self.net.kernel.now_ns + S)

    def wait(self, seconds: int) -> None:
        self.net.kernel.run(self.net.kernel.now_ns + seconds * S)

    def count(self, name: str) -> int:
        return int(self.nat.named_counters()[name])


def arrivals(socket: UdpSocket) -> list[tuple[bytes, str, int]]:
    return [(each.data, addresses.text(4, each.src), each.src_port) for each in iter(socket.receive, None)]


X, Y = "198.51.100.2", "198.51.101.2"


# -- UDP ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bytes_fidelity", FIDELITIES)
def test_a_datagram_leaves_with_the_outside_address_and_the_answer_comes_back(net: Any, bytes_fidelity: bool) -> None:
    home = Home(net, bytes_fidelity)
    client, server = home.socket("a", 5000), home.socket("x", 53)
    home.send(client, X, 53, b"who?")
    assert arrivals(server) == [(b"who?", OUTSIDE, 5000)]
    home.send(server, OUTSIDE, 5000, b"me")
    assert arrivals(client) == [(b"me", X, 53)]


def test_one_endpoint_has_one_port_whoever_it_speaks_to(net: Any) -> None:
    home = Home(net)
    other, client = home.socket("b", 5000), home.socket("a", 5000)
    x, y = home.socket("x", 53), home.socket("y", 54)
    home.send(other, X, 53)
    home.send(client, X, 53)
    home.send(client, Y, 54)
    ports = [port for _, _, port in arrivals(x)]
    assert ports[0] == 5000
    assert ports[1] != 5000
    assert [port for _, _, port in arrivals(y)] == ports[1:]


def test_ports_keep_their_parity_and_their_range(net: Any) -> None:
    home = Home(net)
    server = home.socket("x", 53)
    for port in (5000, 5001, 500, 501):
        home.send(home.socket("b", port), X, 53)
        home.send(home.socket("a", port), X, 53)
    ports = [port for _, _, port in arrivals(server)]
    assert len(set(ports)) == 8
    for before, mapped in zip((5000, 5000, 5001, 5001, 500, 500, 501, 501), ports, strict=True):
        assert (mapped - before) % 2 == 0
        assert (mapped < 1024) == (before < 1024)


FILTERS = {
    nat_table.ENDPOINT_INDEPENDENT: (True, True),
    nat_table.ADDRESS_DEPENDENT: (True, False),
    nat_table.ADDRESS_AND_PORT_DEPENDENT: (False, False),
}


@pytest.mark.parametrize("filtering", FILTERS)
def test_filtering_decides_who_gets_in(net: Any, filtering: int) -> None:
    home = Home(net, filtering=filtering)
    client, asked, same_host, stranger = (
        home.socket("a", 5000), home.socket("x", 53), home.socket("x", 99), home.socket("y", 53),
    )  # fmt: skip
    home.send(client, X, 53)
    home.send(asked, OUTSIDE, 5000, b"asked")
    home.send(same_host, OUTSIDE, 5000, b"same host")
    home.send(stranger, OUTSIDE, 5000, b"stranger")
    by_address, by_stranger = FILTERS[filtering]
    wanted = [b"asked", *[b"same host"] * by_address, *[b"stranger"] * by_stranger]
    assert [data for data, _, _ in arrivals(client)] == wanted
    assert net.drops(home.router).count(tracing.NAT_FILTERED) == home.count("NatFiltered") == 3 - len(wanted)


def test_a_mapping_times_out_and_only_outbound_traffic_keeps_what_nobody_asked_for(net: Any) -> None:
    home = Home(net)
    client, server, stranger = home.socket("a", 5000), home.socket("x", 53), home.socket("y", 9)
    home.send(client, X, 53)
    home.wait(200)
    home.send(server, OUTSIDE, 5000)
    home.send(stranger, OUTSIDE, 5000)
    home.wait(200)
    home.send(stranger, OUTSIDE, 5000)
    assert len(arrivals(client)) == 3
    home.wait(110)
    home.send(stranger, OUTSIDE, 5000)
    assert arrivals(client) == []
    home.send(home.socket("b", 5000), X, 53)
    assert [port for _, _, port in arrivals(server)] == [5000, 5000]


def test_hairpin_shows_the_outside_endpoint(net: Any) -> None:
    home = Home(net)
    a, b = home.socket("a", 5000), home.socket("b", 6000)
    home.send(b, X, 1)
    home.send(a, OUTSIDE, 6000, b"neighbour?")
    assert arrivals(b) == [(b"neighbour?", OUTSIDE, 5000)]
    home.send(b, OUTSIDE, 5000, b"yes")
    assert arrivals(a) == [(b"yes", OUTSIDE, 6000)]
    assert home.count("NatHairpinned") == 2


def test_without_hairpinning_it_is_dropped(net: Any) -> None:
    home = Home(net, hairpin=False)
    a, b = home.socket("a", 5000), home.socket("b", 6000)
    home.send(b, X, 1)
    home.send(a, OUTSIDE, 6000)
    assert arrivals(b) == []
    assert home.count("NatFiltered") == 1


def test_exhaustion_is_told_and_a_port_is_free_again_later(net: Any) -> None:
    home = Home(net, first_port=4000, last_port=4003)
    server = home.socket("x", 53)
    for port in (5000, 5002):
        home.send(home.socket("a", port), X, 53)
    last = home.socket("a", 5004)
    last.connect(4, ip(X), 53)
    last.send(b"none left")
    home.wait(1)
    assert [port for _, _, port in arrivals(server)] == [4000, 4002]
    assert last.user.errors == [errno.EHOSTUNREACH]
    assert home.count("NatExhausted") == 1
    home.wait(300)
    last.take_error()
    last.send(b"now")
    home.wait(1)
    assert [data for data, _, _ in arrivals(server)] == [b"now"]


def test_a_port_that_becomes_free_is_given_at_once_though_others_are_still_used(net: Any) -> None:
    home = Home(net, first_port=4000, last_port=4003)
    server, first, second, third = home.socket("x", 53), *(home.socket("a", port) for port in (5000, 5002, 5004))
    home.send(first, X, 53)
    home.send(second, X, 53)
    home.wait(296)
    home.send(second, X, 53)
    begun_ns = net.kernel.now_ns
    assert begun_ns == 299 * S
    arrivals(server)
    net.kernel.run(begun_ns + S - S // 5)
    home.send_alone(third, X, 53)
    net.kernel.run(begun_ns + S - S // 10)
    assert (arrivals(server), home.count("NatExhausted")) == ([], 1)
    net.kernel.run(begun_ns + S + S // 10)
    home.send_alone(third, X, 53)
    net.kernel.run(begun_ns + S + S // 5)
    assert arrivals(server) == [(b"?", OUTSIDE, 4000)], "the first mapping has ended after 300 s"


def test_a_fixed_mapping_leads_in_from_the_start_and_for_good(net: Any) -> None:
    home = Home(net, filtering=nat_table.ADDRESS_AND_PORT_DEPENDENT)
    home.nat.table.fix(17, 80, ip("192.168.1.2"), 8080)
    server, client = home.socket("a", 8080), home.socket("x", 7)
    home.wait(10_000)
    home.send(client, OUTSIDE, 80, b"knock")
    assert arrivals(server) == [(b"knock", X, 7)]
    home.send(server, X, 7, b"come in")
    assert arrivals(client) == [(b"come in", OUTSIDE, 80)]
    with pytest.raises(ValueError, match="bound already"):
        home.nat.table.fix(17, 80, ip("192.168.2.2"), 1)


def test_inside_addresses_cannot_be_reached_from_outside(net: Any) -> None:
    home = Home(net)
    net.route(home.isp, "192.168.0.0/16", (home.isp.interfaces[1], OUTSIDE))
    inside = home.socket("a", 5000)
    home.send(home.socket("x"), "192.168.1.2", 5000)
    assert arrivals(inside) == []
    assert home.count("NatHidden") == 1


def test_the_router_keeps_its_own_ports(net: Any) -> None:
    home = Home(net)
    own = home.router_udp.open(Ears(), 4)
    home.router_udp.bind(own, 0, 53)
    client = home.socket("x", 9)
    home.send(client, OUTSIDE, 53, b"router?")
    assert arrivals(own) == [(b"router?", X, 9)]
    inner = home.socket("a", 9)
    home.send(inner, OUTSIDE, 53, b"and from inside")
    assert arrivals(own) == [(b"and from inside", "192.168.1.2", 9)]


def test_between_inside_links_nothing_is_translated(net: Any) -> None:
    home = Home(net)
    a, b = home.socket("a", 5000), home.socket("b", 6000)
    home.send(a, "192.168.2.2", 6000)
    assert arrivals(b) == [(b"?", "192.168.1.2", 5000)]


# -- fragments ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bytes_fidelity", FIDELITIES)
def test_fragments_are_translated_whole_both_ways(net: Any, bytes_fidelity: bool) -> None:
    home = Home(net, bytes_fidelity, mtu=1280)
    client, server = home.socket("a", 5000), home.socket("x", 53)
    big = bytes(range(256)) * 40
    home.send(client, X, 53, big)
    assert arrivals(server) == [(big, OUTSIDE, 5000)]
    home.send(server, OUTSIDE, 5000, big[::-1])
    assert arrivals(client) == [(big[::-1], X, 53)]


def test_fragments_may_come_in_any_order(net: Any) -> None:
    home = Home(net)
    client, server = home.socket("a", 5000), home.socket("x", 53)
    home.send(client, X, 53)
    whole = UdpDatagram(53, 5000, b"0123456789abcdef")
    data = whole.emit_over(pseudo_header_sum(4, ip(X), ip(OUTSIDE), 17, 24))
    pieces = []
    for at, more in ((0, True), (16, False)):
        piece = Ipv4Packet(ip(X), ip(OUTSIDE), 17, Octets(data[at : at + 16]), 64, 0, 77)
        piece.fragment_offset_octets, piece.more_fragments = at, more
        pieces.append(piece)
    for piece in reversed(pieces):
        home.router.input(piece, home.outside, False)
    home.wait(1)
    assert arrivals(client) == [(b"0123456789abcdef", X, 53)]
    assert arrivals(server) != []


# -- TCP ------------------------------------------------------------------------------------------------


def connect(home: Home, name: str, to: str, port: int, local_port: int = 0, data: bytes = b"") -> Client:
    client = Client(data)
    client.connection = home.tcps[name].connect(client, 4, 0, local_port, ip(to), port, None)
    return client


@pytest.mark.parametrize("bytes_fidelity", FIDELITIES)
def test_a_connection_goes_through(net: Any, bytes_fidelity: bool) -> None:
    home = Home(net, bytes_fidelity)
    server = Server()
    home.tcps["x"].listen(server, 4, 0, 80, 5)
    client = connect(home, "a", X, 80, 5000)
    home.wait(10)
    assert client.got == b"welcome"
    assert server.seen == [(OUTSIDE, 5000)]


def test_a_connection_turns_round_to_a_fixed_port(net: Any) -> None:
    home = Home(net)
    home.nat.table.fix(6, 80, ip("192.168.2.2"), 8080)
    server = Server()
    home.tcps["b"].listen(server, 4, 0, 8080, 5)
    client, outer = connect(home, "a", OUTSIDE, 80, 5000), connect(home, "x", OUTSIDE, 80, 7000)
    home.wait(10)
    assert (client.got, outer.got) == (b"welcome", b"welcome")
    assert server.seen == [(OUTSIDE, 5000), (X, 7000)]


def test_an_idle_connection_lives_for_two_hours_and_a_closed_one_for_four_minutes(net: Any) -> None:
    home = Home(net)
    server = Server()
    home.tcps["x"].listen(server, 4, 0, 80, 5)
    client = connect(home, "a", X, 80, 5000)
    home.wait(1)
    (mapping,) = home.nat.table.mappings()
    assert not mapping.alive(net.kernel.now_ns + 241 * S)
    assert mapping.alive(net.kernel.now_ns + 230 * S)
    assert client.got == b"welcome"

    class Quiet(Acceptor):
        def accepted(self, listener: Listener) -> None:
            listener.accept()

    home.tcps["x"].listen(Quiet(), 4, 0, 81, 5)
    connect(home, "a", X, 81, 5001)
    home.wait(1)
    quiet = home.nat.table.mappings()[-1]
    assert quiet.alive(net.kernel.now_ns + 7438 * S)
    assert not quiet.alive(net.kernel.now_ns + 7441 * S)


def test_a_reset_makes_a_connection_transitory_and_a_half_open_one_is(net: Any) -> None:
    home = Home(net)
    connect(home, "a", X, 80, 5000)
    connect(home, "a", "198.51.100.77", 80, 5001)
    home.wait(1)
    refused, half_open = home.nat.table.mappings()
    for mapping in (refused, half_open):
        assert mapping.alive(net.kernel.now_ns + 230 * S)
        assert not mapping.alive(net.kernel.now_ns + 300 * S)


def test_an_unexpected_syn_is_refused_after_six_seconds(net: Any) -> None:
    home = Home(net)
    stranger = connect(home, "x", OUTSIDE, 5000, 7000)
    home.wait(5)
    assert stranger.errno == -1
    home.wait(3)
    assert stranger.errno == errno.ECONNREFUSED


def test_a_syn_that_crosses_an_outbound_one_is_not_refused(net: Any) -> None:
    """Simultaneous open: a's SYN goes out while x's waits at the translator (RFC 5382 REQ-2 and REQ-4)."""
    home = Home(net, filtering=nat_table.ADDRESS_AND_PORT_DEPENDENT)
    outer = connect(home, "x", OUTSIDE, 5000, 7000)
    home.wait(0)
    net.kernel.run(net.kernel.now_ns + S // 2)
    inner = connect(home, "a", X, 7000, 5000)
    home.wait(20)
    assert (outer.errno, inner.errno) == (-1, -1)
    assert outer.connection.state == inner.connection.state
    outer.connection.send(b"through")
    home.wait(1)
    assert inner.got == b"through"


def test_a_syn_below_1024_is_the_routers_own(net: Any) -> None:
    home = Home(net)
    stranger = connect(home, "x", OUTSIDE, 22)
    home.wait(1)
    assert stranger.errno == errno.ECONNREFUSED


# -- ICMP -----------------------------------------------------------------------------------------------


def test_pings_of_two_hosts_with_one_identifier_do_not_mix(net: Any) -> None:
    home = Home(net)
    pingers = [net.pinger(home.stacks[name], 4) for name in ("a", "b")]
    own = net.pinger(home.router, 4)
    assert [pinger.echo.identifier for pinger in (*pingers, own)] == [1, 1, 1]
    for number, pinger in enumerate((*pingers, own)):
        pinger.echo.send(ip(X), number, bytes([number]))
    home.wait(1)
    for number, pinger in enumerate((*pingers, own)):
        assert pinger.replies == [(number, X, pinger.replies[0][2], bytes([number]))]
    assert home.count("NatMappings") == 2


def test_a_query_mapping_lives_for_a_minute(net: Any) -> None:
    home = Home(net)
    pinger = net.pinger(home.stacks["a"], 4)
    pinger.echo.send(ip(X), 1, b"")
    home.wait(1)
    (mapping,) = home.nat.table.mappings()
    assert mapping.alive(net.kernel.now_ns + 58 * S)
    assert not mapping.alive(net.kernel.now_ns + 61 * S)


@pytest.mark.parametrize("bytes_fidelity", FIDELITIES)
def test_an_error_from_outside_reaches_the_socket_inside(net: Any, bytes_fidelity: bool) -> None:
    home = Home(net, bytes_fidelity)
    home.send(home.socket("b", 5000), X, 1)
    client = home.socket("a", 5000)
    client.connect(4, ip(X), 999)
    client.send(b"anybody?")
    home.wait(1)
    assert client.user.errors == [errno.ECONNREFUSED]
    assert home.count("NatErrors") == 2


@pytest.mark.parametrize("bytes_fidelity", FIDELITIES)
def test_an_error_from_inside_reaches_the_socket_outside(net: Any, bytes_fidelity: bool) -> None:
    home = Home(net, bytes_fidelity)
    inner = home.socket("a", 5000)
    outer = home.socket("x", 53)
    home.send(home.socket("b", 5000), X, 53)
    home.send(inner, X, 53)
    port = arrivals(outer)[1][2]
    inner.close()
    outer.connect(4, ip(OUTSIDE), port)
    outer.send(b"still there?")
    home.wait(1)
    assert outer.user.errors == [errno.ECONNREFUSED]


@pytest.mark.parametrize("bytes_fidelity", FIDELITIES)
@pytest.mark.parametrize("hop_limit", [1, 2])
def test_an_error_about_a_ping_reaches_who_pinged_and_nobody_else(
    net: Any, bytes_fidelity: bool, hop_limit: int
) -> None:
    """Traceroute through a translator: the router itself answers for the first hop, the provider for the second."""
    home = Home(net, bytes_fidelity)
    pingers = {name: net.pinger(home.stacks[name], 4) for name in ("a", "b")}
    for name in ("b", "a"):
        pingers[name].echo.send(ip(X), 1, b"")
    home.wait(1)
    pingers["a"].echo.send(ip(X), 7, b"how far?", hop_limit=hop_limit)
    home.wait(1)
    reporter = "192.168.1.1" if hop_limit == 1 else "203.0.113.254"
    errors = [(number, error.errno, addresses.text(4, error.reporter)) for number, error in pingers["a"].errors]
    assert errors == [(7, errno.EHOSTUNREACH, reporter)]
    assert pingers["b"].errors == []


def test_the_quote_of_a_ping_has_its_own_identifier_and_checksum_again(net: Any) -> None:
    """A program that looks its request up by the quoted octets would not find it otherwise."""
    home = Home(net)
    pingers = [net.pinger(home.stacks[name], 4) for name in ("b", "a")]
    for pinger in pingers:
        pinger.echo.send(ip(X), 1, b"")
    home.wait(1)
    listener = Listening()
    home.stacks["a"].icmp.listeners.append(listener)
    pingers[1].echo.send(ip(X), 9, b"body", hop_limit=2)
    home.wait(1)
    (message,) = listener.heard
    sent = IcmpMessage(4, icmpv4.ECHO, 0, pingers[1].echo.identifier << 16 | 9, b"body")
    assert message.body[12:20] == Ipv4Packet(ip("192.168.1.2"), ip(X), 1, sent).emit()[12:20]
    assert message.body[20:] == Ipv4Packet(ip("192.168.1.2"), ip(X), 1, sent).emit()[20:]
    assert internet_checksum(message.body[:20]) == internet_checksum(message.body[20:]) == 0


def test_a_hairpinned_error_shows_no_inside_address(net: Any) -> None:
    home = Home(net)
    a, b = home.socket("a", 5000), home.socket("b", 6000)
    home.send(b, X, 1)
    b.close()
    a.connect(4, ip(OUTSIDE), 6000)
    a.send(b"?")
    home.wait(1)
    assert a.user.errors == [errno.ECONNREFUSED]


def test_the_quoted_packet_is_what_the_sender_sent(net: Any) -> None:
    """Every octet that the error quotes is the client's again, checksums included (but for the hop limit)."""
    home = Home(net)
    home.send(home.socket("b", 5000), X, 1)
    client = home.socket("a", 5000)
    listener = Listening()
    home.stacks["a"].icmp.listeners.append(listener)
    home.send(client, X, 999, b"anybody?")
    (message,) = listener.heard
    quoted = Ipv4Packet(ip("192.168.1.2"), ip(X), 17, UdpDatagram(5000, 999, b"anybody?"), 0).emit()
    assert message.body[12:20] == quoted[12:20]
    assert message.body[20:] == quoted[20:]
    assert internet_checksum(message.body[:20]) == 0


def test_the_routers_own_errors_quote_what_was_sent(net: Any) -> None:
    """The hop limit runs out at the translator, in both directions."""
    home = Home(net)
    inner, outer = home.socket("a", 5000), home.socket("x", 53)
    home.send(home.socket("b", 5000), X, 53)
    home.send(inner, X, 53)
    port = arrivals(outer)[1][2]
    got = net.recorder(home.stacks["a"]), net.recorder(home.stacks["x"])
    home.stacks["a"].send(4, 0, ip(X), 17, UdpDatagram(5000, 53, b"short"), 0, 1)
    home.stacks["x"].send(4, 0, ip(OUTSIDE), 17, UdpDatagram(53, port, b"short"), 0, 2)
    inner.connect(4, ip(X), 53)
    outer.connect(4, ip(OUTSIDE), port)
    home.wait(1)
    assert inner.user.errors == [errno.EHOSTUNREACH]
    assert outer.user.errors == [errno.EHOSTUNREACH]
    assert got[0].packets == got[1].packets == []


def test_path_mtu_is_told_to_the_host_inside(net: Any) -> None:
    home = Home(net, mtu=1280)
    client = home.stacks["a"]
    assert client.send(4, 0, ip(X), 17, UdpDatagram(5000, 53, bytes(1400)), 0, 0, True) == 0
    home.wait(1)
    assert client.path_mtu(4, ip(X)) == 1280


def test_an_outside_neighbour_that_does_not_answer_is_told_inside(net: Any) -> None:
    home = Home(net)
    client = home.socket("a", 5000)
    client.connect(4, ip("203.0.113.99"), 53)
    client.send(b"?")
    home.wait(10)
    assert client.user.errors == [errno.EHOSTUNREACH]


def test_errors_neither_prolong_nor_end_a_mapping(net: Any) -> None:
    home = Home(net)
    client = home.socket("a", 5000)
    home.socket("x", 53)
    home.send(client, X, 53)
    home.wait(200)
    sent = Ipv4Packet(ip(OUTSIDE), ip(X), 17, UdpDatagram(5000, 53, b"?"))
    about = IcmpMessage(4, icmpv4.UNREACHABLE, icmpv4.HOST_UNREACHABLE, 0, sent.emit())
    home.stacks["x"].send(4, 0, ip(OUTSIDE), 1, about)
    home.wait(1)
    assert home.count("NatErrors") == 1
    assert home.nat.table.outside(17, 5000, 290 * S) is not None
    assert home.nat.table.outside(17, 5000, 301 * S) is None


def test_an_unknown_protocol_is_refused(net: Any) -> None:
    home = Home(net)
    recorder = net.recorder(home.stacks["a"])
    net.send(home.stacks["a"], X, b"experiment")
    home.wait(1)
    assert [(error.type, error.code) for error in recorder.errors] == [(icmpv4.UNREACHABLE, icmpv4.PROHIBITED)]


def test_ipv6_passes_as_it_is(net: Any) -> None:
    home = Home(net)
    packet = Ipv6Packet(1 << 100, 2 << 100, 17, Octets(b""))
    assert home.nat.arriving(packet, home.outside) is packet


def test_a_segment_with_other_ports_is_another_segment() -> None:
    segment = TcpSegment(1, 2, 3, 4, SYN | RST, 6, b"data", True, 7, 8, [9, 10])
    other = segment.with_flow_ports(11 << 16 | 12)
    assert (segment.src_port, segment.dst_port) == (1, 2)
    assert other.emit_over(0)[4:16] == segment.emit_over(0)[4:16]
    assert other.flow_ports() == 11 << 16 | 12
