"""Packet sockets of two hosts on a wire; tests/interop compares them with Linux's."""

from __future__ import annotations

import errno
import socket
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel import Kernel
from catenet.link.ethernet import Frame
from catenet.link.vlan_tag import payload_of
from catenet.network.interface import Interface
from catenet.network.stack import IpStack
from catenet.session.sockets.packet.arrival import ETH_P_ALL, arrival_of
from catenet.session.sockets.packet.memberships import PacketMemberships

Pair = Any
MS = 1_000_000
EXPERIMENTAL = 0x88B5
SOL_PACKET, ADD, DROP, STATISTICS, AUXDATA, IGNORE_OUTGOING = 263, 1, 2, 6, 8, 23
MULTICAST, PROMISC, ALLMULTI, UNICAST = range(4)
ETH0 = 2
ALPHA, BETA, OTHER = (bytes.fromhex(f"0200000000{number:02x}") for number in (1, 2, 9))
GROUP = bytes.fromhex("01005e070701")
ADDRESSES = ["10.0.0.1", "10.0.0.2"]


def opened(host: Any, protocol: int = EXPERIMENTAL, kind: int = socket.SOCK_RAW, name: str = "eth0") -> Any:
    made = host.sockets.make_socket(socket.AF_PACKET, kind, socket.htons(protocol))
    made.setblocking(False)
    if name:
        made.bind((name, protocol))
    return made


def frame(dst: bytes, data: bytes = b"hello") -> bytes:
    return dst + ALPHA + EXPERIMENTAL.to_bytes(2, "big") + data


def received(sock: Any) -> list[tuple[bytes, Any]]:
    got = []
    while True:
        try:
            got.append(sock.recvfrom(2000))
        except BlockingIOError:
            return got


def later(pair: Pair) -> None:
    pair.kernel.run(pair.kernel.now_ns + 100 * MS)


def request(kind: int, address: bytes = b"", number: int = ETH0) -> bytes:
    return struct.pack("=iHH8s", number, kind, len(address), address)


def port(host: Any) -> Any:
    return host.sockets.ip.interfaces[1].port


def test_raw_and_cooked(pair: Pair) -> None:
    raw, cooked = opened(pair.beta), opened(pair.beta, kind=socket.SOCK_DGRAM)
    sender = opened(pair.alpha, 0)
    assert sender.send(frame(BETA)) == 19
    later(pair)
    source = ("eth0", EXPERIMENTAL, socket.PACKET_HOST, 1, ALPHA)
    assert received(raw) == [(frame(BETA).ljust(60, b"\0"), source)]
    assert received(cooked) == [(b"hello".ljust(46, b"\0"), source)]
    answering = opened(pair.beta, 0, socket.SOCK_DGRAM)
    assert answering.sendto(b"yes", ("eth0", EXPERIMENTAL, 0, 0, ALPHA)) == 3
    back = opened(pair.alpha)
    later(pair)
    ((data, source),) = received(back)
    assert data == (ALPHA + BETA + b"\x88\xb5yes").ljust(60, b"\0")
    assert source == ("eth0", EXPERIMENTAL, socket.PACKET_HOST, 1, BETA)


def test_what_a_host_sends(pair: Pair) -> None:
    everything, one, other = opened(pair.alpha, ETH_P_ALL), opened(pair.alpha), opened(pair.alpha, ETH_P_ALL)
    other.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
    everything.send(frame(BETA))
    with_another = opened(pair.alpha, 0)
    with_another.send(frame(BETA, b"again"))
    own = ("eth0", EXPERIMENTAL, socket.PACKET_OUTGOING, 1, ALPHA)
    assert received(everything) == [(frame(BETA, b"again"), own)]
    assert received(one) == received(other) == []


def test_what_the_stack_sends(pair: Pair) -> None:
    sniffer = opened(pair.alpha, ETH_P_ALL)
    udp = pair.alpha.sockets.make_socket(type=socket.SOCK_DGRAM)
    udp.sendto(b"x", ("10.0.0.2", 7000))
    later(pair)
    told = [(source[1], source[2]) for _, source in received(sniffer)]
    arp_out, arp_in, ip_out, ip_in = told
    assert (arp_out, arp_in) == ((0x0806, 4), (0x0806, 0))
    assert (ip_out, ip_in) == ((0x0800, 4), (0x0800, 0))


def test_hosts_without_a_packet_socket_have_no_tap(pair: Pair) -> None:
    ip = pair.alpha.sockets.ip
    before = port(pair.alpha).station, ip.loopback, port(pair.alpha).channel.tap
    one, other = opened(pair.alpha), opened(pair.alpha, name="lo")
    assert port(pair.alpha).station is not before[0]
    assert ip.loopback is not before[1]
    one.close()
    assert port(pair.alpha).station is not before[0]
    other.close()
    assert (port(pair.alpha).station, ip.loopback, port(pair.alpha).channel.tap) == before
    assert before[0] is ip.interfaces[1]


def test_the_loopback(pair: Pair) -> None:
    """Each packet leaves and arrives, as on Linux."""
    sniffer = opened(pair.alpha, ETH_P_ALL, name="lo")
    here = pair.alpha.sockets.make_socket(type=socket.SOCK_DGRAM)
    here.bind(("127.0.0.1", 7000))
    here.sendto(b"x", ("127.0.0.1", 7000))
    later(pair)
    (sent, out), (got, source) = received(sniffer)
    assert (out, source) == (("lo", 0x0800, 4, 772, bytes(6)), ("lo", 0x0800, 0, 772, bytes(6)))
    assert sent == got
    assert len(sent) == 14 + 20 + 8 + 1
    again = opened(pair.alpha, 0, name="lo")
    assert here.recv(10) == b"x"
    again.send(sent)
    again.send(BETA + sent[6:])
    later(pair)
    assert here.recv(10) == b"x"
    with pytest.raises(BlockingIOError):
        here.recv(10, socket.MSG_DONTWAIT)
    assert [source[2] for _, source in received(sniffer)] == [4, 4, 0, 3]


def test_a_group_s_copy_is_not_heard(pair: Pair) -> None:
    sniffer = opened(pair.alpha, ETH_P_ALL, name="")
    member = pair.alpha.sockets.make_socket(type=socket.SOCK_DGRAM)
    member.bind(("", 7000))
    joined = socket.inet_aton("239.7.7.1") + socket.inet_aton("10.0.0.1")
    member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
    later(pair)
    received(sniffer)
    member.sendto(b"x", ("239.7.7.1", 7000))
    assert member.recv(10) == b"x"
    assert [source[:3] for data, source in received(sniffer) if data[23] == 17] == [("eth0", 0x0800, 4)]


def test_the_receive_buffer_and_statistics(pair: Pair) -> None:
    sniffer, sender = opened(pair.beta), opened(pair.alpha, 0)
    sniffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    assert sniffer.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) == 2304
    for _ in range(30):
        sender.send(frame(BETA, bytes(200)))
    later(pair)
    assert struct.unpack("=II", sniffer.getsockopt(SOL_PACKET, STATISTICS, 8)) == (30, 27)
    assert struct.unpack("=II", sniffer.getsockopt(SOL_PACKET, STATISTICS, 8)) == (0, 0)
    assert len(received(sniffer)) == 3
    sender.send(frame(BETA))
    later(pair)
    assert sniffer.getsockopt(SOL_PACKET, STATISTICS) == 1
    assert len(received(sniffer)) == 1


def test_peeking_and_cutting(pair: Pair) -> None:
    sniffer, sender = opened(pair.beta), opened(pair.alpha, 0)
    sender.send(frame(BETA))
    later(pair)
    assert sniffer.recv(6, socket.MSG_PEEK) == BETA
    buffer = bytearray(100)
    assert sniffer.recvfrom_into(buffer)[0] == 60
    assert buffer[:6] == BETA
    assert received(sniffer) == []


def test_a_blocking_call_waits_for_a_frame(pair: Pair) -> None:
    sniffer = opened(pair.beta)
    sniffer.settimeout(1)
    opened(pair.alpha, 0).send(frame(BETA))
    assert sniffer.recv(2000).startswith(frame(BETA))
    with pytest.raises(TimeoutError):
        sniffer.recv(2000)


@pytest.mark.parametrize(
    ("kind", "address", "hears"),
    [
        (PROMISC, b"", {BETA, OTHER, GROUP}),
        (ALLMULTI, b"", {BETA, GROUP}),
        (MULTICAST, GROUP, {BETA, GROUP}),
        (UNICAST, OTHER, {BETA, OTHER, GROUP}),
        (None, b"", {BETA}),
    ],
)
def test_memberships(pair: Pair, kind: int | None, address: bytes, hears: set[bytes]) -> None:
    sniffer, sender = opened(pair.beta), opened(pair.alpha, 0)
    another = opened(pair.beta, name="lo")
    if kind is not None:
        another.setsockopt(SOL_PACKET, ADD, request(kind, address))

    def heard() -> set[bytes]:
        for dst in (BETA, OTHER, GROUP):
            sender.send(frame(dst))
        later(pair)
        return {data[:6] for data, _ in received(sniffer)}

    assert heard() == hears
    another.close()
    assert heard() == {BETA}


def test_others_frames_are_not_the_stack_s(pair: Pair) -> None:
    """Neither unicast nor a group that the host has not joined gets further than the IP layer's door."""
    sniffer, sender = opened(pair.beta, ETH_P_ALL), opened(pair.alpha, 0)
    sniffer.setsockopt(SOL_PACKET, ADD, request(PROMISC))
    udp = pair.beta.sockets.make_socket(type=socket.SOCK_DGRAM)
    udp.setblocking(False)
    udp.bind(("", 7000))
    out = pair.alpha.sockets.make_socket(type=socket.SOCK_DGRAM)
    out.sendto(b"x", ("10.0.0.2", 7000))
    later(pair)
    assert udp.recv(10) == b"x"
    (packet,) = [data for data, source in received(sniffer) if source[1] == 0x0800]
    ip = pair.beta.sockets.ip
    before = ip.counters()
    sender.send(OTHER + packet[6:])
    later(pair)
    assert [source[2] for _, source in received(sniffer)] == [socket.PACKET_OTHERHOST]
    assert ip.counters() == before
    sender.send(GROUP + packet[6:])
    later(pair)
    assert ip.counters()["IpInDelivers"] == before["IpInDelivers"]
    with pytest.raises(BlockingIOError):
        udp.recv(10)


def test_a_disabled_interface(pair: Pair) -> None:
    sniffer = opened(pair.beta)
    interface = pair.beta.sockets.ip.interfaces[1]
    interface.set_enabled(False)
    assert sniffer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ENETDOWN
    with pytest.raises(OSError, match="down") as caught:
        sniffer.send(frame(ALPHA))
    assert caught.value.errno == errno.ENETDOWN
    sniffer.bind(("eth0", EXPERIMENTAL))
    with pytest.raises(OSError, match="down"):
        sniffer.recv(10)
    opened(pair.alpha, 0).send(frame(BETA))
    later(pair)
    assert received(sniffer) == []


def test_a_full_queue_is_an_error_and_no_carrier_is_none(pair: Pair) -> None:
    sender = opened(pair.alpha, 0)
    for _ in range(1001):
        sender.send(frame(BETA))
    with pytest.raises(OSError, match="buffer space") as caught:
        sender.send(frame(BETA))
    assert caught.value.errno == errno.ENOBUFS
    pair.wire.cut()
    assert sender.send(frame(BETA)) == 19


def test_names_of_unsupported_options(pair: Pair) -> None:
    with pytest.raises(OSError, match=r"setsockopt\(SOL_PACKET, 5\)") as caught:
        opened(pair.alpha).setsockopt(SOL_PACKET, 5, 1)
    assert caught.value.errno == errno.ENOPROTOOPT


def test_control_messages_need_room(pair: Pair) -> None:
    sniffer, sender = opened(pair.beta), opened(pair.alpha, 0)
    sniffer.setsockopt(SOL_PACKET, AUXDATA, 1)
    for _ in range(3):
        sender.send(frame(BETA))
    later(pair)
    data, control, flags, _ = sniffer.recvmsg(2000, socket.CMSG_SPACE(20))
    assert (len(data), flags) == (60, 0)
    assert control == [(SOL_PACKET, AUXDATA, struct.pack("=IIIHHHH", 1, 60, 60, 0, 14, 0, 0))]
    assert sniffer.recvmsg(2000, 20)[1] == []
    assert sniffer.recvmsg_into([bytearray(2000)], 100)[1] == control


memberships = st.tuples(st.sampled_from([PROMISC, ALLMULTI, UNICAST]), st.sampled_from([1, 1, -1]))


@pytest.mark.slow
@given(st.lists(memberships, max_size=30), st.booleans())
def test_memberships_are_counted(pairs: list[tuple[int, int]], all_at_once: bool) -> None:
    """Whatever is added and dropped, an interface is promiscuous while somebody needs it, and not after."""
    ip = IpStack(Kernel(seed=1), "host")
    ip.add_interface("eth0", 0x02_00_00_00_00_01)
    own = PacketMemberships(ip.interfaces)
    counts = dict.fromkeys((PROMISC, ALLMULTI, UNICAST), 0)
    for kind, step in pairs:
        change = own.add if step > 0 else own.drop
        change(request(kind, OTHER if kind == UNICAST else b""))
        counts[kind] = max(0, counts[kind] + step)
        interface: Interface = ip.interfaces[1]
        assert interface.port.promiscuous == bool(counts[PROMISC] or counts[UNICAST])
        assert interface.port.all_groups == bool(counts[ALLMULTI])
    own.drop_all()
    assert not ip.interfaces[1].port.promiscuous
    assert not ip.interfaces[1].port.all_groups


ethertypes = st.sampled_from([0x0800, 0x8100, 0x88A8, 0x0003, 0x86DD]) | st.integers(0, 0xFFFF)


@pytest.mark.slow
@given(ethertypes, st.binary(max_size=120), st.integers(0, 4), st.integers(0, 0xFFFF))
def test_both_kinds_of_socket_have_the_same_data(ethertype: int, data: bytes, packet_type: int, wanted: int) -> None:
    """The data of SOCK_DGRAM end those of SOCK_RAW, and one ethertype gets what all get, if it is received."""
    ip = IpStack(Kernel(seed=1), "host")
    interface = ip.add_interface("eth0", 0x02_00_00_00_00_01)
    payload = payload_of(ethertype, data)
    made = Frame(0x02_00_00_00_00_01, 0x02_00_00_00_00_02, ethertype, payload)
    raw = arrival_of(interface, made, packet_type, ETH_P_ALL, False)
    cooked = arrival_of(interface, made, packet_type, ETH_P_ALL, True)
    assert raw is not None
    assert cooked is not None
    assert raw.data.endswith(cooked.data)
    assert raw.address[2:] == cooked.address[2:]
    if packet_type == 4:
        assert raw.data == made.emit()[: 14 + payload.wire_length()]
    elif not raw.tpid:
        assert raw.data == made.emit()[:-4]
    one = arrival_of(interface, made, packet_type, wanted, False)
    assert (one is not None) == (wanted == ETH_P_ALL or (wanted == raw.address[1] and packet_type != 4))
    assert one is None or one.data == raw.data
