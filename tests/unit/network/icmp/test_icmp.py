"""Echo, errors and their limits."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.kernel import Kernel, Octets
from catenet.network import addresses, tracing
from catenet.network.icmp import icmpv4, icmpv6
from catenet.network.icmp.errors import meaning
from catenet.network.icmp.icmp import IcmpListener
from catenet.network.icmp.message import IcmpMessage
from catenet.network.icmp.ping import EchoUser
from catenet.network.icmp.rate_limit import TokenBucket
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.packet import IpPacket
from catenet.network.stack import IpStack

LEFT = {4: "10.0.1.1", 6: "2001:db8:1::1"}
NEAR = {4: "10.0.1.254", 6: "2001:db8:1::fe"}
RIGHT = {4: "10.0.2.1", 6: "2001:db8:2::1"}
VERSIONS = [4, 6]


def number(text: str) -> int:
    return addresses.parse(text)[1]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("size", [0, 56, 1472, 9000])
def test_ping(net: Any, version: int, size: int) -> None:
    line = net.line()
    pinger = net.pinger(line.left, version)
    body = bytes(range(256)) * (size // 256) + bytes(size % 256)
    assert pinger.echo.send(number(RIGHT[version]), 7, body) == 0
    net.kernel.run()
    assert pinger.replies == [(7, RIGHT[version], 63, body)]


@pytest.mark.parametrize("version", VERSIONS)
def test_each_sender_hears_its_own_replies(net: Any, version: int) -> None:
    line = net.line()
    one, other = net.pinger(line.left, version), net.pinger(line.left, version)
    one.echo.send(number(RIGHT[version]), 1)
    other.echo.send(number(RIGHT[version]), 2)
    other.echo.close()
    net.kernel.run()
    assert [reply[0] for reply in one.replies] == [1]
    assert other.replies == []


@pytest.mark.parametrize(("group", "version"), [("224.0.0.1", 4), ("10.0.1.255", 4), ("ff02::1", 6)])
def test_a_ping_to_all_on_a_link_is_answered_from_an_address_of_one_s_own_over_ipv6_alone(
    net: Any, group: str, version: int
) -> None:
    """Over IPv4 nobody answers, as on Linux: one packet with a forged source would bring a hundred upon its victim."""
    line = net.line()
    pinger = net.pinger(line.left, version)
    assert pinger.echo.send(number(group), 3, b"who?", src=number(LEFT[version]), interface=line.left_if) == 0
    net.kernel.run()
    told = {(sequence, source, body) for sequence, source, _, body in pinger.replies if source != LEFT[version]}
    assert told == ({(3, NEAR[6], b"who?")} if version == 6 else set())


@pytest.mark.parametrize("version", VERSIONS)
def test_traceroute_by_hop_limit(net: Any, version: int) -> None:
    line = net.line()
    pinger = net.pinger(line.left, version)
    for hop_limit in (1, 2):
        pinger.echo.send(number(RIGHT[version]), hop_limit, b"", hop_limit)
    net.kernel.run()
    ((sequence, error),) = pinger.errors
    assert (sequence, addresses.text(version, error.reporter)) == (1, NEAR[version])
    assert error.errno == errno.EHOSTUNREACH
    assert not error.hard
    assert [reply[0] for reply in pinger.replies] == [2]
    assert net.drops(line.router) == [tracing.HOP_LIMIT]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_unknown_protocol_is_told(net: Any, version: int) -> None:
    line = net.line()
    told = net.recorder(line.left)
    net.send(line.left, RIGHT[version], b"12345678")
    net.kernel.run()
    (error,) = told.errors
    expected = (3, 2, errno.ENOPROTOOPT) if version == 4 else (4, 1, errno.EPROTO)
    assert (error.type, error.code, error.errno) == expected
    assert error.hard
    assert error.head == b"12345678"
    assert error.reporter == number(RIGHT[version])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_rejected_port_is_a_refused_connection(net: Any, version: int) -> None:
    line = net.line()
    told, got = net.recorder(line.left), net.recorder(line.right)
    net.send(line.left, RIGHT[version], b"12345678")
    net.kernel.run()
    line.right.reject_port(got.packets[0])
    net.kernel.run()
    assert [(error.errno, error.hard) for error in told.errors] == [(errno.ECONNREFUSED, True)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_neighbour_beyond_the_router_that_does_not_answer(net: Any, version: int) -> None:
    line = net.line()
    told = net.recorder(line.left)
    absent = "10.0.2.99" if version == 4 else "2001:db8:2::99"
    net.send(line.left, absent, b"12345678")
    net.kernel.run()
    (error,) = told.errors
    assert (error.type, error.code) == ((3, 1) if version == 4 else (1, 3))
    assert (error.errno, error.reporter) == (errno.EHOSTUNREACH, number(NEAR[version]))


@pytest.mark.parametrize(
    ("version", "kind", "code", "expected"),
    [
        (4, 3, 0, (errno.ENETUNREACH, False)),
        (4, 3, 1, (errno.EHOSTUNREACH, False)),
        (4, 3, 3, (errno.ECONNREFUSED, True)),
        (4, 3, 4, (errno.EMSGSIZE, False)),
        (4, 3, 13, (errno.EHOSTUNREACH, True)),
        (4, 11, 0, (errno.EHOSTUNREACH, False)),
        (4, 12, 0, (errno.EPROTO, True)),
        (4, 5, 0, (0, False)),
        (6, 1, 1, (errno.EACCES, True)),
        (6, 1, 4, (errno.ECONNREFUSED, True)),
        (6, 2, 0, (errno.EMSGSIZE, False)),
        (6, 1, 99, (errno.EPROTO, False)),
    ],
)
def test_errors_mean_what_linux_says(version: int, kind: int, code: int, expected: tuple[int, bool]) -> None:
    assert meaning(version, kind, code) == expected


def test_only_what_cannot_pass_by_itself_ends_a_connection() -> None:
    """A link that is down for a while must not (RFC 1122 4.2.3.9); a host or a rule that says no must, at once."""
    hard4 = [code for code in range(20) if meaning(4, icmpv4.UNREACHABLE, code)[1]]
    assert hard4 == [2, 3, 6, 7, 8, 9, 10, 13, 14, 15]
    hard6 = [code for code in range(10) if meaning(6, icmpv6.UNREACHABLE, code)[1]]
    assert hard6 == [1, 4, 5, 6]


def test_each_code_of_unreachable_has_the_error_of_linux() -> None:
    """By it a program tells a network that is away from a host that is, and both from a port that is closed."""
    names4 = (
        "ENETUNREACH EHOSTUNREACH ENOPROTOOPT ECONNREFUSED EMSGSIZE EOPNOTSUPP ENETUNREACH EHOSTDOWN ENONET "
        "ENETUNREACH EHOSTUNREACH ENETUNREACH EHOSTUNREACH EHOSTUNREACH EHOSTUNREACH EHOSTUNREACH EHOSTUNREACH"
    )
    names6 = "ENETUNREACH EACCES EHOSTUNREACH EHOSTUNREACH ECONNREFUSED EACCES EACCES EPROTO"
    for version, kind, names in ((4, icmpv4.UNREACHABLE, names4), (6, icmpv6.UNREACHABLE, names6)):
        numbers = [getattr(errno, name) for name in names.split()]
        assert [meaning(version, kind, code)[0] for code in range(len(numbers))] == numbers


def reported(net: Any, line: Any, packet: IpPacket) -> int:
    """How many errors the router sends when it is to report a packet."""
    before = line.router.icmp_counters.named()
    line.router.icmp.time_exceeded(packet)
    line.router.icmp.port_unreachable(packet)
    after = line.router.icmp_counters.named()
    names = [name for name in after if name.endswith(("OutTimeExcds", "OutDestUnreachs"))]
    return sum(after[name] - before.get(name, 0) for name in names)


def test_no_error_is_sent_about_what_rfc_1122_names(net: Any) -> None:
    line = net.line()
    left, right = number(LEFT[4]), number(RIGHT[4])
    fine = Ipv4Packet(left, right, 17, Octets(bytes(8)))
    assert reported(net, line, fine) == 2
    later = Ipv4Packet(left, right, 17, Octets(bytes(8)))
    later.fragment_offset_octets = 8
    about_error = Ipv4Packet(left, right, 1, IcmpMessage(4, 3, 1, 0, b""))
    same_in_octets = Ipv4Packet(left, right, 1, Octets(about_error.emit_payload()))
    to_group = Ipv4Packet(left, number("224.0.0.5"), 17, Octets(b""))
    to_all = Ipv4Packet(left, number("10.0.2.255"), 17, Octets(b""))
    from_nobody = Ipv4Packet(0, right, 17, Octets(b""))
    from_all = Ipv4Packet(number("10.0.1.255"), right, 17, Octets(b""))
    for packet in (later, about_error, same_in_octets, to_group, to_all, from_nobody, from_all):
        assert reported(net, line, packet) == 0
    assert reported(net, line, Ipv4Packet(left, right, 1, icmpv4.echo(1, 1, b""))) == 2


def test_no_error_is_sent_about_what_rfc_4443_names(net: Any) -> None:
    line = net.line()
    left, right = number(LEFT[6]), number(RIGHT[6])
    assert reported(net, line, Ipv6Packet(left, right, 17, Octets(bytes(8)))) == 2
    about_error = Ipv6Packet(left, right, 58, IcmpMessage(6, 3, 0, 0, b""))
    redirect = Ipv6Packet(left, right, 58, IcmpMessage(6, 137, 0, 0, b""))
    to_group = Ipv6Packet(left, number("ff02::1"), 17, Octets(b""))
    from_nobody = Ipv6Packet(0, right, 17, Octets(b""))
    for packet in (about_error, redirect, to_group, from_nobody):
        assert reported(net, line, packet) == 0
    before = line.router.icmp_counters.named().get("Icmp6OutPktTooBigs", 0)
    line.router.icmp.too_big(to_group, 1280)
    assert line.router.icmp_counters.named()["Icmp6OutPktTooBigs"] == before + 1, "but too big is"


def test_an_error_quotes_no_more_than_it_may(net: Any) -> None:
    line = net.line()
    for version, most in ((4, 576), (6, 1280)):
        watch = net.watch(line.left_wire)
        pinger = net.pinger(line.left, version)
        pinger.echo.send(number(RIGHT[version]), 1, bytes(1400), 1)
        net.kernel.run()
        assert len(pinger.errors) == 1
        ethertype = b"\x08\x00" if version == 4 else b"\x86\xdd"
        to_left = int(line.left_if.mac).to_bytes(6, "big")
        packets = [frame[14:] for frame in watch.frames if frame[:6] == to_left and frame[12:14] == ethertype]
        lengths = [
            int.from_bytes(p[2:4], "big") if version == 4 else 40 + int.from_bytes(p[4:6], "big") for p in packets
        ]
        assert max(lengths) == most


def test_errors_are_limited(net: Any) -> None:
    line = net.line()
    packet = Ipv4Packet(number(LEFT[4]), number(RIGHT[4]), 17, Octets(bytes(8)))
    for _ in range(60):
        line.router.icmp.time_exceeded(packet)
    assert line.router.icmp_counters.named()["IcmpOutTimeExcds"] == 50
    assert net.drops(line.router) == [tracing.ICMP_LIMITED] * 10


def test_a_token_bucket() -> None:
    bucket = TokenBucket(10, 2)
    assert [bucket.take(0), bucket.take(0), bucket.take(0)] == [True, True, False]
    assert [bucket.take(99_999_999), bucket.take(100_000_000), bucket.take(100_000_001)] == [False, True, False]
    assert [bucket.take(10**10), bucket.take(10**10), bucket.take(10**10)] == [True, True, False]


def test_a_wrong_checksum_is_counted(net: Any) -> None:
    line = net.line()
    data = bytearray(Ipv4Packet(1, 2, 1, icmpv4.echo(1, 1, b"hello")).emit_payload())
    data[-1] ^= 1
    line.left.input(Ipv4Packet(number(RIGHT[4]), number(LEFT[4]), 1, Octets(bytes(data))), line.left_if, False)
    assert line.left.counters()["IcmpInCsumErrors"] == 1
    assert "IcmpOutEchoReps" not in line.left.counters()


class Ear(IcmpListener):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[int, bool]] = []

    def icmp_received(self, packet: IpPacket, message: IcmpMessage, error: Any) -> None:
        self.heard.append((int(message.kind), error is not None))


def test_a_listener_hears_all_that_comes_in(net: Any) -> None:
    line = net.line()
    ear = Ear()
    line.left.icmp.listeners.append(ear)
    pinger = net.pinger(line.left, 4)
    pinger.echo.send(number(RIGHT[4]), 1)
    pinger.echo.send(number(RIGHT[4]), 2, b"", 1)
    net.kernel.run()
    assert sorted(ear.heard) == [(0, False), (11, True)]


def test_an_error_about_a_packet_of_another_host_is_ignored(net: Any) -> None:
    line = net.line()
    told = net.recorder(line.left)
    quoted = Ipv4Packet(number("10.0.1.77"), number(RIGHT[4]), 253, Octets(b"12345678")).emit()
    error = Ipv4Packet(number(NEAR[4]), number(LEFT[4]), 1, IcmpMessage(4, 3, 1, 0, quoted))
    line.left.input(error, line.left_if, False)
    assert told.errors == []
    assert line.left.counters()["IcmpInErrors"] == 1


@pytest.mark.parametrize(
    ("headers", "code", "pointer"),
    [
        (bytes([17, 0, 0xC0, 4]) + bytes(4), 2, 42),
        (bytes([17, 0, 0x80, 4]) + bytes(4), 2, 42),
        (bytes([17, 0, 0x40, 4]) + bytes(4), -1, 0),
        (bytes([17, 0, 0x01, 9]) + bytes(4), 0, 42),
    ],
)
def test_options_that_are_not_known(net: Any, headers: bytes, code: int, pointer: int) -> None:
    line = net.line()
    ear = Ear()
    line.left.icmp.listeners.append(ear)
    packet = Ipv6Packet(number(LEFT[6]), number(RIGHT[6]), 17, Octets(b"12345678"))
    packet.next_header = 60
    packet.extensions = headers
    watch = net.watch(line.right_wire)
    line.right.input(packet, line.right_if, False)
    net.kernel.run()
    assert tracing.OPTIONS in net.drops(line.right)
    errors = [heard for heard in ear.heard if heard[0] < 128]
    assert errors == ([(icmpv6.PARAMETER_PROBLEM, True)] if code >= 0 else [])
    if code >= 0:
        (message,) = [frame[54:] for frame in watch.frames if frame[12:15] == b"\x86\xdd\x60" and frame[54] == 4]
        assert message[1] == code
        assert int.from_bytes(message[4:8], "big") == pointer


def test_a_routing_header_with_segments_left_is_a_parameter_problem(net: Any) -> None:
    line = net.line()
    got = net.recorder(line.right)
    for left, delivered in ((1, 0), (0, 1)):
        packet = Ipv6Packet(number(LEFT[6]), number(RIGHT[6]), 253, Octets(b"12345678"))
        packet.next_header = 43
        packet.extensions = bytes([253, 0, 0, left]) + bytes(4)
        line.right.input(packet, line.right_if, False)
        assert len(got.packets) == delivered


def test_a_source_routed_packet_is_dropped(net: Any) -> None:
    line = net.line()
    got = net.recorder(line.right)
    packet = Ipv4Packet(number(LEFT[4]), number(RIGHT[4]), 253, Octets(b""), options=b"\x83\x03\x04\x00")
    line.right.input(packet, line.right_if, False)
    assert got.packets == []
    assert net.drops(line.right) == [tracing.OPTIONS]


@pytest.mark.slow
def test_one_more_than_all_echo_identifiers_is_refused_and_one_that_is_closed_is_given_again() -> None:
    """Looked for without an end, the identifier would stop the whole simulation."""
    icmp = IpStack(Kernel(1), "host").icmp
    opened = [icmp.open(EchoUser(), 4) for _ in range(0xFFFF)]
    assert len({echo.identifier for echo in opened}) == 0xFFFF
    with pytest.raises(OSError, match="no echo identifier is free"):
        icmp.open(EchoUser(), 4)
    opened[1000].close()
    assert icmp.open(EchoUser(), 4).identifier == opened[1000].identifier
