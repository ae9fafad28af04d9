"""What a host makes of ICMP that it hears, and with which numbers it tells others (RFC 792, 1122, 1191, 4443)."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from catenet.kernel import Octets
from catenet.network import addresses, tracing
from catenet.network.icmp import icmpv4, icmpv6
from catenet.network.icmp.errors import error_about, may_report4, may_report6, message_type
from catenet.network.icmp.message import IcmpMessage
from catenet.network.ip.ipv4 import Ipv4Packet
from catenet.network.ip.ipv6 import Ipv6Packet
from catenet.network.protocol import IcmpError

LEFT, RIGHT = {4: "10.0.1.1", 6: "2001:db8:1::1"}, {4: "10.0.2.1", 6: "2001:db8:2::1"}
PROTOCOL = 253
VERSIONS = [4, 6]


def number(text: str) -> int:
    return addresses.parse(text)[1]


def sent_packet(version: int, octets: int = 100) -> Ipv4Packet | Ipv6Packet:
    """A packet that ``left`` has sent to ``right``."""
    src, dst = number(LEFT[version]), number(RIGHT[version])
    data = Octets(bytes(range(200))[:octets])
    return Ipv4Packet(src, dst, PROTOCOL, data) if version == 4 else Ipv6Packet(src, dst, PROTOCOL, data)


def hear(line: Any, message: IcmpMessage) -> None:
    """``left`` hears a message from ``right``."""
    version = int(message.version)
    src, dst = number(RIGHT[version]), number(LEFT[version])
    if version == 4:
        line.left.input(Ipv4Packet(src, dst, 1, message), line.left_if, False)
    else:
        line.left.input(Ipv6Packet(src, dst, 58, message), line.left_if, False)


@pytest.mark.parametrize(
    ("told", "length", "believed"),
    [(1400, 1500, 1400), (0, 1500, 1492), (0, 1492, 1006), (40, 1500, 68), (68, 1500, 68), (0, 60, 68)],
)
def test_the_mtu_that_a_router_tells_of_an_ipv4_path(net: Any, told: int, length: int, believed: int) -> None:
    """Old routers tell none: it is guessed from the packet's length (RFC 1191 section 5)."""
    line = net.line()
    user = net.recorder(line.left)
    quoted = bytearray(sent_packet(4).emit()[:28])
    quoted[2:4] = length.to_bytes(2, "big")
    hear(line, IcmpMessage(4, icmpv4.UNREACHABLE, icmpv4.FRAGMENTATION_NEEDED, 0xABCD0000 | told, bytes(quoted)))
    assert line.left.path_mtu(4, number(RIGHT[4])) == believed
    assert [(error.errno, error.mtu) for error in user.errors] == [(errno.EMSGSIZE, believed)]


def test_an_mtu_below_ipv6_s_least_is_no_error_at_all(net: Any) -> None:
    line = net.line()
    user = net.recorder(line.left)
    for mtu, heard in ((1279, 0), (1280, 1)):
        hear(line, IcmpMessage(6, icmpv6.PACKET_TOO_BIG, 0, mtu, sent_packet(6).emit()))
        assert len(user.errors) == heard


@pytest.mark.parametrize("version", VERSIONS)
def test_an_error_tells_its_protocol_all_that_it_says(net: Any, version: int) -> None:
    line = net.line()
    user = net.recorder(line.left)
    kind, code = (icmpv4.TIME_EXCEEDED, 0) if version == 4 else (icmpv6.TIME_EXCEEDED, 0)
    hear(line, IcmpMessage(version, kind, code, 0, sent_packet(version).emit()))
    (error,) = user.errors
    assert (error.version, error.src, error.dst, error.protocol) == (
        version, number(LEFT[version]), number(RIGHT[version]), PROTOCOL,
    )  # fmt: skip
    assert (error.errno, error.hard, error.mtu) == (errno.EHOSTUNREACH, False, 0)
    assert (error.reporter, error.type, error.code) == (number(RIGHT[version]), kind, code)
    assert error.head.startswith(bytes(range(8)))


def test_an_error_that_means_nothing_to_a_socket_is_told_to_nobody(net: Any) -> None:
    line = net.line()
    user = net.recorder(line.left)
    hear(line, IcmpMessage(4, icmpv4.SOURCE_QUENCH, 0, 0, sent_packet(4).emit()))
    hear(line, IcmpMessage(6, 100, 0, 0, sent_packet(6).emit()))
    assert user.errors == []
    counters = line.left.counters()
    assert (counters["IcmpInMsgs"], counters["Icmp6InMsgs"]) == (1, 1)
    assert (counters.get("IcmpInErrors", 0), counters.get("Icmp6InErrors", 0)) == (0, 0)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("quote", [b"", bytes(19), b"\x45" + bytes(18)])
def test_an_error_that_quotes_no_packet_is_counted_as_one_that_cannot_be(net: Any, version: int, quote: bytes) -> None:
    line = net.line()
    user = net.recorder(line.left)
    kind = icmpv4.UNREACHABLE if version == 4 else icmpv6.UNREACHABLE
    hear(line, IcmpMessage(version, kind, 1, 0, quote))
    name = "Icmp" if version == 4 else "Icmp6"
    assert line.left.counters()[f"{name}InErrors"] == 1
    assert user.errors == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_message_of_the_other_version_is_malformed(net: Any, version: int) -> None:
    line = net.line()
    message = IcmpMessage(10 - version, 8, 0, 0, b"")
    src, dst = number(RIGHT[version]), number(LEFT[version])
    packet = Ipv4Packet(src, dst, 1, message) if version == 4 else Ipv6Packet(src, dst, 58, message)
    line.left.input(packet, line.left_if, False)
    assert net.drops(line.left) == [tracing.MALFORMED]
    name = "Icmp" if version == 4 else "Icmp6"
    counters = line.left.counters()
    assert [counters[f"{name}{one}"] for one in ("InMsgs", "InErrors", "InCsumErrors")] == [1, 1, 1]


def test_each_version_s_messages_mean_nothing_under_the_other_s_protocol_number(net: Any) -> None:
    line = net.line()
    before = line.left_if.port.out_frames
    src, dst = number(RIGHT[4]), number(LEFT[4])
    line.left.input(Ipv4Packet(src, dst, 58, icmpv4.echo(1, 1, b"")), line.left_if, False)
    line.left.input(Ipv6Packet(number(RIGHT[6]), number(LEFT[6]), 1, icmpv6.echo(1, 1, b"")), line.left_if, False)
    net.kernel.run()
    assert line.left_if.port.out_frames == before


@pytest.mark.parametrize("version", VERSIONS)
def test_an_error_about_a_ping_is_heard_by_who_sent_it(net: Any, version: int) -> None:
    line = net.line()
    one, other = net.pinger(line.left, version), net.pinger(line.left, version)
    wrong = net.pinger(line.left, 10 - version)
    make = icmpv4.echo if version == 4 else icmpv6.echo
    src, dst = number(LEFT[version]), number(RIGHT[version])

    def error(identifier: int, octets: int) -> IcmpError:
        head = make(identifier, 0x1234, b"data").emit_over(0)[:octets]
        return IcmpError(version, src, dst, 1 if version == 4 else 58, errno.EHOSTUNREACH, False, 0, head, dst, 3, 1)

    line.left.icmp.icmp_error(error(one.echo.identifier, 8))
    assert [sequence for sequence, _ in one.errors] == [0x1234]
    line.left.icmp.icmp_error(error(one.echo.identifier, 7))
    line.left.icmp.icmp_error(error(wrong.echo.identifier, 8))
    line.left.icmp.icmp_error(error(999, 8))
    assert (len(one.errors), other.errors, wrong.errors) == (1, [], [])


@pytest.mark.parametrize("version", VERSIONS)
def test_the_numbers_under_which_each_trouble_is_told(net: Any, version: int) -> None:
    """RFC 792 and RFC 4443: by them the other end knows whether to give up, to wait, or to send less."""
    line = net.line()
    heard: list[tuple[int, int, int]] = []
    for name, arguments, told4, told6 in (
        ("port_unreachable", (), (3, 3, 0), (1, 4, 0)),
        ("host_unreachable", (), (3, 1, 0), (1, 3, 0)),
        ("time_exceeded", (), (11, 0, 0), (3, 0, 0)),
        ("too_big", (1300,), (3, 4, 1300), (2, 0, 1300)),
        ("parameter_problem", (1, 9), (12, 1, 9 << 24), (4, 1, 9)),
        ("protocol_unreachable", (), (3, 2, 0), (4, 1, 6)),
    ):
        watch = net.watch(line.left_wire)
        getattr(line.router.icmp, name)(sent_packet(version), *arguments)
        net.kernel.run()
        header = 14 + (20 if version == 4 else 40)
        messages = [one[header:] for one in watch.frames if one[12:14] in (b"\x08\x00", b"\x86\xdd")]
        (message,) = [one for one in messages if one[0] not in (135, 136)]
        heard = [(message[0], message[1], int.from_bytes(message[4:8], "big"))]
        assert heard == [told4 if version == 4 else told6], name


def test_no_error_is_sent_for_a_packet_that_has_no_next_header(net: Any) -> None:
    line = net.line()
    packet = sent_packet(6)
    packet.protocol = 59
    before = line.router.counters().get("Icmp6OutMsgs", 0)
    line.router.icmp.protocol_unreachable(packet)
    assert line.router.counters().get("Icmp6OutMsgs", 0) == before


@pytest.mark.parametrize(("version", "most"), [(4, 576), (6, 1280)])
def test_an_error_quotes_as_much_as_fits_into_the_least_packet(version: int, most: int) -> None:
    header = 20 if version == 4 else 40
    long, short = sent_packet(version), sent_packet(version, 3)
    long.payload = Octets(bytes(3000))
    assert header + error_about(long, 3, 0, 0).wire_length() == most
    assert error_about(short, 3, 0, 0).body == short.emit()


@pytest.mark.parametrize(
    ("change", "may"),
    [({}, True), ({"protocol": 1, "kind": 8}, True), ({"protocol": 1, "kind": 3}, False), ({"protocol": 1}, False),
     ({"offset": 8}, False), ({"dst": "224.0.0.1"}, False), ({"dst": "255.255.255.255"}, False)],
)  # fmt: skip
def test_about_which_ipv4_packets_an_error_may_be_sent(change: dict[str, Any], may: bool) -> None:
    """RFC 1122 3.2.2.  An error about an error, or about a broadcast, would set off a storm."""
    packet = sent_packet(4)
    assert isinstance(packet, Ipv4Packet)
    packet.protocol = change.get("protocol", PROTOCOL)
    packet.payload = Octets(bytes([change["kind"]]) if "kind" in change else b"")
    packet.fragment_offset_octets = change.get("offset", 0)
    if "dst" in change:
        packet.dst = number(change["dst"])
    assert may_report4(packet) == may


@pytest.mark.parametrize(
    ("protocol", "kind", "dst", "about", "code", "may"),
    [
        (PROTOCOL, 0, "2001:db8::1", 1, 0, True),
        (58, 128, "2001:db8::1", 1, 0, True),
        (58, 127, "2001:db8::1", 1, 0, False),
        (58, 1, "2001:db8::1", 1, 0, False),
        (58, 137, "2001:db8::1", 1, 0, False),
        (58, 136, "2001:db8::1", 1, 0, True),
        (PROTOCOL, 0, "ff02::1", 1, 0, False),
        (PROTOCOL, 0, "ff02::1", 2, 0, True),
        (PROTOCOL, 0, "ff02::1", 4, 2, True),
        (PROTOCOL, 0, "ff02::1", 4, 1, False),
        (PROTOCOL, 0, "ff02::1", 3, 2, False),
    ],
)
def test_about_which_ipv6_packets_an_error_may_be_sent(
    protocol: int, kind: int, dst: str, about: int, code: int, may: bool
) -> None:
    """RFC 4443 2.4 (e): path MTU discovery works for groups, too."""
    packet = Ipv6Packet(1, number(dst), protocol, Octets(bytes([kind])))
    assert may_report6(packet, about, code) == may


@pytest.mark.parametrize(("offset", "protocol", "may"), [(0, 58, False), (8, PROTOCOL, True), (8, 58, False)])
@pytest.mark.parametrize("before", [0, 8])
def test_of_a_later_fragment_of_icmpv6_nobody_knows_whether_it_is_an_error(
    before: int, offset: int, protocol: int, may: bool
) -> None:
    """RFC 4443 2.4 (e): its first octet is no type; wherever among the headers the fragment's is."""
    packet = Ipv6Packet(1, number("2001:db8::1"), protocol, Octets(bytes([1 if offset == 0 else 128])))
    hop_by_hop = bytes([44, 0, 1, 4, 0, 0, 0, 0])[:before]
    packet.extensions = hop_by_hop + bytes([protocol, 0, offset >> 8, offset & 0xF8 | 1, 0, 0, 0, 7])
    packet.fragment_at = before
    assert packet.fragment_offset_octets == offset
    assert may_report6(packet, 1, 0) is may


def test_the_type_of_a_message_without_octets_is_taken_for_an_error_s() -> None:
    assert message_type(Ipv4Packet(1, 2, 1, Octets(b""))) == icmpv4.UNREACHABLE
    assert message_type(Ipv4Packet(1, 2, 1, Octets(b"\x08"))) == 8
    assert message_type(Ipv4Packet(1, 2, 1, IcmpMessage(4, 13, 0, 0, b""))) == 13
