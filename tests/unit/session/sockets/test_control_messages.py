"""Control messages of UDP sockets; `tests/interop/test_control_messages.py` compares them with Linux."""

from __future__ import annotations

import errno
import socket
import struct
from typing import Any

import pytest

from catenet.session.loop.loop import Loop
from tests.unit.session.conftest import Pair

IPV6_RECVERR, IP_RECVERR, IP_PKTINFO, IP_RECVTTL = 25, 11, 8, 12
MSG_ERRQUEUE = 0x2000


def udp(loop: Loop, family: int = socket.AF_INET6) -> Any:
    made = loop.sockets.make_socket(family, socket.SOCK_DGRAM)
    made.setblocking(False)
    return made


def test_a_datagram_tells_where_it_arrived_and_is_answered_from_there(pair: Pair) -> None:
    server, client = udp(pair.beta), udp(pair.alpha)
    server.bind(("::", 7))
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    client.sendto(b"question", ("2001:db8::2", 7))
    pair.kernel.run()
    data, control, flags, source = server.recvmsg(100, 1024)
    assert (data, flags, source[0]) == (b"question", 0, "2001:db8::1")
    info = socket.inet_pton(socket.AF_INET6, "2001:db8::2") + struct.pack("=I", 2)
    assert control == [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, info)]
    assert server.sendmsg([b"answer"], control, 0, source) == 6
    pair.kernel.run()
    assert client.recvfrom(100) == (b"answer", ("2001:db8::2", 7, 0, 0))


def test_ipv4_on_an_ipv6_socket_has_both_kinds(pair: Pair) -> None:
    server, client = udp(pair.beta), udp(pair.alpha, socket.AF_INET)
    server.bind(("::", 7))
    for level, name in ((socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO), (socket.IPPROTO_IP, IP_RECVTTL)):
        server.setsockopt(level, name, 1)
    client.sendto(b"x", ("10.0.0.2", 7))
    pair.kernel.run()
    info = socket.inet_pton(socket.AF_INET6, "::ffff:10.0.0.2") + struct.pack("=I", 2)
    assert server.recvmsg(100, 1024)[1] == [
        (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, info),
        (socket.IPPROTO_IP, socket.IP_TTL, struct.pack("=i", 64)),
    ]


@pytest.mark.parametrize(
    ("kind", "data", "error"),
    [
        (socket.IPV6_PKTINFO, socket.inet_pton(socket.AF_INET6, "2001:db8::9") + bytes(4), errno.EINVAL),
        (socket.IPV6_PKTINFO, socket.inet_pton(socket.AF_INET6, "::ffff:10.0.0.1") + bytes(4), errno.EINVAL),
        (socket.IPV6_PKTINFO, bytes(16) + struct.pack("=I", 3), errno.ENODEV),
        (socket.IPV6_PKTINFO, bytes(19), errno.EINVAL),
        (1234, bytes(20), errno.EINVAL),
    ],
)
def test_a_wrong_source_is_refused(pair: Pair, kind: int, data: bytes, error: int) -> None:
    with pytest.raises(OSError, match=rf"\[Errno {error}\]"):
        udp(pair.alpha).sendmsg([b"x"], [(socket.IPPROTO_IPV6, kind, data)], 0, ("2001:db8::2", 7))


def test_an_ipv4_socket_has_no_ipv6_options(pair: Pair) -> None:
    with pytest.raises(OSError, match="IPV6_RECVPKTINFO"):
        udp(pair.alpha, socket.AF_INET).setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)


def test_the_error_queue_tells_of_an_unwanted_datagram_without_a_connection(pair: Pair) -> None:
    client = udp(pair.alpha)
    client.sendto(b"ignored", ("2001:db8::2", 9))
    pair.kernel.run()
    client.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
    client.sendto(b"unwanted", ("2001:db8::2", 9))
    pair.kernel.run()
    assert client.endpoint.readable()
    data, control, flags, to = client.recvmsg(100, 1024, MSG_ERRQUEUE)
    assert (data, flags, to) == (b"unwanted", MSG_ERRQUEUE, ("2001:db8::2", 9, 0, 0))
    ((level, kind, told),) = control
    assert (level, kind) == (socket.IPPROTO_IPV6, IPV6_RECVERR)
    assert struct.unpack_from("=IBBBBII", told) == (errno.ECONNREFUSED, 3, 1, 4, 0, 0, 0)
    assert socket.inet_ntop(socket.AF_INET6, told[24:40]) == "2001:db8::2"
    assert not client.endpoint.readable()
    with pytest.raises(BlockingIOError):
        client.recvmsg(100, 1024, MSG_ERRQUEUE)


def test_the_error_queue_is_bounded_by_the_receive_buffer(pair: Pair) -> None:
    client = udp(pair.alpha, socket.AF_INET)
    client.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304 // 2)
    client.bind(("10.0.0.1", 1111))
    for number in range(10):
        client.sendto(b"%d" % number, ("10.0.0.2", 9))
    pair.kernel.run()
    queued = []
    for _ in range(3):
        queued.append(client.recvmsg(100, 0, MSG_ERRQUEUE)[0])
    assert queued == [b"0", b"1", b"2"]
    with pytest.raises(BlockingIOError):
        client.recvmsg(100, 0, MSG_ERRQUEUE)


def test_control_messages_of_a_stream_are_refused(pair: Pair) -> None:
    stream = pair.alpha.sockets.make_socket(socket.AF_INET6, socket.SOCK_STREAM)
    info = bytes(20)
    with pytest.raises(OSError, match=rf"\[Errno {errno.EINVAL}\]"):
        stream.sendmsg([b"x"], [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, info)])
